/**
 * What a client knows, and what each thing that can happen makes of it: one
 * pure function. An answer says what it answers, so that every race is a row in
 * a table of tests, whichever way it went.
 */
import type { AuthDiagnostic } from "../config.ts";
import { backoff, restLeft } from "./refresh.ts";
import { ownerOf, type StoredSession, withUser } from "./stored.ts";

/** auth-js's names of what can happen to a session. */
export type AuthChangeEvent =
  | "INITIAL_SESSION"
  | "SIGNED_IN"
  | "SIGNED_OUT"
  | "TOKEN_REFRESHED"
  | "USER_UPDATED"
  | "PASSWORD_RECOVERY"
  | "MFA_CHALLENGE_VERIFIED";

/** Who or what brought a change about. */
export type ChangeCause = "user" | "refresh" | "other-tab" | "restore" | "url";

/** What a client knows. */
export interface SessionState {
  /** Whether storage has been read. */
  readonly isReady: boolean;
  readonly stored: StoredSession | null;
  /** Refreshes that failed in a row, since the last success. */
  readonly failures: number;
  /** When the last of them failed, in local milliseconds. */
  readonly failedAt: number;
  /** Until then the server is left alone, in local milliseconds. */
  readonly retryAt: number;
  /** Whether the server itself asked for that. */
  readonly isRetryAtBinding: boolean;
  /** What the last refresh failed with. */
  readonly failure: unknown;
}

/** What can happen. */
export type SessionEvent =
  | { readonly type: "restored"; readonly stored: StoredSession | null }
  | {
    readonly type: "signed-in";
    readonly event: AuthChangeEvent;
    readonly stored: StoredSession;
    readonly cause: ChangeCause;
  }
  | {
    readonly type: "refreshed";
    /** The refresh token that this answers. */
    readonly from: string;
    readonly stored: StoredSession;
  }
  | {
    readonly type: "refresh-refused";
    /** The refresh token that this answers. */
    readonly from: string;
    /** The server's code. */
    readonly reason: string;
  }
  | {
    readonly type: "refresh-failed";
    readonly from: string;
    readonly error: unknown;
    /** How long the server asks to wait, in milliseconds. */
    readonly retryAfterMs: number | undefined;
    /** Between 0 and 1, so that clients do not return in step. */
    readonly random: number;
  }
  | {
    readonly type: "session-gone";
    /** The access token that this answers. */
    readonly accessToken: string;
    readonly reason: string;
  }
  | {
    readonly type: "user-changed";
    readonly stored: StoredSession;
    /** Whether anybody is told: not when only a missing user was fetched. */
    readonly isNews: boolean;
  }
  | { readonly type: "signed-out"; readonly cause: ChangeCause }
  | { readonly type: "found"; readonly stored: StoredSession | null };

/** How a change is told. */
export interface Telling {
  readonly event: AuthChangeEvent;
  readonly cause: ChangeCause;
  /** The server's code, where it ended the session. */
  readonly reason?: string;
}

/** What is to be done about it. */
export interface SessionEffects {
  /** Whether to store what the state holds, or to remove it. */
  readonly isSaved?: boolean;
  /** What subscribers are told. */
  readonly told?: Telling | undefined;
  /** What the application's observer is told. */
  readonly diagnostic?: AuthDiagnostic;
}

/** The state and what is to be done. */
export type Transition = readonly [SessionState, SessionEffects];

/** What a new session resets. */
const CALM = {
  isReady: true,
  failures: 0,
  failedAt: 0,
  retryAt: 0,
  isRetryAtBinding: false,
  failure: undefined,
} as const;

/** Before anything has happened. */
export const INITIAL_STATE: SessionState = {
  ...CALM,
  isReady: false,
  stored: null,
};

/**
 * Decides what an event makes of the state.
 *
 * @param state What is known.
 * @param event What has happened.
 * @param now The local time, in milliseconds.
 * @returns What is known now, and what is to be done about it. The very same
 * state where the event changes nothing.
 */
export function transition(
  state: SessionState,
  event: SessionEvent,
  now: number,
): Transition {
  switch (event.type) {
    case "restored":
      return [{ ...state, isReady: true, stored: event.stored }, {}];
    case "signed-in":
      // Two may have asked with the same token.
      if (state.stored?.text === event.stored.text) {
        return [state, { isSaved: true }];
      }
      return replace(event.stored, event.event, event.cause);
    case "refreshed":
      return refreshed(state, event.from, event.stored);
    case "refresh-refused":
      return state.stored?.refreshToken === event.from
        ? drop("refresh", event.reason)
        : discard(state, "POST /token");
    case "refresh-failed":
      return refreshFailed(state, event, now);
    case "session-gone":
      return state.stored?.accessToken === event.accessToken
        ? drop("user", event.reason)
        : discard(state, "GET /user");
    case "user-changed":
      return userChanged(state, event.stored, event.isNews);
    case "signed-out":
      return signedOut(state, event.cause);
    case "found":
      return found(state, event.stored);
  }
}

