// What must work wherever the package can be installed: run by `deno task
// test` from the sources and by `deno task test:npm` from the tarball, under
// every runtime. Only public entries are imported.
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  type AuthConfig,
  calculateCodeChallenge,
  createAuthConfig,
  generateCodeVerifier,
  getUser,
  refreshSession,
  signInWithPassword,
  signOut,
  signUp,
  withAccessToken,
} from "@gotrue/edge/api";
import { createEmulator } from "@gotrue/edge/emulator";

const ADA = { email: "ada@example.com", password: "correct horse" };

function connect(): AuthConfig {
  const emulator = createEmulator({
    env: { GOTRUE_MAILER_AUTOCONFIRM: "true" },
  });
  return createAuthConfig(emulator.clientOptions());
}

Deno.test("a user signs up, in and out against the embedded server", async () => {
  const config = connect();
  const { user, session } = await signUp(config, ADA);
  assertEquals(user.email, ADA.email);
  assertInstanceOf(user.created_at, Date);
  assertEquals(session?.token_type, "bearer");

  const signedIn = await signInWithPassword(config, ADA);
  const mine = withAccessToken(config, signedIn.session.access_token);
  assertEquals((await getUser(mine)).user.id, user.id);

  const next = await refreshSession(config, signedIn.session);
  assertEquals(next.user.id, user.id);
  await signOut(withAccessToken(config, next.session.access_token));
});

Deno.test("a refusal is an error of its class, with the server's code", async () => {
  const error = await assertRejects(
    () => signInWithPassword(connect(), ADA),
    Error,
    "Invalid login credentials",
  );
  assertEquals(error.name, "AuthApiError");
  assertEquals(Object(error).code, "invalid_credentials");
});

Deno.test("a PKCE verifier has the challenge that RFC 7636 demands", async () => {
  assertEquals(generateCodeVerifier().length, 43);
  assertEquals(
    await calculateCodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  );
});
