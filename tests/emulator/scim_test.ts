import { assertEquals } from "@std/assert";
import { call, start } from "./helpers.ts";

Deno.test("below /scim/v2 everything is answered in the format of SCIM", async () => {
  const emulator = start({ GOTRUE_EXPERIMENTAL_SCIM_ENABLED: "true" });
  const requests: [method: string, path: string, status: number][] = [
    ["GET", "/scim/v2/Schemas", 200],
    ["GET", "/scim/v2/Schemas?filter=x", 403],
    ["POST", "/scim/v2/Schemas", 404],
    ["GET", "/scim/v2/Groups/1", 404],
    ["GET", "/scim/v2", 404],
  ];
  for (const [method, path, status] of requests) {
    const answer = await call(emulator, method, path);
    assertEquals(answer.status, status, `${method} ${path}`);
    assertEquals(answer.headers.get("Content-Type"), "application/scim+json");
    if (status !== 200) assertEquals(answer.body.status, String(status));
  }
});
