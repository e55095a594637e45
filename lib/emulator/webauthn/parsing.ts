import { fromBase64Url, fromUtf8 } from "../encoding.ts";
import type { JsonObject } from "../records.ts";
import { loadWebAuthn, type WebAuthnHelpers } from "./library.ts";

/** The decoded data of an authenticator. */
export type AuthenticatorData = ReturnType<
  WebAuthnHelpers["parseAuthenticatorData"]
>;

/** What the browser says of a ceremony. */
export interface ClientData {
  readonly type: string;
  readonly challenge: string;
  readonly origin: string;
  readonly crossOrigin?: boolean;
}

/** The answer of an authenticator in its JSON form, with what is inside it. */
export interface ParsedCredential {
  /** As it was received, with `rawId` filled in. */
  readonly json: JsonObject & {
    readonly id: string;
    readonly response: JsonObject;
  };
  readonly clientData: ClientData;
  readonly authenticatorData: AuthenticatorData;
}

/** An answer that makes a credential. */
export interface ParsedCreation extends ParsedCredential {
  /** The attestation format: none, packed, … */
  readonly format: string;
  /** The attestation statement. */
  readonly statement: ReadonlyMap<unknown, unknown>;
  /** The authenticator's data as bytes. */
  readonly authData: Uint8Array;
}

/** Reads an answer that makes a credential; undefined for anything else. */
export async function parseCreation(
  value: unknown,
): Promise<ParsedCreation | undefined> {
  const { helpers } = await loadWebAuthn();
  return attempt(() => {
    const { json, clientData } = parseCommon(value);
    const bytes = decode(json.response["attestationObject"]);
    const object = helpers.decodeAttestationObject(bytes);
    const authData = object.get("authData");
    const authenticatorData = helpers.parseAuthenticatorData(authData);
    if (!authenticatorData.flags.at) throw new Error("No credential");
    const format = object.get("fmt");
    const statement = object.get("attStmt") as unknown as Map<unknown, unknown>;
    return { json, clientData, authenticatorData, format, statement, authData };
  });
}

/** Reads an answer that uses a credential; undefined for anything else. */
export async function parseAssertion(
  value: unknown,
): Promise<ParsedCredential | undefined> {
  const { helpers } = await loadWebAuthn();
  return attempt(() => {
    const { json, clientData } = parseCommon(value);
    decode(json.response["signature"]);
    const data = decode(json.response["authenticatorData"]);
    const authenticatorData = helpers.parseAuthenticatorData(data);
    return { json, clientData, authenticatorData };
  });
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function parseCommon(
  value: unknown,
): Pick<ParsedCredential, "json" | "clientData"> {
  const { id, rawId, type, response } = value as JsonObject;
  if (type !== "public-key") throw new Error("Not a public key");
  if (decode(id).length === 0) throw new Error("No id");
  if (rawId !== undefined) decode(rawId);
  const members = response as JsonObject;
  const text = fromUtf8(decode(members["clientDataJSON"]));
  const json = {
    ...(value as JsonObject),
    id: id as string,
    rawId: id,
    response: members,
  };
  return { json, clientData: JSON.parse(text) as ClientData };
}

function decode(text: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof text === "string"
    ? fromBase64Url(text.replace(/=+$/, ""))
    : undefined;
  if (bytes === undefined) throw new Error("Not base64url");
  return bytes;
}
