/** The timer in the background: when it asks, and when it does not. */
import { assert, assertEquals } from "@std/assert";
import {
  fulfilled,
  leap,
  pass,
  rest,
  timedTest,
  tokenIn,
} from "../client/helpers.ts";
import { StubServer } from "../client/stub_server.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

timedTest(
  "auto refresh asks two minutes before the end, and not before",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    await fulfilled(time, auth.startAutoRefresh());
    await pass(time, HOUR - 2 * MINUTE - 1_000);
    assertEquals(server.requests.length, 0);
    await pass(time, 1_000);
    assertEquals(server.refreshes, 1);
  },
);

timedTest("auto refresh spares every call the wait", async (kit, time) => {
  const server = new StubServer();
  const { auth } = kit.signedIn(server);
  await fulfilled(time, auth.startAutoRefresh());
  for (let minute = 0; minute < 180; minute++) {
    const before = server.refreshes;
    await fulfilled(time, auth.getSession());
    assertEquals(server.refreshes, before, "a call had to refresh");
    await pass(time, MINUTE);
  }
  assertEquals(server.refreshes, 3);
});

timedTest(
  "auto refresh of tokens that live a minute asks once for each",
  async (kit, time) => {
    const server = new StubServer();
    server.lifetime = 60;
    const { auth } = kit.signedIn(server);
    await fulfilled(time, auth.startAutoRefresh());
    await pass(time, 10 * MINUTE);
    assert(server.refreshes <= 16, `${server.refreshes} in 10 minutes`);
    assert(server.refreshes >= 10);
  },
);

timedTest(
  "auto refresh with nobody signed in asks nothing, and notices a sign-in",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.client(server.fetch);
    await fulfilled(time, auth.startAutoRefresh());
    await pass(time, HOUR);
    assertEquals(server.requests.length, 0);
    await fulfilled(time, auth.setSession(server.signIn()));
    await pass(time, HOUR);
    assertEquals(server.refreshes, 1);
  },
);

timedTest(
  "auto refresh after a sleep asks at once when it is woken",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    await fulfilled(time, auth.startAutoRefresh());
    const before = tokenIn(storage);
    await leap(time, 48 * HOUR);
    await pass(time, 1_000);
    assert(tokenIn(storage) !== before);
    assertEquals(server.refreshes, 1);
  },
);

timedTest(
  "auto refresh of several clients on one storage asks once for each token",
  async (kit, time) => {
    const server = new StubServer();
    const first = kit.signedIn(server);
    const { storage } = first;
    const clients = [first.auth];
    for (let client = 0; client < 4; client++) {
      clients.push(kit.client(server.fetch, { storage }).auth);
    }
    for (const auth of clients) await fulfilled(time, auth.startAutoRefresh());
    await pass(time, 3 * HOUR);
    assertEquals(server.refreshes, 3);
  },
);

timedTest("a client that is started twice has one timer", async (kit, time) => {
  const server = new StubServer();
  const { auth } = kit.signedIn(server);
  for (let start = 0; start < 3; start++) {
    await fulfilled(time, auth.startAutoRefresh());
  }
  await auth.stopAutoRefresh();
  await pass(time, 3 * HOUR);
  assertEquals(server.requests.length, 0);
  assertEquals(time.next(), false, "a timer is left");
});

timedTest(
  "a refresh under way goes on when auto refresh is stopped",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const before = tokenIn(storage);
    await fulfilled(time, auth.startAutoRefresh());
    let answer = () => {};
    server.interfere = async (_, work) => {
      const response = work();
      await new Promise<void>((resolve) => answer = resolve);
      return response;
    };
    await pass(time, HOUR - 2 * MINUTE);
    assertEquals(server.refreshes, 1);
    await auth.stopAutoRefresh();
    answer();
    await rest();
    assert(tokenIn(storage) !== before);
    assertEquals(time.next(), false, "a timer is left");
  },
);

timedTest(
  "auto refresh ends with a session that the server has ended",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    await fulfilled(time, auth.startAutoRefresh());
    server.sessions.clear();
    await pass(time, 5 * HOUR);
    assertEquals(server.refreshes, 1);
    assertEquals(tokenIn(storage), null);
  },
);

timedTest(
  "auto refresh that is stopped before it has read storage asks nothing",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    time.tick(HOUR);
    const starting = auth.startAutoRefresh();
    await auth.stopAutoRefresh();
    await fulfilled(time, starting);
    await pass(time, HOUR);
    assertEquals(server.requests.length, 0);
  },
);
