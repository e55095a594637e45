/**
 * Which function makes which request. A recorded request that is neither in
 * {@link TABLE} nor in {@link UNMAPPED} fails the tests.
 */
import type { RecordedRequest } from "../../scripts/replay/types.ts";
import * as calls from "./calls.ts";
import type { Call } from "./calls.ts";
import * as passkeys from "./passkey_calls.ts";
import { UNMAPPED } from "./unmapped.ts";

/** The calls that a request stands for; the first one counts, all are made. */
type Choose = (request: RecordedRequest) => readonly Call[];

/** A token of a kind for which there is no function yet, or no grant at all. */
export const OTHER_GRANT = "POST /token";

/** By method and path template, and by grant where the path is `/token`. */
export const TABLE: Readonly<Record<string, Choose>> = {
  "POST /signup": (r) => [chooseSignUp(r)],
  "POST /token?grant_type=password": () => [calls.signInWithPassword],
  "POST /token?grant_type=id_token": (r) => [
    member(r, "link_identity")
      ? calls.linkIdentityByToken
      : calls.signInWithIdToken,
  ],
  "POST /token?grant_type=refresh_token": () => [calls.refreshSession],
  "POST /token?grant_type=pkce": () => [calls.exchangeCodeForSession],
  [OTHER_GRANT]: () => [calls.otherGrant],
  "POST /verify": (r) => [calls.verifyOtp(chooseOtpType(r))],
  "POST /otp": (r) => [
    member(r, "phone")
      ? calls.signInWithOtpByPhone
      : calls.signInWithOtpByEmail,
  ],
  "POST /resend": (r) => [
    member(r, "phone") ? calls.resendByPhone : calls.resendByEmail,
  ],
  "POST /recover": () => [calls.resetPasswordForEmail],
  "GET /reauthenticate": () => [calls.reauthenticate],
  "POST /sso": () => [calls.signInWithSSO],
  "POST /logout": () => [calls.signOut, calls.adminSignOut],
  "GET /user": () => [
    calls.getUser,
    calls.getUserIdentities,
    calls.mfaListFactors,
  ],
  "PUT /user": () => [calls.updateUser],
  "GET /user/identities/authorize": () => [calls.linkIdentity],
  "DELETE /user/identities/{id}": () => [calls.unlinkIdentity],
  "POST /factors": (r) => [calls.mfaEnroll(chooseFactorType(r))],
  "POST /factors/{id}/challenge": (r) => [
    member(r, "webauthn") ? calls.mfaChallengeWebauthn : calls.mfaChallenge,
  ],
  "POST /factors/{id}/verify": (r) => [
    member(r, "webauthn") ? calls.mfaVerifyWebauthn : calls.mfaVerify,
  ],
  "DELETE /factors/{id}": () => [calls.mfaUnenroll],
  "GET /passkeys": () => [passkeys.passkeyList],
  "PATCH /passkeys/{id}": () => [passkeys.passkeyUpdate],
  "DELETE /passkeys/{id}": () => [passkeys.passkeyDelete],
  "POST /passkeys/registration/options": () => [
    passkeys.passkeyStartRegistration,
  ],
  "POST /passkeys/registration/verify": () => [
    passkeys.passkeyVerifyRegistration,
  ],
  "POST /passkeys/authentication/options": () => [
    passkeys.passkeyStartAuthentication,
  ],
  "POST /passkeys/authentication/verify": () => [
    passkeys.passkeyVerifyAuthentication,
  ],
  "GET /settings": () => [calls.getSettings],
  "GET /health": () => [calls.getHealth],
  "GET /.well-known/jwks.json": () => [calls.getJwks],
  "POST /invite": () => [calls.inviteUserByEmail],
  "POST /admin/generate_link": () => [calls.generateLink],
  "POST /admin/users": () => [calls.createUser],
  "GET /admin/users": () => [calls.listUsers],
  "GET /admin/users/{id}": () => [calls.getUserById],
  "PUT /admin/users/{id}": () => [calls.updateUserById],
  "DELETE /admin/users/{id}": () => [calls.deleteUser],
  "GET /admin/users/{id}/factors": () => [calls.adminMfaListFactors],
  "DELETE /admin/users/{id}/factors/{id}": () => [calls.mfaDeleteFactor],
  "GET /admin/users/{id}/passkeys": () => [passkeys.passkeyListPasskeys],
  "DELETE /admin/users/{id}/passkeys/{id}":
    () => [passkeys.passkeyDeletePasskey],
};

function member(request: RecordedRequest, name: string): unknown {
  const { body } = request;
  const isObject = typeof body === "object" && body !== null;
  return isObject ? (body as Record<string, unknown>)[name] : undefined;
}

function chooseSignUp(request: RecordedRequest): Call {
  if (member(request, "phone")) return calls.signUpByPhone;
  const isAnonymous = request.rawBody === undefined &&
    !member(request, "email") && !member(request, "password");
  return isAnonymous ? calls.signInAnonymously : calls.signUpByEmail;
}

const OTP_TYPES = [
  "signup",
  "invite",
  "magiclink",
  "recovery",
  "email_change",
  "sms",
  "phone_change",
] as const;

function chooseOtpType(request: RecordedRequest) {
  const given = member(request, "type");
  return OTP_TYPES.find((type) => type === given) ?? "email";
}

function chooseFactorType(request: RecordedRequest) {
  const given = member(request, "factor_type");
  return given === "phone" || given === "webauthn" ? given : "totp";
}

const TEMPLATES = [...Object.keys(TABLE), ...Object.keys(UNMAPPED)];

/**
 * The key of the table, mapped or not, that a request belongs to: the one with
 * the fewest parameters; undefined when there is none. Like the server it takes
 * several slashes at the start for one.
 */
export function keyOf(
  method: string,
  path: string,
  query: URLSearchParams,
): string | undefined {
  if (path === "/token") {
    const grant = `${method} /token?grant_type=${query.get("grant_type")}`;
    if (TEMPLATES.includes(grant)) return grant;
  }
  const requestLine = `${method} ${path.replace(/^\/+/, "/")}`;
  return TEMPLATES
    .filter((template) => fits(template, requestLine))
    .sort((a, b) => a.split("{id}").length - b.split("{id}").length)[0];
}

function fits(template: string, requestLine: string): boolean {
  const parts = template.split("/"), given = requestLine.split("/");
  return parts.length === given.length &&
    parts.every((part, i) => part === given[i] || part === "{id}" && given[i]);
}
