import type { Guard } from "../auth.ts";
import { bucket, signUpBucket, tokenBucket } from "./buckets.ts";
import { captcha, tokenCaptcha } from "./captcha.ts";

/** What stands before routes that anybody can call: buckets and captchas, in the order of the server (auth-server §0.4). */
const PROTECTION: Readonly<Record<string, readonly Guard[]>> = {
  "POST /signup": [captcha, signUpBucket],
  "POST /token": [tokenCaptcha, tokenBucket],
  "POST /otp": [bucket("Otp"), captcha],
  "POST /magiclink": [bucket("MagicLink"), captcha],
  "POST /recover": [bucket("Recover"), captcha],
  "POST /resend": [bucket("Resend"), captcha],
  "POST /verify": [bucket("Verify")],
  "GET /verify": [bucket("Verify")],
  "PUT /user": [bucket("User")],
  "POST /factors/{factor_id}/challenge": [bucket("FactorChallenge")],
  "POST /factors/{factor_id}/verify": [bucket("FactorVerify")],
  "POST /passkeys/authentication/options": [
    bucket("PasskeyAuthentication"),
    captcha,
  ],
  "POST /sso": [bucket("SSO"), captcha],
  "POST /sso/saml/acs": [bucket("SAMLAssertion")],
  "POST /oauth/clients/register": [bucket("OAuthClientRegister")],
};

/** The guards of a route. */
export function protectionOf(method: string, path: string): readonly Guard[] {
  return PROTECTION[`${method} ${path}`] ?? [];
}
