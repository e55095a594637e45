import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AuthTokenError } from "../../lib/errors.ts";
import { createVerifier, decodeJwt } from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  codeOf,
  createSecretSigner,
  createSigner,
  jwksOf,
  type Members,
  NOW,
  once,
  SECONDS,
  SECRET,
  URL_,
} from "./support.ts";

const signer = once(() => createSigner("ES256", "one"));

async function verify(claims: Members, options: Members = {}): Promise<string> {
  const es256 = await signer();
  const verifier = createVerifier({
    url: URL_,
    jwks: jwksOf(es256),
    now: () => NOW,
    cache: false,
    ...options,
  });
  return await codeOf(verifier.verify(await es256.sign(claims)));
}

Deno.test("verify() returns claims, header and token when all is well", async () => {
  const es256 = await signer();
  const token = await es256.sign(claimsOf());
  const verifier = createVerifier({
    url: URL_,
    jwks: jwksOf(es256),
    now: () => NOW,
  });
  const result = await verifier.verify(token);
  assertEquals<unknown>(result.claims, claimsOf());
  assertEquals<unknown>(result.header, {
    alg: "ES256",
    typ: "JWT",
    kid: "one",
  });
  assertEquals(result.token, token);
});

for (const alg of ["RS256", "ES256", "EdDSA", "RS512"] as const) {
  Deno.test(`verify() accepts ${alg}`, async () => {
    const own = await createSigner(alg, "one");
    const verifier = createVerifier({
      url: URL_,
      jwks: jwksOf(own),
      algorithms: [alg],
      now: () => NOW,
    });
    const { header } = await verifier.verify(await own.sign(claimsOf()));
    assertEquals(header.alg, alg);
  });
}

Deno.test("verify() accepts HS256 and asymmetric tokens at once during a rotation", async () => {
  const es256 = await signer();
  const hs256 = await createSecretSigner();
  const jwks = jwksOf(es256);
  const verifier = createVerifier({
    url: URL_,
    jwks,
    secret: SECRET,
    now: () => NOW,
  });
  await verifier.verify(await es256.sign(claimsOf()));
  await verifier.verify(await hs256.sign(claimsOf()));
  await verifier.verify(await hs256.sign(claimsOf(), { kid: "legacy" }));
});

Deno.test("verify() takes a secret of bytes", async () => {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const verifier = createVerifier({ url: URL_, secret, now: () => NOW });
  const token = await (await createSecretSigner(secret)).sign(claimsOf());
  assertEquals((await verifier.verify(token)).claims.role, "authenticated");
});

Deno.test("verify() refuses HS256 before any request when there is no secret", async () => {
  const token = await (await createSecretSigner()).sign(claimsOf());
  const verifier = createVerifier({
    url: URL_,
    now: () => NOW,
    fetch: () => Promise.reject(new Error("No request is expected")),
  });
  assertEquals(await codeOf(verifier.verify(token)), "jwt_key_not_found");
});

Deno.test("verify() accepts a token without kid when one key fits its algorithm", async () => {
  const rs256 = await createSigner("RS256", "two");
  const es256 = await signer();
  const verifier = createVerifier({
    url: URL_,
    jwks: jwksOf(rs256, es256),
    now: () => NOW,
  });
  await verifier.verify(await es256.sign(claimsOf(), { kid: undefined }));
  const [another, ambiguous] = [await createSigner("ES256", "three"), es256];
  const both = createVerifier({
    url: URL_,
    jwks: jwksOf(another, ambiguous),
    now: () => NOW,
  });
  const token = await es256.sign(claimsOf(), { kid: undefined });
  assertEquals(await codeOf(both.verify(token)), "jwt_key_not_found");
});

Deno.test("verify() refuses nothing at all as jwt_missing", async () => {
  const verifier = createVerifier({ url: URL_ });
  for (const token of [null, undefined, ""]) {
    assertEquals(await codeOf(verifier.verify(token)), "jwt_missing");
  }
  await assertRejects(() => verifier.verify(7 as never), TypeError);
});

Deno.test("verify() refuses API keys as such, with their own code", async () => {
  const hs256 = await createSecretSigner();
  const verifier = createVerifier({
    url: URL_,
    secret: SECRET,
    now: () => NOW,
  });
  const legacy = { iss: "supabase", ref: "project", iat: 1, exp: 4e9 };
  const keys = [
    "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH",
    "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz",
    await hs256.sign({ ...legacy, role: "anon" }),
    await hs256.sign({ ...legacy, role: "service_role" }),
  ];
  for (const key of keys) {
    assertEquals(await codeOf(verifier.verify(key)), "api_key_as_bearer");
  }
});

