import { assertStrictEquals } from "@std/assert";
import { signOut, type SignOutScope } from "../../lib/api/logout.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const SCOPES: SignOutScope[] = ["global", "local", "others"];

testRequests(SCOPES.map((scope) => ({
  name: `signOut() of scope ${scope}`,
  call: signOut,
  method: "POST",
  endpoint: "/logout",
  repeatable: true,
  forUser: true,
  answer: undefined,
  minimal: { args: [], path: "/logout?scope=global" },
  full: { args: [{ scope }], path: `/logout?scope=${scope}` },
})));

Deno.test("signOut() gives nothing", async () => {
  const { userConfig } = createRecorder(undefined);
  assertStrictEquals(await signOut(userConfig), undefined);
});
