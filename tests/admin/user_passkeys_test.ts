import { assertEquals, assertRejects } from "@std/assert";
import {
  passkeyDeletePasskey,
  passkeyListPasskeys,
} from "../../lib/admin/user_passkeys.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { PASSKEY_JSON } from "../api/passkey_fixtures.ts";
import { createRecorder } from "../api/recorder.ts";
import { testRequests } from "../api/request_cases.ts";

testRequests([
  {
    name: "admin passkeyListPasskeys()",
    call: passkeyListPasskeys,
    method: "GET",
    endpoint: "/admin/users/{id}/passkeys",
    repeatable: true,
    answer: [PASSKEY_JSON],
    minimal: {
      args: [{ userId: "a/b" }],
      path: "/admin/users/a%2Fb/passkeys",
    },
  },
  {
    name: "admin passkeyDeletePasskey()",
    call: passkeyDeletePasskey,
    method: "DELETE",
    endpoint: "/admin/users/{id}/passkeys/{id}",
    repeatable: true,
    answer: undefined,
    minimal: {
      args: [{ userId: "a/b", passkeyId: "c?d" }],
      path: "/admin/users/a%2Fb/passkeys/c%3Fd",
    },
  },
]);

Deno.test("admin passkeyListPasskeys() gives the passkeys with Dates", async () => {
  const { config } = createRecorder([PASSKEY_JSON]);
  const [passkey] = await passkeyListPasskeys(config, { userId: "id" });
  assertEquals(passkey?.last_used_at, new Date("2026-11-23T17:54:41.490Z"));
});

for (const answer of [{}, { passkeys: [] }, [{}], null, undefined]) {
  Deno.test(`admin passkeyListPasskeys() refuses ${JSON.stringify(answer)}`, async () => {
    const { config } = createRecorder(answer);
    await assertRejects(
      () => passkeyListPasskeys(config, { userId: "id" }),
      AuthResponseError,
    );
  });
}

Deno.test("admin passkeyDeletePasskey() gives nothing", async () => {
  const { config } = createRecorder(undefined);
  const params = { userId: "id", passkeyId: "passkey" };
  assertEquals(await passkeyDeletePasskey(config, params), undefined);
});
