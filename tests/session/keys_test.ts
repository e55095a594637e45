/** Names under which things are stored, as supabase-js and auth-js have them. */
import { assertEquals } from "@std/assert";
import {
  clockKey,
  defaultStorageKey,
  userKey,
} from "../../lib/session/keys.ts";
import {
  flowIndexKey,
  flowVerifierKey,
  lastVerifierKey,
} from "../../lib/session/flow_keys.ts";

Deno.test("defaultStorageKey() is supabase-js's for projects, auth-js's else", () => {
  for (
    const [projectUrl, key] of [
      [undefined, "supabase.auth.token"],
      ["https://abcdefgh.supabase.co", "sb-abcdefgh-auth-token"],
      ["https://ABC.supabase.co/", "sb-abc-auth-token"],
      ["http://localhost:54321", "sb-localhost-auth-token"],
      ["http://127.0.0.1:54321", "sb-127-auth-token"],
      ["https://auth.example.com/path", "sb-auth-auth-token"],
    ] as const
  ) assertEquals(defaultStorageKey(projectUrl), key);
});

Deno.test("the other keys begin with the session's", () => {
  assertEquals(userKey("k"), "k-user");
  assertEquals(clockKey("k"), "k-clock");
  assertEquals(lastVerifierKey("k"), "k-code-verifier");
  assertEquals(flowIndexKey("k"), "k-flows-code-verifier");
  assertEquals(flowVerifierKey("k", "id"), "k-flow-id-code-verifier");
});
