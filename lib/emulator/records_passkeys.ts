import type { Row, Time } from "./records.ts";
import type { StoredCredential } from "./webauthn/credentials.ts";

/** A credential that signs its user in (auth-server §13). */
export interface Passkey extends Row {
  readonly user_id: string;
  /** The id of the credential, base64url. */
  readonly credential_id: string;
  readonly credential: StoredCredential;
  readonly friendly_name: string;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly last_used_at: Time | null;
}

/** A ceremony that has begun; its record is gone once it was answered. */
export interface PasskeyChallenge extends Row {
  /** null for signing in. */
  readonly user_id: string | null;
  readonly type: "registration" | "authentication";
  /** Base64url. */
  readonly challenge: string;
  readonly expires_at: Time;
}
