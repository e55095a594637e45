/** What other clients have stored, and storages that fail. */
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
} from "./helpers.ts";
import { StubServer, type StubSession } from "./stub_server.ts";

const HOUR = 3_600_000;

/** What the clients of §3.7 and the Python client write for one session. */
const FORMATS: readonly [
  name: string,
  write: (session: StubSession) => unknown,
][] = [
  ["the server's JSON", (session) => session],
  ["with a provider's tokens", (session) => ({
    ...session,
    provider_token: "provider-token-1",
    provider_refresh_token: null,
    weak_password: null,
  })],
  ["of setSession(), with a fractional lifetime", (session) => ({
    access_token: session.access_token,
    refresh_token: session.refresh_token,
    user: session.user,
    token_type: "bearer",
    expires_in: 3599.482,
    expires_at: session.expires_at,
  })],
  ["without an end", ({ expires_at: _, ...session }) => session],
  ["with an end that is null", (session) => ({ ...session, expires_at: null })],
  ["of the Python client", (session) => ({
    provider_token: null,
    provider_refresh_token: null,
    access_token: session.access_token,
    refresh_token: session.refresh_token,
    expires_in: 3600,
    expires_at: session.expires_at,
    token_type: "bearer",
    user: {
      id: session.user.id,
      app_metadata: {},
      user_metadata: {},
      aud: "authenticated",
      confirmation_sent_at: null,
      recovery_sent_at: null,
      email_change_sent_at: null,
      new_email: null,
      new_phone: null,
      invited_at: null,
      action_link: null,
      email: "ada@example.com",
      phone: null,
      created_at: "2026-11-23T17:54:37.928365Z",
      confirmed_at: null,
      email_confirmed_at: null,
      phone_confirmed_at: null,
      last_sign_in_at: "2026-11-23T17:54:37.931000Z",
      role: "authenticated",
      updated_at: null,
      identities: null,
      is_anonymous: false,
      factors: null,
    },
  })],
];

for (const [name, write] of FORMATS) {
  timedTest(
    `a stored session ${name} keeps its user signed in`,
    async (kit, time) => {
      const server = new StubServer();
      const given = server.signIn();
      const stored = write(given) as object;
      const { auth, storage, diagnostics } = kit.client(server.fetch, {
        stored,
      });
      const before = textIn(storage);
      const told = listen(auth);
      const { session } = await fulfilled(time, auth.getSession());
      await rest();
      assertEquals(session?.access_token, given.access_token);
      assertEquals(session?.expires_at, given.expires_at);
      assert(session!.expires_in > 0);
      assertEquals(session?.token_type, "bearer");
      assert(session?.user.created_at instanceof Date);
      assertEquals(server.requests.length, 0);
      assertEquals(textIn(storage), before);
      assertEquals(told, [["INITIAL_SESSION", "restore", "ada@example.com"]]);
      time.tick(HOUR);
      await fulfilled(time, auth.getSession());
      assertEquals(server.refreshes, 1);
      // The server's own JSON, which any of them reads back.
      const text = JSON.parse(textIn(storage)!);
      assertEquals(text.user.created_at, "2026-11-23T17:54:37.928365Z");
      assertEquals(diagnostics, []);
    },
  );
}

for (
  const [name, text] of [
    ["empty", ""],
    ["no JSON", "{"],
    ["null", "null"],
    ["a number", "7"],
    ["an array", "[]"],
    ["no session", "{}"],
    ["without a refresh token", JSON.stringify({ access_token: "a.b.c" })],
    [
      "with a token no header can carry",
      JSON.stringify({ access_token: "a b", refresh_token: "c" }),
    ],
    [
      "with a token of another alphabet",
      JSON.stringify({ access_token: "é", refresh_token: "c" }),
    ],
    ["a base64 cookie", "base64-eyJhY2Nlc3NfdG9rZW4iOiJhIn0"],
  ] as const
) {
  clientTest(
    `a stored text that is ${name} is nobody's session, and reported`,
    async (kit) => {
      const server = new StubServer();
      const storage = memoryStorage();
      storage.setItem(KEY, text);
      const { auth, diagnostics } = kit.client(server.fetch, { storage });
      assertEquals(await auth.getSession(), { session: null });
      assertEquals(diagnostics, [{ type: "storage-invalid", key: KEY }]);
      await auth.setSession(server.signIn());
      assertEquals(
        (await auth.getSession()).session?.user.email,
        "ada@example.com",
      );
    },
  );
}

