/** Every thing that can happen, in every state in which it matters. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  INITIAL_STATE,
  type SessionEffects,
  type SessionEvent,
  type SessionState,
  type Telling,
  transition,
} from "../../lib/session/state.ts";
import type { StoredSession } from "../../lib/session/stored.ts";
import { NOW, sessionOf } from "./sessions.ts";

const ADA = sessionOf();
const ADA_AGAIN = sessionOf({ tokens: 2 });
const ADA_IN_RED = sessionOf({ color: "red" });
const ADA_BARE = sessionOf({ isUserStored: false });
const ADA_BARE_AGAIN = sessionOf({ tokens: 2, isUserStored: false });
const BOB = sessionOf({ owner: "bob" });
const BOB_BARE = sessionOf({ owner: "bob", isUserStored: false });

const LOADING = INITIAL_STATE;
const OUT: SessionState = { ...INITIAL_STATE, isReady: true };
const IN = inside(ADA);
const IN_BARE = inside(ADA_BARE);
const FAILURE = new Error("offline");
/** After three failures, resting because the server asked for it. */
const RESTING: SessionState = {
  ...IN,
  failures: 3,
  failedAt: NOW - 1_000,
  retryAt: NOW + 9_000,
  isRetryAtBinding: true,
  failure: FAILURE,
};

function inside(stored: StoredSession): SessionState {
  return { ...OUT, stored };
}

const SAVE: SessionEffects = { isSaved: true };

/** All of several effects, without what is left out of them. */
function all(...effects: readonly SessionEffects[]): SessionEffects {
  const whole = Object.entries(Object.assign({}, ...effects));
  return Object.fromEntries(whole.filter(([, value]) => value !== undefined));
}

function emit(
  event: Telling["event"],
  cause: Telling["cause"],
  reason?: string,
): SessionEffects {
  return { told: { event, cause, ...(reason ? { reason } : {}) } };
}

const ADOPTED: SessionEffects = {
  diagnostic: { type: "session-adopted", from: "other-tab" },
};

function discarded(endpoint: string): SessionEffects {
  return {
    diagnostic: { type: "answer-discarded", endpoint },
  };
}

function dropped(reason: string): SessionEffects {
  return { diagnostic: { type: "session-dropped", reason } };
}

const refreshed = (stored: StoredSession, from: StoredSession = ADA) =>
  ({ type: "refreshed", from: from.refreshToken, stored }) as const;
const refused = (from: StoredSession = ADA) =>
  ({
    type: "refresh-refused",
    from: from.refreshToken,
    reason: "session_expired",
  }) as const;
const failed = (
  from: StoredSession = ADA,
  retryAfterMs?: number,
) =>
  ({
    type: "refresh-failed",
    from: from.refreshToken,
    error: FAILURE,
    retryAfterMs,
    random: 0.5,
  }) as const;
const gone = (of: StoredSession) =>
  ({
    type: "session-gone",
    accessToken: of.accessToken,
    reason: "session_not_found",
  }) as const;
const changed = (stored: StoredSession, isNews = true) =>
  ({ type: "user-changed", stored, isNews }) as const;
const found = (stored: StoredSession | null) =>
  ({ type: "found", stored }) as const;
const signedIn = (stored: StoredSession) =>
  ({ type: "signed-in", event: "SIGNED_IN", stored, cause: "user" }) as const;
const signedOut = { type: "signed-out", cause: "user" } as const;

/** What comes of an event; a state that is left out has not changed at all. */
type Row = readonly [
  name: string,
  before: SessionState,
  event: SessionEvent,
  effects: readonly SessionEffects[],
  after?: SessionState,
];

