import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  decodeToken,
  redate,
  resign,
  signHs256,
  tamper,
  verifyWithJwk,
} from "../../scripts/replay/jwt.ts";
import { base64url, utf8 } from "../../scripts/replay/encoding.ts";

/** RFC 7515, appendix A.1. */
const RFC_7515 =
  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const RFC_7515_KEY = {
  kty: "oct",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};
const SECRET = "a-secret-of-some-length-for-tests";
const KEY = { kty: "oct", k: base64url(utf8(SECRET)) };
const ENV = { env: { GOTRUE_JWT_SECRET: SECRET } };

Deno.test("verifyWithJwk() accepts the token of RFC 7515, appendix A.1, and no spoiled one", async () => {
  assert(await verifyWithJwk(RFC_7515, RFC_7515_KEY));
  assertEquals(await verifyWithJwk(tamper(RFC_7515), RFC_7515_KEY), false);
  assertEquals(await verifyWithJwk("no token", RFC_7515_KEY), false);
});

Deno.test("decodeToken() reads header and payload, and nothing else", () => {
  assertEquals(decodeToken(RFC_7515)?.header, { typ: "JWT", alg: "HS256" });
  assertEquals(decodeToken(RFC_7515)?.payload.iss, "joe");
  assertEquals(decodeToken("a.b.c"), undefined);
  assertEquals(decodeToken("a.b"), undefined);
});

Deno.test("resign() changes, adds and deletes one claim under a plain HS256 header", async () => {
  const token = await signHs256({ alg: "HS256", kid: "k" }, {
    sub: "1",
    aud: "a",
  }, SECRET);
  const changed = await resign(token, "aud", "b", SECRET);
  assertEquals(decodeToken(changed), {
    header: { alg: "HS256", typ: "JWT" },
    payload: { sub: "1", aud: "b" },
  });
  assertEquals(
    decodeToken(await resign(token, "aud", undefined, SECRET))?.payload,
    { sub: "1" },
  );
  assert(await verifyWithJwk(changed, KEY));
});

Deno.test("redate() moves the times of the instance's own tokens and of no others", async () => {
  const token = await signHs256(
    { alg: "HS256" },
    { iat: 10, exp: 20, amr: 5 },
    SECRET,
  );
  const moved = await redate(token, 100, ENV);
  assertEquals(decodeToken(moved)?.payload, { iat: 110, exp: 120, amr: 5 });
  assert(await verifyWithJwk(moved, KEY));
  assertEquals(await redate(RFC_7515, 100, ENV), RFC_7515);
  assertEquals(await redate("no token", 100, ENV), "no token");
});

for (
  const [alg, params] of [
    ["ES256", { name: "ECDSA", namedCurve: "P-256" }],
    ["EdDSA", { name: "Ed25519" }],
    ["RS256", {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: "SHA-256",
    }],
  ] as const
) {
  Deno.test(`redate() signs ${alg} tokens again with the key of their kid`, async () => {
    const pair = await crypto.subtle.generateKey(
      params as EcKeyGenParams,
      true,
      ["sign", "verify"],
    ) as CryptoKeyPair;
    const jwk = {
      ...await crypto.subtle.exportKey("jwk", pair.privateKey),
      kid: "one",
    };
    const env = {
      GOTRUE_JWT_SECRET: SECRET,
      GOTRUE_JWT_KEYS: JSON.stringify([jwk]),
    };
    const { signWithJwk } = await import("../../scripts/replay/jwt.ts");
    const token = await signWithJwk({ alg, kid: "one" }, { exp: 1 }, jwk);
    const moved = await redate(token, 5, { env });
    assertNotEquals(moved, token);
    assertEquals(decodeToken(moved)?.payload, { exp: 6 });
    assert(await verifyWithJwk(moved, jwk));
  });
}
