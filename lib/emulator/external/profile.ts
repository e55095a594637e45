import type { JsonObject } from "../records.ts";

/** An e-mail address that a provider gives. */
export interface ExternalEmail {
  /** The address. */
  readonly email: string;
  /** Whether the provider has verified it. */
  readonly verified: boolean;
  /** Whether it is the main one. */
  readonly primary: boolean;
}

/** What a provider says about a person. */
export interface ExternalProfile {
  /** The person's id at the provider. */
  readonly subject: string;
  /** The addresses, possibly none. */
  readonly emails: readonly ExternalEmail[];
  /** What else is known, by the server's names; empty values are left out when it is stored. */
  readonly claims: JsonObject;
}

const NO_EMAIL: ExternalEmail = { email: "", verified: false, primary: false };

/** The address that an account gets: the primary one, or else the last one. */
export function candidateEmail(profile: ExternalProfile): ExternalEmail {
  const { emails } = profile;
  return emails.find((email) => email.primary) ?? emails.at(-1) ?? NO_EMAIL;
}

/** The data of an identity (auth-server §14.4). */
export function identityData(profile: ExternalProfile): JsonObject {
  const { email, verified } = candidateEmail(profile);
  const known = Object.entries({
    ...profile.claims,
    sub: profile.subject,
    email,
  }).filter(([, value]) => !isEmpty(value));
  return {
    ...Object.fromEntries(known),
    email_verified: verified,
    phone_verified: profile.claims["phone_verified"] === true,
  };
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
