/** What may be found in a storage or an address, though nobody should put it there. */
import type { Issue } from "./facts.ts";
import type { Random } from "./random.ts";

const PLAIN: readonly string[] = [
  "",
  "null",
  "undefined",
  "{}",
  "[]",
  "0",
  '"text"',
  "{",
  "\u0000\u0001\ud800",
  "[object Object]",
  "base64-eyJhIjoxfQ",
  '{"access_token":null,"refresh_token":null}',
  '{"access_token":"","refresh_token":""}',
  '{"access_token":"a b","refresh_token":"c\\nd","expires_at":9e99,"user":{}}',
  '{"access_token":"\\u0000","refresh_token":"r","expires_at":"soon"}',
  '{"access_token":"a.b.c","refresh_token":"r","user":{"id":7}}',
  '{"access_token":"a.b.c","refresh_token":"r","expires_at":-1,"user":null}',
  '{"access_token":"ä.ö.ü","refresh_token":"r","expires_at":99999999999}',
  '{"access_token":["a"],"refresh_token":{"b":1}}',
  '{"currentSession":{"access_token":"a"},"expiresAt":1}',
  '{"__proto__":{"access_token":"a.b.c","refresh_token":"r"}}',
];

/** A text to store as the session. */
export function drawText(random: Random, issue: Issue | undefined): string {
  if (!issue || random.chance(60)) return random.pick(PLAIN);
  const json: Record<string, unknown> = {
    access_token: issue.access,
    refresh_token: issue.refresh,
    token_type: "bearer",
    expires_in: issue.lifetime,
    expires_at: issue.expiresAt,
    user: { id: issue.user, aud: "authenticated" },
  };
  const name = random.pick(Object.keys(json));
  json[name] = random.pick([null, "", -1, [], {}, "x\ny", 1e300, undefined]);
  const text = JSON.stringify(json);
  return random.chance(30) ? text.slice(0, random.whole(1, 80)) : text;
}

/** A text to store beside the session. */
export function drawSmallText(random: Random): string {
  return random.pick([...PLAIN, "NaN", "1e300", "-7200000", '["a","b"]']);
}

const ADDRESSES: readonly string[] = [
  "https://app.example/?code=",
  "https://app.example/?code=none",
  "https://app.example/?code=a&code=b&sb_flow_id=%00",
  "https://app.example/?error=access_denied&error_code=otp_expired#error=x",
  "https://app.example/#error_description=%E0%A4%A",
  "https://app.example/#access_token=a&refresh_token=b&expires_in=x",
  "https://app.example/#access_token=%20&refresh_token=%0A&token_type=",
  "https://app.example/#access_token=a.b.c&refresh_token=b&expires_at=-1&type=recovery",
  "https://app.example/?code=x#access_token=y&refresh_token=z&expires_in=1",
  "https://app.example/#####&&&===",
];

/** An address that nobody's server has sent. */
export function drawAddress(random: Random): string {
  return random.pick(ADDRESSES);
}
