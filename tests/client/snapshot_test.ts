/** The state as it can be read at once, and what is passed around by itself. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import {
  clientTest,
  fulfilled,
  listen,
  pass,
  rest,
  settle,
  textIn,
  timedTest,
} from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

const HOUR = 3_600_000;

clientTest(
  "getSnapshot() is loading until storage has been read",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    assertEquals(auth.getSnapshot(), { status: "loading", session: null });
    await auth.initialize();
    const { status, session } = auth.getSnapshot();
    assertEquals([status, session?.user.email], [
      "signed-in",
      "ada@example.com",
    ]);
  },
);

clientTest(
  "getSnapshot() is the same object until something changes",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const seen: unknown[] = [];
    const note = () => {
      const snapshot = auth.getSnapshot();
      assertStrictEquals(auth.getSnapshot(), snapshot);
      if (!seen.includes(snapshot)) seen.push(snapshot);
    };
    note();
    await auth.initialize();
    note();
    const { session } = await auth.getSession();
    assertStrictEquals(auth.getSnapshot().session, session);
    await auth.getUser();
    await auth.getSession();
    await auth.getAccessToken();
    note();
    assertEquals(seen.length, 2);
    await auth.refreshSession();
    note();
    await auth.updateUser({ data: { color: "red" } });
    note();
    await auth.signOut();
    note();
    await auth.signOut();
    note();
    assertEquals(seen.length, 5);
  },
);

clientTest(
  "getSnapshot() has the new state before the call returns",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.client(server.fetch);
    const { session } = await auth.setSession(server.signIn());
    assertStrictEquals(auth.getSnapshot().session, session);
    const leaving = auth.signOut();
    await rest();
    assertEquals(auth.getSnapshot().status, "signed-out");
    await leaving;
  },
);

clientTest(
  "subscribe() calls back when the snapshot has changed, until ended",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const statuses: string[] = [];
    const { subscribe, getSnapshot } = auth;
    const end = subscribe(() => void statuses.push(getSnapshot().status));
    await rest();
    assertEquals(statuses, ["signed-in"]);
    await auth.refreshSession();
    await rest();
    assertEquals(statuses, ["signed-in", "signed-in"]);
    end();
    await auth.signOut();
    await rest();
    assertEquals(statuses.length, 2);
  },
);

clientTest("subscribe() is not told what changes nothing", async (kit) => {
  const server = new StubServer();
  const { auth } = kit.signedIn(server);
  let calls = 0;
  auth.subscribe(() => calls++);
  await rest();
  for (let i = 0; i < 5; i++) {
    await auth.getSession();
    await auth.getUser();
    await auth.getUser(auth.getSnapshot().session?.access_token);
  }
  await rest();
  assertEquals(calls, 1);
});

clientTest(
  "a listener that throws disturbs neither the others nor the caller",
  async (kit) => {
    const server = new StubServer();
    const { auth, diagnostics } = kit.signedIn(server);
    let calls = 0;
    auth.subscribe(() => {
      throw new Error("hostile");
    });
    auth.subscribe(() => calls++);
    await rest();
    await auth.refreshSession();
    await rest();
    assertEquals(calls, 2);
    assertEquals(diagnostics.map((d) => d.type), [
      "subscriber-threw",
      "subscriber-threw",
    ]);
  },
);

clientTest(
  "initialSnapshot is what is read until storage has been",
  async (kit) => {
    const server = new StubServer();
    const source = kit.signedIn(server);
    const { session } = await source.auth.getSession();
    const initialSnapshot = { status: "signed-in", session } as const;
    const { storage } = source;
    const { auth } = kit.client(server.fetch, { storage, initialSnapshot });
    assertStrictEquals(auth.getSnapshot(), initialSnapshot);
    await auth.initialize();
    assertEquals(auth.getSnapshot(), initialSnapshot);
    const empty = kit.client(server.fetch, { initialSnapshot }).auth;
    await empty.initialize();
    assertEquals(empty.getSnapshot(), { status: "signed-out", session: null });
  },
);

timedTest(
  "getAccessToken() is bound and gives a token that lives",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, stored } = kit.signedIn(server);
    const { getAccessToken } = auth;
    assertEquals(await fulfilled(time, getAccessToken()), stored.access_token);
    time.tick(HOUR);
    const token = await fulfilled(time, getAccessToken());
    assert(token !== stored.access_token);
    assertEquals(token, auth.getSnapshot().session?.access_token);
    assertEquals(server.refreshes, 1);
  },
);

timedTest(
  "getAccessToken() throws rather than give null while somebody is signed in",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    time.tick(HOUR);
    server.interfere = () => {
      throw new TypeError("offline");
    };
    for (let call = 0; call < 4; call++) {
      const { error } = await settle(time, auth.getAccessToken()) as {
        error: unknown;
      };
      assert(isAuthError(error, "network_failure"));
    }
    server.interfere = undefined;
    await pass(time, 60_000);
    assert(await fulfilled(time, auth.getAccessToken()));
    await fulfilled(time, auth.signOut());
    assertEquals(await fulfilled(time, auth.getAccessToken()), null);
  },
);

timedTest(
  "a token inside the margin is still used when it cannot be refreshed",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, stored } = kit.signedIn(server);
    time.tick(HOUR - 60_000);
    server.interfere = () =>
      Response.json({ code: "x", message: "no" }, { status: 400 });
    assertEquals(
      await fulfilled(time, auth.getAccessToken()),
      stored.access_token,
    );
    time.tick(60_000);
    const { error } = await settle(time, auth.getAccessToken()) as {
      error: unknown;
    };
    assert(isAuthError(error) && error.code === "x");
  },
);

clientTest(
  "persistSession: false stores nothing and reads nothing",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.client(server.fetch, {
      persistSession: false,
      stored: server.signIn("bob"),
    });
    const before = textIn(storage);
    assertEquals(await auth.getSession(), { session: null });
    await auth.setSession(server.signIn());
    assertEquals(
      (await auth.getSession()).session?.user.email,
      "ada@example.com",
    );
    const options = { skipBrowserRedirect: true };
    const { flowId } = await auth.signInWithOAuth({
      provider: "github",
      options,
    });
    assertEquals(
      storage.getItem(`supabase.auth.token-flow-${flowId}-code-verifier`),
      null,
    );
    await auth.signOut();
    assertEquals(textIn(storage), before);
  },
);

clientTest(
  "construction reads no storage, makes no request, starts no timer",
  (kit) => {
    const touched: string[] = [];
    const storage = {
      getItem: (key: string) => (touched.push(key), null),
      setItem: (key: string) => void touched.push(key),
      removeItem: (key: string) => void touched.push(key),
    };
    const server = new StubServer();
    kit.client(server.fetch, { storage, autoRefreshToken: true });
    assertEquals(touched, []);
    assertEquals(server.requests.length, 0);
  },
);

timedTest(
  "autoRefreshToken refreshes from initialisation on",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server, { autoRefreshToken: true });
    await pass(time, HOUR);
    assertEquals(server.refreshes, 0);
    await fulfilled(time, auth.initialize());
    await pass(time, HOUR);
    assertEquals(server.refreshes, 2);
    await auth.stopAutoRefresh();
    await pass(time, 3 * HOUR);
    assertEquals(server.refreshes, 2);
  },
);

timedTest(
  "stopAutoRefresh() counts though storage is still being read",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server, { autoRefreshToken: true });
    const starting = auth.startAutoRefresh();
    await auth.stopAutoRefresh();
    await fulfilled(time, starting);
    await fulfilled(time, auth.initialize());
    await pass(time, 3 * HOUR);
    assertEquals(server.requests.length, 0);
  },
);

timedTest("a started auto refresh ends with dispose()", async (kit, time) => {
  const server = new StubServer();
  const { auth } = kit.signedIn(server);
  await fulfilled(time, auth.startAutoRefresh());
  await auth.dispose();
  await pass(time, 3 * HOUR);
  assertEquals(server.requests.length, 0);
});

clientTest(
  "a client observed by nobody tells later subscribers the present only",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    await auth.refreshSession();
    const told = listen(auth);
    await rest();
    assertEquals(told, [["INITIAL_SESSION", "restore", "ada@example.com"]]);
  },
);
