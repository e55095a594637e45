/** An issuer of ID tokens whose keys the emulator is given: it stands for Google. */

/** Its name. */
export const ISSUER = "https://accounts.google.com";
/** The application that its tokens are for. */
export const AUDIENCE = "client-google";

/** Issues tokens, and can be checked by its public key. */
export interface Issuer {
  readonly jwks: { readonly keys: readonly Record<string, unknown>[] };
  issue(claims: Record<string, unknown>, now: number): Promise<string>;
}

/** A key pair is made once for all cases: it is slow. */
let issuer: Promise<Issuer> | undefined;

/** The one issuer of the suite. */
export function theIssuer(): Promise<Issuer> {
  return issuer ??= makeIssuer();
}

async function makeIssuer(): Promise<Issuer> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const { privateKey, publicKey } = await crypto.subtle
    .generateKey(algorithm, true, ["sign", "verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", publicKey);
  return {
    jwks: { keys: [{ ...jwk, kid: "one", alg: "ES256", use: "sig" }] },
    issue: async (claims, now) => {
      const seconds = Math.floor(now / 1000);
      const input = [
        { alg: "ES256", kid: "one" },
        {
          iss: ISSUER,
          aud: AUDIENCE,
          iat: seconds,
          exp: seconds + 600,
          ...claims,
        },
      ].map((part) => encode(new TextEncoder().encode(JSON.stringify(part))))
        .join(".");
      const bytes = new TextEncoder().encode(input);
      const signature = await crypto.subtle.sign(algorithm, privateKey, bytes);
      return `${input}.${encode(new Uint8Array(signature))}`;
    },
  };
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-")
    .replaceAll("/", "_").replaceAll("=", "");
}
