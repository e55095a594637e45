import type { Row, Time } from "./records.ts";

/** How a client proves itself at the token endpoint. */
export type ClientAuthMethod =
  | "none"
  | "client_secret_basic"
  | "client_secret_post";

/** Whether a client can keep a secret. */
export type ClientType = "public" | "confidential";

/** An application that signs users in through this server (auth-server §19.1). */
export interface OAuthClient extends Row {
  readonly client_type: ClientType;
  /** Base64url of the SHA-256 of the secret; "" for public clients. */
  readonly client_secret_hash: string;
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method: ClientAuthMethod;
  readonly grant_types: readonly string[];
  readonly client_name: string;
  readonly client_uri: string;
  readonly logo_uri: string;
  readonly registration_type: "manual" | "dynamic";
  readonly created_at: Time;
  readonly updated_at: Time;
  /** Deleted clients stay, but are found no more. */
  readonly deleted_at: Time | null;
}

/** A request of a client to act for a user; its id is what the consent page is told. */
export interface OAuthAuthorization extends Row {
  readonly client_id: string;
  /** null until a user has looked at it. */
  readonly user_id: string | null;
  readonly redirect_uri: string;
  readonly scope: string;
  readonly state: string;
  readonly resource: string;
  readonly nonce: string;
  readonly code_challenge: string;
  readonly code_challenge_method: "s256" | "plain";
  readonly status: "pending" | "approved" | "denied" | "expired";
  /** The code for the client, "" until the request is approved. */
  readonly authorization_code: string;
  readonly created_at: Time;
  readonly expires_at: Time;
}

/** What a user has allowed a client; its id is made of both. */
export interface OAuthConsent extends Row {
  readonly user_id: string;
  readonly client_id: string;
  readonly scopes: readonly string[];
  readonly granted_at: Time;
  readonly revoked_at: Time | null;
}
