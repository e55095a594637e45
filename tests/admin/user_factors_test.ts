import { assertEquals, assertRejects } from "@std/assert";
import {
  mfaDeleteFactor,
  mfaListFactors,
} from "../../lib/admin/user_factors.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { FACTOR_JSON } from "../api/fixtures.ts";
import { createRecorder } from "../api/recorder.ts";
import { testRequests } from "../api/request_cases.ts";

testRequests([
  {
    name: "admin mfaListFactors()",
    call: mfaListFactors,
    method: "GET",
    endpoint: "/admin/users/{id}/factors",
    repeatable: true,
    answer: [],
    minimal: {
      args: [{ userId: "a/b" }],
      path: "/admin/users/a%2Fb/factors",
    },
  },
  {
    name: "admin mfaDeleteFactor()",
    call: mfaDeleteFactor,
    method: "DELETE",
    endpoint: "/admin/users/{id}/factors/{id}",
    repeatable: true,
    answer: FACTOR_JSON,
    minimal: {
      args: [{ userId: "a/b", id: "c?d" }],
      path: "/admin/users/a%2Fb/factors/c%3Fd",
    },
  },
]);

Deno.test("admin mfaListFactors() gives the factors with Dates", async () => {
  const { config } = createRecorder([FACTOR_JSON]);
  const { factors } = await mfaListFactors(config, { userId: "id" });
  assertEquals(factors.length, 1);
  assertEquals(factors[0]?.created_at, new Date("2026-11-23T17:55:00.5Z"));
  assertEquals(factors[0]?.last_challenged_at, null);
});

for (const answer of [{}, { factors: [] }, [{}], null, undefined]) {
  Deno.test(`admin mfaListFactors() refuses ${JSON.stringify(answer)}`, async () => {
    const { config } = createRecorder(answer);
    await assertRejects(
      () => mfaListFactors(config, { userId: "id" }),
      AuthResponseError,
    );
  });
}

Deno.test("admin mfaDeleteFactor() gives the factor's id alone", async () => {
  const { config } = createRecorder(FACTOR_JSON);
  assertEquals(
    await mfaDeleteFactor(config, { userId: "id", id: "factor" }),
    { id: FACTOR_JSON.id },
  );
});
