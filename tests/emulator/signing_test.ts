import { assertEquals } from "@std/assert";
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from "jose";
import { call, signedIn, start } from "./helpers.ts";

const ALGORITHMS = ["RS256", "RS512", "ES256", "ES512", "EdDSA"];

for (const alg of ALGORITHMS) {
  Deno.test(`tokens signed by a configured key of ${alg} fit the published half of it`, async () => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const key = { ...await exportJWK(privateKey), kid: "one", alg };
    const emulator = start({
      GOTRUE_JWT_KEYS: JSON.stringify([{
        ...key,
        key_ops: ["sign", "verify"],
      }]),
    });
    const { access_token: token } = await signedIn(emulator);
    const { body: jwks } = await call(
      emulator,
      "GET",
      "/.well-known/jwks.json",
    );
    assertEquals([jwks.keys.length, "d" in jwks.keys[0]], [1, false]);
    const { protectedHeader, payload } = await jwtVerify(
      token,
      createLocalJWKSet(jwks),
    );
    assertEquals(protectedHeader, { alg, kid: "one", typ: "JWT" });
    const { status, body } = await call(emulator, "GET", "/user", { token });
    assertEquals([status, body.id], [200, payload.sub]);
    const [head, claims, signature] = token.split(".");
    const other = signature.startsWith("A") ? "B" : "A";
    const forged = `${head}.${claims}.${other}${signature.slice(1)}`;
    const refused = await call(emulator, "GET", "/user", { token: forged });
    assertEquals([refused.status, refused.body.code], [403, "bad_jwt"]);
  });
}
