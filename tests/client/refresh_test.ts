/** One refresh for many callers, whose answer goes to nobody else. */
import { assert, assertEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import { memoryStorage } from "../../lib/session/storage.ts";
import {
  clientTest,
  fulfilled,
  KEY,
  listen,
  pass,
  rest,
  settle,
  textIn,
  timedTest,
  tokenIn,
} from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

const HOUR = 3_600_000;

for (const count of [1, 10, 100]) {
  timedTest(
    `getSession() refreshes once for 1,000 callers on ${count} clients`,
    async (kit, time) => {
      const server = new StubServer();
      const { storage, auth } = kit.signedIn(server);
      const clients = [auth];
      while (clients.length < count) {
        clients.push(kit.client(server.fetch, { storage }).auth);
      }
      time.tick(HOUR);
      server.interfere = async (_, work) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        return work();
      };
      const settledAt: number[] = [];
      const calls = Array.from({ length: 1000 }, async (_, i) => {
        const { session } = await clients[i % count]!.getSession();
        settledAt.push(time.now);
        return session?.refresh_token;
      });
      const begun = time.now;
      const tokens = await fulfilled(time, Promise.all(calls));
      assertEquals(server.requests.length, 1);
      assertEquals(new Set(tokens), new Set([tokenIn(storage)!]));
      assertEquals(new Set(settledAt), new Set([begun + 500]));
    },
  );
}

for (const count of [1, 10, 100]) {
  timedTest(
    `a refused refresh is told to each of ${count} clients and asked once`,
    async (kit, time) => {
      const server = new StubServer();
      const { storage, auth, stored } = kit.signedIn(server);
      const clients = [auth];
      while (clients.length < count) {
        clients.push(kit.client(server.fetch, { storage }).auth);
      }
      const told = clients.map((client) => listen(client));
      await rest();
      time.tick(HOUR);
      server.sessions.clear();
      const outcomes = await Promise.all(
        clients.map((client) => settle(time, client.getSession())),
      );
      await rest();
      for (const { error } of outcomes as { error: unknown }[]) {
        assert(isAuthError(error, "refresh_token_not_found"));
      }
      assertEquals(server.refreshes, 1);
      assertEquals(textIn(storage), null);
      for (const events of told) {
        assertEquals(events.map(([event]) => event), [
          "INITIAL_SESSION",
          "SIGNED_OUT",
        ]);
      }
      assertEquals(stored.user.email, "ada@example.com");
    },
  );
}

timedTest(
  "two clients with storages of their own share a refresh of the same token",
  async (kit, time) => {
    const server = new StubServer();
    const stored = server.signIn();
    const first = kit.client(server.fetch, { stored });
    const second = kit.client(server.fetch, { stored });
    time.tick(HOUR);
    const [a, b] = await fulfilled(
      time,
      Promise.all([first.auth.getSession(), second.auth.getSession()]),
    );
    assertEquals(server.refreshes, 1);
    assertEquals(a.session?.access_token, b.session?.access_token);
    assertEquals(tokenIn(first.storage), tokenIn(second.storage));
  },
);

timedTest(
  "getSession() asks itself when the client it waited for had nothing to do",
  async (kit, time) => {
    const server = new StubServer();
    const stored = server.signIn();
    const slow = memoryStorage();
    const readLate = {
      ...slow,
      getItem: async (key: string) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return slow.getItem(key);
      },
    };
    const first = kit.client(server.fetch, { stored, storage: readLate });
    const second = kit.client(server.fetch, { stored });
    await fulfilled(time, first.auth.getSession());
    await fulfilled(time, second.auth.getSession());
    time.tick(HOUR);
    const begun = first.auth.getSession();
    begun.catch(() => {});
    // Once the first has read its token and is about to look again, it goes.
    await pass(time, 150);
    slow.removeItem(KEY);
    const joined = second.auth.getSession();
    const { session } = await fulfilled(time, joined);
    assert(session && session.expires_at * 1000 > time.now, "it has expired");
    assertEquals((await fulfilled(time, begun)).session, null);
    assertEquals(server.refreshes, 1);
  },
);

timedTest(
  "refreshSession() of two tokens never gives one the other's answer",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const other = server.signIn("bob");
    const { refresh_token } = other;
    const mine = auth.refreshSession().catch((error) => error);
    const theirs = auth.refreshSession({ refresh_token });
    const { user } = await fulfilled(time, theirs);
    assertEquals(user.email, "bob@example.com");
    assert(isAuthError(await mine, "session_superseded"));
    assertEquals(server.refreshes, 2);
    assertEquals(JSON.parse(textIn(storage)!).user.email, "bob@example.com");
  },
);

timedTest(
  "1,000 waiters for a stuck refresh start one other together",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    time.tick(HOUR);
    server.interfere = (_, work) =>
      server.refreshes === 1 ? new Promise(() => {}) : work();
    const calls = Array.from({ length: 1000 }, () => auth.getSession());
    const begun = time.now;
    await fulfilled(time, Promise.any(calls.slice(1)));
    assertEquals(time.now - begun, 5_000);
    assertEquals(server.refreshes, 2);
    const results = await fulfilled(time, Promise.all(calls));
    for (const { session } of results) assert(session);
  },
);

