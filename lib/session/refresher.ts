/** Getting a session that can be used now: the refresh, done once. */
import { refreshSession } from "../api/token.ts";
import type { AuthConfig, Metadata } from "../config.ts";
import { type AuthError, isAuthError } from "../errors.ts";
import type { RequestOptions } from "../request.ts";
import {
  FLIGHT_DEADLINE_MS,
  joinFlight,
  SECOND_DEADLINE_MS,
  UNANSWERED,
} from "./flights.ts";
import { whileLocked } from "./locks.ts";
import type { SessionManager } from "./manager.ts";
import { definitiveRefusal, marginOf, restLeft } from "./refresh.ts";
import { storedFrom, type StoredSession } from "./stored.ts";
import { sleep, withDeadline } from "./timers.ts";

/** A refresh is tried this often before its failure is told. */
const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;
/** How often, and how far apart, to look for what another tab has stored. */
const MAX_LOOKS = 11;
const LOOK_PAUSE_MS = 20;

/**
 * The session with an access token that lives, refreshed if need be.
 *
 * @param manager Whose session.
 * @param request How to wait for it.
 * @returns The session; null when nobody is signed in.
 * @throws {AuthError} Why no living token can be had, though somebody is.
 */
export function liveSession<M extends Metadata>(
  manager: SessionManager<M>,
  request?: RequestOptions,
): StoredSession | null | Promise<StoredSession | null> {
  const current = bounded(() => manager.current(), request);
  return current instanceof Promise
    ? current.then((stored) => refreshIfDue(manager, stored, request))
    : refreshIfDue(manager, current, request);
}

/** Answers at once where nothing is due, which is the rule. */
function refreshIfDue<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession | null,
  request?: RequestOptions,
): StoredSession | null | Promise<StoredSession | null> {
  return !stored || manager.timeLeft(stored) > marginOf(stored)
    ? stored
    : refreshDue(manager, stored, request);
}

async function refreshDue<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
  request?: RequestOptions,
): Promise<StoredSession | null> {
  try {
    if (isResting(manager)) throw manager.state.failure;
    const newest = await refreshStored(manager, stored, request);
    // What somebody has stored meanwhile may have expired on its way, asleep.
    return newest && manager.timeLeft(newest) <= 0
      ? await refreshStored(manager, newest, request)
      : newest;
  } catch (error) {
    if (
      isAuthError(error, "aborted") || isAuthError(error, "client_disposed")
    ) {
      throw error;
    }
    const kept = manager.state.stored;
    if (kept && manager.timeLeft(kept) > 0) return kept;
    throw error;
  }
}

/**
 * Refreshes, whether or not the access token still lives.
 *
 * @param manager Whose session.
 * @param stored What to refresh.
 * @param request How to wait for it.
 * @returns The session that is current then; null after a sign-out.
 * @throws {AuthError} Why it failed.
 */
export function refreshStored<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
  request?: RequestOptions,
): StoredSession | null | Promise<StoredSession | null> {
  return bounded(() => refreshOnce(manager, stored), request);
}

/** Whether the server is to be left alone for a while. */
function isResting<M extends Metadata>(manager: SessionManager<M>): boolean {
  return restLeft(manager.state, manager.config.now()) > 0;
}

/** Joins or starts the one refresh of a token, and commits its outcome here. */
async function refreshOnce<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
): Promise<StoredSession | null> {
  const { flights, locks } = manager.platform;
  const from = stored.refreshToken;
  const key = flightKey(manager, from);
  const start = () =>
    whileLocked(
      locks(),
      `lock:${manager.storageKey}`,
      (hasWaited) => fly(manager, from, hasWaited),
    );
  let deadlineMs = FLIGHT_DEADLINE_MS;
  do {
    manager.assertInUse();
    const outcome = await joinFlight(flights, key, start, deadlineMs);
    deadlineMs = SECOND_DEADLINE_MS;
    if (outcome !== UNANSWERED) {
      // Most are stored by now: flown here.
      if (isStored(manager, from) || "error" in outcome) {
        await commit(manager, from, outcome);
      }
      break;
    }
    await manager.look();
    // The flight of a client with another storage may have found nothing to do.
  } while (isStored(manager, from));
  return manager.state.stored;
}

function isStored<M extends Metadata>(
  { state }: SessionManager<M>,
  refreshToken: string,
): boolean {
  return state.stored?.refreshToken === refreshToken;
}

/** What became of a refresh: a value, since many may wait for it. */
export type Answer =
  | {
    readonly stored: StoredSession;
    /** When it was asked for, in local milliseconds. */
    readonly sentAt: number;
  }
  | { readonly error: unknown };

/** Unanswered when another tab had been quicker: nothing was asked, or not again. */
type Outcome = Answer | typeof UNANSWERED;

