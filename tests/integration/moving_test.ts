/** Applications that move between supabase-js and this client, either way. */
import { assert, assertEquals } from "@std/assert";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type AuthClient, memoryStorage } from "../../mod.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import type { SessionStorage } from "../../lib/session/storage.ts";
import {
  clientOf,
  EMAIL,
  PASSWORD,
  projectOf,
  signedInClient,
  startEmulator,
} from "./support.ts";

const APP = "http://127.0.0.1:3000";
const CREDENTIALS = { email: EMAIL, password: PASSWORD };

/** Where both clients keep what they know. */
interface Storages {
  readonly storage: SessionStorage;
  readonly userStorage?: SessionStorage;
}

const LAYOUTS: readonly [string, () => Storages][] = [
  ["one storage", () => ({ storage: memoryStorage() })],
  ["a userStorage", () => ({
    storage: memoryStorage(),
    userStorage: memoryStorage(),
  })],
];

/** What supabase-js's own auth client is, and what it tells. */
interface Theirs {
  readonly auth: SupabaseClient["auth"];
  readonly events: string[];
}

async function theirsOf(
  emulator: Emulator,
  storages: Storages,
): Promise<Theirs> {
  const { auth } = createClient(projectOf(emulator), emulator.anonKey, {
    auth: {
      ...storages,
      flowType: "pkce",
      autoRefreshToken: false,
      detectSessionInUrl: false,
    },
    global: { fetch: emulator.fetch },
  });
  const events: string[] = [];
  auth.onAuthStateChange((event) => void events.push(event));
  await auth.initialize();
  return { auth, events };
}

/** Our client, and what it tells. */
function oursOf(
  emulator: Emulator,
  storages: Storages,
): { readonly auth: AuthClient; readonly events: string[] } {
  const auth = clientOf(emulator, storages);
  const events: string[] = [];
  auth.onAuthStateChange((event) => void events.push(event));
  return { auth, events };
}

async function assertSignedIn(auth: Theirs["auth"]): Promise<string> {
  const { data, error } = await auth.getSession();
  assertEquals(error, null);
  assertEquals(data.session?.user.email, EMAIL);
  return data.session!.refresh_token;
}

for (const [layout, createStorages] of LAYOUTS) {
  Deno.test(`a session that supabase-js stored in ${layout} is read`, async () => {
    const emulator = await startEmulator();
    const storages = createStorages();
    const theirs = await theirsOf(emulator, storages);
    const { data } = await theirs.auth.signInWithPassword(CREDENTIALS);
    const ours = oursOf(emulator, storages);
    const { session } = await ours.auth.getSession();
    assertEquals(session?.user.email, EMAIL);
    assertEquals(session?.refresh_token, data.session?.refresh_token);
    assertEquals(
      session?.user.created_at.getTime(),
      Date.parse(data.user!.created_at),
    );
    await settle();
    assertEquals(ours.events, ["INITIAL_SESSION"]);
  });

  Deno.test(`supabase-js reads what is stored in ${layout}`, async () => {
    const emulator = await startEmulator();
    const storages = createStorages();
    const ours = await signedInClient(emulator, storages);
    const theirs = await theirsOf(emulator, storages);
    const token = await assertSignedIn(theirs.auth);
    assertEquals(token, ours.getSnapshot().session?.refresh_token);
    const { data } = await theirs.auth.getUser();
    assertEquals(data.user?.email, EMAIL);
    assert(!theirs.events.includes("SIGNED_OUT"));
  });

  Deno.test(`either refreshes what the other has stored in ${layout}`, async () => {
    const emulator = await startEmulator();
    const storages = createStorages();
    const ours = oursOf(emulator, storages);
    await ours.auth.signInWithPassword(CREDENTIALS);
    const theirs = await theirsOf(emulator, storages);
    const tokens = new Set<string>();
    for (let round = 0; round < 3; round++) {
      tokens.add(await assertSignedIn(theirs.auth));
      const { session } = await ours.auth.refreshSession();
      assertEquals(await assertSignedIn(theirs.auth), session.refresh_token);
      tokens.add(session.refresh_token);
      const { error } = await theirs.auth.refreshSession();
      assertEquals(error, null);
      const current = await ours.auth.getSession();
      assertEquals(
        current.session?.refresh_token,
        await assertSignedIn(theirs.auth),
      );
      assertEquals(current.session?.user.email, EMAIL);
    }
    assertEquals(tokens.size, 6);
    await settle();
    for (const { events } of [ours, theirs]) {
      assert(!events.includes("SIGNED_OUT"), events.join());
    }
  });

  Deno.test(`a user who was updated by either is known to the other, with ${layout}`, async () => {
    const emulator = await startEmulator();
    const storages = createStorages();
    const ours = oursOf(emulator, storages);
    await ours.auth.signInWithPassword(CREDENTIALS);
    const theirs = await theirsOf(emulator, storages);
    await ours.auth.updateUser({ data: { color: "red" } });
    const read = await theirs.auth.getSession();
    assertEquals(read.data.session?.user.user_metadata["color"], "red");
    await theirs.auth.updateUser({ data: { color: "blue" } });
    const again = clientOf(emulator, storages);
    const { session } = await again.getSession();
    assertEquals(session?.user.user_metadata["color"], "blue");
  });

  Deno.test(`either is signed out by the other, with ${layout}`, async () => {
    const emulator = await startEmulator();
    const storages = createStorages();
    const ours = oursOf(emulator, storages);
    const theirs = await theirsOf(emulator, storages);
    await ours.auth.signInWithPassword(CREDENTIALS);
    await theirs.auth.signOut();
    assertEquals(await ours.auth.getSession(), { session: null });
    await theirs.auth.signInWithPassword(CREDENTIALS);
    await ours.auth.signOut();
    const { data } = await theirs.auth.getSession();
    assertEquals(data.session, null);
  });
}

