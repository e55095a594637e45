/**
 * A software authenticator: makes the recorded WebAuthn attestations and assertions anew, over the challenges of this run, with keys
 * of its own (ES256). Attestation formats `none` and `packed` (self attestation), as in Web Authentication Level 3, section 8.
 *
 * @module
 */
import { type Cbor, decodeCbor, encodeCbor } from "./cbor.ts";
import {
  base64url,
  type Bytes,
  concat,
  digest,
  fromBase64,
  fromUtf8,
  utf8,
} from "./encoding.ts";
import type { Json, JsonObject } from "./types.ts";

/** How recorded values are turned into those of this run. */
export interface Translation {
  /** The challenge of this run for a recorded one. */
  challenge(recorded: string): string;
  /** The id of this run for a recorded one. */
  id(recorded: string): string;
}

interface Credential {
  id: Bytes;
  keys: CryptoKeyPair;
  /** The recorded key, to tell good recorded signatures from bad ones; unknown for credentials that were never registered. */
  recordedKey?: CryptoKey;
}

const ES256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGN = { name: "ECDSA", hash: "SHA-256" } as const;
/** Bytes of authenticator data before the attested credential: hash of the relying party's id, flags, counter. */
const FIXED = 37;

/** One authenticator with the credentials that it has made, found by the recorded credential ids. */
export class SoftwareAuthenticator {
  readonly #credentials = new Map<string, Credential>();

  /** Makes a recorded credential (the JSON form of a `PublicKeyCredential`) anew. */
  async remake(
    recorded: JsonObject,
    translation: Translation,
  ): Promise<JsonObject> {
    const response = recorded.response as JsonObject;
    const credential = await this.#credential(
      String(recorded.rawId ?? recorded.id),
    );
    const clientData = translateClientData(
      String(response.clientDataJSON),
      translation,
    );
    const made = typeof response.attestationObject === "string"
      ? await attest(credential, response, clientData)
      : await assert(credential, response, clientData, translation);
    const id = base64url(credential.id);
    return { ...recorded, id, rawId: id, response: { ...response, ...made } };
  }

  async #credential(recordedId: string): Promise<Credential> {
    let credential = this.#credentials.get(recordedId);
    if (credential === undefined) {
      const keys = await crypto.subtle.generateKey(ES256, true, [
        "sign",
        "verify",
      ]);
      credential = {
        id: crypto.getRandomValues(
          new Uint8Array(fromBase64(recordedId).length),
        ),
        keys,
      };
      this.#credentials.set(recordedId, credential);
    }
    return credential;
  }
}

function translateClientData(
  recorded: string,
  translation: Translation,
): Bytes {
  const data = JSON.parse(fromUtf8(fromBase64(recorded))) as JsonObject;
  return utf8(
    JSON.stringify({
      ...data,
      challenge: translation.challenge(String(data.challenge)),
    }),
  );
}

async function attest(
  credential: Credential,
  recorded: JsonObject,
  clientData: Bytes,
): Promise<JsonObject> {
  const object = decodeCbor(fromBase64(String(recorded.attestationObject)))
    .value as Map<string, Cbor>;
  const recordedData = object.get("authData") as Uint8Array;
  credential.recordedKey = await importCose(attestedKey(recordedData));
  const authData = concat(
    recordedData.slice(0, FIXED),
    recordedData.slice(FIXED, FIXED + 16),
    Uint8Array.of(credential.id.length >> 8, credential.id.length & 0xff),
    credential.id,
    encodeCbor(await exportCose(credential.keys.publicKey)),
  );
  const statement = await attestationStatement(
    object,
    credential,
    authData,
    clientData,
  );
  const made = new Map<string, Cbor>();
  for (const [key, value] of object) {
    made.set(
      key,
      key === "authData" ? authData : key === "attStmt" ? statement : value,
    );
  }
  return {
    attestationObject: base64url(encodeCbor(made)),
    clientDataJSON: base64url(clientData),
  };
}

