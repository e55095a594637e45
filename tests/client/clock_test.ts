/** Local clocks that are wrong, and clocks that are set. */
import { assert, assertEquals } from "@std/assert";
import {
  fulfilled,
  type Kit,
  leap,
  listen,
  type Observed,
  pass,
  rest,
  settle,
  timedTest,
  tokenIn,
} from "./helpers.ts";
import { memoryStorage } from "../../lib/session/storage.ts";
import { StubServer } from "./stub_server.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A client whose clock differs from the server's. */
function skewed(
  kit: Kit,
  server: StubServer,
  skew: { ms: number },
): Observed {
  const now = () => Date.now() + skew.ms;
  return kit.client(server.fetch, { now });
}

for (
  const [name, ms] of [
    ["5 minutes fast", 5 * MINUTE],
    ["5 minutes slow", -5 * MINUTE],
    ["2 hours fast", 2 * HOUR],
    ["2 hours slow", -2 * HOUR],
  ] as const
) {
  timedTest(
    `a clock ${name} costs no refresh and no request with a dead token`,
    async (kit, time) => {
      const server = new StubServer();
      const { auth, diagnostics } = skewed(kit, server, { ms });
      const { refresh_token } = server.signIn();
      // The first answer of the server tells its time.
      await fulfilled(time, auth.refreshSession({ refresh_token }));
      assertEquals(diagnostics, [{ type: "clock-skew", offsetMs: -ms }]);
      for (let minute = 0; minute < 300; minute++) {
        await fulfilled(time, auth.getSession());
        await fulfilled(time, auth.getUser());
        time.tick(MINUTE);
      }
      const { refreshes } = server;
      assert(refreshes >= 5 && refreshes <= 6, `${refreshes} in 5 hours`);
      assertEquals(diagnostics.length, 1);
    },
  );

  timedTest(
    `a clock ${name} is known again after a restart`,
    async (kit, time) => {
      const server = new StubServer();
      const first = skewed(kit, server, { ms });
      const { refresh_token } = server.signIn();
      await fulfilled(time, first.auth.refreshSession({ refresh_token }));
      const { storage } = first;
      const now = () => Date.now() + ms;
      const again = kit.client(server.fetch, { storage, now });
      const { session } = await fulfilled(time, again.auth.getSession());
      assertEquals(session?.refresh_token, tokenIn(storage));
      assertEquals(server.refreshes, 1);
      time.tick(HOUR - MINUTE);
      await fulfilled(time, again.auth.getSession());
      assertEquals(server.refreshes, 2);
    },
  );

  timedTest(
    `setSession() of a fresh session works with a clock ${name}`,
    async (kit, time) => {
      const server = new StubServer();
      const { auth } = skewed(kit, server, { ms });
      await fulfilled(time, auth.setSession(server.signIn()));
      for (let call = 0; call < 20; call++) {
        await fulfilled(time, auth.getUser());
        time.tick(1_000);
      }
      assert(server.refreshes <= 1, `${server.refreshes} refreshes`);
    },
  );

  timedTest(
    `a clock that is set ${name} while the session is in use costs one refresh`,
    async (kit, time) => {
      const server = new StubServer();
      const skew = { ms: 0 };
      const { auth } = skewed(kit, server, skew);
      await fulfilled(time, auth.refreshSession(server.signIn()));
      await fulfilled(time, auth.getUser());
      skew.ms = ms;
      for (let call = 0; call < 20; call++) {
        await fulfilled(time, auth.getUser());
        time.tick(MINUTE);
      }
      assert(server.refreshes <= 2, `${server.refreshes} refreshes`);
    },
  );
}

timedTest("a slow answer is not taken for a wrong clock", async (kit, time) => {
  const server = new StubServer();
  const { auth, diagnostics } = kit.signedIn(server);
  server.interfere = async (_, work) => {
    const answer = work();
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    return answer;
  };
  await fulfilled(time, auth.refreshSession());
  assertEquals(diagnostics, []);
});

