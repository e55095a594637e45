/** What a simulation is to have met, so that no promise is held in idleness. */
import type { Setup } from "./setup.ts";

/** Everything that has to occur in a thousand seeds. */
export const KINDS: readonly string[] = [
  // How worlds are set up.
  ...["1 tab", "2 tabs", "3 tabs", "4 tabs", "5 tabs", "6 tabs"],
  ...["1 process", "2 processes", "3 processes"],
  ...["locks absent", "locks good", "locks stolen", "locks throwing"],
  ...["locks rejecting", "locks silent"],
  ...["channel absent", "channel good", "channel unopenable", "channel mute"],
  ...["storage sync", "storage async", "storage slow", "storage of users"],
  ...["clock right", "clock ahead", "clock behind"],
  ...["reuse window 0", "reuse window 10", "rotation 0", "rotation 2"],
  ...["beginning empty", "beginning fresh", "beginning expired"],
  ...["beginning foreign", "beginning garbage"],
  // What becomes of requests.
  ...["request fine", "request slow", "request reset", "request stalled"],
  ...["answer lost", "answer truncated", "answer 429 with seconds"],
  ...["answer 429 with a date", "answer 429 alone", "answer 200 HTML"],
  ...["answer 403 HTML", "answer 404 HTML", "answer 500 HTML"],
  ...["answer 502 HTML", "answer 503 HTML", "answer 504 HTML"],
  ...["answer 521 HTML", "answer lying"],
  ...["caller aborts", "caller's deadline", "request timed out"],
  // What the server says of refresh tokens.
  ...["refreshed", "answer repeated, reuse window 0"],
  ...["answer repeated, reuse window 10"],
  ...["refused: refresh_token_not_found", "refused: user_banned"],
  ...["refused: refresh_token_already_used"],
  ...["session ended", "user banned", "user unbanned", "user deleted"],
  // What happens to the machine and its tabs.
  ...["storage failing", "storage full", "storage torn", "storage hanging"],
  ...["clock set ahead", "clock set back"],
  ...["slept to expiry", "slept for an hour", "slept for a day"],
  ...["slept for a week"],
  ...["tab opened", "tab closed", "tab crashed", "tab crashed in mid-refresh"],
  ...["lock stolen while held", "page hidden", "page shown"],
  ...["address with a code", "address with tokens", "address of garbage"],
  ...["garbage in the session", "garbage beside it"],
  // What subscribers do.
  ...["subscriber throws", "subscriber hangs", "subscriber rejects"],
  ...["subscriber calls getSession", "subscriber calls getAccessToken"],
  ...["subscriber calls getUser", "subscriber calls refreshSession"],
  ...["subscriber calls updateUser", "subscriber calls signOut"],
  ...["subscriber calls signInWithPassword"],
  ...["subscriber calls stopAutoRefresh", "subscriber calls startAutoRefresh"],
  // What applications do.
  ...["getSession", "getAccessToken", "getUser", "refreshSession"],
  ...["refreshToken", "setSession", "signInWithPassword", "signUp"],
  ...["signInAnonymously", "signOut global", "signOut local"],
  ...["signOut others", "updateUser", "getUserIdentities", "reauthenticate"],
  ...["signInWithOtp", "resetPasswordForEmail", "verifyOtp"],
  ...["exchangeCodeForSession", "assurance", "listFactors", "secondFactor"],
  ...["initialize", "startAutoRefresh", "stopAutoRefresh", "dispose"],
  // What is told.
  ...["INITIAL_SESSION", "SIGNED_IN", "SIGNED_OUT", "TOKEN_REFRESHED"],
  ...["USER_UPDATED", "PASSWORD_RECOVERY", "MFA_CHALLENGE_VERIFIED"],
  ...["cause user", "cause refresh", "cause other-tab", "cause url"],
];

/** How often each kind occurred. */
export type Counts = Map<string, number>;

/** Adds counts up. */
export function addCounts(
  sum: Counts,
  counts: Iterable<[string, number]>,
): void {
  for (const [kind, count] of counts) {
    sum.set(kind, (sum.get(kind) ?? 0) + count);
  }
}

/** What never occurred. */
export function missingKinds(counts: Counts): readonly string[] {
  return KINDS.filter((kind) => !counts.has(kind));
}

/** The kinds of a setup. */
export function kindsOf(setup: Setup): readonly string[] {
  const { tabs, processes, locks, channel, storage, skewMs, env } = setup;
  const slow = storage.latencyMs >= 200 ? "slow" : "async";
  return [
    `${tabs} tab${tabs > 1 ? "s" : ""}`,
    `${processes} process${processes > 1 ? "es" : ""}`,
    `locks ${locks}`,
    `channel ${channel}`,
    `storage ${storage.isAsync ? slow : "sync"}`,
    ...(setup.hasUserStorage ? ["storage of users"] : []),
    `clock ${skewMs === 0 ? "right" : skewMs > 0 ? "ahead" : "behind"}`,
    `reuse window ${env["GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL"]}`,
    `rotation ${env["GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION"]}`,
    `beginning ${setup.beginning}`,
  ];
}
