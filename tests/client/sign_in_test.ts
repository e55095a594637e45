/** The ways of signing in, against the emulator: what each gives and tells. */
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
