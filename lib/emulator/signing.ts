import { toBase64Url, utf8 } from "./encoding.ts";
import { hmacSha256 } from "./hash.ts";
import type { Jwk } from "./keys.ts";

/** The claims of a token, as they were read. */
export type Claims = Readonly<Record<string, unknown>>;

/** Signs claims with a secret, at once. */
export function signWithSecret(secret: string, claims: Claims): string {
  const data = signingInput({ kid: "", alg: "HS256" }, claims);
  return `${data}.${toBase64Url(hmacSha256(utf8(secret), utf8(data)))}`;
}

/** What a signature is made of. */
export function signingInput(
  key: Pick<Jwk, "kid" | "alg">,
  claims: Claims,
): string {
  const header = {
    alg: key.alg,
    ...(key.kid === "" ? {} : { kid: key.kid }),
    typ: "JWT",
  };
  return `${encodePart(header)}.${encodePart(claims)}`;
}

function encodePart(value: unknown): string {
  return toBase64Url(utf8(JSON.stringify(value)));
}
