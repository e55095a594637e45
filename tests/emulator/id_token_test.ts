import { assertEquals } from "@std/assert";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { type Answer, call, type Loose, signedIn, start } from "./helpers.ts";

const GOOGLE = "https://accounts.google.com";
const NOW = 1_800_000_000;
const pair = await generateKeyPair("ES256", { extractable: true });
const jwk = { ...await exportJWK(pair.publicKey), kid: "k1" } as const;

function startWithGoogle(env: Record<string, string> = {}): Emulator {
  return start({
    GOTRUE_EXTERNAL_GOOGLE_ENABLED: "true",
    GOTRUE_EXTERNAL_GOOGLE_CLIENT_ID: "web,ios",
    ...env,
  }, {
    now: () => NOW * 1000,
    issuerKeys: { [GOOGLE]: { keys: [jwk] } },
    fetch: () => Promise.reject(new TypeError("No network")),
  });
}

/** An id token of the issuer for Ann, unless its claims say otherwise. */
async function idToken(
  claims: Record<string, unknown> = {},
  key: CryptoKey = pair.privateKey,
  kid: string | null = "k1",
): Promise<string> {
  const all = {
    iss: GOOGLE,
    aud: "ios",
    sub: "g-1",
    exp: NOW + 60,
    email: "ann@example.com",
    email_verified: true,
    ...claims,
  };
  const header = { alg: "ES256", ...(kid === null ? {} : { kid }) };
  return await new SignJWT(all).setProtectedHeader(header).sign(key);
}

function grant(
  emulator: Emulator,
  body: Record<string, unknown>,
  token?: string,
): Promise<Answer> {
  return call(emulator, "POST", "/token?grant_type=id_token", {
    body: { provider: "google", ...body },
    ...(token === undefined ? {} : { token }),
  });
}

Deno.test("grant_type=id_token signs in with a token of a configured issuer", async () => {
  const emulator = startWithGoogle();
  const token = await idToken({
    name: "Ann",
    picture: "https://p.test/a.png",
    hd: "example.com",
  });
  const { status, body } = await grant(emulator, { id_token: token });
  assertEquals(status, 200);
  assertEquals(body.user.user_metadata, {
    avatar_url: "https://p.test/a.png",
    custom_claims: { hd: "example.com" },
    email: "ann@example.com",
    email_verified: true,
    full_name: "Ann",
    iss: GOOGLE,
    name: "Ann",
    phone_verified: false,
    picture: "https://p.test/a.png",
    provider_id: "g-1",
    sub: "g-1",
  });
});

Deno.test("grant_type=id_token finds the provider by its issuer", async () => {
  const emulator = startWithGoogle();
  const body = { provider: "", issuer: GOOGLE, client_id: "web" };
  const answer = await grant(emulator, { ...body, id_token: await idToken() });
  assertEquals(answer.body.user.app_metadata.provider, "google");
});

Deno.test("grant_type=id_token refuses bad tokens", async () => {
  const emulator = startWithGoogle();
  const other = await generateKeyPair("ES256");
  const bad = {
    expired: await idToken({ exp: NOW - 1 }),
    "without an end": await idToken({ exp: undefined }),
    "of the future": await idToken({ nbf: NOW + 400 }),
    "of another issuer": await idToken({ iss: "https://evil.test" }),
    "of another key": await idToken({}, other.privateKey),
    "of an unknown key": await idToken({}, pair.privateKey, "k2"),
    "unsigned": `${btoa('{"alg":"none"}')}.${btoa("{}")}.`,
    "of a wrong hash": await idToken({ at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }),
  };
  for (const [what, id_token] of Object.entries(bad)) {
    const answer = await grant(emulator, { id_token, access_token: "at" });
    assertEquals(answer.body.error_description, "Bad ID token", what);
  }
});