async function fly<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
  hasWaited: boolean,
): Promise<Outcome> {
  const isCurrent = () => !manager.isDisposed && isStored(manager, from);
  // What another process has stored may be seen later than its lock is free.
  for (let looks = hasWaited ? MAX_LOOKS : 1; looks > 0; looks--) {
    await manager.look();
    if (!isCurrent()) return UNANSWERED;
    if (looks > 1) await sleep(LOOK_PAUSE_MS);
  }
  // Asked here, after any wait: another flight may have been told to rest.
  const { failure: error, isRetryAtBinding } = manager.state;
  if (isRetryAtBinding && isResting(manager)) return { error };
  const answer = await callServer(manager, from, isCurrent);
  // Here, so that an answer is kept even when nobody waits for it any more.
  if (answer !== UNANSWERED) await commitAnswer(manager, from, answer);
  return answer;
}

/** The answer is shared with clients whose schemas may differ. */
export function copyFor<M extends Metadata>(
  { config }: SessionManager<M>,
  stored: StoredSession,
): StoredSession {
  return config.parseMetadata ? { ...stored, parsed: undefined } : stored;
}

/** Without a turn in between where storage answers at once. */
function commitAnswer<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
  answer: Answer,
): Promise<void> {
  if ("error" in answer) return fail(manager, from, answer.error);
  const stored = copyFor(manager, answer.stored);
  const apply = () => {
    manager.setClockBy(stored, answer.sentAt);
    return manager.apply({ type: "refreshed", from, stored });
  };
  return manager.look()?.then(apply) ?? apply();
}

async function fail<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
  error: unknown,
): Promise<void> {
  const reason = definitiveRefusal(error);
  if (reason !== null) {
    await manager.look();
    return await manager.apply({ type: "refresh-refused", from, reason });
  }
  const { retryAfterMs } = error as Partial<AuthError>;
  const random = manager.platform.random();
  // At once: a rest begins however long storage takes to tell what is new.
  await manager.apply({
    type: "refresh-failed",
    from,
    error,
    retryAfterMs,
    random,
  });
  await manager.look();
}

/** Commits for one who joined, unless it was flown here or is stored by now. */
async function commit<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
  outcome: Answer,
): Promise<void> {
  const error = "error" in outcome ? outcome.error : undefined;
  if (isStored(manager, from) && (!error || manager.state.failure !== error)) {
    await commitAnswer(manager, from, outcome);
  }
  // Somebody else's newer session is as good as an answer.
  if (error && (!manager.state.stored || isStored(manager, from))) throw error;
}

/**
 * Asks the server, and again where a moment may help: it answers a repeated
 * token with the same successor. Metadata is not parsed here, since a schema's
 * refusal must not lose the successor. Stops where nobody wants to know any more.
 */
export async function callServer<M extends Metadata>(
  manager: SessionManager<M>,
  refresh_token: string,
  isWanted: () => boolean,
): Promise<Outcome> {
  const { config, platform } = manager;
  const plain: AuthConfig<Metadata> = config.parseMetadata
    ? { ...config, parseMetadata: undefined }
    : config;
  let sentAt = config.now();
  const end = sentAt + config.timeoutMs;
  for (let attempt = 1;; attempt++) {
    // The clock may be set, either way, while this goes on.
    const left = Math.min(Math.max(1, end - sentAt), config.timeoutMs);
    try {
      const request = { timeoutMs: left };
      const result = await refreshSession(plain, { refresh_token }, request);
      const stored = storedFrom(result.session);
      if (!config.parseMetadata) stored.parsed = result.session;
      return { stored, sentAt };
    } catch (error) {
      const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1) *
        (0.5 + platform.random());
      const isLate = config.now() + pause >= end;
      if (attempt === MAX_ATTEMPTS || isLate || !mayHelp(error)) {
        return { error };
      }
      await sleep(pause);
      await manager.look();
      if (!isWanted()) return UNANSWERED;
      sentAt = config.now();
    }
  }
}

function mayHelp(error: unknown): boolean {
  if (!isAuthError(error) || error.retryAfterMs !== undefined) return false;
  return error.retryable && error.status !== 429;
}

export function flightKey<M extends Metadata>(
  { config }: SessionManager<M>,
  refreshToken: string,
): string {
  return `${config.url}\n${refreshToken}`;
}

/**
 * Waits as long as one caller wants to; what is waited for goes on without.
 *
 * @param run Starts what to wait for.
 * @param request How to wait for it.
 * @returns What the promise gives.
 * @throws {AuthNetworkError} `aborted`, `timeout`.
 */
export function bounded<T>(
  run: () => T | Promise<T>,
  request: RequestOptions = {},
): T | Promise<T> {
  const { signal, timeoutMs } = request;
  return signal || timeoutMs !== undefined
    ? withDeadline("getting a session", run, timeoutMs ?? Infinity, signal)
    : run();
}
