import type { Context } from "./context.ts";
import { compileGlob } from "./glob.ts";
import { type GoUrl, hostname, parseGoUrl, port } from "./go_url.ts";
import type { Settings } from "./settings.ts";

/** Where a request wants to be redirected to, or the site URL (auth-server §1.10). */
export function referrer(context: Context): string {
  const wanted = context.headers.get("redirect_to") ||
    context.param("redirect_to");
  if (isAllowedUrl(context.settings, wanted)) return wanted;
  const page = context.headers.get("Referer") ?? "";
  return isAllowedUrl(context.settings, page)
    ? page
    : context.settings.GOTRUE_SITE_URL;
}

/** Whether the server redirects to a URL. */
export function isAllowedUrl(settings: Settings, text: string): boolean {
  const url = text === "" ? undefined : parseGoUrl(text);
  const site = parseGoUrl(settings.GOTRUE_SITE_URL);
  if (url === undefined || site === undefined) return false;
  if (isSameSite(url, site)) return true;
  const host = hostname(url);
  if (/^\d+$/.test(host)) return false;
  if (isIpAddress(host)) return isLoopback(host);
  const isWeb = url.scheme === "http" || url.scheme === "https";
  if (isWeb && !/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(host)) {
    return false;
  }
  const bare = text.replace(/#.*$/s, "");
  return settings.GOTRUE_URI_ALLOW_LIST.some((glob) =>
    compileGlob(glob).test(bare)
  );
}

function isSameSite(url: GoUrl, site: GoUrl): boolean {
  if (hostname(url) !== hostname(site) || url.scheme !== site.scheme) {
    return false;
  }
  return port(url) === port(site) || isLoopback(hostname(url));
}

function isIpAddress(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return ["localhost", "::1", "0.0.0.0", "::"].includes(name) ||
    name.endsWith(".localhost") ||
    /^127\.\d+\.\d+\.\d+$/.test(name);
}
