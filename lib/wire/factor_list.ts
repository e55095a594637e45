import type { Factor, FactorType } from "./factor.ts";

/** A user's factors: all, and the verified ones by kind. */
export interface FactorList {
  /** Every factor, verified or not, of known and unknown kinds. */
  readonly all: readonly Factor[];
  /** Verified authenticator applications. */
  readonly totp: readonly Factor[];
  /** Verified phone numbers. */
  readonly phone: readonly Factor[];
  /** Verified security keys and devices. */
  readonly webauthn: readonly Factor[];
  /** Verified sets of recovery codes. */
  readonly recovery_code: readonly Factor[];
}

/**
 * Sorts factors by kind.
 *
 * @param factors A user's factors, `null` standing for none.
 * @returns All of them, and the verified ones of each known kind.
 */
export function groupFactors(
  factors: readonly Factor[] | null | undefined,
): FactorList {
  const all = factors ?? [];
  const verified = (type: FactorType) =>
    all.filter((f) => f.factor_type === type && f.status === "verified");
  return {
    all,
    totp: verified("totp"),
    phone: verified("phone"),
    webauthn: verified("webauthn"),
    recovery_code: verified("recovery_code"),
  };
}