timedTest(
  "a device that sleeps in the middle of a refresh does not trust its old token",
  async (kit, time) => {
    // While a device sleeps, its clock goes on and its timers stand still.
    let slept = 0;
    const now = () => Date.now() + slept;
    const server = new StubServer(now);
    const { auth, diagnostics } = kit.signedIn(server, { now });
    let answer = () => {};
    server.interfere = async (_, work) => {
      const response = work();
      await new Promise<void>((resolve) => answer = resolve);
      return response;
    };
    const refreshing = auth.refreshSession();
    await rest();
    server.interfere = undefined;
    slept = HOUR;
    answer();
    await fulfilled(time, refreshing);
    await fulfilled(time, auth.getUser());
    assertEquals(diagnostics, []);
    assertEquals(server.refreshes, 2);
  },
);

timedTest(
  "a device that sleeps in the middle of a sign-in does not trust its old token",
  async (kit, time) => {
    let slept = 0;
    const now = () => Date.now() + slept;
    const server = new StubServer(now);
    const { auth, diagnostics } = kit.client(server.fetch, { now });
    let answer = () => {};
    server.interfere = async () => {
      const response = Response.json(server.signIn());
      await new Promise<void>((resolve) => answer = resolve);
      return response;
    };
    const entering = auth.signInWithPassword({ email: "a@b.c", password: "x" });
    await rest();
    server.interfere = undefined;
    slept = HOUR;
    answer();
    await fulfilled(time, entering);
    await fulfilled(time, auth.getUser());
    assertEquals(diagnostics, []);
    // The sign-in itself, and one refresh.
    assertEquals(server.refreshes, 2);
  },
);

timedTest(
  "a rest after failures ends when the clock is set back",
  async (kit, time) => {
    const server = new StubServer();
    const skew = { ms: 0 };
    const { auth } = skewed(kit, server, skew);
    await fulfilled(time, auth.refreshSession(server.signIn()));
    time.tick(HOUR);
    server.interfere = () => {
      throw new TypeError("offline");
    };
    for (let call = 0; call < 5; call++) {
      await settle(time, auth.getSession());
      time.tick(MINUTE);
    }
    await settle(time, auth.getSession());
    server.interfere = undefined;
    skew.ms = -10 * HOUR;
    const { session } = await fulfilled(time, auth.getSession());
    assert(session);
  },
);

timedTest(
  "a Retry-After is not obeyed any longer than the server asked for",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    time.tick(HOUR);
    server.interfere = askForRest;
    await settle(time, auth.getSession());
    server.interfere = undefined;
    time.tick(119_000);
    await settle(time, auth.getSession());
    assertEquals(server.refreshes, 1);
    time.tick(1_000);
    await fulfilled(time, auth.getSession());
    assertEquals(server.refreshes, 2);
  },
);

timedTest(
  "a rest begins at once, however long storage takes then",
  async (kit, time) => {
    const server = new StubServer();
    const memory = memoryStorage();
    let lagMs = 0;
    const getItem = async (key: string) => {
      if (lagMs > 0) await new Promise((done) => setTimeout(done, lagMs));
      return memory.getItem(key);
    };
    const storage = { ...memory, getItem };
    const { auth, diagnostics } = kit.signedIn(server, { storage });
    time.tick(HOUR);
    server.interfere = () => {
      lagMs = 5_000;
      return askForRest();
    };
    const waiting = auth.getSession();
    await pass(time, 1_000);
    assertEquals(diagnostics.map(({ type }) => type), ["refresh-failed"]);
    await settle(time, waiting);
    assertEquals(server.refreshes, 1);
  },
);

timedTest(
  "auto refresh renews each session once, a device that slept for days too",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, diagnostics } = kit.signedIn(server);
    const told = listen(auth);
    await fulfilled(time, auth.startAutoRefresh());
    await pass(time, 3 * HOUR);
    assertEquals(server.refreshes, 3);
    await leap(time, 72 * HOUR);
    await pass(time, MINUTE);
    assertEquals(server.refreshes, 4);
    assertEquals(told.map(([event]) => event), [
      "INITIAL_SESSION",
      ...Array(4).fill("TOKEN_REFRESHED"),
    ]);
    assertEquals(diagnostics, []);
  },
);

function askForRest(): Response {
  const headers = { "retry-after": "120" };
  const body = { code: "over_request_rate_limit", message: "No" };
  return Response.json(body, { status: 429, headers });
}
