import { assertEquals, assertThrows } from "@std/assert";
import { AuthTokenError } from "../../lib/errors.ts";
import { checkClaims, createPolicy, decodeJwt } from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  codeOfThrown,
  encode,
  type Members,
  NOW,
  SECONDS,
  URL_,
} from "./support.ts";

function tokenOf(claims: Members | string, header: Members | string): string {
  return `${encode(header)}.${encode(claims)}.c2ln`;
}

Deno.test("decodeJwt() reads header and claims without a key", () => {
  const header = { alg: "HS256", typ: "JWT" };
  const decoded = decodeJwt(tokenOf(claimsOf(), header));
  assertEquals<unknown>(decoded, { header, claims: claimsOf() });
});

Deno.test("decodeJwt() reads text of all planes", () => {
  const note = 'Zoë \u0000 ܫ 漢字 🦕 \ufeff \u2028 \\ " :';
  const { claims } = decodeJwt(tokenOf({ note }, { alg: "x" }));
  assertEquals(claims["note"], note);
});

Deno.test("decodeJwt() does not care about policy", () => {
  const claims = { exp: 1, iss: "anybody", aud: ["x"] };
  const decoded = decodeJwt(tokenOf(claims, { alg: "none", crit: ["x"] }));
  assertEquals<unknown>(decoded.claims, claims);
});

const WRONG: [token: string, code: string][] = [
  ["", "jwt_missing"],
  ["x".repeat(32_769), "jwt_too_large"],
  ["sb_publishable_x", "api_key_as_bearer"],
  ["sb_secret_x", "api_key_as_bearer"],
  ["sb_other_x", "jwt_malformed"],
  ["a.b", "jwt_malformed"],
  ["a.b.c.d", "jwt_malformed"],
  ["e30.e30.", "jwt_malformed"],
  [tokenOf("[]", { alg: "x" }), "jwt_malformed"],
  [tokenOf('{"a":1,"a":1}', { alg: "x" }), "jwt_malformed"],
  [tokenOf({ exp: "1" }, { alg: "x" }), "jwt_claim_invalid"],
  [tokenOf({}, { alg: 1 }), "jwt_malformed"],
];
for (const [token, code] of WRONG) {
  Deno.test(`decodeJwt() refuses ${token.slice(0, 24)} as ${code}`, () => {
    const error = assertThrows(() => decodeJwt(token), AuthTokenError);
    assertEquals(error.code, code as typeof error.code);
  });
}

Deno.test("checkClaims() applies a policy to claims that were only decoded", () => {
  const policy = createPolicy({ url: URL_ });
  const check = (claims: Members, now = NOW) => {
    const decoded = decodeJwt(tokenOf(claimsOf(claims), { alg: "HS256" }));
    return codeOfThrown(() => checkClaims(decoded.claims, policy, now));
  };
  assertEquals(check({}), "accepted");
  assertEquals(check({}, (SECONDS + 3605) * 1000), "jwt_expired");
  assertEquals(check({ iss: "x" }), "jwt_issuer_mismatch");
  assertEquals(check({ aud: "x" }), "jwt_audience_mismatch");
});
