/** What signing up, in and out by hand refuses (auth-server §9, §10, §11.3), besides what the client's cases show. */
import { signUp } from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { PASSWORD } from "./assertions.ts";
import { CHALLENGE } from "./authorize.ts";
import { type Refusal, type RefusalAnswer, refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const NO_MAIL = { GOTRUE_EXTERNAL_EMAIL_ENABLED: "false" };
const NO_PHONE = { GOTRUE_EXTERNAL_PHONE_ENABLED: "false" };
const NO_MAGIC = { GOTRUE_EXTERNAL_EMAIL_MAGIC_LINK_ENABLED: "false" };
const ADDRESS = "ann@example.com";
const NUMBER = "15550001234";
const BOTH = { email: ADDRESS, phone: NUMBER };
const E164 = "Invalid phone number format (E.164 required)";
const MALFORMED = "Unable to validate email address: invalid format";

function invalid(message: string): RefusalAnswer {
  return [400, "validation_failed", message];
}

/** What of a challenge is refused, wherever there can be one. */
const OF_CHALLENGES: readonly Refusal[] = [
  {
    why: "for half a challenge",
    body: { code_challenge: CHALLENGE },
    answer: invalid(
      "PKCE flow requires code_challenge_method and code_challenge",
    ),
  },
  {
    why: "for a short challenge",
    body: { code_challenge: "abc", code_challenge_method: "s256" },
    answer: invalid("code challenge has to be between 43 and 128 characters"),
  },
  {
    why: "for a challenge of odd characters",
    body: { code_challenge: "$".repeat(43), code_challenge_method: "s256" },
    answer: invalid(
      "code challenge can only contain alphanumeric characters, hyphens, periods, underscores and tildes",
    ),
  },
];

/** What of an address is refused, wherever there is one. */
const OF_ADDRESSES: readonly Refusal[] = [
  {
    why: "for an address that is none",
    body: { email: "x@y@z" },
    answer: invalid(MALFORMED),
  },
  {
    why: "for an address of 256 characters",
    body: { email: `${"x".repeat(244)}@example.com` },
    answer: invalid("An email address is too long"),
  },
];

const SIGN_UP: readonly Refusal[] = [
  ...OF_ADDRESSES,
  ...OF_CHALLENGES,
  {
    why: "for address and number at once",
    body: BOTH,
    answer: invalid(
      "Only an email address or phone number should be provided on signup.",
    ),
  },
  {
    why: "without a password",
    body: { password: "" },
    answer: invalid("Signup requires a valid password"),
  },
  {
    why: "for a channel of nobody",
    body: { email: "", phone: NUMBER, channel: "pigeon" },
    answer: [400, "validation_failed"],
  },
  {
    why: "for a number with a challenge",
    body: {
      email: "",
      phone: NUMBER,
      code_challenge: CHALLENGE,
      code_challenge_method: "s256",
    },
    answer: invalid("PKCE not supported for phone signups"),
  },
  {
    why: "for a malformed number",
    body: { email: "", phone: "12ab" },
    answer: invalid(E164),
  },
  {
    why: "for somebody who is there, where addresses need no confirmation",
    given: async ({ config, email: newAddress }) => {
      const email = newAddress();
      await signUp(config, { email, password: PASSWORD });
      return { body: { email } };
    },
    answer: [422, "user_already_exists", "User already registered"],
  },
  {
    why: "for an address that is not among those allowed",
    env: {
      GOTRUE_MAILER_AUTOCONFIRM: "false",
      GOTRUE_EXTERNAL_EMAIL_AUTHORIZED_ADDRESSES: "boss@example.com",
    },
    answer: [
      400,
      "email_address_not_authorized",
      `Email address "${ADDRESS}" cannot be used as it is not authorized`,
    ],
  },
];

const SIGN_IN: readonly Refusal[] = [
  {
    why: "for address and number at once",
    body: BOTH,
    answer: invalid(
      "Only an email address or phone number should be provided on login.",
    ),
  },
  {
    why: "for nobody",
    body: { email: "" },
    answer: invalid("missing email or phone"),
  },
  {
    why: "for an unknown address",
    answer: [400, "invalid_credentials", "Invalid login credentials"],
  },
];

const EXCHANGE: readonly Refusal[] = [
  {
    why: "without a verifier",
    body: { code_verifier: "" },
    answer: invalid(
      "invalid request: both auth code and code verifier should be non-empty",
    ),
  },
  {
    why: "for a code of nobody",
    answer: [
      404,
      "flow_state_not_found",
      "invalid flow state, no valid flow state found",
    ],
  },
  {
    why: "for another verifier",
    needs: ["mail"],
    given: async ({ admin, email: newAddress, mail, send }) => {
      const email = newAddress();
      await admin.createUser({ email, email_confirm: true });
      const challenge = {
        code_challenge: CHALLENGE,
        code_challenge_method: "s256",
      };
      await send("POST", "/otp", { body: { email, ...challenge } });
      const { token_hash } = await mail(email);
      const path = `/verify?token=${token_hash}&type=magiclink`;
      const { headers } = await send("GET", path);
      const url = new URL(headers.get("Location") ?? "");
      return { body: { auth_code: url.searchParams.get("code") } };
    },
    answer: [
      400,
      "bad_code_verifier",
      "code challenge does not match previously saved code verifier",
    ],
  },
];

const OTP: readonly Refusal[] = [
  ...OF_CHALLENGES,
  ...OF_ADDRESSES,
  {
    why: "for address and number at once",
    body: BOTH,
    answer: invalid(
      "Only an email address or phone number should be provided",
    ),
  },
  {
    why: "for an address through a channel",
    body: { channel: "sms" },
    answer: invalid("Channel should only be specified with Phone OTP"),
  },
  {
    why: "for somebody unknown where nobody is to be signed up",
    body: { create_user: false },
    answer: [422, "otp_disabled", "Signups not allowed for otp"],
  },
  {
    why: "for nobody",
    body: { email: "" },
    answer: invalid("One of email or phone must be set"),
  },
  {
    why: "for a number where that is off",
    env: NO_PHONE,
    body: { email: "", phone: NUMBER },
    answer: [400, "phone_provider_disabled", "Unsupported phone provider"],
  },
  {
    why: "for a malformed number",
    body: { email: "", phone: "12ab" },
    answer: invalid(E164),
  },
];

const MAGIC_LINK: readonly Refusal[] = [
  ...OF_CHALLENGES,
  ...OF_ADDRESSES,
  {
    why: "where addresses are off",
    env: NO_MAIL,
    answer: [422, "email_provider_disabled", "Email logins are disabled"],
  },
  {
    why: "where links to sign in are off",
    env: NO_MAGIC,
    answer: [
      422,
      "email_provider_disabled",
      "Login with magic link is disabled",
    ],
  },
  {
    why: "without an address",
    body: { email: "" },
    answer: [422, "validation_failed", "Password recovery requires an email"],
  },
  {
    why: "for somebody new where sign-ups are disabled",
    env: { GOTRUE_DISABLE_SIGNUP: "true" },
    answer: [
      422,
      "signup_disabled",
      "Signups not allowed for this instance",
    ],
  },
];

const RECOVER: readonly Refusal[] = [
  ...OF_CHALLENGES,
  ...OF_ADDRESSES,
  {
    why: "without an address",
    body: { email: "" },
    answer: invalid("Password recovery requires an email"),
  },
  {
    why: "where addresses are off",
    env: NO_MAIL,
    answer: [400, "email_provider_disabled", "Email logins are disabled"],
  },
];

const RESEND: readonly Refusal[] = [
  ...OF_CHALLENGES,
  ...OF_ADDRESSES,
  {
    why: "without a type",
    body: { type: "" },
    answer: invalid(
      "Missing one of these types: signup, email_change, sms, phone_change",
    ),
  },
  {
    why: "for a sign-up without an address",
    body: { email: "" },
    answer: invalid("Type provided requires an email address"),
  },
  {
    why: "for a text without a number",
    body: { email: "", type: "sms" },
    answer: invalid("Type provided requires a phone number"),
  },
  {
    why: "for address and number at once",
    body: BOTH,
    answer: invalid(
      "Only an email address or phone number should be provided.",
    ),
  },
  {
    why: "for nobody",
    body: { email: "", type: "email_change" },
    answer: invalid("Missing email address or phone number"),
  },
  {
    why: "where addresses are off",
    env: NO_MAIL,
    answer: [400, "email_provider_disabled", "Email logins are disabled"],
  },
  {
    why: "where numbers are off",
    env: NO_PHONE,
    body: { email: "", phone: NUMBER, type: "sms" },
    answer: [400, "phone_provider_disabled", "Phone logins are disabled"],
  },
  {
    why: "for a malformed number",
    body: { email: "", phone: "12ab", type: "sms" },
    answer: invalid(E164),
  },
];

const VERIFY: readonly Refusal[] = [
  {
    why: "without a type",
    body: { type: "" },
    answer: invalid("Verify requires a verification type"),
  },
  {
    why: "for code and hash at once",
    body: { token_hash: "abc" },
    answer: invalid("Verify requires either a token or a token hash"),
  },
  {
    why: "for a malformed address",
    body: { email: "x" },
    answer: [422, "validation_failed", "Invalid email format"],
  },
  {
    why: "for a malformed number",
    body: { email: "", phone: "12ab", type: "sms" },
    answer: invalid(E164),
  },
  {
    why: "for a code of nobody",
    body: { email: "" },
    answer: invalid(
      "Only an email address or phone number should be provided on verify",
    ),
  },
  {
    why: "for a hash with an address",
    body: { token: "", token_hash: "abc" },
    answer: invalid("Only the token_hash and type should be provided"),
  },
  {
    why: "for a hash of a type that there is not",
    body: { token: "", token_hash: "abc", email: "", type: "sms" },
    answer: invalid("Invalid email verification type"),
  },
  {
    why: "for the code of somebody unknown",
    answer: [403, "otp_expired", "Token has expired or is invalid"],
  },
  {
    why: "for a hash of nobody",
    body: { token: "", token_hash: "abc", email: "" },
    answer: [403, "otp_expired", "Email link is invalid or has expired"],
  },
];

const byAddress = { email: ADDRESS };

export const REFUSED_ENTRIES: readonly ContractCase[] = [
  ...refusals(
    "POST /signup",
    { body: { ...byAddress, password: PASSWORD } },
    SIGN_UP,
  ),
  ...refusals("POST /token?grant_type=password", {
    at: "/token?grant_type=password",
    body: { ...byAddress, password: PASSWORD },
  }, SIGN_IN),
  ...refusals("POST /token?grant_type=pkce", {
    at: "/token?grant_type=pkce",
    body: { auth_code: "abc", code_verifier: "def" },
  }, EXCHANGE),
  ...refusals("POST /otp", { body: byAddress }, OTP),
  ...refusals("POST /magiclink", { body: byAddress }, [
    ...MAGIC_LINK,
    {
      why: "for a body that is no JSON",
      body: "",
      answer: [400, "bad_json", "Could not read verification params: EOF"],
    },
  ]),
  {
    name: "POST /magiclink mails a link",
    needs: ["mail"],
    run: async ({ admin, email: newAddress, mail, send }) => {
      const email = newAddress();
      await admin.createUser({ email, email_confirm: true });
      const answer = await send("POST", "/magiclink", { body: { email } });
      assertEquals([answer.status, answer.body], [200, {}]);
      const { token_hash } = await mail(email);
      const { status } = await send("POST", "/verify", {
        body: { type: "magiclink", token_hash },
      });
      assertEquals(status, 200);
    },
  },
  ...refusals("POST /recover", { body: byAddress }, RECOVER),
  ...refusals(
    "POST /resend",
    { body: { ...byAddress, type: "signup" } },
    RESEND,
  ),
  ...refusals(
    "POST /verify",
    { body: { ...byAddress, type: "signup", token: "123456" } },
    VERIFY,
  ),
  ...refusals("POST /logout", { as: "user" }, [{
    why: "for a scope that there is not",
    at: "/logout?scope=some",
    answer: invalid('Unsupported logout scope "some"'),
  }]),
];
