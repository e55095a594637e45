/** What calls gave. */
import type { Session } from "../../../lib/wire/session.ts";
import type { Call } from "../tab.ts";

/**
 * The access token in a call's result.
 *
 * @returns Null when the result is that nobody is signed in; undefined when it
 * says nothing about it.
 */
export function sessionOf(call: Call): string | null | undefined {
  const { value } = call;
  if (typeof value === "string") return value;
  if (value === null) return null;
  if (typeof value !== "object" || value === undefined) return undefined;
  const { session, access_token } = value as Partial<Session> & {
    readonly session?: Session | null;
  };
  if (typeof access_token === "string") return access_token;
  return session === null ? null : session?.access_token;
}
