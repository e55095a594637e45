/** Proof Key for Code Exchange: the two halves that a client makes. */

/** SHA-256 of some bytes. */
export type Sha256 = (
  bytes: Uint8Array<ArrayBuffer>,
) => ArrayBuffer | Promise<ArrayBuffer>;

/**
 * Makes a new code verifier: 32 random bytes as 43 base64url characters.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.1}
 * @returns The verifier. Keep it until the code comes back; it is a secret.
 *
 * @example
 * ```ts
 * import { generateCodeVerifier } from "@gotrue/edge";
 *
 * console.log(generateCodeVerifier().length); // 43
 * ```
 */
export function generateCodeVerifier(): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Calculates the challenge to send in place of a verifier, by method `s256`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.2}
 * @param verifier What {@link generateCodeVerifier} made.
 * @param sha256 Computes SHA-256; the platform's unless given.
 * @returns The challenge.
 *
 * @example The vector of RFC 7636, Appendix B
 * ```ts
 * import { calculateCodeChallenge } from "@gotrue/edge";
 *
 * const challenge = await calculateCodeChallenge(
 *   "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
 * );
 * console.log(challenge); // E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
 * ```
 */
export async function calculateCodeChallenge(
  verifier: string,
  sha256: Sha256 = platformSha256,
): Promise<string> {
  const digest = await sha256(new TextEncoder().encode(verifier));
  return encodeBase64Url(new Uint8Array(digest));
}

function platformSha256(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", bytes);
}

/**
 * Encodes bytes as base64url without padding.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-5}
 * @param bytes What to encode; some kilobytes at most.
 * @returns The text.
 */
export function encodeBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
