/** `/factors`: second factors of the user. */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { readObject, readString } from "../wire/json.ts";
import {
  type CodeChallenge,
  type EnrolledPhone,
  type EnrolledTotp,
  type EnrolledWebauthn,
  parseChallenge,
  parseEnrolled,
  type WebauthnChallenge,
} from "../wire/mfa.ts";
import { parseSignedIn, type Session } from "../wire/session.ts";

/** A factor that shows codes: an authenticator application. */
export interface MfaEnrollTotpParams {
  readonly factorType: "totp";
  /** Unique among the user's factors, the empty one included. */
  readonly friendlyName?: string;
  /** What the authenticator shows. @default {the site's host} */
  readonly issuer?: string;
}

/** A factor that receives codes by text message. */
export interface MfaEnrollPhoneParams {
  readonly factorType: "phone";
  readonly friendlyName?: string;
  readonly phone: string;
}

/** A factor that is a security key or a device. */
export interface MfaEnrollWebauthnParams {
  readonly factorType: "webauthn";
  readonly friendlyName?: string;
}

/** Any kind of factor. */
export type MfaEnrollParams =
  | MfaEnrollTotpParams
  | MfaEnrollPhoneParams
  | MfaEnrollWebauthnParams;

/** What is enrolled, by the kind of factor. */
export type MfaEnrollResult<P extends { readonly factorType: string }> =
  P["factorType"] extends "totp" ? EnrolledTotp
    : P["factorType"] extends "phone" ? EnrolledPhone
    : P["factorType"] extends "webauthn" ? EnrolledWebauthn
    : EnrolledTotp | EnrolledPhone | EnrolledWebauthn;

/**
 * Starts to enroll a second factor, which counts once it is verified.
 *
 * @see `POST /factors`
 */
export function mfaEnroll<P extends MfaEnrollParams>(
  config: UserConfig<Metadata>,
  params: P,
  request?: RequestOptions,
): Promise<MfaEnrollResult<P>> {
  const { factorType, friendlyName, issuer, phone } = params as
    & MfaEnrollParams
    & { issuer?: string; phone?: string };
  return send(
    config,
    {
      method: "POST",
      path: "/factors",
      body: {
        factor_type: factorType,
        friendly_name: friendlyName,
        issuer,
        phone,
      },
    },
    ({ body }) => parseEnrolled(body) as MfaEnrollResult<P>,
    request,
  );
}

/** Which factor to challenge with a code. */
export interface MfaChallengeParams {
  readonly factorId: string;
  /** For a phone factor. @default {"sms"} */
  readonly channel?: "sms" | "whatsapp";
  readonly webauthn?: never;
}

/** Which factor to challenge in the browser. */
export interface MfaChallengeWebauthnParams {
  readonly factorId: string;
  readonly webauthn: {
    readonly rpId: string;
    readonly rpOrigins?: readonly string[];
  };
}

/**
 * Starts to verify a factor; sends the code where the factor is a phone.
 *
 * @see `POST /factors/{id}/challenge`
 */
export function mfaChallenge(
  config: UserConfig<Metadata>,
  params: MfaChallengeWebauthnParams,
  request?: RequestOptions,
): Promise<WebauthnChallenge>;
export function mfaChallenge(
  config: UserConfig<Metadata>,
  params: MfaChallengeParams,
  request?: RequestOptions,
): Promise<CodeChallenge>;
export function mfaChallenge(
  config: UserConfig<Metadata>,
  params: MfaChallengeParams | MfaChallengeWebauthnParams,
  request?: RequestOptions,
): Promise<CodeChallenge | WebauthnChallenge> {
  const { webauthn } = params;
  return send(
    config,
    {
      method: "POST",
      path: ["/factors/", params.factorId, "/challenge"],
      body: webauthn
        ? { webauthn: { rp_id: webauthn.rpId, rp_origins: webauthn.rpOrigins } }
        : { channel: (params as MfaChallengeParams).channel },
    },
    ({ body }) => parseChallenge(body),
    request,
  );
}

/** The code that answers a challenge. */
export interface MfaVerifyParams {
  readonly factorId: string;
  readonly challengeId: string;
  readonly code: string;
  readonly webauthn?: never;
}

/** The ceremony's outcome that answers a challenge. */
export interface MfaVerifyWebauthnParams {
  readonly factorId: string;
  readonly challengeId: string;
  readonly code?: never;
  readonly webauthn: {
    readonly type: "create" | "request";
    readonly rpId: string;
    readonly rpOrigins?: readonly string[];
    /** The credential, as its `toJSON()` gives it. */
    readonly credential_response: unknown;
  };
}

/**
 * Verifies a factor and raises the session to `aal2`. Other sessions of the
 * user that are still at `aal1` end.
 *
 * @see `POST /factors/{id}/verify`
 */
export function mfaVerify<M extends Metadata>(
  config: UserConfig<M>,
  params: MfaVerifyParams | MfaVerifyWebauthnParams,
  request?: RequestOptions,
): Promise<Session<M>> {
  const { factorId, challengeId, code, webauthn } = params;
  return send(
    config,
    {
      method: "POST",
      path: ["/factors/", factorId, "/verify"],
      body: {
        challenge_id: challengeId,
        code,
        webauthn: webauthn && {
          type: webauthn.type,
          rp_id: webauthn.rpId,
          rp_origins: webauthn.rpOrigins,
          credential_response: webauthn.credential_response,
        },
      },
    },
    (answer) => parseSignedIn(answer, config).session,
    request,
  );
}

/**
 * Removes a factor. Sessions keep `aal2` in their tokens until they refresh.
 *
 * @see `DELETE /factors/{id}`
 */
export function mfaUnenroll(
  config: UserConfig<Metadata>,
  params: { readonly factorId: string },
  request?: RequestOptions,
): Promise<{ readonly id: string }> {
  return send(
    config,
    { method: "DELETE", path: ["/factors/", params.factorId] },
    ({ body }) => ({ id: readString(readObject(body, "factor"), "id") }),
    request,
  );
}
