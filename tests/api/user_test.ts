import { assertEquals, assertRejects } from "@std/assert";
import { getUser } from "../../lib/api/user.ts";
import { getUserIdentities, mfaListFactors } from "../../lib/api/user_parts.ts";
import { updateUser } from "../../lib/api/user_update.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import type { Factor } from "../../lib/wire/factor.ts";
import { sourceOf } from "../../lib/wire/source.ts";
import { FACTOR_JSON, IDENTITY_JSON, USER_JSON } from "./fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

testRequests([
  ...[getUser, getUserIdentities, mfaListFactors].map((call) => ({
    name: `${call.name}()`,
    call,
    method: "GET",
    endpoint: "/user",
    repeatable: true,
    forUser: true,
    answer: USER_JSON,
    minimal: { args: [], path: "/user" },
  })),
  {
    name: "updateUser()",
    call: updateUser,
    method: "PUT",
    endpoint: "/user",
    repeatable: true,
    forUser: true,
    answer: USER_JSON,
    minimal: { args: [{}], path: "/user", body: {} },
    full: {
      args: [{
        email: "new@example.com",
        phone: "+15550101",
        password: "new password",
        current_password: "old password",
        nonce: "123456",
        data: { name: null, theme: "dark" },
      }, {
        emailRedirectTo: "https://app.example/done",
        codeChallenge: "challenge",
      }],
      path: "/user?redirect_to=https%3A%2F%2Fapp.example%2Fdone",
      body: {
        email: "new@example.com",
        phone: "+15550101",
        password: "new password",
        current_password: "old password",
        nonce: "123456",
        data: { name: null, theme: "dark" },
        code_challenge: "challenge",
        code_challenge_method: "s256",
      },
    },
  },
]);

Deno.test("getUser() gives the user with Dates and the members it does not know", async () => {
  const { userConfig } = createRecorder(USER_JSON);
  const { user } = await getUser(userConfig);
  assertEquals(user.created_at, new Date("2026-11-23T17:54:37.912Z"));
  assertEquals(
    user.identities?.[0]?.created_at,
    new Date("2026-11-23T17:54:37.912Z"),
  );
  assertEquals(user["of_a_newer_server"], { kept: true });
  assertEquals(sourceOf(user), USER_JSON);
});

for (const answer of [{}, { user: USER_JSON }, null, undefined, "text"]) {
  const shown = JSON.stringify(answer)?.slice(0, 12) ?? "nothing";
  Deno.test(`getUser() refuses the answer ${shown}`, async () => {
    const { userConfig } = createRecorder(answer);
    const error = await assertRejects(
      () => getUser(userConfig),
      AuthResponseError,
    );
    assertEquals([error.endpoint, error.retryable], ["GET /user", true]);
  });
}

Deno.test("updateUser() gives the changed user", async () => {
  const { userConfig } = createRecorder(USER_JSON);
  const { user } = await updateUser(userConfig, { data: { name: "Ada" } });
  assertEquals(user.user_metadata, { name: "Ada" });
});

for (const identities of [[IDENTITY_JSON], [], null, undefined]) {
  Deno.test(`getUserIdentities() gives a list for ${JSON.stringify(identities)?.slice(0, 6)}`, async () => {
    const { userConfig } = createRecorder({ ...USER_JSON, identities });
    const result = await getUserIdentities(userConfig);
    assertEquals(
      result.identities.map((identity) => identity.identity_id),
      (identities ?? []).map((identity) => identity.identity_id),
    );
  });
}

Deno.test("mfaListFactors() lists all factors, and the verified ones by kind", async () => {
  const factors = [
    FACTOR_JSON,
    { ...FACTOR_JSON, id: "unverified", status: "unverified" },
    { ...FACTOR_JSON, id: "phone", factor_type: "phone" },
    { ...FACTOR_JSON, id: "future", factor_type: "of_a_newer_server" },
  ];
  const { userConfig } = createRecorder({ ...USER_JSON, factors });
  const list = await mfaListFactors(userConfig);
  const ids = Object.fromEntries(
    Object.entries(list).map((
      [name, all],
    ) => [name, all.map((f: Factor) => f.id)]),
  );
  assertEquals(ids, {
    all: [FACTOR_JSON.id, "unverified", "phone", "future"],
    totp: [FACTOR_JSON.id],
    phone: ["phone"],
    webauthn: [],
    recovery_code: [],
  });
});

Deno.test("mfaListFactors() gives empty lists when there are no factors", async () => {
  const { factors: _, ...user } = USER_JSON;
  const { userConfig } = createRecorder(user);
  assertEquals(await mfaListFactors(userConfig), {
    all: [],
    totp: [],
    phone: [],
    webauthn: [],
    recovery_code: [],
  });
});
