import { assertStrictEquals } from "@std/assert";
import { reauthenticate } from "../../lib/api/reauthenticate.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

testRequests([{
  name: "reauthenticate()",
  call: reauthenticate,
  method: "GET",
  endpoint: "/reauthenticate",
  repeatable: false,
  forUser: true,
  minimal: { args: [], path: "/reauthenticate" },
}]);

Deno.test("reauthenticate() gives nothing", async () => {
  const { userConfig } = createRecorder({ message_id: "test-otp" });
  assertStrictEquals(await reauthenticate(userConfig), undefined);
});
