/** Stored sessions as the tests of the engine's parts need them. */
import { storedFrom, type StoredSession } from "../../lib/session/stored.ts";
import { writeToken } from "../client/stub_server.ts";

/** 2026-11-23T18:00:00Z, in milliseconds. */
export const NOW: number = Date.UTC(2026, 10, 23, 18);

/** What makes one stored session differ from another. */
export interface Traits {
  readonly owner?: string;
  /** Makes access and refresh token. */
  readonly tokens?: number;
  readonly isUserStored?: boolean;
  readonly color?: string;
  readonly expiresAt?: number;
  readonly lifetime?: number;
}

/** The JSON of a session. */
export function sessionJson(traits: Traits = {}): Record<string, unknown> {
  const { owner = "ada", tokens = 1, lifetime = 3600 } = traits;
  const { expiresAt = NOW / 1000 + lifetime } = traits;
  const user = {
    id: owner,
    aud: "authenticated",
    app_metadata: {},
    user_metadata: traits.color ? { color: traits.color } : {},
    created_at: "2026-11-23T17:54:37.928365Z",
  };
  const json: Record<string, unknown> = {
    access_token: writeToken({ sub: owner, jti: tokens, exp: expiresAt }),
    token_type: "bearer",
    expires_in: lifetime,
    expires_at: expiresAt,
    refresh_token: `refresh-${owner}-${tokens}`,
  };
  return traits.isUserStored === false ? json : { ...json, user };
}

/** A stored session. */
export function sessionOf(traits: Traits = {}): StoredSession {
  return storedFrom(sessionJson(traits));
}
