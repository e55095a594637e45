import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Callback,
  parseCallback,
  withoutCallback,
} from "../../lib/api/callback.ts";

const APP = "https://app.example/page";
const TOKENS = "access_token=a.b.c&expires_at=1&expires_in=3600" +
  "&refresh_token=abcdefghijkl&sb=&token_type=bearer";

/** What is read, in short. */
function summary(callback: Callback | null): string {
  if (callback === null) return "nothing";
  if (callback.type === "error") return `error ${callback.error.code}`;
  if (callback.type === "code") {
    return `code ${callback.code} ${callback.flowId ?? ""}`.trim();
  }
  return `session ${callback.tokens.access_token} ${callback.isRecovery}`;
}

const READINGS: readonly [name: string, url: string, expected: string][] = [
  ["an ordinary address", `${APP}?tab=1#top`, "nothing"],
  ["a code", `${APP}?code=42`, "code 42"],
  [
    "a code and its flow",
    `${APP}?code=42&sb_flow_id=e0000001-abc`,
    "code 42 e0000001-abc",
  ],
  ["an empty code", `${APP}?code=`, "nothing"],
  [
    "tokens in the fragment",
    `${APP}#${TOKENS}&type=signup`,
    "session a.b.c false",
  ],
  [
    "tokens of a recovery",
    `${APP}#${TOKENS}&type=recovery`,
    "session a.b.c true",
  ],
  ["tokens in the query", `${APP}?${TOKENS}`, "nothing"],
  [
    "an error in the fragment",
    `${APP}#error=access_denied&error_code=otp_expired&error_description=Gone`,
    "error otp_expired",
  ],
  [
    "an error in the query",
    `${APP}?error=server_error&error_description=Broken`,
    "error server_error",
  ],
  [
    "an error beside a code",
    `${APP}?code=42&error=a&error_code=bad_oauth_state&error_description=b`,
    "error bad_oauth_state",
  ],
  ["an error of the application", `${APP}?error=mine`, "nothing"],
];

Deno.test("parseCallback() reads what the server adds to an address", async (t) => {
  for (const [name, url, expected] of READINGS) {
    await t.step(name, () => {
      assertEquals(summary(parseCallback(url)), expected);
    });
  }
});

Deno.test("parseCallback() gives the server's words as the message", () => {
  const callback = parseCallback(
    `${APP}#error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid`,
  );
  assert(callback?.type === "error");
  assertEquals(callback.error.message, "Email link is invalid");
});

Deno.test("parseCallback() refuses a text that is no address", () => {
  assertThrows(() => parseCallback("/page?code=42"), TypeError);
});

const CLEANINGS: readonly [name: string, url: string, expected: string][] = [
  ["a code", `${APP}?code=42&tab=1`, `${APP}?tab=1`],
  ["tokens", `${APP}?tab=1#${TOKENS}`, `${APP}?tab=1`],
  [
    "an error in both places",
    `${APP}?error=a&error_description=b&x=y#error=a&error_code=c`,
    `${APP}?x=y`,
  ],
  ["nothing of ours", `${APP}?tab=1#top`, `${APP}?tab=1#top`],
];

Deno.test("withoutCallback() leaves what belongs to the application", async (t) => {
  for (const [name, url, expected] of CLEANINGS) {
    await t.step(name, () => assertEquals(withoutCallback(url), expected));
  }
});
