/** Why a ceremony ended without a credential. */
import type { CeremonyErrorCode } from "../error_codes.ts";
import { AuthCeremonyError } from "../errors.ts";

const MESSAGES = {
  ceremony_aborted: "it was aborted",
  ceremony_credential_exists: "the authenticator has a credential already",
  ceremony_failed: "the browser or its authenticator failed",
  ceremony_invalid_domain: "the page's domain is not the relying party's",
  ceremony_not_allowed: "the user declined it, or time ran out",
  ceremony_not_supported:
    "the browser or its authenticator does not support it",
} as const satisfies { readonly [Code in CeremonyErrorCode]: string };

/**
 * By the names that WebAuthn gives them. A browser does not tell a user who
 * declines from one who is too late or has no credential.
 *
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-op-make-cred}
 */
const CODES: Readonly<Record<string, CeremonyErrorCode>> = {
  AbortError: "ceremony_aborted",
  ConstraintError: "ceremony_not_supported",
  InvalidStateError: "ceremony_credential_exists",
  NotAllowedError: "ceremony_not_allowed",
  NotSupportedError: "ceremony_not_supported",
  SecurityError: "ceremony_invalid_domain",
};

/**
 * An error of a code of its own.
 *
 * @param code Why, for programs.
 * @param cause What led to it.
 * @returns The error, to be thrown.
 */
export function ceremonyError(
  code: CeremonyErrorCode,
  cause?: unknown,
): AuthCeremonyError {
  const message = `Cannot finish the ceremony: ${
    MESSAGES[code as keyof typeof MESSAGES]
  }`;
  return new AuthCeremonyError(code, message, { cause });
}

/**
 * The error for what a browser rejected a ceremony with.
 *
 * @param error The browser's, usually a `DOMException`.
 * @param signal What could abort the ceremony.
 * @returns The error, to be thrown, with the browser's or the signal's reason as
 * its cause.
 */
export function explainRefusal(
  error: unknown,
  signal: AbortSignal,
): AuthCeremonyError {
  if (signal.aborted) return ceremonyError("ceremony_aborted", signal.reason);
  const { name } = Object(error) as { readonly name?: unknown };
  const code = Object.hasOwn(CODES, String(name)) && CODES[String(name)];
  return ceremonyError(code || "ceremony_failed", error);
}
