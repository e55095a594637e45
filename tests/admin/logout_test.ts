import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { signOut } from "../../lib/admin/logout.ts";
import { createRecorder, USER_TOKEN } from "../api/recorder.ts";
import { testRequests } from "../api/request_cases.ts";

testRequests((["global", "local", "others"] as const).map((scope) => ({
  name: `admin signOut() of scope ${scope}`,
  call: signOut,
  method: "POST",
  endpoint: "/logout",
  repeatable: true,
  // The bearer is the user's token, which is the first argument here.
  forUser: true,
  answer: undefined,
  minimal: { args: [USER_TOKEN], path: "/logout?scope=global" },
  full: { args: [USER_TOKEN, scope], path: `/logout?scope=${scope}` },
})));

Deno.test("admin signOut() sends the user's token and the key", async () => {
  const { config, requests } = createRecorder(undefined);
  assertStrictEquals(await signOut(config, USER_TOKEN), undefined);
  assertEquals(requests[0]?.headers["authorization"], `Bearer ${USER_TOKEN}`);
});

for (const jwt of ["", "two words", "a\nb", undefined, null]) {
  Deno.test(`admin signOut() refuses the token ${JSON.stringify(jwt)} before any request`, async () => {
    const { config, requests } = createRecorder(undefined);
    await assertRejects(
      () => signOut(config, jwt as string),
      TypeError,
      "Cannot use the access token",
    );
    assertEquals(requests, []);
  });
}
