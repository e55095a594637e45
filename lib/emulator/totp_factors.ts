import type { Context } from "./context.ts";
import { toBase32 } from "./encoding.ts";
import { fail } from "./errors.ts";
import type { EnrollParams, FactorMethods } from "./factors.ts";
import { parseGoUrl, pathEscape } from "./go_url.ts";
import { qrCodeSvg } from "./qr_code.ts";
import type { Factor, JsonObject, User } from "./records.ts";
import { isTotpCode } from "./totp.ts";

/** Codes of an authenticator application (auth-server §12). */
export const TOTP: FactorMethods = {
  amr: "totp",
  checkEnroll: (context) => {
    if (!context.settings.GOTRUE_MFA_TOTP_ENROLL_ENABLED) {
      fail(
        422,
        "mfa_totp_enroll_not_enabled",
        "MFA enroll is disabled for TOTP",
      );
    }
  },
  checkVerify: (context) => {
    if (!context.settings.GOTRUE_MFA_TOTP_VERIFY_ENABLED) {
      fail(
        422,
        "mfa_totp_verify_not_enabled",
        "MFA verification is disabled for TOTP",
      );
    }
  },
  prepare: (context) => ({ secret: toBase32(context.server.random.bytes(20)) }),
  enrolled: describe,
  challenge: () => ({}),
  verify: (context, factor, _challenge, { code }) => ({
    valid: isTotpCode(factor.secret, code, context.server.clock.now()),
    refusal: () =>
      fail(422, "mfa_verification_failed", "Invalid TOTP code entered"),
  }),
};

function describe(
  context: Context,
  user: User,
  factor: Factor,
  params: EnrollParams,
): JsonObject {
  if (user.email === "") {
    fail(500, "unexpected_failure", "Error generating QR Code");
  }
  const site = parseGoUrl(context.settings.GOTRUE_SITE_URL);
  const issuer = params.issuer || site?.host || "";
  const uri = keyUri(issuer, user.email, factor.secret);
  return { totp: { qr_code: qrCodeSvg(uri), secret: factor.secret, uri } };
}

/** The URI that authenticator applications read. */
function keyUri(issuer: string, account: string, secret: string): string {
  const label = `${pathEscape(issuer)}:${pathEscape(account)}`;
  const query = `algorithm=SHA1&digits=6&issuer=${
    pathEscape(issuer)
  }&period=30`;
  return `otpauth://totp/${label}?${query}&secret=${secret}`;
}
