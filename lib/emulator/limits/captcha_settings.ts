import type { Settings } from "../settings.ts";

/** Where the providers check what a captcha gave, by their names. */
export const CAPTCHA_PROVIDERS: Readonly<Record<string, string>> = {
  hcaptcha: "https://hcaptcha.com/siteverify",
  turnstile: "https://challenges.cloudflare.com/turnstile/v0/siteverify",
};

/** Refuses settings with which no captcha could be checked. */
export function checkCaptcha(settings: Settings): void {
  if (!settings.GOTRUE_SECURITY_CAPTCHA_ENABLED) return;
  const names = Object.keys(CAPTCHA_PROVIDERS);
  if (!names.includes(settings.GOTRUE_SECURITY_CAPTCHA_PROVIDER)) {
    throw new TypeError(
      `GOTRUE_SECURITY_CAPTCHA_PROVIDER must be ${names.join(" or ")}`,
    );
  }
  if (settings.GOTRUE_SECURITY_CAPTCHA_SECRET.trim() === "") {
    throw new TypeError("GOTRUE_SECURITY_CAPTCHA_SECRET must not be empty");
  }
}
