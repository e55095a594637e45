/** Who is told what, and when: state, then the caller, then events. */
import { assert, assertEquals } from "@std/assert";
import type { AuthClient } from "../../lib/client/auth_client.ts";
import {
  clientTest,
  fulfilled,
  KEY,
  listen,
  rest,
  settle,
  textIn,
  timedTest,
} from "./helpers.ts";
import { StubServer, type StubSession } from "./stub_server.ts";

const HOUR = 3_600_000;

type Call = readonly [
  name: string,
  event: string,
  run: (auth: AuthClient, other: StubSession) => Promise<unknown>,
];

const CALLS: readonly Call[] = [
  ["refreshSession", "TOKEN_REFRESHED", (auth) => auth.refreshSession()],
  ["setSession", "SIGNED_IN", (auth, other) => auth.setSession(other)],
  ["updateUser", "USER_UPDATED", (auth) => auth.updateUser({ data: { a: 1 } })],
];

for (const [name, event, run] of CALLS) {
  clientTest(
    `${name}() settles after its state is stored and before ${event}`,
    async (kit) => {
      const server = new StubServer();
      const { auth, storage } = kit.signedIn(server);
      const order: string[] = [];
      auth.onAuthStateChange((event) => void order.push(event));
      await rest();
      const before = textIn(storage);
      await run(auth, server.signIn("bob"));
      order.push(textIn(storage) === before ? "not stored" : "settled");
      await rest();
      assertEquals(order, ["INITIAL_SESSION", "settled", event]);
    },
  );
}

timedTest(
  "getSession() that refreshes settles before TOKEN_REFRESHED, under a lock too",
  async (kit, time) => {
    const locks = {
      request: (_: string, __: object, run: (lock: unknown) => Promise<void>) =>
        run({}),
    };
    for (const platform of [{}, { locks: () => locks }]) {
      const server = new StubServer();
      const { auth } = kit.signedIn(server, { platform });
      const order: string[] = [];
      auth.onAuthStateChange((event) => void order.push(event));
      await rest();
      time.tick(HOUR);
      await auth.getSession();
      order.push("settled");
      await rest();
      assertEquals(order, ["INITIAL_SESSION", "settled", "TOKEN_REFRESHED"]);
    }
  },
);

clientTest(
  "events carry the session, the one before, and the cause",
  async (kit) => {
    const server = new StubServer();
    const { auth, stored } = kit.signedIn(server);
    const seen: unknown[] = [];
    auth.onAuthStateChange((event, session, { previous, cause }) => {
      const tokens = [previous, session].map((s) => s?.refresh_token ?? null);
      seen.push([event, cause, ...tokens]);
    });
    const { session } = await auth.refreshSession();
    await auth.signOut();
    await rest();
    const [first, second] = [stored.refresh_token, session.refresh_token];
    assertEquals(seen, [
      ["INITIAL_SESSION", "restore", null, first],
      ["TOKEN_REFRESHED", "refresh", first, second],
      ["SIGNED_OUT", "user", second, null],
    ]);
  },
);

for (
  const [name, subscriber] of [
    ["throws", () => {
      throw new Error("hostile");
    }],
    ["rejects", () => Promise.reject(new Error("hostile"))],
    ["never settles", () => new Promise(() => {})],
  ] as const
) {
  clientTest(`a subscriber that ${name} disturbs nobody`, async (kit) => {
    const server = new StubServer();
    const { auth, storage, diagnostics } = kit.signedIn(server);
    auth.onAuthStateChange(subscriber);
    const told = listen(auth);
    await rest();
    await auth.refreshSession();
    await auth.signOut();
    await rest();
    assertEquals(told.map(([event]) => event), [
      "INITIAL_SESSION",
      "TOKEN_REFRESHED",
      "SIGNED_OUT",
    ]);
    assertEquals(textIn(storage), null);
    const expected = name === "never settles"
      ? []
      : Array(3).fill("subscriber-threw");
    assertEquals(diagnostics.map((d) => d.type), expected);
  });
}

timedTest(
  "a subscriber that calls every method on every event blocks nobody",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const events: string[] = [];
    let calls = 0;
    auth.onAuthStateChange(async (event) => {
      events.push(event);
      if (++calls > 10) return;
      await auth.getSession();
      await auth.getUser().catch(() => {});
      await auth.refreshSession().catch(() => {});
      await auth.updateUser({ data: { calls } }).catch(() => {});
      await auth.getAccessToken();
      auth.onAuthStateChange(() => {});
    });
    const begun = time.now;
    await fulfilled(time, auth.refreshSession());
    await fulfilled(time, auth.signOut());
    await rest();
    assertEquals(time.now, begun, "somebody had to wait");
    assert(events.includes("SIGNED_OUT"));
  },
);

clientTest(
  "a subscriber that signs out on an event gets the events in order",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const told = listen(auth);
    auth.onAuthStateChange(async (event) => {
      if (event === "TOKEN_REFRESHED") await auth.signOut();
    });
    const late = listen(auth);
    await rest();
    await auth.refreshSession();
    await rest();
    const expected = ["INITIAL_SESSION", "TOKEN_REFRESHED", "SIGNED_OUT"];
    assertEquals(told.map(([event]) => event), expected);
    assertEquals(late.map(([event]) => event), expected);
  },
);

