import { toBase64Url, utf8 } from "./encoding.ts";
import { hmacSha256 } from "./hash.ts";
import { signWithSecret } from "./signing.ts";

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

/** The API keys for a secret, each made at its first use: the same secret always gives the same keys. */
export function createApiKeys(secret: string): ApiKeys {
  let anonKey: string | undefined;
  let serviceRoleKey: string | undefined;
  let publishableKey: string | undefined;
  let secretKey: string | undefined;
  return {
    get anonKey() {
      return anonKey ??= roleToken(secret, "anon");
    },
    get serviceRoleKey() {
      return serviceRoleKey ??= roleToken(secret, "service_role");
    },
    get publishableKey() {
      return publishableKey ??= opaqueKey(secret, "publishable");
    },
    get secretKey() {
      return secretKey ??= opaqueKey(secret, "secret");
    },
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
  const authorization = headers.get("Authorization");
  const key = authorization === null
    ? headers.get("apikey")
    : /^bearer (sb_\S+)$/i.exec(authorization)?.[1];
  const token = key?.startsWith("sb_") ? tokenFor(keys, key) : undefined;
  if (token === undefined) return headers;
  const translated = new Headers(headers);
  translated.set("Authorization", `Bearer ${token}`);
  return translated;
}

function tokenFor(keys: ApiKeys, key: string): string | undefined {
  if (key === keys.publishableKey) return keys.anonKey;
  return key === keys.secretKey ? keys.serviceRoleKey : undefined;
}
