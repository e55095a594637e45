import type { Context } from "./context.ts";
import { queryEscape, resolveReference } from "./go_url.ts";
import { referrer } from "./redirect_targets.ts";

/** The `type` of a link. */
export type LinkType =
  | "signup"
  | "invite"
  | "magiclink"
  | "recovery"
  | "email_change";

const PATHS = {
  signup: "GOTRUE_MAILER_URLPATHS_CONFIRMATION",
  invite: "GOTRUE_MAILER_URLPATHS_INVITE",
  magiclink: "GOTRUE_MAILER_URLPATHS_RECOVERY",
  recovery: "GOTRUE_MAILER_URLPATHS_RECOVERY",
  email_change: "GOTRUE_MAILER_URLPATHS_EMAIL_CHANGE",
} as const;

/** The link of a mail (auth-server §8.4). */
export function actionLink(
  context: Context,
  type: LinkType,
  hash: string,
  redirectTo: string = referrer(context),
): string {
  const base = resolveReference(
    externalUrl(context),
    context.settings[PATHS[type]],
  );
  const target = /[&=#]/.test(redirectTo)
    ? queryEscape(redirectTo)
    : redirectTo;
  return `${base}?token=${hash}&type=${type}&redirect_to=${target}`;
}

/** Where the server is reached from outside: as configured, or at the forwarded host where that is allowed. */
export function externalUrl(context: Context): string {
  const host = context.headers.get("X-Forwarded-Host") ?? "";
  if (
    host === "" || !context.settings.GOTRUE_MAILER_EXTERNAL_HOSTS.includes(host)
  ) {
    return context.settings.API_EXTERNAL_URL;
  }
  const isPlain = host === "localhost" &&
    context.headers.get("X-Forwarded-Proto") === "http";
  return `${isPlain ? "http" : "https"}://${host}`;
}