/** Lets events be delivered. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Follows the newest mail's link to the address of the application. */
async function followMail(emulator: Emulator): Promise<URL> {
  const { link } = await emulator.mailbox.next(EMAIL);
  const answer = await emulator.fetch(link!, { redirect: "manual" });
  await answer.body?.cancel();
  const location = answer.headers.get("location");
  assert(location?.includes("code="), `${answer.status} ${location}`);
  return new URL(location!);
}

Deno.test("a flow that supabase-js has started is ended here", async () => {
  const emulator = await startEmulator();
  const storages = { storage: memoryStorage() };
  const theirs = await theirsOf(emulator, storages);
  const { error } = await theirs.auth.signInWithOtp({
    email: EMAIL,
    options: { emailRedirectTo: APP },
  });
  assertEquals(error, null);
  const ours = oursOf(emulator, storages);
  const { href } = await followMail(emulator);
  await ours.auth.initialize({ url: href });
  const { session } = await ours.auth.getSession();
  assertEquals(session?.user.email, EMAIL);
  await settle();
  assertEquals(ours.events, ["INITIAL_SESSION", "SIGNED_IN"]);
  assertEquals(await assertSignedIn(theirs.auth), session?.refresh_token);
});

Deno.test("a flow that was started here is ended by supabase-js", async () => {
  const emulator = await startEmulator();
  const storages = { storage: memoryStorage() };
  const ours = oursOf(emulator, storages);
  await ours.auth.signInWithOtp({
    email: EMAIL,
    options: { emailRedirectTo: APP },
  });
  const theirs = await theirsOf(emulator, storages);
  const code = (await followMail(emulator)).searchParams.get("code")!;
  const { data, error } = await theirs.auth.exchangeCodeForSession(code);
  assertEquals(error, null);
  assertEquals(data.user?.email, EMAIL);
  const { session } = await ours.auth.getSession();
  assertEquals(session?.refresh_token, data.session?.refresh_token);
});

Deno.test("a recovery is one for whoever ends it", async () => {
  const emulator = await startEmulator();
  const storages = { storage: memoryStorage() };
  const theirs = await theirsOf(emulator, storages);
  const ours = oursOf(emulator, storages);
  await theirs.auth.resetPasswordForEmail(EMAIL, { redirectTo: APP });
  const first = (await followMail(emulator)).searchParams.get("code")!;
  const { redirectType } = await ours.auth.exchangeCodeForSession(first);
  assertEquals(redirectType, "recovery");
  await settle();
  assertEquals(ours.events, ["INITIAL_SESSION", "PASSWORD_RECOVERY"]);
  await ours.auth.resetPasswordForEmail(EMAIL, { redirectTo: APP });
  const second = (await followMail(emulator)).searchParams.get("code")!;
  const { error } = await theirs.auth.exchangeCodeForSession(second);
  assertEquals(error, null);
  assert(theirs.events.includes("PASSWORD_RECOVERY"), theirs.events.join());
});

Deno.test("of several flows the one is ended whose id is given, whoever started it", async () => {
  const emulator = await startEmulator();
  const storages = { storage: memoryStorage() };
  const theirs = await theirsOf(emulator, storages);
  const ours = oursOf(emulator, storages);
  const redirect = {
    provider: "github",
    options: { skipBrowserRedirect: true },
  } as const;
  await theirs.auth.signInWithOtp({
    email: EMAIL,
    options: { emailRedirectTo: APP },
  });
  // Both start others meanwhile.
  const mine = await ours.auth.signInWithOAuth(redirect);
  const others = await theirs.auth.signInWithOAuth(redirect);
  assert(mine.flowId !== others.data.flowId);
  const url = await followMail(emulator);
  await ours.auth.initialize({ url: url.href });
  assertEquals((await ours.auth.getSession()).session?.user.email, EMAIL);
  for (const flowId of [mine.flowId, others.data.flowId]) {
    const key = `sb-127-auth-token-flow-${flowId}-code-verifier`;
    assert(await storages.storage.getItem(key), key);
  }
});
