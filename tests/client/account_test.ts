/** The methods for a user's own account, against the emulator. */
import { assert, assertEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import { clientOf, EMAIL, signedInClient, startEmulator } from "./emulated.ts";
import { clientTest, listen, rest, textIn } from "./helpers.ts";

clientTest(
  "reauthenticate() sends a code that updateUser() takes as nonce",
  async (kit) => {
    const emulator = startEmulator({
      GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION: "true",
    });
    const { auth } = await signedInClient(kit, emulator);
    emulator.clock.advance(25 * 3_600_000);
    const password = "another horse battery";
    const refused = await auth.updateUser({ password }).catch((error) => error);
    assert(isAuthError(refused, "reauthentication_needed"));
    assertEquals(await auth.reauthenticate(), undefined);
    const { code } = await emulator.mailbox.next(EMAIL);
    kit.hide(code);
    await auth.updateUser({ password, nonce: code });
    await auth.signOut();
    await auth.signInWithPassword({ email: EMAIL, password });
  },
);

clientTest(
  "updateUser() changes the stored user and tells it once",
  async (kit) => {
    const emulator = startEmulator();
    const { auth, storage } = await signedInClient(kit, emulator);
    const told = listen(auth);
    await rest();
    const tokens = JSON.parse(textIn(storage)!);
    const { user } = await auth.updateUser({ data: { color: "red" } });
    await rest();
    assertEquals(user.user_metadata["color"], "red");
    assertEquals(
      auth.getSnapshot().session?.user.user_metadata["color"],
      "red",
    );
    const stored = JSON.parse(textIn(storage)!);
    assertEquals(stored.access_token, tokens.access_token);
    assertEquals(stored.user.user_metadata.color, "red");
    assertEquals(told.slice(1), [["USER_UPDATED", "user", EMAIL]]);
  },
);

clientTest(
  "getUser() asks the server, for the session or for a token",
  async (kit) => {
    const emulator = startEmulator();
    const { auth } = await signedInClient(kit, emulator);
    const { user } = await auth.getUser();
    assertEquals(user.email, EMAIL);
    await emulator.users.seed({ email: "bob@example.com" });
    const other = await emulator.signIn("bob@example.com");
    const { user: bob } = await auth.getUser(String(other["access_token"]));
    assertEquals(bob.email, "bob@example.com");
    assertEquals((await auth.getSession()).session?.user.email, EMAIL);
    await emulator.users.delete(EMAIL);
    const gone = await auth.getUser().catch((error) => error);
    assert(
      isAuthError(gone, "user_not_found") ||
        isAuthError(gone, "session_not_found"),
    );
    assertEquals(await auth.getSession(), { session: null });
  },
);

clientTest("getUserIdentities() lists what is linked", async (kit) => {
  const { auth } = await signedInClient(kit, startEmulator());
  const { identities } = await auth.getUserIdentities();
  assertEquals(identities.map(({ provider }) => provider), ["email"]);
  assert(identities[0]?.created_at instanceof Date);
  const last = await auth.unlinkIdentity(identities[0]!).catch((error) =>
    error
  );
  assert(isAuthError(last));
});

clientTest(
  "linkIdentity() gives the provider's address and the flow",
  async (kit) => {
    const emulator = startEmulator({
      GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
      GOTRUE_EXTERNAL_GITHUB_ENABLED: "true",
      GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: "client",
      GOTRUE_EXTERNAL_GITHUB_SECRET: "not-told",
      GOTRUE_EXTERNAL_GITHUB_REDIRECT_URI:
        "http://127.0.0.1:54321/auth/v1/callback",
    });
    const { auth, storage } = await signedInClient(kit, emulator);
    const { provider, url, flowId } = await auth.linkIdentity({
      provider: "github",
    });
    assertEquals(provider, "github");
    assert(url.startsWith("http"));
    assert(storage.getItem(`supabase.auth.token-flow-${flowId}-code-verifier`));
  },
);

clientTest(
  "signInWithOAuth() gives an address of the server without asking it",
  async (kit) => {
    let requests = 0;
    const { auth } = kit.client(() => {
      requests++;
      return Promise.resolve(Response.json({}));
    });
    const { provider, url } = await auth.signInWithOAuth({
      provider: "github",
      options: { scopes: "repo", redirectTo: "https://app.example/back" },
    });
    assertEquals(provider, "github");
    const { origin, pathname, searchParams } = new URL(url);
    assertEquals(
      `${origin}${pathname}`,
      "https://auth.example/auth/v1/authorize",
    );
    assertEquals(searchParams.get("provider"), "github");
    assertEquals(searchParams.get("scopes"), "repo");
    assertEquals(searchParams.get("code_challenge_method"), "s256");
    assertEquals(requests, 0);
  },
);

clientTest("signOut() ends the session on the server", async (kit) => {
  const emulator = startEmulator();
  const { auth, storage } = await signedInClient(kit, emulator);
  const { session } = await auth.getSession();
  const told = listen(auth);
  await rest();
  assertEquals(await auth.signOut(), undefined);
  await rest();
  assertEquals(textIn(storage), null);
  assertEquals(told.at(-1), ["SIGNED_OUT", "user", null]);
  const gone = await auth.getUser(session!.access_token).catch((e) => e);
  assert(isAuthError(gone, "session_not_found"));
  const { refresh_token } = session!;
  const dead = await auth.refreshSession({ refresh_token }).catch((e) => e);
  assert(isAuthError(dead, "refresh_token_not_found"));
});

clientTest(
  "a whole life: tokens rotate, a session survives a restart, and ends",
  async (kit) => {
    const emulator = startEmulator();
    const { auth, storage } = await signedInClient(kit, emulator);
    const tokens = new Set<string>();
    for (let hour = 0; hour < 5; hour++) {
      const { session } = await auth.getSession();
      tokens.add(session!.refresh_token);
      emulator.clock.advance(3_600_000);
    }
    assertEquals(tokens.size, 5);
    await auth.dispose();
    const again = clientOf(kit, emulator, { storage }).auth;
    assertEquals((await again.getUser()).user.email, EMAIL);
    await again.signOut();
    assertEquals(await again.getSession(), { session: null });
  },
);

clientTest(
  "options of a wrong type are TypeErrors at construction",
  async (kit) => {
    const fetch = () => Promise.resolve(Response.json({}));
    const wrong = [
      { flowType: "magic" },
      { storageKey: "" },
      { storageKey: 1 },
      { storage: {} },
      { storage: { getItem: () => null } },
      { userStorage: {} },
      { timeoutMs: "soon" },
      { url: "not-a-url" },
    ];
    for (const options of wrong) {
      let thrown: unknown;
      try {
        kit.client(fetch, options as never);
      } catch (error) {
        thrown = error;
      }
      assert(thrown instanceof TypeError, JSON.stringify(options));
    }
    await rest();
  },
);