const ROWS: readonly Row[] = [
  [
    "what storage holds is the state, and no event",
    LOADING,
    { type: "restored", stored: ADA },
    [],
    IN,
  ],
  [
    "an empty storage is a state too",
    LOADING,
    { type: "restored", stored: null },
    [],
    OUT,
  ],
  [
    "a sign-in is stored and told",
    OUT,
    signedIn(ADA),
    [SAVE, emit("SIGNED_IN", "user")],
    IN,
  ],
  [
    "a sign-in replaces another session",
    inside(BOB),
    signedIn(ADA),
    [SAVE, emit("SIGNED_IN", "user")],
    IN,
  ],
  [
    "a sign-in ends the rest after failures",
    RESTING,
    signedIn(BOB),
    [SAVE, emit("SIGNED_IN", "user")],
    inside(BOB),
  ],
  [
    "a sign-in with the very same session is stored again, not told",
    IN,
    signedIn(ADA),
    [SAVE],
  ],
  [
    "a refresh of the stored token is stored and told",
    IN,
    refreshed(ADA_AGAIN),
    [SAVE, emit("TOKEN_REFRESHED", "refresh")],
    inside(ADA_AGAIN),
  ],
  [
    "a refresh ends the rest after failures",
    RESTING,
    refreshed(ADA_AGAIN),
    [SAVE, emit("TOKEN_REFRESHED", "refresh")],
    inside(ADA_AGAIN),
  ],
  [
    "a refresh that another client has stored already changes nothing",
    inside(ADA_AGAIN),
    refreshed(ADA_AGAIN),
    [],
  ],
  [
    "a refresh of a token that is stored no more is discarded",
    inside(BOB),
    refreshed(ADA_AGAIN),
    [discarded("POST /token")],
  ],
  [
    "a refresh after the sign-out signs nobody in",
    OUT,
    refreshed(ADA_AGAIN),
    [discarded("POST /token")],
  ],
  [
    "a refusal of the stored token ends the session, with its reason",
    IN,
    refused(),
    [
      SAVE,
      emit("SIGNED_OUT", "refresh", "session_expired"),
      dropped("session_expired"),
    ],
    OUT,
  ],
  [
    "a refusal of a token that is stored no more keeps the newer one",
    inside(ADA_AGAIN),
    refused(),
    [discarded("POST /token")],
  ],
  [
    "a refusal after the sign-out is discarded",
    OUT,
    refused(),
    [discarded("POST /token")],
  ],
  [
    "a failure of another token's refresh says nothing",
    inside(ADA_AGAIN),
    failed(),
    [],
  ],
  ["a failure after the sign-out says nothing", OUT, failed(), []],
  [
    "the server's word that the stored session is gone ends it",
    IN,
    gone(ADA),
    [
      SAVE,
      emit("SIGNED_OUT", "user", "session_not_found"),
      dropped("session_not_found"),
    ],
    OUT,
  ],
  [
    "the server's word about an older token does not",
    inside(ADA_AGAIN),
    gone(ADA),
    [discarded("GET /user")],
  ],
  [
    "the server's word about somebody else's token does not",
    IN,
    gone(BOB),
    [discarded("GET /user")],
  ],
  [
    "a changed user is stored and told",
    IN,
    changed(ADA_IN_RED),
    [SAVE, emit("USER_UPDATED", "user")],
    inside(ADA_IN_RED),
  ],
  [
    "a user who was only missing is stored, not told",
    IN_BARE,
    changed(ADA, false),
    [SAVE],
    IN,
  ],
  [
    "a user of tokens that are stored no more is discarded",
    inside(ADA_AGAIN),
    changed(ADA_IN_RED),
    [discarded("PUT /user")],
  ],
  [
    "a user after the sign-out is discarded",
    OUT,
    changed(ADA_IN_RED),
    [discarded("PUT /user")],
  ],
  [
    "a sign-out empties the state and is told",
    IN,
    signedOut,
    [SAVE, emit("SIGNED_OUT", "user")],
    OUT,
  ],
  [
    "a sign-out ends the rest after failures",
    RESTING,
    signedOut,
    [SAVE, emit("SIGNED_OUT", "user")],
    OUT,
  ],
  [
    "a sign-out with nobody signed in clears storage and tells nothing",
    OUT,
    signedOut,
    [SAVE],
    OUT,
  ],
  [
    "another tab's refresh is taken over, not stored again",
    IN,
    found(ADA_AGAIN),
    [emit("TOKEN_REFRESHED", "other-tab"), ADOPTED],
    inside(ADA_AGAIN),
  ],
  [
    "another tab's refresh ends the rest after failures",
    RESTING,
    found(ADA_AGAIN),
    [emit("TOKEN_REFRESHED", "other-tab"), ADOPTED],
    inside(ADA_AGAIN),
  ],
  [
    "another tab's sign-in is told as one",
    OUT,
    found(ADA),
    [emit("SIGNED_IN", "other-tab"), ADOPTED],
    IN,
  ],
  [
    "another tab's sign-in of somebody else is told as one",
    IN,
    found(BOB),
    [emit("SIGNED_IN", "other-tab"), ADOPTED],
    inside(BOB),
  ],
  [
    "another tab's sign-out is told as one",
    IN,
    found(null),
    [emit("SIGNED_OUT", "other-tab"), ADOPTED],
    OUT,
  ],
  [
    "another tab's change of the user is told as one",
    IN,
    found(ADA_IN_RED),
    [emit("USER_UPDATED", "other-tab"), ADOPTED],
    inside(ADA_IN_RED),
  ],
  [
    "a user who has become known in another tab is not told",
    IN_BARE,
    found(ADA),
    [ADOPTED],
    IN,
  ],
  ["finding what is known changes nothing", IN, found(ADA), []],
  [
    "finding nothing where there was nothing changes nothing",
    OUT,
    found(null),
    [],
  ],
  [
    "finding what is known, written in another way, changes nothing",
    IN,
    found({ ...ADA, text: JSON.stringify(ADA.json, null, 2) }),
    [],
  ],
  [
    "finding the same tokens without their user changes nothing",
    IN,
    found(ADA_BARE),
    [],
  ],
  [
    "tokens of somebody else without a user are somebody else's",
    IN,
    found(BOB_BARE),
    [emit("SIGNED_IN", "other-tab"), ADOPTED],
    inside(BOB_BARE),
  ],
];

