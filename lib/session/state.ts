/**
 * What a client knows, and what each thing that can happen makes of it: one
 * pure function. An answer says what it answers, so that every race is a row in
 * a table of tests, whichever way it went.
 */
import type { AuthDiagnostic } from "../config.ts";
import { isObject } from "../wire/json.ts";
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

/** What is to be done about it. */
export type SessionEffect =
  /** Store what the state holds, or remove it. */
  | { readonly type: "save" }
  | {
    readonly type: "emit";
    readonly event: AuthChangeEvent;
    readonly cause: ChangeCause;
    readonly reason?: string;
  }
  | { readonly type: "report"; readonly diagnostic: AuthDiagnostic };

/** The state and what is to be done. */
export type Transition = readonly [SessionState, readonly SessionEffect[]];

/** Before anything has happened. */
export const INITIAL_STATE: SessionState = {
  isReady: false,
  stored: null,
  failures: 0,
  failedAt: 0,
  retryAt: 0,
  isRetryAtBinding: false,
  failure: undefined,
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
      return [{ ...state, isReady: true, stored: event.stored }, []];
    case "signed-in":
      // Two may have asked with the same token.
      if (state.stored?.text === event.stored.text) {
        return [state, [{ type: "save" }]];
      }
      return replace(state, event.stored, event.event, event.cause);
    case "refreshed":
      return refreshed(state, event.from, event.stored);
    case "refresh-refused":
      return state.stored?.refreshToken === event.from
        ? drop(state, "refresh", event.reason)
        : discard(state, "POST /token");
    case "refresh-failed":
      return refreshFailed(state, event, now);
    case "session-gone":
      return state.stored?.accessToken === event.accessToken
        ? drop(state, "user", event.reason)
        : discard(state, "GET /user");
    case "user-changed":
      return userChanged(state, event.stored, event.isNews);
    case "signed-out":
      return signedOut(state, event.cause);
    case "found":
      return found(state, event.stored);
  }
}

/** The fields that a new session resets. */
const CALM = {
  failures: 0,
  failedAt: 0,
  retryAt: 0,
  isRetryAtBinding: false,
  failure: undefined,
} as const;

function replace(
  state: SessionState,
  stored: StoredSession,
  event: AuthChangeEvent,
  cause: ChangeCause,
): Transition {
  return [
    { ...state, ...CALM, stored },
    [{ type: "save" }, { type: "emit", event, cause }],
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
    return replace(state, stored, "TOKEN_REFRESHED", "refresh");
  }
  // Another client of this process may have answered and stored already.
  return mine?.refreshToken === stored.refreshToken
    ? [state, []]
    : discard(state, "POST /token");
}

function refreshFailed(
  state: SessionState,
  event: Extract<SessionEvent, { type: "refresh-failed" }>,
  now: number,
): Transition {
  if (state.stored?.refreshToken !== event.from) return [state, []];
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
    [{
      type: "report",
      diagnostic: { type: "refresh-failed", error, nextAttemptAt: retryAt },
    }],
  ];
}

function drop(
  state: SessionState,
  cause: ChangeCause,
  reason: string,
): Transition {
  return [
    { ...state, ...CALM, stored: null },
    [
      { type: "save" },
      { type: "emit", event: "SIGNED_OUT", cause, reason },
      { type: "report", diagnostic: { type: "session-dropped", reason } },
    ],
  ];
}

function discard(state: SessionState, endpoint: string): Transition {
  const diagnostic = { type: "answer-discarded", endpoint } as const;
  return [state, [{ type: "report", diagnostic }]];
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
  const emit = { type: "emit", event: "USER_UPDATED", cause: "user" } as const;
  return [
    { ...state, stored },
    isNews ? [{ type: "save" }, emit] : [{ type: "save" }],
  ];
}

function signedOut(state: SessionState, cause: ChangeCause): Transition {
  const gone = { ...state, ...CALM, stored: null };
  if (!state.stored) return [gone, [{ type: "save" }]];
  const emit = { type: "emit", event: "SIGNED_OUT", cause } as const;
  return [gone, [{ type: "save" }, emit]];
}

/** What another tab has stored is the truth, and needs no storing. */
function found(state: SessionState, read: StoredSession | null): Transition {
  const mine = state.stored;
  const stored = keepUser(mine, read);
  if (isSame(mine, stored)) return [state, []];
  const diagnostic = { type: "session-adopted", from: "other-tab" } as const;
  const report = { type: "report", diagnostic } as const;
  const event = nameChange(mine, stored);
  // With the same token as before, the server is still to be left alone.
  const isNew = mine?.refreshToken !== stored?.refreshToken;
  return [
    { ...state, ...(isNew ? CALM : {}), stored },
    event ? [{ type: "emit", event, cause: "other-tab" }, report] : [report],
  ];
}

/** Tokens may be stored without their user, who is known all the same. */
function keepUser(
  mine: StoredSession | null,
  read: StoredSession | null,
): StoredSession | null {
  const user = mine?.userId ? mine.json["user"] : undefined;
  const isKept = read && !read.userId && ownerOf(read) === mine?.userId;
  return isKept && isObject(user) ? withUser(read, user) : read;
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

/** Null when only the user has become known. */
function nameChange(
  before: StoredSession | null,
  after: StoredSession | null,
): AuthChangeEvent | null {
  if (!after) return "SIGNED_OUT";
  if (!before || ownerOf(before) !== ownerOf(after)) return "SIGNED_IN";
  // Within a second, the access token may be the very same.
  const isRefreshed = before.accessToken !== after.accessToken ||
    before.refreshToken !== after.refreshToken;
  if (isRefreshed) return "TOKEN_REFRESHED";
  return before.userId ? "USER_UPDATED" : null;
}
