/** What signing up and in refuses (auth-server §9), besides what the client's cases show. */
import { signUp } from "@gotrue/edge/api";
import {
  ADDRESS,
  BOTH,
  E164,
  invalid,
  NUMBER,
  OF_ADDRESSES,
  OF_CHALLENGES,
} from "./addresses.ts";
import { PASSWORD } from "./assertions.ts";
import { CHALLENGE } from "./authorize.ts";
import { type Refusal, refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const byAddress = { email: ADDRESS };

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
    why: "for an unconfirmed address within the minute",
    env: {
      GOTRUE_MAILER_AUTOCONFIRM: "false",
      GOTRUE_SMTP_MAX_FREQUENCY: "1m",
    },
    given: async ({ email: newAddress, send }) => {
      const email = newAddress();
      await send("POST", "/signup", { body: { email, password: PASSWORD } });
      return { body: { email } };
    },
    answer: [429, "over_email_send_rate_limit"],
  },
  {
    why: "for a number where there is nobody to send texts",
    env: { GOTRUE_SMS_AUTOCONFIRM: "false", GOTRUE_SMS_PROVIDER: "" },
    given: ({ phone }) => ({ body: { email: "", phone: phone() } }),
    answer: [500, "unexpected_failure", "Unable to get SMS provider"],
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
  { why: "for a body that is no JSON", body: "{", answer: [400, "bad_json"] },
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

export const REFUSED_SIGN_INS: readonly ContractCase[] = [
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
  ...refusals("POST /logout", { as: "user" }, [{
    why: "for a scope that there is not",
    at: "/logout?scope=some",
    answer: invalid('Unsupported logout scope "some"'),
  }]),
];
