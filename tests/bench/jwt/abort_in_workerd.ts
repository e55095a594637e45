/**
 * Shows that a request which is gone does not take others with it: workerd
 * stops everything that a request has begun when its client hangs up, so that
 * a fetch of keys may never settle.
 *
 *   deno run -A tests/bench/jwt/abort_in_workerd.ts
 */
import { assert, assertEquals } from "@std/assert";
import { build, stop } from "esbuild";
import workerd from "workerd";
import { findPort } from "../../../scripts/runtimes/command.ts";
import { claimsOf, createSigner } from "../../jwt/support.ts";

const folder = await Deno.makeTempDir({ prefix: "abort-" });
const signer = await createSigner("ES256", "one");
const now = Math.floor(Date.now() / 1000);
const asked: string[] = [];
let isHanging = true;
const keyServer = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  (request) => {
    asked.push(new URL(request.url).pathname);
    if (isHanging) return new Promise(() => {});
    return Response.json({ keys: [signer.jwk] });
  },
);
const url = `http://127.0.0.1:${keyServer.addr.port}`;
const address = `127.0.0.1:${findPort()}`;
const worker = await startWorker();
try {
  const token = await signer.sign(
    claimsOf({ iss: url, iat: now, exp: now + 3600 }),
  );
  const ask = (signal?: AbortSignal) =>
    fetch(`http://${address}/`, {
      headers: { authorization: `Bearer ${token}` },
      ...(signal ? { signal } : {}),
    });
  const first = ask(AbortSignal.timeout(300)).catch((error) => error.name);
  await untilAsked(1);
  const second = ask();
  assertEquals(await first, "TimeoutError");
  isHanging = false;
  const third = ask();
  const start = performance.now();
  for (const answer of await Promise.all([second, third])) {
    assertEquals([answer.status, await answer.text()], [
      200,
      claimsOf()["sub"],
    ]);
  }
  const waited = performance.now() - start;
  assert(waited < 4000, `Others waited ${waited} ms`);
  const warm = performance.now();
  await (await ask()).text();
  assert(performance.now() - warm < 500);
  console.log(
    `1 passed, 0 failed; ${asked.length} fetches, ${waited.toFixed(0)} ms`,
  );
} finally {
  worker.kill();
  await worker.status;
  await keyServer.shutdown();
  await stop();
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(0);

async function untilAsked(count: number): Promise<void> {
  while (asked.length < count) await new Promise((done) => setTimeout(done, 5));
}

async function startWorker(): Promise<Deno.ChildProcess> {
  await build({
    stdin: {
      contents:
        `import { createVerifier, getBearerToken, toResponse } from "./lib/jwt/mod.ts";
const verifier = createVerifier({ url: ${JSON.stringify(url)} });
export default {
  async fetch(request) {
    try {
      const { claims } = await verifier.verify(getBearerToken(request));
      return new Response(claims.sub);
    } catch (error) {
      return toResponse(error);
    }
  },
};`,
      resolveDir: new URL("../../../", import.meta.url).pathname,
    },
    outfile: `${folder}/worker.js`,
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  await Deno.writeTextFile(
    `${folder}/worker.capnp`,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["local", "private", "public"])),
  ],
  sockets = [(name = "http", address = "${address}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2024-09-23",
);
`,
  );
  const program = workerd as unknown as string | { default: string };
  const child = new Deno.Command(
    typeof program === "string" ? program : program.default,
    { args: ["serve", "worker.capnp"], cwd: folder },
  ).spawn();
  for (let tries = 0;; tries++) {
    try {
      await (await fetch(`http://${address}/`)).text();
      return child;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
