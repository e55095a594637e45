/** Getting a session that can be used now: the refresh, done once. */
import { refreshSession } from "../api/token.ts";
import type { AuthConfig, Metadata } from "../config.ts";
import {
  type AuthError,
  AuthNetworkError,
  AuthSessionError,
  isAuthError,
} from "../errors.ts";
import type { RequestOptions } from "../request.ts";
import { joinFlight, startFlight, STUCK } from "./flights.ts";
import { whileLocked } from "./locks.ts";
import type { SessionManager } from "./manager.ts";
import { definitiveRefusal, marginOf } from "./refresh.ts";
import { storedFrom, type StoredSession } from "./stored.ts";
import { sleep, TIMED_OUT, withDeadline } from "./timers.ts";

/** A refresh is tried this often before its failure is told. */
const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;

/**
 * The session with an access token that lives, refreshed if need be.
 *
 * @param manager Whose session.
 * @param request How to wait for it.
 * @returns The session; null when nobody is signed in.
 * @throws {AuthError} Why no living token can be had, though somebody is.
 */
export async function liveSession<M extends Metadata>(
  manager: SessionManager<M>,
  request?: RequestOptions,
): Promise<StoredSession | null> {
  const stored = await manager.current();
  if (!stored || manager.timeLeft(stored) > marginOf(stored)) return stored;
  try {
    if (isResting(manager)) throw manager.state.failure;
    return await refreshStored(manager, stored, request);
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
export async function refreshStored<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
  request: RequestOptions = {},
): Promise<StoredSession | null> {
  const { failure, retryAt, isRetryAtBinding } = manager.state;
  if (isRetryAtBinding && manager.config.now() < retryAt) throw failure;
  await bounded(refreshOnce(manager, stored), request);
  return manager.state.stored;
}

/**
 * Exchanges a refresh token that need not be the stored one.
 *
 * @param manager Whose server, clock and flights.
 * @param refreshToken The token.
 * @param request How to wait for it.
 * @returns The new session, not yet made current.
 * @throws {AuthError} Why it failed.
 */
export async function exchangeToken<M extends Metadata>(
  manager: SessionManager<M>,
  refreshToken: string,
  request: RequestOptions = {},
): Promise<StoredSession> {
  const { flights } = manager.platform;
  const key = flightKey(manager, refreshToken);
  const start = () => callServer(manager, refreshToken);
  const exchange = async () => {
    const joined = await joinFlight(flights, key, start);
    return joined === STUCK || "isSuperseded" in joined
      ? await startFlight(flights, key, start)
      : joined;
  };
  const outcome = await bounded(exchange(), request);
  if ("stored" in outcome) return outcome.stored;
  throw outcome.error;
}

/** Whether the server is to be left alone for a while. */
function isResting<M extends Metadata>(manager: SessionManager<M>): boolean {
  return manager.config.now() < manager.state.retryAt;
}

/** Joins or starts the one refresh of a token, and commits its outcome here. */
async function refreshOnce<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
): Promise<void> {
  const { flights, locks } = manager.platform;
  const from = stored.refreshToken;
  const key = flightKey(manager, from);
  const start = () =>
    whileLocked(
      locks(),
      `lock:${manager.storageKey}`,
      () => fly(manager, from),
    );
  const outcome = await joinFlight(flights, key, start);
  if (outcome !== STUCK) return await commit(manager, from, outcome);
  await manager.look();
  if (manager.state.stored?.refreshToken !== from) return;
  await commit(manager, from, await startFlight(flights, key, start));
}

/** What became of a refresh: a value, since many may wait for it. */
type Answer =
  | { readonly stored: StoredSession }
  | { readonly error: unknown };

/** Nothing was asked when another tab had been quicker. */
type Outcome = Answer | { readonly isSuperseded: true };

