import type { Context } from "../context.ts";
import { concat, fromBase64, fromBase64Url, utf8 } from "../encoding.ts";
import { hostname, parseGoUrl } from "../go_url.ts";
import type { Server } from "../server.ts";
import {
  bitString,
  integer,
  nothing,
  octets,
  oid,
  printable,
  sequence,
  setOf,
  tagged,
} from "./der.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const RSA_ENCRYPTION = "2a864886f70d010101";
const SHA256_WITH_RSA = "2a864886f70d01010b";
const COMMON_NAME = "550403";
const KEY_USAGE = "551d0f";
const ALTERNATIVE_NAME = "551d11";

const keys = new WeakMap<Server, Promise<CryptoKey>>();

/** The base of the addresses that identity providers know this server by. */
export function samlBase(context: Context): string {
  const { GOTRUE_SAML_EXTERNAL_URL: own, API_EXTERNAL_URL: common } =
    context.settings;
  return `${(own || common).replace(/\/+$/, "")}/sso/saml`;
}

/** Signs a redirect as the recorded server does: RSA with SHA-1. */
export async function signRedirect(
  context: Context,
  query: string,
): Promise<Bytes> {
  return await sign(await privateKey(context), "SHA-1", utf8(query));
}

/** The key of the settings, or one that is made at its first use. */
function privateKey(context: Context): Promise<CryptoKey> {
  const { server } = context;
  let key = keys.get(server);
  if (key === undefined) {
    key = loadKey(context.settings.GOTRUE_SAML_PRIVATE_KEY);
    keys.set(server, key);
  }
  return key;
}

async function loadKey(configured: string): Promise<CryptoKey> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  if (configured === "") {
    const pair = await crypto.subtle.generateKey(
      {
        ...algorithm,
        modulusLength: 2048,
        publicExponent: Uint8Array.of(1, 0, 1),
      },
      true,
      ["sign", "verify"],
    );
    return pair.privateKey;
  }
  const pkcs1 = fromBase64(configured);
  if (pkcs1 === undefined) {
    throw new TypeError("GOTRUE_SAML_PRIVATE_KEY must be base64 of an RSA key");
  }
  const pkcs8 = sequence(
    integer(Uint8Array.of(0)),
    sequence(oid(RSA_ENCRYPTION), nothing()),
    octets(pkcs1),
  );
  return await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, true, [
    "sign",
  ]);
}

/** Signs with the hash of choice: Web Crypto binds a key to one hash. */
async function sign(
  key: CryptoKey,
  hash: "SHA-1" | "SHA-256",
  data: Bytes,
): Promise<Bytes> {
  const { alg: _alg, key_ops: _ops, ...jwk } = await crypto.subtle.exportKey(
    "jwk",
    key,
  );
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash };
  const bound = await crypto.subtle.importKey("jwk", jwk, algorithm, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign(algorithm.name, bound, data));
}

/** The certificate (RFC 5280) that identity providers check signatures by, in base64; it never changes for a key and a host. */
export async function certificate(context: Context): Promise<string> {
  const url = parseGoUrl(samlBase(context));
  const host = url === undefined ? "" : hostname(url);
  const key = await privateKey(context);
  const body = sequence(
    tagged(0xa0, integer(Uint8Array.of(2))),
    integer(Uint8Array.of(0)),
    algorithmOf(SHA256_WITH_RSA),
    nameOf(host),
    sequence(
      tagged(0x17, utf8("700101000000Z")),
      tagged(0x18, utf8("21700101000000Z")),
    ),
    nameOf(host),
    await publicKeyInfo(key),
    tagged(0xa3, sequence(...extensions(host))),
  );
  const signature = await sign(key, "SHA-256", body);
  const whole = sequence(
    body,
    algorithmOf(SHA256_WITH_RSA),
    bitString(signature),
  );
  return btoa(String.fromCharCode(...whole));
}

function algorithmOf(identifier: string): Bytes {
  return sequence(oid(identifier), nothing());
}

function nameOf(host: string): Bytes {
  const text = printable(`SAML 2.0 Certificate for ${host}`);
  return sequence(setOf(sequence(oid(COMMON_NAME), text)));
}

async function publicKeyInfo(key: CryptoKey): Promise<Bytes> {
  const { n = "", e = "" } = await crypto.subtle.exportKey("jwk", key);
  const numbers = [n, e].map((text) =>
    integer(fromBase64Url(text) ?? concat())
  );
  return sequence(
    algorithmOf(RSA_ENCRYPTION),
    bitString(sequence(...numbers)),
  );
}

function extensions(host: string): readonly Bytes[] {
  const critical = tagged(0x01, Uint8Array.of(0xff));
  const usage = bitString(Uint8Array.of(0x80), 7);
  const names = sequence(tagged(0x82, utf8(`_samlsp.${host}`)));
  return [
    sequence(oid(KEY_USAGE), critical, octets(usage)),
    sequence(oid(ALTERNATIVE_NAME), octets(names)),
  ];
}
