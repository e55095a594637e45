import { readRecord } from "./json.ts";

/** The kinds of second factor. */
export type FactorType = "totp" | "phone" | "webauthn" | "recovery_code";

/** A second factor of a user. */
export interface Factor {
  /** A UUID. */
  readonly id: string;
  /** What kind of factor it is. */
  readonly factor_type: FactorType;
  /** Only a verified factor can raise the assurance level. */
  readonly status: "verified" | "unverified";
  /** What the user calls it; empty when nothing was given. */
  readonly friendly_name?: string;
  /** Without the leading `+`; empty unless it is a phone factor. */
  readonly phone?: string;
  /** When it was enrolled. */
  readonly created_at: Date;
  /** When it last changed. */
  readonly updated_at: Date;
  /** When a challenge was last made; null or absent before the first one. */
  readonly last_challenged_at?: Date | null;
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/**
 * Parses a factor.
 *
 * @param json As the server sends it.
 * @returns The factor, its points in time as `Date`s.
 * @throws {AuthResponseError} `invalid_response` when it is none.
 */
export function parseFactor(json: unknown): Factor {
  return readRecord(json, "factor", "factor_type") as Factor;
}
