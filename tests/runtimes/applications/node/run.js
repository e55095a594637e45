// Starts the program as the README says, and the script against it.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";

const server = spawn("npx", ["gotrue-emulator", "--port", "0", "--control"], {
  detached: true, // so that what npx starts can be ended with it
  env: { ...process.env, GOTRUE_MAILER_AUTOCONFIRM: "false" },
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [said] = await once(server.stdout, "data");
  const [PROJECT_URL] = /http:[^ ]+/.exec(String(said));
  const output = execFileSync("node", ["sign_up.js"], {
    env: { ...process.env, PROJECT_URL },
    encoding: "utf8",
  });
  assert.equal(output, "to be confirmed\nsigned in as grace@example.com\n");
} finally {
  process.kill(-server.pid);
}
