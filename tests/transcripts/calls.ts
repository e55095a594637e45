/**
 * One valid call of each function of `./api` and `./admin`, and what it must
 * make of the body of a success.
 */
import type { UserConfig } from "../../lib/config.ts";
import * as admin from "../../lib/admin/mod.ts";
import * as api from "../../lib/api/mod.ts";

/** The JSON of a recorded body. */
// deno-lint-ignore no-explicit-any -- whatever was recorded; a wrong guess fails the test
export type Recorded = any;

/** A function with its arguments filled in. */
export interface Call {
  /** Such as `signUp()`. */
  readonly name: string;
  readonly make: (config: UserConfig) => Promise<unknown>;
  /** The result, with the recorded texts where the result has `Date`s. */
  readonly expect: (body: Recorded, headers: Headers) => unknown;
}

const ID = "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11";
const EMAIL = "ada@example.com";
const PHONE = "15550001111";
const PASSWORD = "correct horse";

export function call(
  name: string,
  make: Call["make"],
  expect: Call["expect"],
): Call {
  return { name: `${name}()`, make, expect };
}

export function nothing(): undefined {
  return undefined;
}

export function same(body: Recorded): unknown {
  return body;
}

function user(body: Recorded): unknown {
  return { user: body };
}

export function signedIn(body: Recorded): unknown {
  return { user: body.user, session: body };
}

function messageSent(body: Recorded): unknown {
  return body.message_id === undefined ? {} : { messageId: body.message_id };
}

function onlyId(body: Recorded): unknown {
  return { id: body.id };
}

/** By e-mail and by phone: the answers are read alike. */
export const signUpByEmail: Call = call(
  "signUp",
  (config) => api.signUp(config, { email: EMAIL, password: PASSWORD }),
  signedUp,
);
export const signUpByPhone: Call = call(
  "signUp",
  (config) => api.signUp(config, { phone: PHONE, password: PASSWORD }),
  signedUp,
);

function signedUp(body: Recorded): unknown {
  return "access_token" in body
    ? signedIn(body)
    : { user: body, session: null };
}

export const signInAnonymously: Call = call(
  "signInAnonymously",
  (config) => api.signInAnonymously(config),
  signedIn,
);

export const signInWithPassword: Call = call(
  "signInWithPassword",
  (config) =>
    api.signInWithPassword(config, { email: EMAIL, password: PASSWORD }),
  (body) =>
    body.weak_password
      ? { ...signedIn(body) as object, weakPassword: body.weak_password }
      : signedIn(body),
);
/** The grant changes nothing in how an answer is read. */
export const otherGrant: Call = {
  ...signInWithPassword,
  name: "signInWithPassword(), for other grants,",
};
export const signInWithIdToken: Call = call(
  "signInWithIdToken",
  (config) => api.signInWithIdToken(config, { provider: "google", token: "t" }),
  signedIn,
);
export const linkIdentityByToken: Call = call(
  "linkIdentity",
  (config) => api.linkIdentity(config, { provider: "google", token: "t" }),
  signedIn,
);
export const linkIdentity: Call = call(
  "linkIdentity",
  (config) => api.linkIdentity(config, { provider: "github" }),
  (body) => ({ provider: "github", url: body.url }),
);
export const refreshSession: Call = call(
  "refreshSession",
  (config) => api.refreshSession(config, { refresh_token: "r" }),
  signedIn,
);
export const exchangeCodeForSession: Call = call(
  "exchangeCodeForSession",
  (config) => api.exchangeCodeForSession(config, ID, { codeVerifier: "v" }),
  signedIn,
);

/** By a code or by a hash, as the type asks for. */
export function verifyOtp(type: api.EmailOtpType | api.MobileOtpType): Call {
  return call(
    "verifyOtp",
    (config) =>
      type === "sms" || type === "phone_change"
        ? api.verifyOtp(config, { phone: PHONE, token: "123456", type })
        : api.verifyOtp(config, { token_hash: "hash", type }),
    (body) =>
      "access_token" in body ? signedIn(body) : { user: null, session: null },
  );
}

export const signInWithOtpByEmail: Call = call(
  "signInWithOtp",
  (config) => api.signInWithOtp(config, { email: EMAIL }),
  messageSent,
);
export const signInWithOtpByPhone: Call = call(
  "signInWithOtp",
  (config) => api.signInWithOtp(config, { phone: PHONE }),
  messageSent,
);
export const resendByEmail: Call = call(
  "resend",
  (config) => api.resend(config, { type: "signup", email: EMAIL }),
  messageSent,
);
export const resendByPhone: Call = call(
  "resend",
  (config) => api.resend(config, { type: "sms", phone: PHONE }),
  messageSent,
);
export const resetPasswordForEmail: Call = call(
  "resetPasswordForEmail",
  (config) => api.resetPasswordForEmail(config, EMAIL),
  nothing,
);
export const reauthenticate: Call = call(
  "reauthenticate",
  (config) => api.reauthenticate(config),
  nothing,
);
export const signInWithSSO: Call = call(
  "signInWithSSO",
  (config) => api.signInWithSSO(config, { domain: "example.com" }),
  ({ url }) => ({ url }),
);
export const signOut: Call = call(
  "signOut",
  (config) => api.signOut(config),
  nothing,
);