async function fly<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
): Promise<Outcome> {
  await manager.look();
  if (manager.state.stored?.refreshToken !== from) {
    return { isSuperseded: true };
  }
  const answer = await callServer(manager, from);
  // Here, so that an answer is kept even when nobody waits for it any more.
  await commitAnswer(manager, from, answer);
  return answer;
}

async function commitAnswer<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
  answer: Answer,
): Promise<void> {
  await manager.look();
  if ("error" in answer) return await fail(manager, from, answer.error);
  const { stored } = answer;
  manager.setClockBy(stored);
  await manager.apply({ type: "refreshed", from, stored });
}

async function fail<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
  error: unknown,
): Promise<void> {
  const reason = definitiveRefusal(error);
  if (reason !== null) {
    return await manager.apply({ type: "refresh-refused", from, reason });
  }
  const { retryAfterMs } = error as Partial<AuthError>;
  const random = manager.platform.random();
  await manager.apply({
    type: "refresh-failed",
    from,
    error,
    retryAfterMs,
    random,
  });
}

/** Commits for one who joined, unless it was flown here or is stored by now. */
async function commit<M extends Metadata>(
  manager: SessionManager<M>,
  from: string,
  outcome: Outcome,
): Promise<void> {
  if ("isSuperseded" in outcome) return await manager.look();
  const error = "error" in outcome ? outcome.error : undefined;
  const { stored, failure } = manager.state;
  const isOpen = stored?.refreshToken === from;
  if (isOpen && (!error || failure !== error)) {
    await commitAnswer(manager, from, outcome);
  }
  // Somebody else's newer session is as good as an answer.
  const newest = manager.state.stored;
  if (error && (!newest || newest.refreshToken === from)) throw error;
}

/**
 * Asks the server, and again where a moment may help: it answers a repeated
 * token with the same successor. Metadata is not parsed here, since a schema's
 * refusal must not lose the successor.
 */
async function callServer<M extends Metadata>(
  { config, platform }: SessionManager<M>,
  refresh_token: string,
): Promise<Answer> {
  const plain: AuthConfig<Metadata> = { ...config, metadata: undefined };
  const end = config.now() + config.timeoutMs;
  for (let attempt = 1;; attempt++) {
    const request = { timeoutMs: Math.max(1, end - config.now()) };
    try {
      const result = await refreshSession(plain, { refresh_token }, request);
      return { stored: storedFrom(result.session) };
    } catch (error) {
      const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1) *
        (0.5 + platform.random());
      const isLate = config.now() + pause >= end;
      if (attempt === MAX_ATTEMPTS || isLate || !mayHelp(error)) {
        return { error };
      }
      await sleep(pause);
    }
  }
}

function mayHelp(error: unknown): boolean {
  if (!isAuthError(error) || error.retryAfterMs !== undefined) return false;
  return error.retryable && error.status !== 429;
}

function flightKey<M extends Metadata>(
  { config }: SessionManager<M>,
  refreshToken: string,
): string {
  return `${config.url}\n${refreshToken}`;
}

/** The caller's own bounds; the refresh goes on without them. */
async function bounded<T>(
  promise: Promise<T>,
  { signal, timeoutMs }: RequestOptions,
): Promise<T> {
  if (!signal && timeoutMs === undefined) return await promise;
  const deadlineMs = timeoutMs ?? Infinity;
  let result;
  try {
    result = await withDeadline(promise, deadlineMs, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
    const message = "Cannot finish POST /token: the caller aborted it";
    throw new AuthNetworkError("aborted", message, { cause: signal.reason });
  }
  if (result !== TIMED_OUT) return result;
  const message = `Cannot finish POST /token: no answer within ${timeoutMs} ms`;
  throw new AuthNetworkError("timeout", message, { retryable: true });
}

/**
 * The error for a call that needs somebody to be signed in.
 *
 * @returns The error, to be thrown.
 */
export function sessionMissing(): AuthSessionError {
  return new AuthSessionError(
    "session_missing",
    "Cannot do this: nobody is signed in",
  );
}