Deno.test("verify() accepts a service token when no claim but exp is required", async () => {
  const hs256 = await createSecretSigner();
  const verifier = createVerifier({
    issuer: null,
    audience: null,
    requiredClaims: [],
    secret: SECRET,
    now: () => NOW,
  });
  const token = await hs256.sign({ role: "service_role", exp: 4e9 });
  assertEquals((await verifier.verify(token)).claims.role, "service_role");
  const endless = await hs256.sign({ role: "service_role", sub: "a" });
  assertEquals(await codeOf(verifier.verify(endless)), "jwt_claim_missing");
});

const POLICY: [
  why: string,
  claims: Members,
  code: string,
  options?: Members,
][] = [
  ["expired by the tolerance", { exp: SECONDS - 5 }, "jwt_expired"],
  ["expired by less than it", { exp: SECONDS - 4 }, "accepted"],
  ["expiring now", { exp: SECONDS }, "jwt_expired", {
    clockToleranceSeconds: 0,
  }],
  ["expiring in a second", { exp: SECONDS + 1 }, "accepted", {
    clockToleranceSeconds: 0,
  }],
  ["issued 2 s ahead", { iat: SECONDS + 2 }, "accepted"],
  ["issued at the tolerance", { iat: SECONDS + 5 }, "accepted"],
  ["issued beyond it", { iat: SECONDS + 6 }, "jwt_issued_in_future"],
  ["valid from the tolerance", { nbf: SECONDS + 5 }, "accepted"],
  ["valid later", { nbf: SECONDS + 6 }, "jwt_not_yet_valid"],
  ["no exp", { exp: undefined }, "jwt_claim_missing"],
  ["no iat", { iat: undefined }, "jwt_claim_missing"],
  ["no sub", { sub: undefined }, "jwt_claim_missing"],
  ["an empty sub", { sub: "" }, "jwt_claim_missing"],
  ["no session_id", { session_id: undefined }, "jwt_claim_missing", {
    requiredClaims: ["session_id"],
  }],
  ["no issuer", { iss: undefined }, "jwt_issuer_mismatch"],
  ["a longer issuer", { iss: `${URL_}/` }, "jwt_issuer_mismatch"],
  ["a shorter issuer", { iss: URL_.slice(0, -1) }, "jwt_issuer_mismatch"],
  ["another case", { iss: URL_.toUpperCase() }, "jwt_issuer_mismatch"],
  ["one of two issuers", { iss: "b" }, "accepted", { issuer: ["a", "b"] }],
  ["any issuer", { iss: "b" }, "accepted", { issuer: null }],
  ["url with a slash", {}, "accepted", { url: `${URL_}/` }],
  ["no audience", { aud: undefined }, "jwt_audience_mismatch"],
  ["an empty audience", { aud: "" }, "jwt_audience_mismatch"],
  ["another audience", { aud: "anon" }, "jwt_audience_mismatch"],
  ["other audiences", { aud: ["anon", "auth"] }, "jwt_audience_mismatch"],
  ["an empty list", { aud: [] }, "jwt_audience_mismatch"],
  ["one of its audiences", { aud: ["x", "authenticated"] }, "accepted"],
  ["one of ours", { aud: "b" }, "accepted", { audience: ["a", "b"] }],
  ["any audience", { aud: "b" }, "accepted", { audience: null }],
  ["null metadata", { app_metadata: null, amr: null }, "accepted"],
  ["claims of a hook", { tenant: { id: 7 } }, "accepted"],
];
for (const [why, claims, code, options] of POLICY) {
  Deno.test(`verify() says ${code} when a token has ${why}`, async () => {
    assertEquals(await verify(claimsOf(claims), options), code);
  });
}

const INVALID: [claim: string, values: unknown[]][] = [
  ...["exp", "iat", "nbf"].map((name): [string, unknown[]] => [name, [
    `${SECONDS + 60}`,
    -1,
    SECONDS + 0.5,
    null,
    true,
    {},
    253_402_300_800,
    1e300,
  ]]),
  ["sub", [7, null, {}]],
  ["iss", [7, [URL_]]],
  ["aud", [7, null, {}, [7], [["authenticated"]]]],
  ["role", [7, ["authenticated"]]],
  ["aal", [2]],
  ["is_anonymous", ["false", 0, null]],
  ["app_metadata", ["{}", [], 7]],
  ["user_metadata", ["{}", []]],
  ["amr", ["password", {}, ["password"], [{ method: "otp" }], [{
    method: 1,
    timestamp: 1,
  }]]],
];
for (const [claim, values] of INVALID) {
  Deno.test(`verify() refuses ${claim} of a wrong type or range`, async () => {
    for (const value of values) {
      const code = await verify(claimsOf({ [claim]: value }));
      assertEquals(code, "jwt_claim_invalid", JSON.stringify(value));
    }
  });
}

