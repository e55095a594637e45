import type { Guard } from "../auth.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { SIGN_UP_SHAPE } from "../sign_ups.ts";
import type { BucketRate } from "./rates.ts";

const BURST = 30;
const FIVE_MINUTES = 300;
const USUAL_REGISTRATIONS = 10;

/** The name of a bucket. */
export type BucketName =
  | "Signups"
  | "AnonymousSignIns"
  | "Recover"
  | "Resend"
  | "MagicLink"
  | "Otp"
  | "User"
  | "Token"
  | "Web3"
  | "Verify"
  | "FactorChallenge"
  | "FactorVerify"
  | "SSO"
  | "SAMLAssertion"
  | "PasskeyAuthentication"
  | "OAuthClientRegister";

type RateReader = (settings: Settings) => BucketRate;

/** The buckets by name (auth-server §1.7 a). */
const BUCKETS: Readonly<Record<BucketName, RateReader>> = {
  Signups: otp,
  AnonymousSignIns: (settings) => {
    const burst = settings.GOTRUE_RATE_LIMIT_ANONYMOUS_USERS;
    return { perSecond: burst / 3600, burst };
  },
  Recover: otp,
  Resend: otp,
  MagicLink: otp,
  Otp: otp,
  User: otp,
  Token: (settings) => per5m(settings.GOTRUE_RATE_LIMIT_TOKEN_REFRESH),
  Web3: (settings) => per5m(settings.GOTRUE_RATE_LIMIT_WEB3),
  Verify: (settings) => per5m(settings.GOTRUE_RATE_LIMIT_VERIFY),
  FactorChallenge: factors,
  FactorVerify: factors,
  SSO: (settings) => per5m(settings.GOTRUE_RATE_LIMIT_SSO),
  SAMLAssertion: (settings) => per5m(settings.GOTRUE_SAML_RATE_LIMIT_ASSERTION),
  PasskeyAuthentication: (settings) =>
    per5m(settings.GOTRUE_RATE_LIMIT_PASSKEY),
  OAuthClientRegister: (settings) => per5m(registrations(settings)),
};

function otp(settings: Settings): BucketRate {
  return per5m(settings.GOTRUE_RATE_LIMIT_OTP);
}

function factors(settings: Settings): BucketRate {
  const perMinute = settings.GOTRUE_MFA_RATE_LIMIT_CHALLENGE_AND_VERIFY;
  return { perSecond: perMinute / 60, burst: BURST };
}

function per5m(amount: number): BucketRate {
  return { perSecond: amount / FIVE_MINUTES, burst: BURST };
}

/** The server knows the setting under two names. */
function registrations(settings: Settings): number {
  const {
    GOTRUE_RATE_LIMIT_OAUTH_DYNAMIC_CLIENT_REGISTER: plain,
    GOTRUE_RATE_LIMIT_O_AUTH_DYNAMIC_CLIENT_REGISTER: split,
  } = settings;
  return plain === USUAL_REGISTRATIONS ? split : plain;
}

/** A guard that lets a client pass as often as a bucket allows. */
export function bucket(name: BucketName): Guard {
  return (context) => takeFrom(context, name);
}

/** The guard of `POST /signup`: anonymous users have a bucket of their own. */
export function signUpBucket(context: Context): void {
  if (clientKey(context) === "") return;
  const { email, phone } = context.decode("SignupParams", SIGN_UP_SHAPE);
  const isAnonymous = email === "" && phone === "";
  // Where anonymous users are off, that is said without counting.
  const { GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: isOn } = context.settings;
  if (isAnonymous && !isOn) return;
  takeFrom(context, isAnonymous ? "AnonymousSignIns" : "Signups");
}

const GRANTS = ["password", "refresh_token", "pkce", "id_token"];

/** The guard of `POST /token`: wallets have a bucket of their own, unknown grants have none. */
export function tokenBucket(context: Context): void {
  const grant = context.param("grant_type");
  if (grant === "web3") takeFrom(context, "Web3");
  if (GRANTS.includes(grant)) takeFrom(context, "Token");
}

/** Takes from a client's bucket, or refuses. */
export function takeFrom(context: Context, name: BucketName): void {
  const client = clientKey(context);
  if (client === "") return;
  const { rates, clock } = context.server;
  const rate = BUCKETS[name](context.settings);
  if (rates.take(`${name} ${client}`, rate, clock.now())) return;
  fail(429, "over_request_rate_limit", "Request rate limit reached");
}

/** What clients are told apart by; "" where nobody is limited. */
function clientKey(context: Context): string {
  const { settings, headers } = context;
  const forwarded = settings.GOTRUE_SECURITY_SB_FORWARDED_FOR_ENABLED
    ? leftmost(headers.get("Sb-Forwarded-For"))
    : "";
  const header = settings.GOTRUE_RATE_LIMIT_HEADER;
  return forwarded || (header === "" ? "" : leftmost(headers.get(header)));
}

function leftmost(list: string | null): string {
  return (list ?? "").split(",")[0]!.trim();
}
