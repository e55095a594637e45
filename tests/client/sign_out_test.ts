/** Signing out: here first, always; then on the server. */
import { assert, assertEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import type { SignOutScope } from "../../lib/api/logout.ts";
import {
  clientTest,
  fulfilled,
  listen,
  rest,
  settle,
  textIn,
  timedTest,
} from "./helpers.ts";
import { refuse, StubServer } from "./stub_server.ts";

const HOUR = 3_600_000;

for (const scope of ["global", "local"] as const) {
  clientTest(
    `signOut() of ${scope} clears state before the server is asked`,
    async (kit) => {
      const server = new StubServer();
      const { auth, storage, stored } = kit.signedIn(server);
      const told = listen(auth);
      await rest();
      let answer = () => {};
      server.interfere = async (_, work) => {
        await new Promise<void>((resolve) => answer = resolve);
        return work();
      };
      const leaving = auth.signOut({ scope });
      await rest();
      assertEquals(textIn(storage), null);
      assertEquals(auth.getSnapshot(), { status: "signed-out", session: null });
      assertEquals(told.at(-1), ["SIGNED_OUT", "user", null]);
      answer();
      await leaving;
      const { path, query, token } = server.requests[0]!;
      assertEquals([path, query.get("scope")], ["/logout", scope]);
      assertEquals(token, stored.access_token);
      assertEquals(told.length, 2);
    },
  );

  for (
    const [status, code] of [
      [401, "no_authorization"],
      [403, "session_not_found"],
      [403, "bad_jwt"],
      [403, "user_banned"],
      [404, "user_not_found"],
    ] as const
  ) {
    clientTest(
      `signOut() of ${scope} is done when the server answers ${status} ${code}`,
      async (kit) => {
        const server = new StubServer();
        const { auth, storage } = kit.signedIn(server);
        server.interfere = () => refuse(status, code, "Gone");
        await auth.signOut({ scope });
        assertEquals(textIn(storage), null);
      },
    );
  }

  timedTest(
    `signOut() of ${scope} refreshes an expired token in memory only`,
    async (kit, time) => {
      const server = new StubServer();
      const { auth, storage } = kit.signedIn(server);
      const told = listen(auth);
      time.tick(HOUR);
      let textAtRefresh: unknown = "not asked";
      server.interfere = ({ path }, work) => {
        if (path === "/token") textAtRefresh = textIn(storage);
        return work();
      };
      await fulfilled(time, auth.signOut({ scope }));
      await rest();
      assertEquals(server.requests.map((r) => r.path), ["/token", "/logout"]);
      assertEquals(textAtRefresh, null);
      assertEquals(textIn(storage), null);
      assertEquals(server.sessions.size, 0);
      assertEquals(told.map(([event]) => event), [
        "INITIAL_SESSION",
        "SIGNED_OUT",
      ]);
    },
  );

  timedTest(
    `signOut() of ${scope} is done when the expired token cannot be refreshed`,
    async (kit, time) => {
      const server = new StubServer();
      const { auth, storage } = kit.signedIn(server);
      time.tick(HOUR);
      server.sessions.clear();
      await fulfilled(time, auth.signOut({ scope }));
      assertEquals(server.requests.map((r) => r.path), ["/token"]);
      assertEquals(textIn(storage), null);
    },
  );

  clientTest(
    `signOut() of ${scope} with nobody signed in makes no request and tells nothing`,
    async (kit) => {
      const server = new StubServer();
      const { auth } = kit.client(server.fetch);
      const told = listen(auth);
      await auth.signOut({ scope });
      await rest();
      assertEquals(server.requests.length, 0);
      assertEquals(told.map(([event]) => event), ["INITIAL_SESSION"]);
    },
  );

  clientTest(
    `signOut() of ${scope} clears state though storage refuses`,
    async (kit) => {
      const server = new StubServer();
      const stored = JSON.stringify(server.signIn());
      const storage = {
        getItem: (key: string) => key === "supabase.auth.token" ? stored : null,
        setItem: () => {
          throw new Error("blocked");
        },
        removeItem: () => {
          throw new Error("blocked");
        },
      };
      const { auth, diagnostics } = kit.client(server.fetch, { storage });
      await auth.getSession();
      await auth.signOut({ scope });
      assertEquals(auth.getSnapshot().status, "signed-out");
      assertEquals(await auth.getSession(), { session: null });
      assert(diagnostics.some((d) => d.type === "storage-failed"));
      assertEquals(server.requests.map((r) => r.path), ["/logout"]);
    },
  );
}

clientTest(
  "signOut() of others keeps this session and ends the others",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    server.signIn();
    const before = textIn(storage);
    const told = listen(auth);
    await auth.signOut({ scope: "others" });
    await rest();
    assertEquals(textIn(storage), before);
    assertEquals(server.sessions.size, 1);
    assertEquals(told.map(([event]) => event), ["INITIAL_SESSION"]);
  },
);

for (const status of [401, 403, 404]) {
  clientTest(
    `signOut() of others tells a refusal by ${status} and keeps this session`,
    async (kit) => {
      const server = new StubServer();
      const { auth, storage } = kit.signedIn(server);
      const before = textIn(storage);
      server.interfere = () => refuse(status, "no_authorization", "No");
      const error = await auth.signOut({ scope: "others" }).catch((e) => e);
      assert(isAuthError(error) && error.status === status);
      assertEquals(textIn(storage), before);
    },
  );
}

clientTest("signOut() ends PKCE flows under way", async (kit) => {
  const server = new StubServer();
  const { auth, storage } = kit.signedIn(server);
  const options = { skipBrowserRedirect: true };
  const { flowId } = await auth.signInWithOAuth({
    provider: "github",
    options,
  });
  const slot = `supabase.auth.token-flow-${flowId}-code-verifier`;
  kit.hide(JSON.parse(storage.getItem(slot) as string));
  await auth.signOut();
  for (
    const key of [
      slot,
      "supabase.auth.token-flows-code-verifier",
      "supabase.auth.token-code-verifier",
      "supabase.auth.token-user",
    ]
  ) assertEquals(storage.getItem(key), null);
});

timedTest(
  "a sign-out in another tab is told once, with its cause",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const other = kit.client(server.fetch, { storage }).auth;
    const told = listen(other);
    await rest();
    await fulfilled(time, auth.signOut());
    assertEquals(await fulfilled(time, other.getSession()), { session: null });
    await rest();
    assertEquals(told.slice(1), [["SIGNED_OUT", "other-tab", null]]);
  },
);

timedTest(
  "signOut() offline signs out and tells that the server does not know",
  async (kit, time) => {
    const scopes: SignOutScope[] = ["global", "local"];
    for (const scope of scopes) {
      const server = new StubServer();
      const { auth, storage } = kit.signedIn(server);
      server.interfere = () => {
        throw new TypeError("offline");
      };
      const { error } = await settle(time, auth.signOut({ scope })) as {
        error: unknown;
      };
      assert(isAuthError(error, "network_failure") && error.retryable);
      assertEquals(textIn(storage), null);
    }
  },
);
