/** Users who are stored apart, or not at all; and metadata that is refused. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { StandardSchema } from "../../lib/config.ts";
import { isAuthError } from "../../lib/errors.ts";
import { memoryStorage } from "../../lib/session/storage.ts";
import { clientTest, KEY, listen, rest, textIn } from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

clientTest("userStorage keeps the user apart from the tokens", async (kit) => {
  const server = new StubServer();
  const userStorage = memoryStorage();
  const { auth, storage } = kit.client(server.fetch, { userStorage });
  const { session } = await auth.setSession(server.signIn());
  assertEquals("user" in JSON.parse(textIn(storage)!), false);
  const user = JSON.parse(userStorage.getItem(`${KEY}-user`) as string);
  assertEquals(user, { user: server.users.get(session.user.id) });
  const again = kit.client(server.fetch, { storage, userStorage });
  server.requests.length = 0;
  assertEquals((await again.auth.getSession()).session?.user, session.user);
  await again.auth.updateUser({ data: { color: "red" } });
  const changed = JSON.parse(userStorage.getItem(`${KEY}-user`) as string);
  assertEquals(changed.user.user_metadata, { color: "red" });
  assertEquals("user" in JSON.parse(textIn(storage)!), false);
  await again.auth.signOut();
  assertEquals(userStorage.getItem(`${KEY}-user`), null);
  assertEquals(textIn(storage), null);
});

clientTest(
  "a user in userStorage that is somebody else's is not taken",
  async (kit) => {
    const server = new StubServer();
    const userStorage = memoryStorage();
    const { user: bob } = server.signIn("bob");
    const { user: _, ...stored } = server.signIn("ada");
    for (
      const text of [
        JSON.stringify({ user: bob }),
        "{",
        '{"user":7}',
        '{"user":{}}',
      ]
    ) {
      userStorage.setItem(`${KEY}-user`, text);
      const { auth } = kit.client(server.fetch, { stored, userStorage });
      server.requests.length = 0;
      const { session } = await auth.getSession();
      assertEquals(session?.user.email, "ada@example.com");
      assertEquals(server.requests.length, 1);
      await rest();
      const fixed = JSON.parse(userStorage.getItem(`${KEY}-user`) as string);
      assertEquals(fixed.user.email, "ada@example.com");
    }
  },
);

clientTest(
  "two clients with a split storage fetch a missing user once each at most",
  async (kit) => {
    const server = new StubServer();
    const userStorage = memoryStorage();
    const { user: _, ...stored } = server.signIn("ada");
    const first = kit.client(server.fetch, { stored, userStorage });
    const { storage } = first;
    const second = kit.client(server.fetch, { storage, userStorage });
    const sessions = await Promise.all(
      [first, second].map(({ auth }) => auth.getSession()),
    );
    for (const { session } of sessions) {
      assertEquals(session?.user.email, "ada@example.com");
    }
    assertEquals(server.requests.length, 1);
    for (const { auth } of [first, second]) await auth.getSession();
    assertEquals(server.requests.length, 1);
  },
);

clientTest(
  "tokens that are stored anew without their user keep the user who is known",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const told = listen(auth);
    await rest();
    const { user: _, ...tokens } = server.signIn("ada");
    storage.setItem(KEY, JSON.stringify(tokens));
    const { session } = await auth.getSession();
    await rest();
    assertEquals(session?.refresh_token, tokens.refresh_token);
    assertEquals(session?.user.email, "ada@example.com");
    assertEquals(server.requests.length, 0);
    assertEquals(told.slice(1), [[
      "TOKEN_REFRESHED",
      "other-tab",
      "ada@example.com",
    ]]);
  },
);

clientTest(
  "another's tokens stored without their user are told with the user",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const told = listen(auth);
    await rest();
    const { user: _, ...tokens } = server.signIn("bob");
    storage.setItem(KEY, JSON.stringify(tokens));
    await auth.getAccessToken();
    await rest();
    assertEquals(told.slice(1), [[
      "SIGNED_IN",
      "other-tab",
      "bob@example.com",
    ]]);
    assertEquals(server.requests.map((r) => r.path), ["/user"]);
  },
);

interface Profile {
  readonly color: string;
}

interface WithProfile {
  readonly user_metadata: Profile;
  readonly app_metadata: object;
}

/** Wants a color. */
const profileSchema: StandardSchema<Profile> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const { color } = value as { color?: unknown };
      return typeof color === "string"
        ? { value: { color } }
        : { issues: [{ message: "A color is missing", path: ["color"] }] };
    },
  },
};

clientTest(
  "metadata that the schema refuses is told by its path, and loses no session",
  async (kit) => {
    const server = new StubServer();
    const stored = server.signIn();
    const metadata = { user_metadata: profileSchema };
    const { auth, storage } = kit.client<WithProfile>(server.fetch, {
      stored,
      metadata,
    });
    const before = textIn(storage);
    const told = listen(auth);
    for (const call of [auth.getSession(), auth.getUser()]) {
      const error = await call.catch((error) => error);
      assert(isAuthError(error, "invalid_response"), String(error));
      assertStringIncludes(error.message, "color");
    }
    await rest();
    assertEquals(auth.getSnapshot(), { status: "signed-in", session: null });
    assertEquals(await auth.getAccessToken(), stored.access_token);
    assertEquals(told, [["INITIAL_SESSION", "restore", null]]);
    assertEquals(textIn(storage), before);
  },
);

clientTest(
  "metadata that the schema refuses does not lose the answer of a refresh",
  async (kit) => {
    const server = new StubServer();
    const stored = server.signIn();
    const metadata = { user_metadata: profileSchema };
    const { auth, storage } = kit.client<WithProfile>(server.fetch, {
      stored,
      metadata,
    });
    const error = await auth.refreshSession().catch((error) => error);
    assert(isAuthError(error, "invalid_response"));
    assertEquals(
      JSON.parse(textIn(storage)!).refresh_token === stored.refresh_token,
      false,
    );
  },
);

clientTest(
  "metadata that the schema takes is what it makes of it",
  async (kit) => {
    const server = new StubServer();
    const metadata = { user_metadata: profileSchema };
    const { auth } = kit.client<
      { user_metadata: Profile; app_metadata: object }
    >(
      server.fetch,
      { metadata },
    );
    const given = server.signIn();
    server.users.set(given.user.id, {
      ...given.user,
      user_metadata: { color: "red", other: 1 },
    });
    const { user } = await auth.setSession(given);
    assertEquals(user.user_metadata, { color: "red" });
  },
);

clientTest(
  "setSession() of a user whom the schema refuses keeps the session",
  async (kit) => {
    const server = new StubServer();
    const metadata = { user_metadata: profileSchema };
    const { auth, storage } = kit.client<WithProfile>(server.fetch, {
      metadata,
    });
    const error = await auth.setSession(server.signIn()).catch((error) =>
      error
    );
    assert(isAuthError(error, "invalid_response"));
    assertEquals(textIn(storage), null);
  },
);
