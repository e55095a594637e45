/** Callback addresses with a fragment of one's own, escapes, and garbage. */
import { assert, assertEquals } from "@std/assert";
import { parseCallback, withoutCallback } from "../../lib/api/callback.ts";

const APP = "https://app.example/page";
const TOKENS = "access_token=a.b.c&refresh_token=r1&expires_in=3600" +
  "&expires_at=1795460077&token_type=bearer";

Deno.test("parseCallback() reads the tokens of the implicit flow", () => {
  const tokens = { access_token: "a.b.c", refresh_token: "r1" };
  assertEquals(parseCallback(`${APP}#${TOKENS}&type=magiclink&sb=`), {
    type: "session",
    tokens,
    isRecovery: false,
  });
  const provider = "&provider_token=p1&provider_refresh_token=p2";
  assertEquals(parseCallback(`${APP}#${TOKENS}${provider}&type=recovery`), {
    type: "session",
    tokens: { ...tokens, provider_token: "p1", provider_refresh_token: "p2" },
    isRecovery: true,
  });
});

Deno.test("parseCallback() reads what the server appends to a fragment of one's own", () => {
  const callback = parseCallback(`${APP}#/route?a=1#${TOKENS}`);
  assertEquals(callback?.type, "session");
  assertEquals(
    withoutCallback(`${APP}#/route?a=1#${TOKENS}`),
    `${APP}#/route?a=1`,
  );
});

Deno.test("parseCallback() reads the query's text, which is escaped once only", () => {
  const callback = parseCallback(
    `${APP}?error_code=x&error_description=a%2Cb#error_code=x&error_description=a%252Cb`,
  );
  assert(callback?.type === "error");
  assertEquals(callback.error.message, "a,b");
});

Deno.test("parseCallback() prefers an error to a code, and takes what there is of it", () => {
  const callback = parseCallback(`${APP}?code=c1&error_code=bad_oauth_state`);
  assert(callback?.type === "error");
  assertEquals(callback.error.code, "bad_oauth_state");
  assert(callback.error.message !== "");
  const bare = parseCallback(
    `${APP}?error=server_error&error_description=Sorry`,
  );
  assert(bare?.type === "error");
  assertEquals([bare.error.code, bare.error.message], [
    "server_error",
    "Sorry",
  ]);
});

Deno.test("parseCallback() leaves alone what is not the server's", () => {
  for (
    const address of [
      "",
      "?a=1#b",
      "?error=mine",
      "#error=mine",
      "?code=",
      "#code=c1",
      "#access_token=a.b.c",
      "#refresh_token=r1",
      "#access_token=&refresh_token=r1",
      "#access_token=a%20b&refresh_token=r1",
      "#access_token=a.b.c&refresh_token=%0A",
      "#access_token=%C3%A9&refresh_token=r1",
      "?access_token=a.b.c&refresh_token=r1",
      "#%E0%A4%A=1",
    ]
  ) assertEquals(parseCallback(APP + address), null, address);
});

Deno.test("withoutCallback() takes off what is the server's, and nothing else", () => {
  for (
    const [address, clean] of [
      [`${APP}?code=c1`, APP],
      [`${APP}?a=1&code=c1&sb_flow_id=f1&b=2`, `${APP}?a=1&b=2`],
      [`${APP}?code=c1#section`, `${APP}#section`],
      [
        `${APP}?type=list&a=1#${TOKENS}&type=signup&sb=`,
        `${APP}?type=list&a=1`,
      ],
      [`${APP}#${TOKENS}&mine=1`, `${APP}#mine=1`],
      [`${APP}#a=1&b`, `${APP}#a=1&b`],
      [`${APP}?error_code=x#error_code=x&sb=`, APP],
    ] as const
  ) assertEquals(withoutCallback(address), clean);
});