Deno.test("verify() names expected and found issuers, and never the token", async () => {
  const es256 = await signer();
  const token = await es256.sign(claimsOf({ iss: "https://other.example" }));
  const verifier = createVerifier({
    url: URL_,
    jwks: jwksOf(es256),
    now: () => NOW,
  });
  const error = await assertRejects(
    () => verifier.verify(token),
    AuthTokenError,
  );
  assertEquals(
    error.message,
    `Cannot accept the token: issuer mismatch: expected ${URL_}, found "https://other.example"`,
  );
  for (const segment of token.split(".")) {
    assert(!JSON.stringify([error, error.stack]).includes(segment));
  }
});

Deno.test("verify() takes no text for a list of algorithms, and tells no query of its address", async () => {
  const es256 = await signer();
  const verifier = createVerifier({
    url: `${URL_}?key=secret`,
    jwks: jwksOf(es256),
    now: () => NOW,
  });
  await verifier.verify(await es256.sign(claimsOf()));
  const foreign = await es256.sign(claimsOf({ iss: "https://other.example" }));
  const error = await assertRejects(() => verifier.verify(foreign));
  assert(!(error as Error).message.includes("secret"));
  const text = createVerifier({
    url: URL_,
    jwks: jwksOf(es256),
    now: () => NOW,
    algorithms: "XXES256" as never,
  });
  assertEquals(
    await codeOf(text.verify(await es256.sign(claimsOf()))),
    "jwt_algorithm_not_allowed",
  );
});

Deno.test("createVerifier() refuses options that cannot be meant", () => {
  const wrong: [Members, RegExp][] = [
    [{}, /give url or issuer/],
    [{ secret: SECRET }, /give url or issuer/],
    [{ url: URL_, issuer: "" }, /issuer/],
    [{ url: "auth.example" }, /url or jwks/],
    [{ url: "https://ada:secret@auth.example" }, /url or jwks/],
    [{ url: "https://auth.example/#secret" }, /url or jwks/],
    [{ url: URL_, jwks: "keys" }, /url or jwks/],
    [{ url: URL_, jwks: "https://ada:secret@keys.example" }, /url or jwks/],
    [{ url: URL_, jwks: "https://keys.example/#secret" }, /url or jwks/],
    [{ url: URL_, jwks: 5 }, /jwks/],
    [{ url: URL_, issuer: [7] }, /issuer/],
    [{ url: URL_, audience: "" }, /audience/],
    [{ url: URL_, clockToleranceSeconds: -1 }, /clockToleranceSeconds/],
    [{ url: URL_, clockToleranceSeconds: NaN }, /clockToleranceSeconds/],
    [{ url: URL_, clockToleranceSeconds: "5" }, /clockToleranceSeconds/],
    [{ url: URL_, secret: "" }, /secret/],
    [{ url: URL_, secret: "-----BEGIN PUBLIC KEY-----\nMF" }, /secret/],
    [{ url: URL_, secret: '{"kty":"EC"}' }, /secret/],
  ];
  for (const [options, message] of wrong) {
    const error = assertThrows(
      () => createVerifier(options as never),
      TypeError,
    );
    assert(message.test(error.message), error.message);
    assert(!error.message.includes("secret@"), error.message);
  }
});

Deno.test("verify() freezes what it remembers, and only that", async () => {
  const es256 = await signer();
  const options = { url: URL_, jwks: jwksOf(es256), now: () => NOW };
  const token = await es256.sign(claimsOf());
  const { claims } = await createVerifier(options).verify(token);
  assert(Object.isFrozen(claims) && Object.isFrozen(claims.amr?.[0]));
  assert(Object.isFrozen(claims.app_metadata?.providers));
  const own = await createVerifier({ ...options, cache: false }).verify(token);
  assert(!Object.isFrozen(own.claims));
});

Deno.test("decodeJwt() reads what verify() would refuse", async () => {
  const token = await (await signer()).sign(claimsOf({ exp: 1, iss: "x" }));
  assertEquals(decodeJwt(token).claims.exp, 1);
  assertEquals(decodeJwt(token).claims.user_metadata?.name, "Zoë");
});
