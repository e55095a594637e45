/** The verifier against a whole auth server. */
import { assertEquals } from "@std/assert";
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import { createVerifier } from "../../lib/jwt/mod.ts";
import { codeOf } from "./support.ts";

async function signUp(emulator: Emulator, email: string): Promise<string> {
  const response = await emulator.fetch(`${emulator.url}/signup`, {
    method: "POST",
    headers: { apikey: emulator.anonKey },
    body: JSON.stringify({ email, password: "correct horse" }),
  });
  return (await response.json()).access_token;
}

Deno.test("verify() accepts the tokens of a server before and after it changes keys", async () => {
  const emulator = createEmulator({
    env: { GOTRUE_MAILER_AUTOCONFIRM: "true" },
  });
  let requests = 0;
  const clock = { ms: Date.now() };
  const verifier = createVerifier({
    url: emulator.url,
    key: emulator.anonKey,
    now: () => clock.ms,
    fetch: (url, init) => {
      requests++;
      return emulator.fetch(url, init);
    },
  });
  const first = await signUp(emulator, "ada@example.com");
  const { claims } = await verifier.verify(first);
  assertEquals([claims.email, claims.aal], ["ada@example.com", "aal1"]);
  clock.ms += 60_000;
  for (const alg of ["RS256", "EdDSA"] as const) {
    await emulator.keys.rotate({ alg });
    const token = await signUp(emulator, `${alg}@example.com`);
    assertEquals((await verifier.verify(token)).header.alg, alg);
    assertEquals((await verifier.verify(first)).claims.sub, claims.sub);
    clock.ms += 60_000;
  }
  assertEquals(requests, 3);
  assertEquals(
    await codeOf(verifier.verify(emulator.anonKey)),
    "api_key_as_bearer",
  );
});

Deno.test("verify() accepts the tokens of a server that signs with a secret", async () => {
  const emulator = createEmulator({
    profile: "server",
    env: { GOTRUE_MAILER_AUTOCONFIRM: "true" },
  });
  const token = await signUp(emulator, "ada@example.com");
  const strict = createVerifier({
    url: emulator.url,
    secret: emulator.keys.secret,
  });
  assertEquals(await codeOf(strict.verify(token)), "jwt_issuer_mismatch");
  const verifier = createVerifier({
    issuer: null,
    audience: null,
    secret: emulator.keys.secret,
  });
  assertEquals((await verifier.verify(token)).claims.email, "ada@example.com");
});
