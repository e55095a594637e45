/** What methods do when nobody is signed in, and when the client is no more. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { AuthClient } from "../../lib/client/auth_client.ts";
import { AuthSessionError, isAuthError } from "../../lib/errors.ts";
import { clientTest, listen, rest } from "./helpers.ts";
import { StubServer, writeToken } from "./stub_server.ts";

type Call = readonly [
  name: string,
  run: (auth: AuthClient) => Promise<unknown>,
];

const NEED_SESSION: readonly Call[] = [
  ["refreshSession", (auth) => auth.refreshSession()],
  ["getUser", (auth) => auth.getUser()],
  ["getUserIdentities", (auth) => auth.getUserIdentities()],
  ["updateUser", (auth) => auth.updateUser({ data: {} })],
  ["updateUser of email", (auth) => auth.updateUser({ email: "a@b.co" })],
  ["reauthenticate", (auth) => auth.reauthenticate()],
  ["unlinkIdentity", (auth) => auth.unlinkIdentity({ identity_id: "1" })],
  ["linkIdentity", (auth) => auth.linkIdentity({ provider: "github" })],
  [
    "linkIdentity by token",
    (auth) => auth.linkIdentity({ provider: "google", token: "a.b.c" }),
  ],
  ["signOut of others", (auth) => auth.signOut({ scope: "others" })],
  ["mfa.enroll", (auth) => auth.mfa.enroll({ factorType: "totp" })],
  ["mfa.challenge", (auth) => auth.mfa.challenge({ factorId: "1" })],
  [
    "mfa.verify",
    (auth) => auth.mfa.verify({ factorId: "1", challengeId: "2", code: "3" }),
  ],
  [
    "mfa.challengeAndVerify",
    (auth) => auth.mfa.challengeAndVerify({ factorId: "1", code: "3" }),
  ],
  ["mfa.unenroll", (auth) => auth.mfa.unenroll({ factorId: "1" })],
  ["mfa.listFactors", (auth) => auth.mfa.listFactors()],
];

for (const [name, run] of NEED_SESSION) {
  clientTest(
    `${name}() throws session_missing before any request when nobody is signed in`,
    async (kit) => {
      const server = new StubServer();
      const { auth, storage } = kit.client(server.fetch);
      const error = await run(auth).catch((error) => error);
      assert(error instanceof AuthSessionError);
      assertEquals(error.code, "session_missing");
      assertEquals(server.requests.length, 0);
      assertEquals(
        storage.getItem("supabase.auth.token-flows-code-verifier"),
        null,
      );
    },
  );
}

clientTest(
  "methods that tell about the session tell that there is none",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.client(server.fetch);
    assertEquals(await auth.getSession(), { session: null });
    assertEquals(await auth.getClaims(), null);
    assertEquals(await auth.getAccessToken(), null);
    assertEquals(await auth.mfa.getAuthenticatorAssuranceLevel(), {
      currentLevel: null,
      nextLevel: null,
      currentAuthenticationMethods: [],
    });
    assertEquals(server.requests.length, 0);
  },
);

const WITHOUT_SESSION: readonly Call[] = [
  ["initialize", (auth) => auth.initialize()],
  ["signUp", (auth) => auth.signUp({ email: "a@b.co", password: "secret-1" })],
  [
    "signUp by phone",
    (auth) => auth.signUp({ phone: "15550100", password: "secret-1" }),
  ],
  ["signInAnonymously", (auth) => auth.signInAnonymously()],
  [
    "signInWithPassword",
    (auth) =>
      auth.signInWithPassword({ email: "a@b.co", password: "secret-1" }),
  ],
  [
    "signInWithIdToken",
    (auth) => auth.signInWithIdToken({ provider: "google", token: "a.b.c" }),
  ],
  ["signInWithOtp", (auth) => auth.signInWithOtp({ email: "a@b.co" })],
  [
    "signInWithOtp by phone",
    (auth) => auth.signInWithOtp({ phone: "15550100" }),
  ],
  ["signInWithOAuth", (auth) => auth.signInWithOAuth({ provider: "github" })],
  ["signInWithSSO", (auth) => auth.signInWithSSO({ domain: "b.co" })],
  [
    "verifyOtp",
    (auth) =>
      auth.verifyOtp({ email: "a@b.co", token: "123456", type: "email" }),
  ],
  ["exchangeCodeForSession", (auth) => auth.exchangeCodeForSession("code")],
  ["resend", (auth) => auth.resend({ type: "signup", email: "a@b.co" })],
  ["resetPasswordForEmail", (auth) => auth.resetPasswordForEmail("a@b.co")],
  ["getSession", (auth) => auth.getSession()],
  ["getUser of a token", (auth) => auth.getUser("a.b.c")],
  ["getClaims", (auth) => auth.getClaims()],
  ["getAccessToken", (auth) => auth.getAccessToken()],
  ["setSession", (auth) => auth.setSession(tokens())],
  ["signOut", (auth) => auth.signOut()],
  ["startAutoRefresh", (auth) => auth.startAutoRefresh()],
];

function tokens() {
  const access_token = writeToken({ sub: "1", exp: 4e9 });
  return { access_token, refresh_token: "refresh-token" };
}

for (const [name, run] of [...NEED_SESSION, ...WITHOUT_SESSION]) {
  clientTest(
    `${name}() throws client_disposed before any request after dispose()`,
    async (kit) => {
      const server = new StubServer();
      const { auth, storage } = kit.signedIn(server);
      const before = storage.getItem("supabase.auth.token");
      await auth.getSession();
      await auth.dispose();
      const error = await run(auth).catch((error) => error);
      assert(isAuthError(error, "client_disposed"), `${name}: ${error}`);
      assertEquals(server.requests.length, 0);
      assertEquals(storage.getItem("supabase.auth.token"), before);
    },
  );
}

clientTest(
  "dispose() ends subscriptions, and may be called again",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const told = listen(auth);
    let changes = 0;
    auth.subscribe(() => changes++);
    await rest();
    const seen = changes;
    const answering = auth.refreshSession();
    await auth.dispose();
    await auth[Symbol.asyncDispose]();
    await answering.catch(() => {});
    await rest();
    assertEquals(told.map(([event]) => event), ["INITIAL_SESSION"]);
    assertEquals(changes, seen);
    assertThrows(() => auth.onAuthStateChange(() => {}), AuthSessionError);
    assertThrows(() => auth.subscribe(() => {}), AuthSessionError);
    await auth.stopAutoRefresh();
    assertEquals(auth.getSnapshot().status, "signed-in");
  },
);

clientTest(
  "a refresh under way is stored though the client is disposed of",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    await auth.getSession();
    let answer = () => {};
    server.interfere = async (_, work) => {
      const response = work();
      await new Promise<void>((resolve) => answer = resolve);
      return response;
    };
    const refreshing = auth.refreshSession();
    await rest();
    await auth.dispose();
    answer();
    await refreshing;
    const text = storage.getItem("supabase.auth.token") as string;
    assertEquals(JSON.parse(text).refresh_token, "refresh-token-4");
  },
);

clientTest("await using disposes of the client", async (kit) => {
  const server = new StubServer();
  const { auth } = kit.signedIn(server);
  {
    await using scoped = auth;
    await scoped.getSession();
  }
  assert(
    isAuthError(await auth.getSession().catch((e) => e), "client_disposed"),
  );
});
