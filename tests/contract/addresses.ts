/** Addresses, numbers and challenges that are refused wherever there can be some (auth-server §8.6, §8.7). */
import { CHALLENGE } from "./authorize.ts";
import type { Refusal, RefusalAnswer } from "./requests.ts";

/** An address of nobody. */
export const ADDRESS = "ann@example.com";
/** A number of nobody. */
export const NUMBER = "15550001234";
/** Both, where there may be one. */
export const BOTH: Readonly<Record<"email" | "phone", string>> = {
  email: ADDRESS,
  phone: NUMBER,
};
/** What is said of malformed numbers. */
export const E164 = "Invalid phone number format (E.164 required)";
/** What is said of malformed addresses. */
export const MALFORMED = "Unable to validate email address: invalid format";

/** The most common refusal: of a value. */
export function invalid(message: string): RefusalAnswer {
  return [400, "validation_failed", message];
}

/** What of a challenge is refused, wherever there can be one. */
export const OF_CHALLENGES: readonly Refusal[] = [
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
export const OF_ADDRESSES: readonly Refusal[] = [
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
