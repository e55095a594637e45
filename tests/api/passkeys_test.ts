import { assertEquals, assertRejects } from "@std/assert";
import {
  passkeyDelete,
  passkeyList,
  passkeyUpdate,
} from "../../lib/api/passkeys.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { PASSKEY_JSON } from "./passkey_fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const FOR_USER = { forUser: true, repeatable: true } as const;

testRequests([
  {
    ...FOR_USER,
    name: "passkeyList()",
    call: passkeyList,
    method: "GET",
    endpoint: "/passkeys",
    answer: [PASSKEY_JSON],
    minimal: { args: [], path: "/passkeys" },
  },
  {
    ...FOR_USER,
    name: "passkeyUpdate()",
    call: passkeyUpdate,
    method: "PATCH",
    endpoint: "/passkeys/{id}",
    answer: PASSKEY_JSON,
    minimal: {
      args: [{ passkeyId: "a/b", friendlyName: "Laptop" }],
      path: "/passkeys/a%2Fb",
      body: { friendly_name: "Laptop" },
    },
  },
  {
    ...FOR_USER,
    name: "passkeyDelete()",
    call: passkeyDelete,
    method: "DELETE",
    endpoint: "/passkeys/{id}",
    answer: undefined,
    minimal: { args: [{ passkeyId: "../user" }], path: "/passkeys/..%2Fuser" },
  },
]);

Deno.test("passkeyList() gives the passkeys with Dates", async () => {
  const { userConfig } = createRecorder([PASSKEY_JSON]);
  const [passkey] = await passkeyList(userConfig);
  assertEquals(passkey?.created_at, new Date("2026-11-23T17:54:41.297Z"));
});

Deno.test("passkeyDelete() gives nothing", async () => {
  const { userConfig } = createRecorder(undefined);
  assertEquals(await passkeyDelete(userConfig, { passkeyId: "id" }), undefined);
});

for (const answer of [{}, [{}], { passkeys: [] }, null, undefined]) {
  Deno.test(`passkeyList() refuses the answer ${JSON.stringify(answer)}`, async () => {
    const { userConfig } = createRecorder(answer);
    await assertRejects(() => passkeyList(userConfig), AuthResponseError);
  });
}

const CALLS: [
  name: string,
  call: (c: never, id: string) => Promise<unknown>,
][] = [
  [
    "passkeyUpdate()",
    (c, passkeyId) => passkeyUpdate(c, { passkeyId, friendlyName: "a" }),
  ],
  ["passkeyDelete()", (c, passkeyId) => passkeyDelete(c, { passkeyId })],
];
for (const [name, call] of CALLS) {
  for (const id of ["", ".", ".."]) {
    Deno.test(`${name} refuses the id "${id}" before any request`, async () => {
      const { userConfig, requests } = createRecorder({});
      await assertRejects(() => call(userConfig as never, id), TypeError);
      assertEquals(requests, []);
    });
  }
}
