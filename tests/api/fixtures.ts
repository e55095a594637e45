/** Answers in the server's own form, with the digits that it sends. */

/** What the tests read of an identity's JSON. */
export interface IdentityJson {
  readonly identity_id: string;
  readonly [name: string]: unknown;
}

/** What the tests read of a factor's JSON. */
export interface FactorJson {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** What the tests read of a user's JSON. */
export interface UserJson {
  readonly id: string;
  readonly created_at: string;
  readonly identities: readonly IdentityJson[];
  readonly factors: readonly FactorJson[];
  readonly [name: string]: unknown;
}

/** What the tests read of a session's JSON. */
export interface SessionJson {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly expires_at: number;
  readonly user: UserJson;
  readonly [name: string]: unknown;
}

export const IDENTITY_JSON: IdentityJson = {
  identity_id: "b2f1e7c0-55a1-4b0e-9a39-0d7f0c3c9a01",
  id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
  user_id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
  identity_data: { email: "ada@example.com", email_verified: true },
  provider: "email",
  last_sign_in_at: "2026-11-23T17:54:37.91234Z",
  created_at: "2026-11-23T17:54:37.912345Z",
  updated_at: "2026-11-23T17:54:37.912345Z",
  email: "ada@example.com",
};

export const FACTOR_JSON: FactorJson = {
  id: "f0a1c2d3-0000-4000-8000-000000000001",
  created_at: "2026-11-23T17:55:00.5Z",
  updated_at: "2026-11-23T17:55:01Z",
  status: "verified",
  friendly_name: "Phone at work",
  factor_type: "totp",
  phone: "",
  last_challenged_at: null,
};

export const USER_JSON: UserJson = {
  id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
  aud: "authenticated",
  role: "authenticated",
  email: "ada@example.com",
  phone: "",
  email_confirmed_at: "2026-11-23T17:54:37.928365951Z",
  last_sign_in_at: "2026-11-23T17:54:37.931Z",
  app_metadata: { provider: "email", providers: ["email"] },
  user_metadata: { name: "Ada" },
  identities: [IDENTITY_JSON],
  factors: [FACTOR_JSON],
  created_at: "2026-11-23T17:54:37.912345Z",
  updated_at: "2026-11-23T17:54:37.93Z",
  is_anonymous: false,
  of_a_newer_server: { kept: true },
};

export const SESSION_JSON: SessionJson = {
  access_token: "new-header.new-payload.new-signature",
  token_type: "bearer",
  expires_in: 3600,
  expires_at: 1_795_460_077,
  refresh_token: "abcdefghijkl",
  user: USER_JSON,
  of_a_newer_server: [1],
};
