import { formatTime } from "../clock.ts";
import { fromBase64Url, toBase64 } from "../encoding.ts";
import type { Challenge, JsonObject } from "../records.ts";
import type {
  AuthenticatorData,
  ParsedCreation,
  ParsedCredential,
} from "./parsing.ts";

// A factor shows the internals of the last ceremony in the words of the server's own library: its
// structures with their member names, bytes as padded base64.

/** What a factor shows after a ceremony that made its credential. */
export function creationData(
  challenge: Challenge,
  parsed: ParsedCreation,
): JsonObject {
  const { json, authData, format, statement } = parsed;
  const { response } = json;
  const transports = response["transports"] ?? null;
  return {
    challenge: challengeData(challenge),
    type: "create",
    credential_response: credentialResponse(parsed, {
      publicKey: response["publicKey"] ?? null,
      ...(transports === null ? {} : { transports }),
      clientDataJSON: response["clientDataJSON"],
      attestationObject: response["attestationObject"],
      authenticatorData: response["authenticatorData"] ?? null,
      publicKeyAlgorithm: response["publicKeyAlgorithm"] ?? 0,
    }, {
      Transports: transports,
      AttestationObject: {
        fmt: format,
        AuthData: authenticatorJson(parsed.authenticatorData),
        authData: toBase64(authData),
        ...(statement.size === 0 ? {} : { attStmt: statementJson(statement) }),
      },
    }),
  };
}

/** What a factor shows after a ceremony that used its credential. */
export function assertionData(
  challenge: Challenge,
  parsed: ParsedCredential,
): JsonObject {
  const { signature, userHandle, clientDataJSON, authenticatorData } =
    parsed.json.response;
  const hasHandle = typeof userHandle === "string";
  return {
    challenge: challengeData(challenge),
    type: "request",
    credential_response: credentialResponse(parsed, {
      signature,
      ...(hasHandle ? { userHandle } : {}),
      clientDataJSON,
      authenticatorData,
    }, {
      Signature: padded(signature),
      UserHandle: hasHandle ? padded(userHandle) : null,
      AuthenticatorData: authenticatorJson(parsed.authenticatorData),
    }),
  };
}

function challengeData(challenge: Challenge): JsonObject {
  return {
    challenge_id: challenge.id,
    factor_id: challenge.factor_id,
    created_at: formatTime(challenge.created_at),
    ip_address: challenge.ip_address,
    web_authn_session_data: challenge.web_authn_session,
  };
}

function credentialResponse(
  { json, clientData }: ParsedCredential,
  rawResponse: JsonObject,
  response: JsonObject,
): JsonObject {
  const { id, type, rawId, authenticatorAttachment: attachment } = json;
  const attached = typeof attachment === "string" && attachment !== ""
    ? { authenticatorAttachment: attachment }
    : {};
  const extensions = json["clientExtensionResults"] as JsonObject | undefined;
  const hasExtensions = Object.keys(extensions ?? {}).length > 0;
  return {
    ID: id,
    Raw: {
      id,
      type,
      rawId,
      response: rawResponse,
      ...(hasExtensions ? { clientExtensionResults: extensions } : {}),
      ...attached,
    },
    Type: type,
    rawId: padded(rawId),
    Response: {
      ...response,
      CollectedClientData: {
        type: clientData.type,
        origin: clientData.origin,
        challenge: clientData.challenge,
        ...(clientData.crossOrigin ? { crossOrigin: true } : {}),
      },
    },
    ...(hasExtensions ? { clientExtensionResults: extensions } : {}),
    ...attached,
  };
}

function authenticatorJson(data: AuthenticatorData): JsonObject {
  return {
    rpid: toBase64(data.rpIdHash),
    flags: data.flags.flagsInt,
    att_data: {
      aaguid: encoded(data.aaguid),
      public_key: encoded(data.credentialPublicKey),
      credential_id: encoded(data.credentialID),
    },
    ext_data: encoded(data.extensionsDataBuffer),
    sign_count: data.counter,
  };
}

function statementJson(statement: ReadonlyMap<unknown, unknown>): JsonObject {
  const entries = [...statement].map(([name, value]) => [name, plain(value)]);
  return Object.fromEntries(entries);
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64(value);
  return Array.isArray(value) ? value.map(plain) : value;
}

function encoded(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : toBase64(bytes);
}

function padded(text: unknown): string {
  const bytes = fromBase64Url(String(text).replace(/=+$/, ""));
  return toBase64(bytes ?? new Uint8Array());
}