export const getUser: Call = call(
  "getUser",
  (config) => api.getUser(config),
  user,
);
export const getUserIdentities: Call = call(
  "getUserIdentities",
  (config) => api.getUserIdentities(config),
  (body) => ({ identities: body.identities }),
);
export const mfaListFactors: Call = call(
  "mfaListFactors",
  (config) => api.mfaListFactors(config),
  ({ factors = [] }) => ({
    all: factors,
    totp: verified(factors, "totp"),
    phone: verified(factors, "phone"),
    webauthn: verified(factors, "webauthn"),
    recovery_code: verified(factors, "recovery_code"),
  }),
);

function verified(factors: Recorded[], type: string): Recorded[] {
  return factors.filter((factor) =>
    factor.factor_type === type && factor.status === "verified"
  );
}

export const updateUser: Call = call(
  "updateUser",
  (config) => api.updateUser(config, { data: { name: "Ada" } }),
  user,
);
export const unlinkIdentity: Call = call(
  "unlinkIdentity",
  (config) => api.unlinkIdentity(config, { identity_id: ID }),
  nothing,
);

/** Of any kind: the kind decides what the answer holds. */
export function mfaEnroll(factorType: "totp" | "phone" | "webauthn"): Call {
  return call(
    "mfaEnroll",
    (config) =>
      api.mfaEnroll(
        config,
        factorType === "phone" ? { factorType, phone: PHONE } : { factorType },
      ),
    (body) =>
      body.totp
        ? { ...body, totp: { ...body.totp, qr_code: asDataUrl(body.totp) } }
        : body,
  );
}

function asDataUrl({ qr_code }: Recorded): string {
  return `data:image/svg+xml;utf-8,${qr_code}`;
}

export const mfaChallenge: Call = call(
  "mfaChallenge",
  (config) => api.mfaChallenge(config, { factorId: ID }),
  same,
);
export const mfaChallengeWebauthn: Call = call(
  "mfaChallenge",
  (config) =>
    api.mfaChallenge(config, {
      factorId: ID,
      webauthn: { rpId: "localhost" },
    }),
  same,
);
export const mfaVerify: Call = call(
  "mfaVerify",
  (config) =>
    api.mfaVerify(config, { factorId: ID, challengeId: ID, code: "123456" }),
  same,
);
export const mfaVerifyWebauthn: Call = call(
  "mfaVerify",
  (config) =>
    api.mfaVerify(config, {
      factorId: ID,
      challengeId: ID,
      webauthn: {
        type: "request",
        rpId: "localhost",
        credential_response: {} as never,
      },
    }),
  same,
);
export const mfaUnenroll: Call = call(
  "mfaUnenroll",
  (config) => api.mfaUnenroll(config, { factorId: ID }),
  onlyId,
);

export const getSettings: Call = call(
  "getSettings",
  (config) => api.getSettings(config),
  same,
);
export const getHealth: Call = call(
  "getHealth",
  (config) => api.getHealth(config),
  same,
);
export const getJwks: Call = call(
  "getJwks",
  (config) => api.getJwks(config),
  same,
);

export const adminSignOut: Call = call(
  "admin.signOut",
  (config) => admin.signOut(config, "header.payload.signature"),
  nothing,
);
export const inviteUserByEmail: Call = call(
  "admin.inviteUserByEmail",
  (config) => admin.inviteUserByEmail(config, EMAIL),
  user,
);
export const generateLink: Call = call(
  "admin.generateLink",
  (config) => admin.generateLink(config, { type: "magiclink", email: EMAIL }),
  (body) => {
    const {
      action_link,
      email_otp,
      hashed_token,
      redirect_to,
      verification_type,
      ...rest
    } = body;
    const properties = {
      action_link,
      email_otp,
      hashed_token,
      redirect_to,
      verification_type,
    };
    return { properties, user: rest };
  },
);
export const createUser: Call = call(
  "admin.createUser",
  (config) => admin.createUser(config, { email: EMAIL }),
  user,
);
export const getUserById: Call = call(
  "admin.getUserById",
  (config) => admin.getUserById(config, ID),
  user,
);
export const updateUserById: Call = call(
  "admin.updateUserById",
  (config) => admin.updateUserById(config, ID, { role: "editor" }),
  user,
);
export const deleteUser: Call = call(
  "admin.deleteUser",
  (config) => admin.deleteUser(config, ID),
  nothing,
);
export const listUsers: Call = call(
  "admin.listUsers",
  (config) => admin.listUsers(config),
  (body, headers) => ({
    ...body,
    nextPage: linkedPage(headers, "next") ?? null,
    lastPage: linkedPage(headers, "last") ?? 0,
    total: Number(headers.get("x-total-count") ?? 0),
  }),
);

/** The page that a header such as `</admin/users?page=2>; rel="next"` names. */
function linkedPage(headers: Headers, rel: string): number | undefined {
  const links = (headers.get("link") ?? "").split(", ");
  const link = links.find((each) => each.endsWith(`; rel="${rel}"`));
  if (link === undefined) return undefined;
  const target = link.slice(link.indexOf("<") + 1, link.indexOf(">"));
  const page = new URL(target, "https://auth.example").searchParams.get("page");
  return page === null ? undefined : Number(page);
}

export const adminMfaListFactors: Call = call(
  "admin.mfaListFactors",
  (config) => admin.mfaListFactors(config, { userId: ID }),
  (body) => ({ factors: body }),
);
export const mfaDeleteFactor: Call = call(
  "admin.mfaDeleteFactor",
  (config) => admin.mfaDeleteFactor(config, { userId: ID, id: ID }),
  onlyId,
);