async function attestationStatement(
  object: Map<string, Cbor>,
  credential: Credential,
  authData: Bytes,
  clientData: Bytes,
): Promise<Cbor> {
  const statement = object.get("attStmt") as Map<string, Cbor>;
  if (object.get("fmt") !== "packed") return statement;
  const signature = await sign(
    credential.keys.privateKey,
    authData,
    clientData,
  );
  return new Map<string, Cbor>([["alg", statement.get("alg") ?? -7], [
    "sig",
    signature,
  ]]);
}

async function assert(
  credential: Credential,
  recorded: JsonObject,
  clientData: Bytes,
  translation: Translation,
): Promise<JsonObject> {
  const authData = fromBase64(String(recorded.authenticatorData));
  const signature = await sign(
    credential.keys.privateKey,
    authData,
    clientData,
  );
  if (await wasBroken(credential, recorded)) {
    signature[signature.length - 1]! ^= 1;
  }
  const made: JsonObject = {
    clientDataJSON: base64url(clientData),
    signature: base64url(signature),
  };
  const handle = recorded.userHandle;
  if (typeof handle === "string") {
    made.userHandle = translateHandle(handle, translation);
  }
  return made;
}

function translateHandle(handle: string, translation: Translation): Json {
  return base64url(utf8(translation.id(fromUtf8(fromBase64(handle)))));
}

/** Whether the recorded assertion does not verify under the recorded key. */
async function wasBroken(
  credential: Credential,
  recorded: JsonObject,
): Promise<boolean> {
  if (credential.recordedKey === undefined) return false;
  const signed = await signedBytes(
    fromBase64(String(recorded.authenticatorData)),
    fromBase64(String(recorded.clientDataJSON)),
  );
  const signature = fromDer(fromBase64(String(recorded.signature)));
  return !await crypto.subtle.verify(
    SIGN,
    credential.recordedKey,
    signature,
    signed,
  );
}

async function signedBytes(authData: Bytes, clientData: Bytes): Promise<Bytes> {
  return concat(authData, await digest("SHA-256", clientData));
}

async function sign(
  key: CryptoKey,
  authData: Bytes,
  clientData: Bytes,
): Promise<Bytes> {
  return toDer(
    new Uint8Array(
      await crypto.subtle.sign(
        SIGN,
        key,
        await signedBytes(authData, clientData),
      ),
    ),
  );
}

function attestedKey(authData: Uint8Array): Map<number, Cbor> {
  const idLength = authData[FIXED + 16]! << 8 | authData[FIXED + 17]!;
  return decodeCbor(authData, FIXED + 18 + idLength).value as Map<number, Cbor>;
}

async function exportCose(key: CryptoKey): Promise<Map<number, Cbor>> {
  const jwk = await crypto.subtle.exportKey("jwk", key);
  return new Map<number, Cbor>([[1, 2], [3, -7], [-1, 1], [
    -2,
    fromBase64(jwk.x!),
  ], [-3, fromBase64(jwk.y!)]]);
}

function importCose(cose: Map<number, Cbor>): Promise<CryptoKey> {
  const [x, y] = [cose.get(-2) as Uint8Array, cose.get(-3) as Uint8Array];
  const jwk = { kty: "EC", crv: "P-256", x: base64url(x), y: base64url(y) };
  return crypto.subtle.importKey("jwk", jwk, ES256, false, ["verify"]);
}

/** A signature of two 32-byte integers as ASN.1 DER, the form in which authenticators give it. */
export function toDer(raw: Uint8Array): Bytes {
  const body = concat(derInteger(raw.slice(0, 32)), derInteger(raw.slice(32)));
  return concat(Uint8Array.of(0x30, body.length), body);
}

function derInteger(bytes: Uint8Array): Bytes {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.slice(start);
  const sign = digits[0]! >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return concat(Uint8Array.of(2, digits.length + sign.length), sign, digits);
}

/** A signature of two 32-byte integers from its ASN.1 DER form. */
export function fromDer(der: Uint8Array): Bytes {
  const rLength = der[3]!;
  const sLength = der[5 + rLength]!;
  return concat(
    fixed(der.slice(4, 4 + rLength)),
    fixed(der.slice(6 + rLength, 6 + rLength + sLength)),
  );
}

function fixed(integer: Uint8Array): Bytes {
  const out = new Uint8Array(32);
  out.set(integer.slice(-32), 32 - Math.min(32, integer.length));
  return out;
}
