/** What a server may do although it looks wrong; each with its section of the description of the real one. */

const used = new Set<object>();

/** Notes that what is listed has happened. */
export function noteUse(listed: object): void {
  used.add(listed);
}

/**
 * What has not happened although it is listed, by its section and its words. What
 * needs requests at the same time happens too seldom to be counted.
 */
export function unusedListings(): string[] {
  const reports = REPORTS.filter(({ inCrowd }) => !inCrowd);
  const listed = [...FAILURES, ...reports, ...KEPT];
  return listed.filter((one) => !used.has(one))
    .map((one) => `${one.section} ${"route" in one ? one.route : one.message}`);
}

/** An answer with a status of 500 or more. */
export interface ListedFailure {
  readonly section: string;
  readonly status: number;
  readonly message: RegExp;
}

/** Failures that the real server answers as well. */
export const FAILURES: readonly ListedFailure[] = [
  { section: "3.2", status: 500, message: /^Internal Server Error$/ },
  { section: "3.2", status: 500, message: /^duplicate key value violates/ },
  { section: "1.8", status: 500, message: /^captcha verification process/ },
  { section: "8.5", status: 500, message: /^Unable to get SMS provider$/ },
  { section: "9.1", status: 500, message: /^Database error saving new user$/ },
  { section: "12.2", status: 500, message: /^Error generating QR Code$/ },
  {
    section: "12.2",
    status: 500,
    message: /^A valid session and a registered user are required to enroll/,
  },
  { section: "13", status: 500, message: /^Failed to initialize WebAuthn$/ },
  { section: "15.3", status: 500, message: /^Error creating user$/ },
  { section: "15.3", status: 500, message: /^Database error creating new/ },
  { section: "15.4", status: 500, message: /^Error updating user$/ },
  { section: "19.5", status: 500, message: /^Error generating ID token$/ },
  // What a hook refuses with.
  { section: "22", status: 500, message: /^No$/ },
  { section: "22", status: 503, message: /^No$/ },
  { section: "22", status: 500, message: /^output claims / },
  { section: "22", status: 500, message: /^error invoking hook$/i },
  { section: "22", status: 500, message: /^Unexpected status code returned/ },
];

/** Errors that end in the bare 500 of section 3.2, by what the emulator reports. */
export const REPORTS: readonly {
  readonly section: string;
  readonly message: RegExp;
  /** Happens only when somebody else acts while a request waits for the world outside. */
  readonly inCrowd?: true;
}[] = [
  { section: "8.7", message: /^Unknown code challenge method$/ },
  { section: "10.6", message: /^PKCE links know no such type$/ },
  { section: "12.3", message: /^The settings of the relying party are incom/ },
  { section: "15.8", message: /mfa_factors_user_friendly_name_unique/ },
  // An address was taken between the sending of a code and its use.
  { section: "4.2", message: /"users_(phone_key|email_partial_key)"$/ },
  {
    section: "4.2 (the user's rows go with the user)",
    message: /^A record of \w+ is gone$/,
    inCrowd: true,
  },
  { section: "17", message: /^The metadata is no SAML metadata$/ },
  // A world outside that cannot be reached or makes no sense.
  { section: "17 and 14.5", message: /^The network is down$/ },
  { section: "14.5", message: /^The outside (did not answer|answered) with / },
  {
    section: "14.5",
    message:
      /^The (issuer of the discovery document differs|discovery document names no keys)$/,
  },
];

/** Where a sign-up writes. */
const SIGN_UP = [
  "users",
  "identities",
  "audit",
  "sessions",
  "refresh_tokens",
  "one_time_tokens",
  "flow_states",
  "mails",
  "messages",
];

/** Writes that a refused request leaves behind. */
export const KEPT: readonly {
  readonly section: string;
  readonly route: RegExp;
  readonly tables: readonly string[];
  readonly code?: RegExp;
  /** The settings under which it happens; all by default. */
  readonly settings?: string;
}[] = [
  {
    section: "3.7",
    route: /^POST .*\/(recover|otp|magiclink)$/,
    tables: ["flow_states"],
  },
  {
    section: "3.7",
    route: /^POST .*\/(otp|magiclink)$/,
    tables: SIGN_UP,
  },
  {
    section: "22 (after_user_created)",
    route:
      /^(GET|POST) .*\/(signup|otp|magiclink|invite|generate_link|callback|token)$/,
    tables: SIGN_UP,
    settings: "hooks on",
  },
  {
    section: "6.3 and 6.4",
    route: /^POST .*\/token$/,
    tables: ["refresh_tokens", "sessions"],
    code: /^refresh_token_already_used$/,
  },
  {
    section: "17 (a relay state can be used once)",
    route: /^POST .*\/sso\/saml\/acs$/,
    tables: ["saml_relay_states"],
  },
  {
    section: "19.4 (an authorization that has expired says so)",
    route: / .*\/oauth\/authorizations\/[^/]+(\/consent)?$/,
    tables: ["oauth_authorizations"],
    code: /^oauth_authorization_not_found$/,
  },
  {
    section: "19.5 (a code is used up even when no id_token can be signed)",
    route: /^POST .*\/oauth\/token$/,
    tables: ["oauth_authorizations", "sessions", "refresh_tokens", "users"],
    code: /^unexpected_failure$/,
  },
  {
    section: "12.4",
    route: /^POST .*\/factors\/[^/]+\/verify$/,
    tables: ["challenges"],
    code: /^mfa_challenge_expired$/,
  },
  {
    section: "12.4 and 22",
    route: /^POST .*\/factors\/[^/]+\/verify$/,
    tables: ["sessions", "refresh_tokens"],
    code: /^mfa_verification_rejected$/,
  },
  {
    section: "13.3 and 13.5",
    route: /^POST .*\/passkeys\/(registration|authentication)\/verify$/,
    tables: ["passkey_challenges"],
  },
];
