import type {
  OAuthAuthorization,
  OAuthClient,
  OAuthConsent,
} from "./records_oauth.ts";
import { type Journal, Table } from "./table.ts";

/** The tables of the OAuth server. */
export interface OAuthTables {
  /** Clients, deleted ones included. */
  readonly oauthClients: Table<OAuthClient>;
  /** Requests for authorization. */
  readonly oauthAuthorizations: Table<OAuthAuthorization, "code" | "user">;
  /** What users have allowed. */
  readonly oauthConsents: Table<OAuthConsent, "user">;
}

/** Makes the tables of the OAuth server. */
export function createOAuthTables(journal: Journal): OAuthTables {
  return {
    oauthClients: new Table("oauth_clients", journal, {}),
    oauthAuthorizations: new Table("oauth_authorizations", journal, {
      code: { key: (request) => request.authorization_code || null },
      user: { key: (request) => request.user_id },
    }),
    oauthConsents: new Table("oauth_consents", journal, {
      user: { key: (consent) => consent.user_id },
    }),
  };
}
