import { toBase64Url, utf8 } from "./encoding.ts";
import { hmacSha256 } from "./hash.ts";
import { signWithSecret } from "./tokens.ts";

/** When the API keys end, as those of a local Supabase do: in 2032. */
const EXPIRY = 1983812996;

/** The keys of the two roles, in both forms. */
export interface ApiKeys {
  /** A JWT with the role `anon`. */
  readonly anonKey: string;
  /** A JWT with the role `service_role`. */
  readonly serviceRoleKey: string;
  /** Stands for `anonKey` at the gateway. */
  readonly publishableKey: string;
  /** Stands for `serviceRoleKey` at the gateway. */
  readonly secretKey: string;
}

/** Makes the API keys for a secret: the same secret always gives the same keys. */
export function createApiKeys(secret: string): ApiKeys {
  return {
    anonKey: roleToken(secret, "anon"),
    serviceRoleKey: roleToken(secret, "service_role"),
    publishableKey: opaqueKey(secret, "publishable"),
    secretKey: opaqueKey(secret, "secret"),
  };
}

function roleToken(secret: string, role: string): string {
  return signWithSecret(secret, { iss: "supabase-demo", role, exp: EXPIRY });
}

function opaqueKey(secret: string, kind: string): string {
  const text = toBase64Url(hmacSha256(utf8(secret), utf8(kind)));
  return `sb_${kind}_${text.slice(0, 22)}_${text.slice(22, 30)}`;
}

/** Puts the JWT of a role where a request has an opaque key instead, as Supabase's gateway does. */
export function translateApiKeys(keys: ApiKeys, headers: Headers): Headers {
  const tokens: Readonly<Record<string, string>> = {
    [keys.publishableKey]: keys.anonKey,
    [keys.secretKey]: keys.serviceRoleKey,
  };
  const bearer = /^bearer (\S+)$/i.exec(headers.get("Authorization") ?? "")
    ?.[1];
  const isAbsent = !headers.has("Authorization");
  const token = tokens[bearer ?? ""] ??
    (isAbsent ? tokens[headers.get("apikey") ?? ""] : undefined);
  if (token === undefined) return headers;
  const translated = new Headers(headers);
  translated.set("Authorization", `Bearer ${token}`);
  return translated;
}
