import { toHex, utf8 } from "./encoding.ts";
import { fail } from "./errors.ts";
import { sha224 } from "./hash.ts";
import type { Time } from "./records.ts";

/** What precedes the hash of a token that belongs to a PKCE flow. */
export const PKCE_PREFIX = "pkce_";

/** The hash of a one-time code, which links carry and columns hold (auth-server §8.1). */
export function tokenHash(address: string, code: string, pkce = false): string {
  return (pkce ? PKCE_PREFIX : "") + toHex(sha224(utf8(address + code)));
}

/** How many digits a code has: the setting where it is between 6 and 10, else 6. */
export function codeLength(setting: number): number {
  return setting >= 6 && setting <= 10 ? setting : 6;
}

/** Whether a typed code fits a stored hash that has not expired. */
export function matchesCode(
  stored: string,
  address: string,
  code: string,
  sentAt: Time | null,
  lifeSeconds: number,
  now: number,
): boolean {
  if (stored === "" || isExpired(sentAt, lifeSeconds, now)) return false;
  const hash = tokenHash(address, code);
  return stored === hash || stored === PKCE_PREFIX + hash;
}

/** Whether what was sent at a time is dead by now. */
export function isExpired(
  sentAt: Time | null,
  lifeSeconds: number,
  now: number,
): boolean {
  return sentAt === null || now > sentAt + lifeSeconds * 1000;
}

/** Refuses when the last message is too recent (auth-server §8.3). */
export function checkFrequency(
  sentAt: Time | null,
  frequency: number,
  now: number,
  code: "over_email_send_rate_limit" | "over_sms_send_rate_limit",
): void {
  if (sentAt === null || sentAt + frequency <= now) return;
  const seconds = Math.trunc((sentAt + frequency - now) / 1000);
  fail(
    429,
    code,
    `For security purposes, you can only request this after ${seconds} seconds.`,
  );
}