timedTest(
  "an answer that comes after another one was stored is discarded",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage, diagnostics } = kit.signedIn(server);
    const told = listen(auth);
    await rest();
    const answers: (() => void)[] = [];
    server.interfere = async (_, work) => {
      const answer = work();
      await new Promise<void>((resolve) => answers.push(resolve));
      return answer;
    };
    const refreshing = auth.refreshSession();
    await rest();
    server.interfere = undefined;
    // Somebody else signs in meanwhile, in another tab.
    const text = JSON.stringify(server.signIn("bob"));
    storage.setItem(KEY, text);
    answers[0]!();
    const { error } = await settle(time, refreshing) as { error: unknown };
    await rest();
    assert(isAuthError(error, "session_superseded"));
    assertEquals(textIn(storage), text);
    assertEquals(told.slice(1), [[
      "SIGNED_IN",
      "other-tab",
      "bob@example.com",
    ]]);
    assertEquals(diagnostics.map((d) => d.type), [
      "session-adopted",
      "answer-discarded",
    ]);
  },
);

timedTest(
  "an answer that comes after the sign-out signs nobody in",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const told = listen(auth);
    await rest();
    let answer = () => {};
    server.interfere = async ({ path }, work) => {
      const response = work();
      if (path === "/token") {
        await new Promise<void>((resolve) => answer = resolve);
      }
      return response;
    };
    const refreshing = auth.refreshSession().catch((error) => error);
    await rest();
    await fulfilled(time, auth.signOut());
    answer();
    const error = await refreshing;
    assert(isAuthError(error, "session_missing"));
    assertEquals(textIn(storage), null);
    assertEquals(told.map(([event]) => event), [
      "INITIAL_SESSION",
      "SIGNED_OUT",
    ]);
  },
);

timedTest(
  "updateUser() does not change whom another tab has signed in meanwhile",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    await auth.getSession();
    time.tick(HOUR);
    let answer = () => {};
    server.interfere = async (_, work) => {
      const response = work();
      await new Promise<void>((resolve) => answer = resolve);
      return response;
    };
    const data = { color: "red" };
    const updating = auth.updateUser({ data }).catch((error) => error);
    await rest();
    storage.setItem(KEY, JSON.stringify(server.signIn("bob")));
    answer();
    assert(isAuthError(await updating, "session_superseded"));
    assertEquals(server.requests.map((r) => r.path), ["/token"]);
  },
);

timedTest(
  "a session that another tab has refreshed is adopted without a request",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const other = kit.client(server.fetch, { storage });
    const told = listen(auth);
    await rest();
    time.tick(HOUR);
    await fulfilled(time, other.auth.getSession());
    const { session } = await fulfilled(time, auth.getSession());
    await rest();
    assertEquals(server.refreshes, 1);
    assertEquals(session?.refresh_token, tokenIn(storage));
    assertEquals(told.slice(1), [
      ["TOKEN_REFRESHED", "other-tab", "ada@example.com"],
    ]);
  },
);

timedTest(
  "a server that answers with the same refresh token renews the session",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage, stored } = kit.signedIn(server);
    time.tick(HOUR);
    server.interfere = () => {
      const { refresh_token } = stored;
      return Response.json({ ...server.signIn(), refresh_token });
    };
    const { session } = await fulfilled(time, auth.getSession());
    assert(session && session.access_token !== stored.access_token);
    assertEquals(tokenIn(storage), stored.refresh_token);
    assertEquals(server.refreshes, 1);
  },
);

timedTest(
  "a token that lives a minute is refreshed near its end, not at each call",
  async (kit, time) => {
    const server = new StubServer();
    server.lifetime = 60;
    const { auth } = kit.signedIn(server);
    for (let second = 0; second < 40; second++) {
      await fulfilled(time, auth.getSession());
      time.tick(1_000);
    }
    assertEquals(server.refreshes, 0);
    time.tick(6_000);
    await fulfilled(time, auth.getSession());
    assertEquals(server.refreshes, 1);
  },
);

clientTest(
  "updateUser() does not overwrite tokens that another tab has got",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const other = kit.client(server.fetch, { storage }).auth;
    await auth.getSession();
    let answer = () => {};
    server.interfere = async ({ method }, work) => {
      const response = work();
      if (method === "PUT") await new Promise<void>((done) => answer = done);
      return response;
    };
    const updating = auth.updateUser({ data: { color: "red" } });
    await rest();
    const { session } = await other.refreshSession();
    answer();
    await updating;
    assertEquals(tokenIn(storage), session.refresh_token);
    assertEquals(JSON.parse(textIn(storage)!).user.user_metadata, {
      color: "red",
    });
  },
);
