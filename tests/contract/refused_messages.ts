/** What codes, links and their checks refuse (auth-server §10), besides what the client's cases show. */
import { assertEquals } from "@std/assert";
import {
  ADDRESS,
  BOTH,
  E164,
  invalid,
  NUMBER,
  OF_ADDRESSES,
  OF_CHALLENGES,
} from "./addresses.ts";
import { type Refusal, refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const NO_MAIL = { GOTRUE_EXTERNAL_EMAIL_ENABLED: "false" };
const NO_PHONE = { GOTRUE_EXTERNAL_PHONE_ENABLED: "false" };
const NO_MAGIC = { GOTRUE_EXTERNAL_EMAIL_MAGIC_LINK_ENABLED: "false" };
const byAddress = { email: ADDRESS };

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
  { why: "for a body that is no JSON", body: "no", answer: [400, "bad_json"] },
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

export const REFUSED_MESSAGES: readonly ContractCase[] = [
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
];
