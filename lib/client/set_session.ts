/** Sessions made of tokens from elsewhere. */
import { type Metadata, withAccessToken } from "../config.ts";
import { getUser } from "../api/user.ts";
import type { RequestOptions } from "../request.ts";
import { signInStored } from "../session/changes.ts";
import { exchangeToken } from "../session/exchange.ts";
import type { SessionManager } from "../session/manager.ts";
import type { AuthChangeEvent, ChangeCause } from "../session/state.ts";
import { storedFrom } from "../session/stored.ts";
import type { SignedIn } from "../wire/session.ts";
import { sourceOf } from "../wire/source.ts";
import { readTokenPayload } from "../wire/token.ts";
import { completeSession } from "./current_session.ts";

/** A session's tokens. */
export interface Tokens {
  /** A JWT. */
  readonly access_token: string;
  /** Good for one use. */
  readonly refresh_token: string;
}

/** Tokens, with those of a provider where it has just sent the user back. */
interface AllTokens extends Tokens {
  readonly provider_token?: string;
  readonly provider_refresh_token?: string;
}

/** What a token may say of its life, in seconds since 1970. */
interface Times {
  readonly exp?: number;
  readonly iat?: number;
}

/** How taking tokens over is told. */
interface Telling {
  readonly event: AuthChangeEvent;
  readonly cause: ChangeCause;
}

/**
 * Makes a session of tokens and makes it the current one. An access token that
 * has expired is refreshed first.
 *
 * @param manager Whose session.
 * @param tokens The tokens, and what else is to be stored with them.
 * @param request How to make the request.
 * @param telling How it is told, unless it is the user's doing.
 * @returns The user and the session.
 */
export async function useTokens<M extends Metadata>(
  manager: SessionManager<M>,
  tokens: AllTokens,
  request?: RequestOptions,
  telling?: Telling,
): Promise<SignedIn<M>> {
  const { cause = "user" } = telling ?? {};
  const { access_token, refresh_token } = tokens;
  const { provider_token, provider_refresh_token } = tokens;
  if (typeof access_token !== "string" || typeof refresh_token !== "string") {
    throw new TypeError("Cannot set the session: both tokens must be strings");
  }
  // A callback in the page's address is consumed before the client is ready.
  if (cause !== "url") await manager.ready();
  // Without a readable end it counts as expired.
  const { exp = 0, iat = 0 } = readTokenPayload(access_token) as Times;
  const left = manager.timeLeft({ expiresAt: exp });
  if (!(left > 0)) {
    const stored = await exchangeToken(manager, refresh_token, request);
    const event = telling?.event ?? "TOKEN_REFRESHED";
    await signInStored(manager, stored, event, cause);
    const session = await completeSession(manager, stored, request);
    return { user: session.user, session };
  }
  const config = withAccessToken(manager.config, access_token);
  const { user } = await getUser(config, request);
  const stored = storedFrom({
    access_token,
    refresh_token,
    ...(provider_token ? { provider_token } : {}),
    ...(provider_refresh_token ? { provider_refresh_token } : {}),
    token_type: "bearer",
    // By a wrong clock, as long as it is not known, more may seem to be left
    // than there ever was.
    expires_in: Math.floor(Math.min(left / 1000, exp - iat)),
    expires_at: exp,
    user: sourceOf(user),
  });
  await signInStored(manager, stored, telling?.event ?? "SIGNED_IN", cause);
  const session = manager.parse(stored);
  return { user: session.user, session };
}
