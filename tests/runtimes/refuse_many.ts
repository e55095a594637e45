/** Sends requests that are refused, and prints how much more the process holds after the second half of them. */
import { createEmulator } from "../../lib/emulator/mod.ts";
import { Random } from "../simulation/random.ts";
import { Memory } from "../emulator/fuzz_memory.ts";
import { drawRequest } from "../emulator/fuzz_requests.ts";
import { oddTokens } from "../emulator/fuzz_tokens.ts";

const COUNT = 6000;

const emulator = createEmulator({
  profile: "server",
  seed: 1,
  env: {
    GOTRUE_DISABLE_SIGNUP: "true",
    GOTRUE_RATE_LIMIT_HEADER: "X-Forwarded-For",
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
    GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
    GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
    GOTRUE_OAUTH_SERVER_ENABLED: "true",
  },
});
const random = new Random(1);
const source = {
  random,
  memory: new Memory(),
  admin: "nobody",
  // Those before are signed, and some of them are an admin's.
  tokens: oddTokens(emulator, [crypto.randomUUID()]).slice(-9),
};

async function send(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { method, url, headers, body } = drawRequest(source);
    const response = await emulator.fetch(url, {
      method,
      headers,
      body: method === "GET" || method === "HEAD" ? null : body,
    });
    await response.text();
  }
}

function measure(): number {
  const { gc } = globalThis as unknown as { gc: () => void };
  gc();
  gc();
  return Deno.memoryUsage().heapUsed;
}

await send(COUNT);
const before = measure();
await send(COUNT);
console.log(JSON.stringify({ count: COUNT, bytes: measure() - before }));