clientTest(
  "a session that is overwritten with garbage stays in use",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage, diagnostics } = kit.signedIn(server);
    await auth.getSession();
    const torn = textIn(storage)!.slice(0, 100);
    storage.setItem(KEY, torn);
    for (let call = 0; call < 3; call++) {
      assertEquals(
        (await auth.getSession()).session?.user.email,
        "ada@example.com",
      );
    }
    assertEquals(diagnostics, [{ type: "storage-invalid", key: KEY }]);
    await auth.refreshSession();
    assertEquals(JSON.parse(textIn(storage)!).user.email, "ada@example.com");
  },
);

for (
  const [name, broken] of [
    ["refuses everything", () => {
      throw new Error("blocked");
    }],
    ["rejects everything", () => Promise.reject(new Error("blocked"))],
  ] as const
) {
  clientTest(
    `a storage that ${name} leaves the session in memory`,
    async (kit) => {
      const server = new StubServer();
      const storage = { getItem: broken, setItem: broken, removeItem: broken };
      const { auth, diagnostics } = kit.client(server.fetch, { storage });
      assertEquals(await auth.getSession(), { session: null });
      await auth.setSession(server.signIn());
      assertEquals((await auth.getUser()).user.email, "ada@example.com");
      await auth.refreshSession();
      await auth.signOut();
      assertEquals(await auth.getSession(), { session: null });
      assert(diagnostics.every(({ type }) => type === "storage-failed"));
      assert(diagnostics.length > 0);
    },
  );
}

timedTest(
  "a storage that never answers holds a call up no longer than its deadline",
  async (kit, time) => {
    const server = new StubServer();
    const never = () => new Promise<never>(() => {});
    const storage = { getItem: never, setItem: never, removeItem: never };
    const { auth } = kit.client(server.fetch, { storage });
    const begun = time.now;
    assertEquals(await fulfilled(time, auth.getSession()), { session: null });
    assert(time.now - begun <= 15_000, `${time.now - begun} ms`);
    const signal = AbortSignal.abort();
    const { error } = await settle(time, auth.getSession({ signal })) as {
      error: unknown;
    };
    assert(isAuthError(error, "aborted"));
    await pass(time, 10_000);
  },
);

timedTest(
  "a slow storage loses no write to a look that began before it",
  async (kit, time) => {
    const server = new StubServer();
    const memory = memoryStorage();
    const late = (ms: number) =>
      new Promise((resolve) => setTimeout(resolve, ms));
    let delay = 300;
    const storage = {
      getItem: async (key: string) => {
        const value = memory.getItem(key);
        await late(delay);
        return value;
      },
      setItem: async (key: string, value: string) => {
        await late(50);
        memory.setItem(key, value);
      },
      removeItem: async (key: string) => {
        await late(50);
        memory.removeItem(key);
      },
    };
    memory.setItem(KEY, JSON.stringify(server.signIn()));
    const { auth } = kit.client(server.fetch, { storage });
    const told = listen(auth);
    await fulfilled(time, auth.getSession());
    // A look that begins now ends after the session has been replaced.
    delay = 1_000;
    const looking = auth.getSession();
    delay = 0;
    const { session } = await fulfilled(time, auth.refreshSession());
    await fulfilled(time, looking);
    await fulfilled(time, auth.getSession());
    assertEquals(auth.getSnapshot().session, session);
    assertEquals(
      JSON.parse(textIn(memory)!).refresh_token,
      session.refresh_token,
    );
    await rest();
    assertEquals(told.map(([event]) => event), [
      "INITIAL_SESSION",
      "TOKEN_REFRESHED",
    ]);
  },
);

clientTest(
  "the default key is supabase-js's for a project, auth-js's for a server",
  async (kit) => {
    const server = new StubServer();
    for (
      const [options, key] of [
        [{ url: "https://auth.example" }, "supabase.auth.token"],
        [
          { projectUrl: "https://MyRef.supabase.co", url: undefined },
          "sb-myref-auth-token",
        ],
        [
          { projectUrl: "http://127.0.0.1:54321", url: undefined },
          "sb-127-auth-token",
        ],
        [{ storageKey: "mine" }, "mine"],
      ] as const
    ) {
      const { auth, storage } = kit.client(server.fetch, options as object);
      await auth.setSession(server.signIn());
      assert(storage.getItem(key), `nothing is stored under ${key}`);
    }
  },
);
