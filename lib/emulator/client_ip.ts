import type { Context } from "./context.ts";

/** The address of the client, which challenges are bound to (auth-server §1.6). */
export function clientIp(context: Context): string {
  const forwarded = (context.headers.get("X-Forwarded-For") ?? "").split(",");
  const leftmost = (context.headers.get("Sb-Forwarded-For") ?? "").split(",")[0]
    ?.trim();
  if (context.settings.GOTRUE_SECURITY_SB_FORWARDED_FOR_ENABLED && leftmost) {
    return leftmost;
  }
  return forwarded.map((address) => address.trim()).find(isAddress) ??
    "127.0.0.1";
}

function isAddress(text: string): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    return text.split(".").every((part) => Number(part) < 256);
  }
  return text.includes(":") && /^[0-9a-fA-F:.]+$/.test(text);
}
