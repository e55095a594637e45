/** Keys and tokens to measure with, all of them different. */
import type { Jwk } from "../../../lib/wire/settings.ts";
import {
  createSecretSigner,
  createSigner,
  decode,
  type Members,
  SECRET,
} from "../../jwt/support.ts";

export const URL_ = "https://project.supabase.co/auth/v1";
export { SECRET };

/** Tokens of one algorithm. */
export interface Fixture {
  readonly alg: string;
  readonly tokens: readonly string[];
  /** The same, ready for the platform. */
  readonly parts:
    readonly (readonly [signature: BufferSource, input: BufferSource])[];
  readonly parameters: AlgorithmIdentifier | EcdsaParams;
  /** The key for verifying, imported. */
  readonly key: CryptoKey;
  /** Undefined with HS256. */
  readonly jwk: Jwk | undefined;
  /** PEM, or the secret. */
  readonly text: string;
}

const COUNT = 256;
const PARAMETERS: Record<string, HmacImportParams & EcKeyImportParams> = {
  HS256: { name: "HMAC", hash: "SHA-256", namedCurve: "" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", namedCurve: "" },
  ES256: { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
  EdDSA: { name: "Ed25519", hash: "", namedCurve: "" },
};

/** Makes the tokens of an algorithm. */
export async function createFixture(alg: string): Promise<Fixture> {
  const isSecret = alg === "HS256";
  const signer = isSecret
    ? await createSecretSigner()
    : await createSigner(alg, "36c78f36-e037-4c52-8959-590d70e6d22c");
  const tokens: string[] = [];
  for (let i = 0; i < COUNT; i++) tokens.push(await signer.sign(claimsOf(i)));
  const parameters = PARAMETERS[alg] as HmacImportParams & EcKeyImportParams;
  const key = isSecret
    ? await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(SECRET),
      parameters,
      false,
      ["verify"],
    )
    : await crypto.subtle.importKey(
      "jwk",
      signer.jwk as JsonWebKey,
      parameters,
      true,
      ["verify"],
    );
  return {
    alg,
    tokens,
    parts: tokens.map(toParts),
    parameters,
    key,
    jwk: isSecret ? undefined : signer.jwk,
    text: isSecret ? SECRET : await toPem(key),
  };
}

function toParts(token: string): [BufferSource, BufferSource] {
  const end = token.lastIndexOf(".");
  const input = new TextEncoder().encode(token.slice(0, end));
  return [decode(token.slice(end + 1)), input];
}

async function toPem(key: CryptoKey): Promise<string> {
  const der = new Uint8Array(await crypto.subtle.exportKey("spki", key));
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----"]
    .join("\n");
}

/** A user who came by an external provider. */
function claimsOf(serial: number): Members {
  const now = Math.floor(Date.now() / 1000);
  const id = String(109_876_543_210_987_000_000n + BigInt(serial));
  const picture =
    `https://pictures.example/a/ACg8ocK${id}mYbZq0v1w2x3y4z5=s96-c`;
  const email = `zoe.${serial}@example.com`;
  return {
    iss: URL_,
    sub: crypto.randomUUID(),
    aud: "authenticated",
    exp: now + 36_000,
    iat: now,
    email,
    phone: "",
    app_metadata: { provider: "google", providers: ["google"] },
    user_metadata: {
      avatar_url: picture,
      email,
      email_verified: true,
      full_name: "Zoë Müller",
      iss: "https://accounts.google.com",
      name: "Zoë Müller",
      phone_verified: false,
      picture,
      provider_id: id,
      sub: id,
    },
    role: "authenticated",
    aal: "aal1",
    amr: [{ method: "oauth", timestamp: now }],
    session_id: crypto.randomUUID(),
    is_anonymous: false,
  };
}