clientTest(
  "INITIAL_SESSION comes once and first, whenever one subscribes",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const early = listen(auth);
    await auth.refreshSession();
    const late = listen(auth);
    await auth.refreshSession();
    await rest();
    await auth.initialize();
    for (const told of [early, late]) {
      assertEquals(told[0]?.[0], "INITIAL_SESSION");
      assertEquals(
        told.filter(([event]) => event === "INITIAL_SESSION").length,
        1,
      );
    }
    assertEquals(early.length, 3);
  },
);

clientTest(
  "a subscriber that throws at INITIAL_SESSION is not called for it again",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const events: string[] = [];
    auth.onAuthStateChange((event) => {
      events.push(event);
      throw new Error("hostile");
    });
    await rest();
    await auth.refreshSession();
    await rest();
    assertEquals(events, ["INITIAL_SESSION", "TOKEN_REFRESHED"]);
  },
);

clientTest(
  "unsubscribing counts at once, inside a callback too",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const events: string[] = [];
    const { subscription: first } = auth.onAuthStateChange((event) => {
      events.push(`first ${event}`);
      if (event !== "TOKEN_REFRESHED") return;
      first.unsubscribe();
      second.unsubscribe();
    });
    const { subscription: second } = auth.onAuthStateChange((event) => {
      events.push(`second ${event}`);
    });
    await rest();
    await auth.refreshSession();
    await auth.refreshSession();
    await rest();
    assertEquals(events, [
      "first INITIAL_SESSION",
      "second INITIAL_SESSION",
      "first TOKEN_REFRESHED",
    ]);
    first.unsubscribe();
    assert(first.id !== second.id);
  },
);

clientTest(
  "one who unsubscribes before INITIAL_SESSION is told nothing",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    let calls = 0;
    auth.onAuthStateChange(() => calls++).subscription.unsubscribe();
    await rest();
    await auth.refreshSession();
    await rest();
    assertEquals(calls, 0);
  },
);

clientTest(
  "what another client writes in another way is no change",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const told = listen(auth);
    await rest();
    const { session } = await auth.getSession();
    const json = JSON.parse(textIn(storage)!);
    storage.setItem(KEY, JSON.stringify(json, null, 2));
    assert((await auth.getSession()).session === session);
    const { access_token, ...others } = json;
    storage.setItem(KEY, JSON.stringify({ ...others, access_token }));
    assert((await auth.getSession()).session === session);
    await rest();
    assertEquals(told.length, 1);
  },
);

clientTest("what another tab did is told by its name", async (kit) => {
  const server = new StubServer();
  const { auth, storage, stored } = kit.signedIn(server);
  const told = listen(auth);
  await rest();
  const steps: [object | null, string][] = [
    [{ ...stored, user: { ...stored.user, phone: "1" } }, "USER_UPDATED"],
    [server.signIn("ada"), "TOKEN_REFRESHED"],
    [server.signIn("bob"), "SIGNED_IN"],
    [null, "SIGNED_OUT"],
    [server.signIn("bob"), "SIGNED_IN"],
  ];
  for (const [json] of steps) {
    if (json) storage.setItem(KEY, JSON.stringify(json));
    else storage.removeItem(KEY);
    await auth.getSession();
    await rest();
  }
  assertEquals(
    told.slice(1).map(([event, cause]) => [event, cause]),
    steps.map(([, event]) => [event, "other-tab"]),
  );
});

timedTest(
  "news over the channel are told without any call",
  async (kit, time) => {
    const news: (() => void)[] = [];
    let announced = 0;
    const platform = {
      openChannel: (_: string, onNews: () => void) => {
        news.push(onNews);
        return { announce: () => void announced++, close: () => {} };
      },
    };
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server, { platform });
    const told = listen(auth);
    await rest();
    storage.removeItem(KEY);
    news[0]!();
    await rest();
    assertEquals(told.at(-1), ["SIGNED_OUT", "other-tab", null]);
    await settle(time, auth.setSession(server.signIn()));
    assertEquals(announced, 1);
  },
);

clientTest(
  "a channel that cannot be opened, or breaks, is reported and harms nothing",
  async (kit) => {
    const server = new StubServer();
    const broken = kit.signedIn(server, {
      platform: {
        openChannel: () => {
          throw new Error("refused");
        },
      },
    });
    await broken.auth.refreshSession();
    assertEquals(broken.diagnostics.map((d) => d.type), ["channel-failed"]);
    const breaking = kit.signedIn(server, {
      platform: {
        openChannel: () => ({
          announce: () => {
            throw new Error("closed");
          },
          close: () => {},
        }),
      },
    });
    await breaking.auth.refreshSession();
    assertEquals(breaking.diagnostics.map((d) => d.type), ["channel-failed"]);
  },
);