function replace(
  stored: StoredSession,
  event: AuthChangeEvent,
  cause: ChangeCause,
): Transition {
  return [
    { ...CALM, stored },
    { isSaved: true, told: { event, cause } },
  ];
}

function refreshed(
  state: SessionState,
  from: string,
  stored: StoredSession,
): Transition {
  const mine = state.stored;
  // Within a second, the access token may be the very same.
  const isNew = mine?.text !== stored.text;
  // Compared first: a server may answer with the token that it was asked with.
  if (mine?.refreshToken === from && isNew) {
    return replace(stored, "TOKEN_REFRESHED", "refresh");
  }
  // Another client of this process may have answered and stored already.
  return mine?.refreshToken === stored.refreshToken
    ? [state, {}]
    : discard(state, "POST /token");
}

function refreshFailed(
  state: SessionState,
  event: Extract<SessionEvent, { type: "refresh-failed" }>,
  now: number,
): Transition {
  if (state.stored?.refreshToken !== event.from) return [state, {}];
  const { error, retryAfterMs, random } = event;
  const failures = state.failures + 1;
  const pause = Math.max(retryAfterMs ?? 0, backoff(failures, random));
  // Two may have been under way: what the server asked one of them holds.
  const isBound = state.isRetryAtBinding && restLeft(state, now) > pause;
  const retryAt = isBound ? state.retryAt : now + pause;
  const isRetryAtBinding = isBound || retryAfterMs !== undefined;
  return [
    {
      ...state,
      failures,
      failedAt: now,
      retryAt,
      isRetryAtBinding,
      failure: error,
    },
    { diagnostic: { type: "refresh-failed", error, nextAttemptAt: retryAt } },
  ];
}

function drop(cause: ChangeCause, reason: string): Transition {
  return [
    { ...CALM, stored: null },
    {
      isSaved: true,
      told: { event: "SIGNED_OUT", cause, reason },
      diagnostic: { type: "session-dropped", reason },
    },
  ];
}

function discard(state: SessionState, endpoint: string): Transition {
  return [state, { diagnostic: { type: "answer-discarded", endpoint } }];
}

/** The tokens may have been replaced meanwhile: only the user is taken over. */
function userChanged(
  state: SessionState,
  stored: StoredSession,
  isNews: boolean,
): Transition {
  if (state.stored?.refreshToken !== stored.refreshToken) {
    return discard(state, "PUT /user");
  }
  const told = { event: "USER_UPDATED", cause: "user" } as const;
  return [
    { ...state, stored },
    { isSaved: true, told: isNews ? told : undefined },
  ];
}

function signedOut(state: SessionState, cause: ChangeCause): Transition {
  const gone = { ...CALM, stored: null };
  const told = { event: "SIGNED_OUT", cause } as const;
  return [gone, { isSaved: true, told: state.stored ? told : undefined }];
}

/** What another tab has stored is the truth, and needs no storing. */
function found(state: SessionState, read: StoredSession | null): Transition {
  const mine = state.stored;
  const stored = keepUser(mine, read);
  if (isSame(mine, stored)) return [state, {}];
  const event = nameChange(mine, stored);
  // With the same token as before, the server is still to be left alone.
  const isNew = mine?.refreshToken !== stored?.refreshToken;
  return [
    { ...(isNew ? CALM : state), stored },
    {
      told: event && { event, cause: "other-tab" },
      diagnostic: { type: "session-adopted", from: "other-tab" },
    },
  ];
}

/** Tokens may be stored without their user, who is known all the same. */
function keepUser(
  mine: StoredSession | null,
  read: StoredSession | null,
): StoredSession | null {
  if (!mine?.userId || !read || read.userId) return read;
  return ownerOf(read) === mine.userId
    ? withUser(read, Object(mine.json["user"]))
    : read;
}

/** Another client may write the same in another way. */
function isSame(
  mine: StoredSession | null,
  read: StoredSession | null,
): boolean {
  if (mine?.text === read?.text) return true;
  return mine?.accessToken === read?.accessToken &&
    mine?.refreshToken === read?.refreshToken &&
    mine?.expiresAt === read?.expiresAt &&
    JSON.stringify(mine?.json["user"]) === JSON.stringify(read?.json["user"]);
}

/** Undefined when only the user has become known. */
function nameChange(
  before: StoredSession | null,
  after: StoredSession | null,
): AuthChangeEvent | undefined {
  if (!after) return "SIGNED_OUT";
  if (!before || ownerOf(before) !== ownerOf(after)) return "SIGNED_IN";
  // Within a second, the access token may be the very same.
  const isRefreshed = before.accessToken !== after.accessToken ||
    before.refreshToken !== after.refreshToken;
  if (isRefreshed) return "TOKEN_REFRESHED";
  return before.userId ? "USER_UPDATED" : undefined;
}