for (const [name, before, event, effects, after] of ROWS) {
  Deno.test(`transition(): ${name}`, () => {
    const copy = structuredClone({ ...before, failure: undefined });
    const [state, actual] = transition(before, event, NOW);
    assertEquals(all(actual), all(...effects));
    if (after) assertEquals(state, after);
    else assertStrictEquals(state, before);
    assertEquals({ ...before, failure: undefined }, copy, "it was changed");
  });
}

Deno.test("transition(): newer tokens without their user keep the user", () => {
  const [state, effects] = transition(IN, found(ADA_BARE_AGAIN), NOW);
  assertEquals(state.stored?.refreshToken, ADA_AGAIN.refreshToken);
  assertEquals(state.stored?.json["user"], ADA.json["user"]);
  assertEquals(
    all(effects),
    all(emit("TOKEN_REFRESHED", "other-tab"), ADOPTED),
  );
});

Deno.test("transition(): the first failure lets the next call try at once", () => {
  const [state, effects] = transition(IN, failed(), NOW);
  assertStrictEquals(state.stored, ADA);
  assertEquals(state, {
    ...IN,
    failures: 1,
    failedAt: NOW,
    retryAt: NOW,
    failure: FAILURE,
  });
  assertEquals(effects, {
    diagnostic: { type: "refresh-failed", error: FAILURE, nextAttemptAt: NOW },
  });
});

Deno.test("transition(): later failures rest longer, and what the server asks for counts", () => {
  const [second] = transition({ ...IN, failures: 1 }, failed(), NOW);
  assertEquals([second.failures, second.retryAt - NOW], [2, 750]);
  const [asked] = transition(IN, failed(ADA, 30_000), NOW);
  assertEquals([asked.retryAt - NOW, asked.isRetryAtBinding], [30_000, true]);
  const [longer] = transition({ ...IN, failures: 20 }, failed(ADA, 1), NOW);
  assertEquals([longer.retryAt - NOW, longer.isRetryAtBinding], [45_000, true]);
  const [bound] = transition(RESTING, failed(), NOW);
  assertEquals([bound.retryAt - NOW, bound.isRetryAtBinding], [9_000, true]);
  const [free] = transition(RESTING, failed(), NOW + 9_000);
  assertEquals(free.isRetryAtBinding, false);
});

Deno.test("transition(): the causes of a sign-in and a sign-out are passed on", () => {
  for (const cause of ["url", "user", "refresh"] as const) {
    const event = "PASSWORD_RECOVERY";
    const entering = { type: "signed-in", event, stored: ADA, cause } as const;
    const [, entered] = transition(OUT, entering, NOW);
    assertEquals(all(entered), all(SAVE, emit(event, cause)));
    const leaving = { type: "signed-out", cause } as const;
    const [, effects] = transition(IN, leaving, NOW);
    assertEquals(all(effects), all(SAVE, emit("SIGNED_OUT", cause)));
  }
});

Deno.test("transition(): a server that answers with the token it was asked with renews it", () => {
  const renewed = { ...ADA_AGAIN, refreshToken: ADA.refreshToken };
  const [state, effects] = transition(IN, refreshed(renewed), NOW);
  assertStrictEquals(state.stored, renewed);
  assertEquals(all(effects), all(SAVE, emit("TOKEN_REFRESHED", "refresh")));
  assertStrictEquals(transition(state, refreshed(renewed), NOW)[0], state);
});
