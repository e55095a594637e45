// Bundles the Worker for an emulator on a port, and sends it good and bad tokens.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createEmulator } from "@gotrue/edge/emulator";
import { listen } from "@gotrue/edge/emulator/main";
import { build } from "esbuild";
import workerd from "workerd";

const emulator = createEmulator();
const server = await listen(emulator, { port: 0 });
await emulator.users.seed({ email: "ada@example.com" });
const { access_token } = await emulator.signIn("ada@example.com");

await build({
  entryPoints: ["worker.ts"],
  outfile: "dist/worker.js",
  bundle: true,
  format: "esm",
  conditions: ["workerd", "worker", "browser"],
  define: { AUTH_URL: JSON.stringify(`${server.url}/auth/v1`) },
});
const worker = spawn(workerd.default ?? workerd, [
  "serve",
  "worker.capnp",
  "--control-fd=1",
], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [said] = await once(worker.stdout, "data");
  const url = `http://127.0.0.1:${JSON.parse(said).port}/`;

  const good = await send(url, access_token);
  assert.equal(good.status, 200);
  assert.equal((await good.json()).role, "authenticated");

  const [header, claims, signature] = access_token.split(".");
  const forged = `${header}.${claims}.${
    signature.split("").reverse().join("")
  }`;
  for (const token of [forged, "no token", undefined]) {
    const bad = await send(url, token);
    assert.equal(bad.status, 401);
    assert.match(bad.headers.get("WWW-Authenticate"), /^Bearer/);
    console.log(
      bad.status,
      bad.headers.get("WWW-Authenticate"),
      await bad.text(),
    );
  }
} finally {
  worker.kill();
  await server.close();
}

function send(url, token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return fetch(url, { headers });
}
