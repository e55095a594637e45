/** The methods of the client against the emulator: what each gives and tells. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import {
  clientOf,
  EMAIL,
  PASSWORD,
  signedInClient,
  startEmulator,
} from "./emulated.ts";
import {
  clientTest,
  type Kit,
  listen,
  type Observed,
  rest,
  textIn,
} from "./helpers.ts";

const PHONE = "15550100";

/** Signed in: the same user in result, storage, snapshot and event. */
async function assertEntered(
  { auth, storage }: Observed,
  told: ReturnType<typeof listen>,
  result: { readonly user: unknown; readonly session: unknown },
  event = "SIGNED_IN",
): Promise<void> {
  await rest();
  const { session } = await auth.getSession();
  assert(session);
  assertStrictEquals(session, result.session);
  assertStrictEquals(session.user, result.user);
  assertStrictEquals(auth.getSnapshot().session, session);
  assertEquals(JSON.parse(textIn(storage)!).access_token, session.access_token);
  const { email = "" } = session.user;
  assertEquals(told.at(-1), [event, "user", email]);
  assert(session.user.created_at instanceof Date);
}

async function watched(
  kit: Kit,
  env: Record<string, string> = {},
): Promise<{
  emulator: ReturnType<typeof startEmulator>;
  client: Observed;
  told: ReturnType<typeof listen>;
}> {
  const emulator = startEmulator(env);
  const client = clientOf(kit, emulator);
  const told = listen(client.auth);
  await rest();
  return { emulator, client, told };
}

clientTest(
  "signUp() signs in where nothing needs to be confirmed",
  async (kit) => {
    const { client, told } = await watched(kit);
    const result = await client.auth.signUp({
      email: EMAIL,
      password: PASSWORD,
    });
    assert(result.session);
    await assertEntered(client, told, result);
    assertEquals(told.length, 2);
  },
);

clientTest(
  "signUp() waits for a confirmation, which verifyOtp() gives",
  async (kit) => {
    const { emulator, client, told } = await watched(kit, {
      GOTRUE_MAILER_AUTOCONFIRM: "false",
    });
    const { auth } = client;
    const options = { data: { color: "red" } };
    const result = await auth.signUp({
      email: EMAIL,
      password: PASSWORD,
      options,
    });
    assertEquals(result.session, null);
    assertEquals(result.user.user_metadata["color"], "red");
    assertEquals(await auth.getSession(), { session: null });
    const early = await auth.signInWithPassword({
      email: EMAIL,
      password: PASSWORD,
    })
      .catch((error) => error);
    assert(isAuthError(early, "email_not_confirmed"));
    const { code } = await emulator.mailbox.next(EMAIL);
    kit.hide(code);
    const verified = await auth.verifyOtp({
      email: EMAIL,
      token: code,
      type: "signup",
    });
    await assertEntered(client, told, verified);
    assertEquals(told.length, 2);
  },
);

clientTest("signUp() by phone signs in by a code", async (kit) => {
  const { emulator, client, told } = await watched(kit, {
    GOTRUE_SMS_AUTOCONFIRM: "false",
    GOTRUE_SMS_PROVIDER: "twilio",
  });
  const { auth } = client;
  const { session } = await auth.signUp({ phone: PHONE, password: PASSWORD });
  assertEquals(session, null);
  const { code } = await emulator.sms.next(PHONE);
  kit.hide(code);
  const verified = await auth.verifyOtp({
    phone: PHONE,
    token: code,
    type: "sms",
  });
  await assertEntered(client, told, verified);
});

clientTest("resend() sends the confirmation again", async (kit) => {
  const { emulator, client, told } = await watched(kit, {
    GOTRUE_MAILER_AUTOCONFIRM: "false",
  });
  const { auth } = client;
  await auth.signUp({ email: EMAIL, password: PASSWORD });
  await emulator.mailbox.next(EMAIL);
  await auth.resend({ type: "signup", email: EMAIL });
  const { token_hash } = await emulator.mailbox.next(EMAIL);
  kit.hide(token_hash);
  const verified = await auth.verifyOtp({ token_hash, type: "signup" });
  await assertEntered(client, told, verified);
});

