/** Exchanging a refresh token because a caller asks. */
import type { Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import {
  FLIGHT_DEADLINE_MS,
  joinFlight,
  SECOND_DEADLINE_MS,
  UNANSWERED,
} from "./flights.ts";
import type { SessionManager } from "./manager.ts";
import {
  type Answer,
  bounded,
  callServer,
  copyFor,
  flightKey,
} from "./refresher.ts";
import type { StoredSession } from "./stored.ts";

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
  request?: RequestOptions,
): Promise<StoredSession> {
  const answer = await bounded(() => exchange(manager, refreshToken), request);
  if ("error" in answer) throw answer.error;
  manager.setClockBy(answer.stored, answer.sentAt);
  return copyFor(manager, answer.stored);
}

async function exchange<M extends Metadata>(
  manager: SessionManager<M>,
  refreshToken: string,
): Promise<Answer> {
  const { flights } = manager.platform;
  const key = flightKey(manager, refreshToken);
  const start = () => callServer(manager, refreshToken, () => true);
  for (let ms = FLIGHT_DEADLINE_MS;; ms = SECOND_DEADLINE_MS) {
    const outcome = await joinFlight(flights, key, start, ms);
    if (outcome !== UNANSWERED) return outcome;
  }
}
