/**
 * Between the JSON of WebAuthn and what a browser takes and gives. Browsers do
 * it by themselves by now; the older ones, and extensions that take their
 * place, do not.
 *
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON}
 */
import { encodeBase64Url } from "../pkce.ts";
import { invalid, isObject, type JsonObject } from "../wire/json.ts";
import type {
  CredentialDescriptorJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "../wire/webauthn.ts";

/** The part of `PublicKeyCredential` that is used, all of it optional. */
interface CredentialClass {
  parseCreationOptionsFromJSON?(options: object): object;
  parseRequestOptionsFromJSON?(options: object): object;
  isConditionalMediationAvailable?(): Promise<boolean>;
}

/**
 * The browser's class of credentials.
 *
 * @returns The class, or undefined where there is none.
 */
export function credentialClass(): CredentialClass | undefined {
  const { PublicKeyCredential } = globalThis as {
    readonly PublicKeyCredential?: CredentialClass;
  };
  return PublicKeyCredential;
}

/**
 * What `navigator.credentials.create()` takes as `publicKey`.
 *
 * @param options The server's.
 * @returns The same with bytes in place of base64url.
 * @throws {AuthResponseError} `invalid_response` when a text is no base64url.
 */
export function parseCreation(
  options: PublicKeyCredentialCreationOptionsJSON,
): object {
  const platform = credentialClass();
  return decode(() =>
    platform?.parseCreationOptionsFromJSON?.(options) ?? {
      ...options,
      challenge: decodeBytes(options.challenge),
      user: { ...options.user, id: decodeBytes(options.user.id) },
      ...withBytes("excludeCredentials", options.excludeCredentials),
    }
  );
}

/**
 * What `navigator.credentials.get()` takes as `publicKey`.
 *
 * @param options The server's.
 * @returns The same with bytes in place of base64url.
 * @throws {AuthResponseError} `invalid_response` when a text is no base64url.
 */
export function parseRequest(
  options: PublicKeyCredentialRequestOptionsJSON,
): object {
  const platform = credentialClass();
  return decode(() =>
    platform?.parseRequestOptionsFromJSON?.(options) ?? {
      ...options,
      challenge: decodeBytes(options.challenge),
      ...withBytes("allowCredentials", options.allowCredentials),
    }
  );
}

function decode(parse: () => object): object {
  try {
    return parse();
  } catch {
    throw invalid("options must hold base64url");
  }
}

function withBytes(
  name: string,
  descriptors: readonly CredentialDescriptorJSON[] | undefined,
): object {
  if (!descriptors) return {};
  const decoded = descriptors.map((each) => ({
    ...each,
    id: decodeBytes(each.id),
  }));
  return { [name]: decoded };
}

function decodeBytes(text: string): Uint8Array {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** What may be read of a credential, whoever made it. */
interface Credential {
  readonly id?: unknown;
  readonly rawId?: unknown;
  readonly type?: unknown;
  readonly authenticatorAttachment?: unknown;
  readonly response?: object;
  readonly toJSON?: () => unknown;
  readonly getClientExtensionResults?: () => object;
}

/**
 * The JSON of a credential.
 *
 * @param credential What a ceremony gave.
 * @returns What the server takes.
 */
export function writeCredential(credential: object): JsonObject {
  return askForJson(credential) ?? composeJson(credential);
}

/** Extensions put objects into the place of credentials that lack their insides. */
function askForJson(credential: Credential): JsonObject | undefined {
  try {
    const json = credential.toJSON?.();
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

const BINARY_MEMBERS = [
  "clientDataJSON",
  "attestationObject",
  "authenticatorData",
  "signature",
  "userHandle",
];

function composeJson(credential: Credential): JsonObject {
  const { id, rawId, type, authenticatorAttachment } = credential;
  const source = (credential.response ?? {}) as
    & Record<string, unknown>
    & { getTransports?(): string[] };
  const response: Record<string, unknown> = {};
  for (const name of BINARY_MEMBERS) {
    const text = encodeBytes(source[name]);
    if (text !== undefined) response[name] = text;
  }
  const transports = source.getTransports?.();
  if (transports) response["transports"] = transports;
  return {
    id,
    rawId: encodeBytes(rawId) ?? id,
    type,
    response,
    clientExtensionResults: credential.getClientExtensionResults?.() ?? {},
    ...(authenticatorAttachment ? { authenticatorAttachment } : {}),
  };
}

/** Of buffers from any realm. */
function encodeBytes(value: unknown): string | undefined {
  const { byteLength } = Object(value) as ArrayBuffer;
  if (byteLength === undefined) return undefined;
  return encodeBase64Url(
    ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, byteLength)
      : new Uint8Array(value as ArrayBuffer),
  );
}
