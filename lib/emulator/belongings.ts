import type { Context } from "./context.ts";
import type { User } from "./records.ts";

/** Deletes a user's passkeys, and what it allowed and was asked for by clients. */
export function deleteGrantsAndPasskeys(context: Context, user: User): void {
  const { oauthAuthorizations, oauthConsents, passkeys } = context.db;
  for (const table of [oauthAuthorizations, oauthConsents, passkeys]) {
    for (const { id } of table.list("user", user.id)) table.delete(id);
  }
}