Deno.test("grant_type=id_token takes a token without a kid and the hash of its access token", async () => {
  const emulator = startWithGoogle();
  // The c_hash of OpenID Connect Core, appendix A.6, which is made in the same way.
  const at_hash = "LDktKdoQak3Pk0cnXxCltA";
  const access_token =
    "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
  const id_token = await idToken({ at_hash }, pair.privateKey, null);
  const answer = await grant(emulator, { id_token, access_token });
  assertEquals(answer.status, 200);
});

Deno.test("grant_type=id_token refuses tokens for others and without a subject", async () => {
  const emulator = startWithGoogle();
  const others = await idToken({ aud: ["a", "b"] });
  const answer = await grant(emulator, { id_token: others });
  assertEquals(
    answer.body.error_description,
    "Unacceptable audience in id_token: [a b]",
  );
  const nobody = await idToken({ sub: "" });
  const second = await grant(emulator, { id_token: nobody });
  assertEquals(
    second.body.error_description,
    "Missing sub claim in id_token",
  );
});

Deno.test("grant_type=id_token leaves the nonce alone where the settings say so", async () => {
  const id_token = await idToken({ nonce: "hash" });
  const strict = await grant(startWithGoogle(), { id_token });
  assertEquals(strict.body.error, "invalid request");
  const emulator = startWithGoogle({
    GOTRUE_EXTERNAL_GOOGLE_SKIP_NONCE_CHECK: "true",
  });
  assertEquals((await grant(emulator, { id_token })).status, 200);
});

Deno.test("grant_type=id_token refuses a disabled provider before it reads the token", async () => {
  const emulator = startWithGoogle({ GOTRUE_EXTERNAL_GOOGLE_ENABLED: "false" });
  const { body } = await grant(emulator, { id_token: "garbage" });
  assertEquals(body.code, "provider_disabled");
  assertEquals(
    body.message,
    'Provider (issuer "https://accounts.google.com") is not enabled',
  );
});

Deno.test("grant_type=id_token says when it cannot tell who issued the token", async () => {
  for (const name of ["Apple", "Azure"]) {
    const provider = name.toLowerCase();
    const { body } = await grant(startWithGoogle(), {
      provider,
      id_token: "x",
    });
    assertEquals(
      body.message,
      `Unable to detect issuer in ID token for ${name} provider`,
    );
  }
});

Deno.test("grant_type=id_token with link_identity adds an identity to the user of the token", async () => {
  const emulator = startWithGoogle();
  const session: Loose = await signedIn(emulator, "bob@example.com");
  const id_token = await idToken();
  const link = { id_token, link_identity: true };
  const answer = await grant(emulator, link, session.access_token);
  assertEquals(answer.body.user.id, session.user.id);
  assertEquals(answer.body.user.app_metadata.providers, ["email", "google"]);
  const forged = await grant(emulator, link, "forged");
  assertEquals(forged.body.code, "bad_jwt");
});

Deno.test("grant_type=id_token fetches the keys of an issuer that it was not given", async () => {
  const issuer = "https://keycloak.test/realms/a";
  const asked: string[] = [];
  const emulator = start({
    GOTRUE_EXTERNAL_KEYCLOAK_ENABLED: "true",
    GOTRUE_EXTERNAL_KEYCLOAK_CLIENT_ID: "ios",
    GOTRUE_EXTERNAL_KEYCLOAK_URL: issuer,
  }, {
    now: () => NOW * 1000,
    fetch: ({ url }) => {
      asked.push(url);
      const document = {
        issuer,
        jwks_uri: "https://keycloak.test/keys",
        id_token_signing_alg_values_supported: ["ES256"],
      };
      const isKeys = url.endsWith("/keys");
      return Promise.resolve(
        Response.json(isKeys ? { keys: [jwk] } : document),
      );
    },
  });
  const id_token = await idToken({ iss: issuer });
  const answer = await grant(emulator, { provider: "keycloak", id_token });
  assertEquals(answer.status, 200);
  assertEquals(asked, [
    `${issuer}/.well-known/openid-configuration`,
    "https://keycloak.test/keys",
  ]);
});