clientTest(
  "signInWithPassword() signs in, and tells what was wrong",
  async (kit) => {
    const { emulator, client, told } = await watched(kit);
    await emulator.users.seed({ email: EMAIL, password: PASSWORD });
    const { auth } = client;
    const wrong = await auth.signInWithPassword({
      email: EMAIL,
      password: "wrong-one",
    })
      .catch((error) => error);
    assert(isAuthError(wrong, "invalid_credentials"));
    const result = await auth.signInWithPassword({
      email: EMAIL,
      password: PASSWORD,
    });
    await assertEntered(client, told, result);
    assertEquals(told.length, 2);
  },
);

clientTest(
  "a sign-in that fails leaves the session that was there",
  async (kit) => {
    const emulator = startEmulator();
    const { auth, storage } = await signedInClient(kit, emulator);
    const before = textIn(storage);
    const told = listen(auth);
    for (
      const call of [
        auth.signInWithPassword({ email: EMAIL, password: "wrong-one" }),
        auth.verifyOtp({ email: EMAIL, token: "000000", type: "email" }),
        auth.signInWithIdToken({
          provider: "google",
          token: "header.payload.sig",
        }),
        auth.exchangeCodeForSession("unknown-code"),
      ]
    ) assert(isAuthError(await call.catch((error) => error)));
    await rest();
    assertEquals(textIn(storage), before);
    assertEquals(told.map(([event]) => event), ["INITIAL_SESSION"]);
  },
);

clientTest(
  "signInAnonymously() makes a guest, whom updateUser() turns into a user",
  async (kit) => {
    const { client, told } = await watched(kit, {
      GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
    });
    const { auth } = client;
    const options = { data: { color: "red" } };
    const result = await auth.signInAnonymously({ options });
    await assertEntered(client, told, result);
    assertEquals(result.user.is_anonymous, true);
    assertEquals(result.user.user_metadata["color"], "red");
    const { user } = await auth.updateUser({ email: EMAIL });
    assertEquals(user.id, result.user.id);
  },
);

clientTest("signInWithOtp() sends a code that signs in", async (kit) => {
  const { emulator, client, told } = await watched(kit);
  const { auth } = client;
  assertEquals(await auth.signInWithOtp({ email: EMAIL }), {});
  const { code } = await emulator.mailbox.next(EMAIL);
  kit.hide(code);
  const verified = await auth.verifyOtp({
    email: EMAIL,
    token: code,
    type: "email",
  });
  await assertEntered(client, told, verified);
  const again = await auth.verifyOtp({
    email: EMAIL,
    token: code,
    type: "email",
  })
    .catch((error) => error);
  assert(isAuthError(again, "otp_expired"));
});

clientTest("verifyOtp() of a recovery tells PASSWORD_RECOVERY", async (kit) => {
  const { emulator, client, told } = await watched(kit);
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  const { auth } = client;
  await auth.resetPasswordForEmail(EMAIL);
  const { token_hash } = await emulator.mailbox.next(EMAIL);
  kit.hide(token_hash);
  const verified = await auth.verifyOtp({ token_hash, type: "recovery" });
  await assertEntered(client, told, verified, "PASSWORD_RECOVERY");
  await auth.updateUser({ password: "another horse battery" });
  await auth.signOut();
  await auth.signInWithPassword({
    email: EMAIL,
    password: "another horse battery",
  });
});

clientTest(
  "verifyOtp() of the first of two confirmations of another address gives nobody",
  async (kit) => {
    const emulator = startEmulator({ GOTRUE_MAILER_AUTOCONFIRM: "false" });
    const { auth, storage } = await signedInClient(kit, emulator);
    const told = listen(auth);
    await rest();
    await auth.updateUser({ email: "new@example.com" });
    const [old, fresh] = [
      await emulator.mailbox.next(EMAIL),
      await emulator.mailbox.next("new@example.com"),
    ];
    const before = textIn(storage);
    const type = "email_change";
    const first = await auth.verifyOtp({ email: EMAIL, token: old.code, type });
    assertEquals(first, { user: null, session: null });
    assertEquals(textIn(storage), before);
    const email = "new@example.com";
    const second = await auth.verifyOtp({ email, token: fresh.code, type });
    await rest();
    assertEquals(second.user?.email, email);
    assertEquals(told.map(([event]) => event), [
      "INITIAL_SESSION",
      "USER_UPDATED",
      "SIGNED_IN",
    ]);
  },
);

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
