/** Sessions made of tokens from elsewhere. */
import { assert, assertEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import { memoryStorage } from "../../lib/session/storage.ts";
import {
  fulfilled,
  listen,
  rest,
  settle,
  textIn,
  timedTest,
  tokenIn,
} from "./helpers.ts";
import { StubServer, writeToken } from "./stub_server.ts";

const HOUR = 3_600_000;

timedTest(
  "setSession() of a live token asks for its user and signs in",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.client(server.fetch);
    const told = listen(auth);
    const given = server.signIn();
    time.tick(600_000);
    const { access_token, refresh_token } = given;
    const { user, session } = await fulfilled(
      time,
      auth.setSession({ access_token, refresh_token }),
    );
    await rest();
    assertEquals(server.requests.map((r) => [r.method, r.path]), [[
      "GET",
      "/user",
    ]]);
    assertEquals(user, session.user);
    assertEquals(session.expires_at, given.expires_at);
    assertEquals(session.expires_in, 3000);
    assertEquals(session.token_type, "bearer");
    const stored = JSON.parse(textIn(storage)!);
    assertEquals(stored.user, server.users.get(user.id));
    assertEquals(Object.keys(stored).sort(), [
      "access_token",
      "expires_at",
      "expires_in",
      "refresh_token",
      "token_type",
      "user",
    ]);
    assertEquals(told.slice(1), [["SIGNED_IN", "user", "ada@example.com"]]);
    assertEquals((await auth.getSession()).session, session);
  },
);

timedTest(
  "setSession() takes no token to live longer than it was issued for",
  async (kit, time) => {
    const server = new StubServer();
    const given = server.signIn();
    const { auth } = kit.client(server.fetch, {
      now: () => Date.now() - 48 * HOUR,
    });
    const { session } = await fulfilled(time, auth.setSession(given));
    assertEquals(session.expires_at, given.expires_at);
    assertEquals(session.expires_in, 3600);
  },
);

timedTest(
  "setSession() of an expired token refreshes it",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.client(server.fetch);
    const told = listen(auth);
    const given = server.signIn();
    time.tick(HOUR);
    const { session } = await fulfilled(time, auth.setSession(given));
    await rest();
    assertEquals(server.requests.map((r) => r.path), ["/token"]);
    assertEquals(tokenIn(storage), session.refresh_token);
    assertEquals(told.slice(1), [[
      "TOKEN_REFRESHED",
      "user",
      "ada@example.com",
    ]]);
  },
);

for (
  const [name, access_token] of [
    ["that is none", "not-a-token"],
    ["without an end", writeToken({ sub: "1" })],
    ["with an end that is no number", writeToken({ exp: "soon" })],
  ] as const
) {
  timedTest(`setSession() of a token ${name} refreshes`, async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.client(server.fetch);
    const { refresh_token } = server.signIn();
    const { user } = await fulfilled(
      time,
      auth.setSession({ access_token, refresh_token }),
    );
    assertEquals(user.email, "ada@example.com");
    assertEquals(server.requests.map((r) => r.path), ["/token"]);
  });
}

timedTest(
  "setSession() of tokens that the server refuses keeps the session",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const before = textIn(storage);
    const live = { ...server.signIn("bob") };
    server.sessions.delete("session-4");
    const refusals = [
      [live, "session_not_found"],
      [{ ...live, access_token: "x" }, "refresh_token_not_found"],
    ] as const;
    for (const [tokens, code] of refusals) {
      const { error } = await settle(time, auth.setSession(tokens)) as {
        error: unknown;
      };
      assert(isAuthError(error) && error.code === code, String(error));
      assertEquals(textIn(storage), before);
    }
  },
);

timedTest(
  "setSession() of anything but two strings is a TypeError",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.client(server.fetch);
    const { access_token, refresh_token } = server.signIn();
    const wrong = [
      { access_token },
      { refresh_token },
      { access_token: 1 },
      {},
    ];
    for (const tokens of wrong) {
      const call = auth.setSession(tokens as never);
      const { error } = await settle(time, call) as { error: unknown };
      assert(error instanceof TypeError);
    }
    assertEquals(server.requests.length, 0);
  },
);

timedTest(
  "refreshSession() of another token makes its session the current one",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const told = listen(auth);
    await rest();
    const { refresh_token } = server.signIn("bob");
    const { user } = await fulfilled(
      time,
      auth.refreshSession({ refresh_token }),
    );
    await rest();
    assertEquals(user.email, "bob@example.com");
    assertEquals(JSON.parse(textIn(storage)!).user.email, "bob@example.com");
    assertEquals(told.slice(1), [[
      "TOKEN_REFRESHED",
      "user",
      "bob@example.com",
    ]]);
  },
);

timedTest(
  "refreshSession() of another token that is refused keeps the session",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const before = textIn(storage);
    const { error } = await settle(
      time,
      auth.refreshSession({ refresh_token: "unknown-token" }),
    ) as { error: unknown };
    assert(isAuthError(error, "refresh_token_not_found"));
    assertEquals(textIn(storage), before);
  },
);

timedTest(
  "a stored session whose user is missing is completed once for all callers",
  async (kit, time) => {
    const server = new StubServer();
    const { user, ...stored } = server.signIn();
    const memory = memoryStorage();
    let writes = 0;
    const counting = {
      ...memory,
      setItem: (key: string, value: string) => {
        writes++;
        return memory.setItem(key, value);
      },
    };
    const { auth, storage } = kit.client(server.fetch, {
      stored,
      storage: counting,
    });
    const told = listen(auth);
    const calls = Array.from({ length: 1000 }, () => auth.getSession());
    const sessions = await fulfilled(time, Promise.all(calls));
    await rest();
    assertEquals(server.requests.map((r) => [r.method, r.path]), [[
      "GET",
      "/user",
    ]]);
    assertEquals(writes, 2, "it was stored more than once");
    assertEquals(new Set(sessions.map(({ session }) => session)).size, 1);
    assertEquals(sessions[0]!.session?.user.email, "ada@example.com");
    assertEquals(JSON.parse(textIn(storage)!).user, user);
    assertEquals(told, [["INITIAL_SESSION", "restore", "ada@example.com"]]);
    await fulfilled(time, auth.getSession());
    assertEquals(server.requests.length, 1);
  },
);

timedTest(
  "a missing user that cannot be fetched loses no session",
  async (kit, time) => {
    const server = new StubServer();
    const { user: _, ...stored } = server.signIn();
    const { auth, storage } = kit.client(server.fetch, { stored });
    const before = textIn(storage);
    server.interfere = () => {
      throw new TypeError("offline");
    };
    const told = listen(auth);
    const { error } = await settle(time, auth.getSession()) as {
      error: unknown;
    };
    await rest();
    assert(isAuthError(error, "network_failure"));
    assertEquals(textIn(storage), before);
    assertEquals(told, [["INITIAL_SESSION", "restore", null]]);
    assertEquals(auth.getSnapshot(), { status: "signed-in", session: null });
    assertEquals(await auth.getAccessToken(), stored.access_token);
    server.interfere = undefined;
    const { session } = await fulfilled(time, auth.getSession());
    assertEquals(session?.user.email, "ada@example.com");
  },
);
