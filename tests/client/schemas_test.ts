import { assertEquals } from "@std/assert";
import { AuthClient } from "../../lib/client/auth_client.ts";
import type { StandardSchema } from "../../lib/config.ts";
import { memoryStorage } from "../../lib/session/storage.ts";
import { SESSION_JSON } from "../api/fixtures.ts";

const KEY = "supabase.auth.token";

/** Makes the metadata an object that names the client. */
function named(name: string): StandardSchema<{ readonly name: string }> {
  const validate = () => ({ value: { name } });
  return { "~standard": { version: 1, vendor: "test", validate } };
}

for (const first of ["none", "one"]) {
  Deno.test(`clients that share a refresh parse it each by its own schema, ${first} first`, async () => {
    let refreshes = 0;
    const now = Math.floor(Date.now() / 1000);
    const storage = memoryStorage();
    const text = JSON.stringify({ ...SESSION_JSON, expires_at: now - 60 });
    await storage.setItem(KEY, text);
    const common = {
      url: `https://${first}.example`,
      storage,
      fetch: async () => {
        refreshes++;
        await Promise.resolve();
        return Response.json({
          ...SESSION_JSON,
          refresh_token: "successor",
          expires_at: now + 3600,
        });
      },
    };
    const one = new AuthClient({
      ...common,
      metadata: { user_metadata: named("one") },
    });
    const two = new AuthClient({
      ...common,
      metadata: { user_metadata: named("two") },
    });
    const none = new AuthClient(common);
    const clients = first === "none" ? [none, one, two] : [one, two, none];
    await Promise.all(clients.map((client) => client.getSession()));
    assertEquals(refreshes, 1);
    const metadataOf = async (client: typeof clients[number]) =>
      (await client.getSession()).session?.user.user_metadata;
    assertEquals<unknown>(await metadataOf(one), { name: "one" });
    assertEquals<unknown>(await metadataOf(two), { name: "two" });
    assertEquals<unknown>(
      await metadataOf(none as typeof one),
      SESSION_JSON.user.user_metadata,
    );
    for (const client of [one, two, none]) await client.dispose();
  });
}
