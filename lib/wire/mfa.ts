import { readNumber, readObject, readString } from "./json.ts";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "./webauthn.ts";

/** A TOTP factor that awaits its first code. */
export interface EnrolledTotp {
  /** The factor's, for `mfaChallenge` and `mfaVerify`. */
  readonly id: string;
  /** Tells it from the other kinds. */
  readonly type: "totp";
  /** What the user calls it; empty when nothing was given. */
  readonly friendly_name?: string;
  /** What the authenticator needs, in three forms. */
  readonly totp: {
    /** An SVG image as a data URL, for an authenticator's camera. */
    readonly qr_code: string;
    /** Base32, for typing in. */
    readonly secret: string;
    /** `otpauth:`, for a link on the device itself. */
    readonly uri: string;
  };
}

/** A phone factor that awaits its first code. */
export interface EnrolledPhone {
  /** The factor's, for `mfaChallenge` and `mfaVerify`. */
  readonly id: string;
  /** Tells it from the other kinds. */
  readonly type: "phone";
  /** What the user calls it; empty when nothing was given. */
  readonly friendly_name?: string;
  /** The number, as it was given. */
  readonly phone: string;
}

/** A WebAuthn factor that awaits its first ceremony. */
export interface EnrolledWebauthn {
  /** The factor's, for `mfaChallenge` and `mfaVerify`. */
  readonly id: string;
  /** Tells it from the other kinds. */
  readonly type: "webauthn";
  /** What the user calls it; empty when nothing was given. */
  readonly friendly_name?: string;
}

/** A challenge that awaits a code. */
export interface CodeChallenge {
  /** What `mfaVerify` takes as `challengeId`. */
  readonly id: string;
  /** The kind of the factor that is challenged. */
  readonly type: "totp" | "phone";
  /** In seconds since 1970. */
  readonly expires_at: number;
}

/** A challenge that awaits a ceremony in the browser. */
export interface WebauthnChallenge {
  /** What `mfaVerify` takes as `challengeId`. */
  readonly id: string;
  /** The kind of the factor that is challenged. */
  readonly type: "webauthn";
  /** In seconds since 1970. */
  readonly expires_at: number;
  /** What the browser's ceremony needs. */
  readonly webauthn: WebauthnCeremony;
}

/** A factor's ceremony: `create` for the first one, then `request`. */
export type WebauthnCeremony =
  | {
    /** The factor has no credential yet. */
    readonly type: "create";
    /** The browser's options, binary members in base64url. */
    readonly credential_options: {
      readonly publicKey: PublicKeyCredentialCreationOptionsJSON;
    };
  }
  | {
    /** The factor's credential is to be proven. */
    readonly type: "request";
    /** The browser's options, binary members in base64url. */
    readonly credential_options: {
      readonly publicKey: PublicKeyCredentialRequestOptionsJSON;
    };
  };

/**
 * Parses a factor just enrolled.
 *
 * @param json As the server sends it.
 * @returns The factor; the QR code as a data URL.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseEnrolled(
  json: unknown,
): EnrolledTotp | EnrolledPhone | EnrolledWebauthn {
  const object = readObject(json, "factor");
  readString(object, "id");
  if (readString(object, "type") !== "totp") return object as never;
  const totp = readObject(object["totp"], "totp");
  const qr_code = `data:image/svg+xml;utf-8,${readString(totp, "qr_code")}`;
  readString(totp, "secret");
  readString(totp, "uri");
  return { ...object, totp: { ...totp, qr_code } } as unknown as EnrolledTotp;
}

/**
 * Parses a challenge.
 *
 * @param json As the server sends it.
 * @returns The challenge.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseChallenge(
  json: unknown,
): CodeChallenge | WebauthnChallenge {
  const object = readObject(json, "challenge");
  readString(object, "id");
  readNumber(object, "expires_at");
  if (object["type"] === "webauthn") {
    readObject(
      readObject(object["webauthn"], "webauthn")["credential_options"],
      "options",
    );
  }
  return object as unknown as CodeChallenge | WebauthnChallenge;
}
