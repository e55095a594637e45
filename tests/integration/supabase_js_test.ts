/** Data, storage and functions by supabase-js, auth by this client. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type AuthClient, memoryStorage } from "../../mod.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  clientOf,
  EMAIL,
  HOUR,
  PASSWORD,
  projectOf,
  signedInClient,
  startEmulator,
} from "./support.ts";

/** A data API that notes who has called it. */
class DataApi {
  readonly bearers: (string | null)[] = [];

  readonly fetch: typeof fetch = (input, init) => {
    const { headers } = new Request(input, init);
    this.bearers.push(headers.get("authorization"));
    return Promise.resolve(Response.json([{ id: 1 }]));
  };
}

interface Together {
  readonly emulator: Emulator;
  readonly auth: AuthClient;
  readonly data: DataApi;
  readonly supabase: SupabaseClient;
}

async function together(
  start: (emulator: Emulator) => AuthClient | Promise<AuthClient>,
): Promise<Together> {
  const emulator = await startEmulator();
  const auth = await start(emulator);
  const data = new DataApi();
  const supabase = createClient(projectOf(emulator), emulator.anonKey, {
    accessToken: auth.getAccessToken,
    global: { fetch: data.fetch },
  });
  return { emulator, auth, data, supabase };
}

/** Calls the data API, and tells who did. */
async function callAs({ supabase, data }: Together): Promise<string | null> {
  const { data: rows, error } = await supabase.from("notes").select();
  assertEquals([rows, error], [[{ id: 1 }], null]);
  return data.bearers.at(-1)!;
}

function bearer(auth: AuthClient): string {
  return `Bearer ${auth.getSnapshot().session?.access_token}`;
}

Deno.test("a data call carries the token of who is signed in", async () => {
  const all = await together(signedInClient);
  assertEquals(await callAs(all), bearer(all.auth));
});

Deno.test("a data call carries the token of a stored session", async () => {
  const all = await together(async (emulator) => {
    const storage = memoryStorage();
    await signedInClient(emulator, { storage });
    return clientOf(emulator, { storage });
  });
  assertStringIncludes(await callAs(all) ?? "", "Bearer ey");
  assertEquals(all.data.bearers, [bearer(all.auth)]);
});

Deno.test("a sign-in after construction counts for data calls", async () => {
  const all = await together(clientOf);
  const { emulator, auth } = all;
  assertEquals(await callAs(all), `Bearer ${emulator.anonKey}`);
  await auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
  assertEquals(await callAs(all), bearer(auth));
});

Deno.test("a data call carries the refreshed token once the old one has expired", async () => {
  const all = await together(signedInClient);
  const { emulator, auth } = all;
  const before = bearer(auth);
  emulator.clock.advance(HOUR);
  const after = await callAs(all);
  assertEquals(after, bearer(auth));
  assert(after !== before);
});

Deno.test("a data call is anonymous after sign-out", async () => {
  const all = await together(signedInClient);
  const { emulator, auth } = all;
  await auth.signOut();
  assertEquals(await callAs(all), `Bearer ${emulator.anonKey}`);
});

for (
  const [name, fault] of [
    ["429", { status: 429, headers: { "retry-after": "60" } }],
    ["a proxy's page", { status: 403, body: "<html>Forbidden</html>" }],
    ["a lost connection", { reset: true }],
  ] as const
) {
  Deno.test(`no request goes out as anonymous while a refresh fails by ${name}`, async () => {
    const all = await together(signedInClient);
    const { emulator, auth, data, supabase } = all;
    emulator.clock.advance(HOUR);
    const repair = emulator.faults.add({ path: "/token", ...fault });
    const notes = supabase.from("notes");
    const calls = [
      await notes.select().retry(false),
      await notes.insert({ id: 2 }),
      await supabase.rpc("count_notes").retry(false),
    ];
    for (const { error } of calls) {
      assertStringIncludes(`${error?.message}`, "Auth");
    }
    const { error } = await supabase.functions.invoke("hello");
    assert(error);
    assertEquals(data.bearers, []);
    assertEquals(auth.getSnapshot().status, "signed-in");
    repair();
    emulator.clock.advance(HOUR);
    assertEquals(await callAs(all), bearer(auth));
  });
}

Deno.test("Realtime is given the token, and the next one by setAuth()", async () => {
  const all = await together(signedInClient);
  const { emulator, auth, supabase } = all;
  const { realtime } = supabase;
  await realtime.setAuth();
  const first = auth.getSnapshot().session?.access_token;
  assertEquals(realtime.accessTokenValue, first);
  emulator.clock.advance(HOUR);
  await realtime.setAuth();
  const second = auth.getSnapshot().session?.access_token;
  assertEquals(realtime.accessTokenValue, second);
  assert(second && second !== first);
});

type Message = [
  string,
  string,
  string,
  string,
  { access_token?: string | null },
];

/** A Realtime server that lets everybody in and keeps what it is sent. */
function createTransport(sent: Message[]): typeof WebSocket {
  class Transport {
    readonly url: string;
    readyState = 0;
    binaryType = "blob";
    onopen: (() => void) | null = null;
    onclose: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;

    constructor(url: string | URL) {
      this.url = String(url);
      queueMicrotask(() => {
        this.readyState = 1;
        this.onopen?.();
      });
    }

    send(text: string): void {
      const message: Message = JSON.parse(text);
      sent.push(message);
      const [joinRef, ref, topic] = message;
      const reply = { status: "ok", response: {} };
      const data = JSON.stringify([joinRef, ref, topic, "phx_reply", reply]);
      queueMicrotask(() => this.onmessage?.({ data }));
    }

    close(): void {
      this.readyState = 3;
      this.onclose?.();
    }
  }
  return Transport as unknown as typeof WebSocket;
}

Deno.test("a Realtime channel is joined with the token, and told the next one", async () => {
  const sent: Message[] = [];
  const emulator = await startEmulator();
  const auth = await signedInClient(emulator);
  const { realtime } = createClient(projectOf(emulator), emulator.anonKey, {
    accessToken: auth.getAccessToken,
    realtime: { transport: createTransport(sent) },
  });
  await realtime.setAuth();
  await new Promise<void>((joined) => {
    realtime.channel("room").subscribe((status) => {
      if (status === "SUBSCRIBED") joined();
    });
  });
  const first = await auth.getAccessToken();
  emulator.clock.advance(HOUR);
  await realtime.setAuth();
  const second = await auth.getAccessToken();
  const told = sent.filter(([, , , , { access_token }]) => access_token)
    .map(([, , , event, { access_token }]) => [event, access_token]);
  assertEquals(told, [["phx_join", first], ["access_token", second]]);
  await realtime.removeAllChannels();
  await realtime.disconnect();
});

Deno.test("Realtime follows the session where each event calls setAuth()", async () => {
  const { auth, supabase, emulator } = await together(clientOf);
  const { realtime } = supabase;
  const updates: Promise<void>[] = [];
  auth.onAuthStateChange(() => void updates.push(realtime.setAuth()));
  await auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
  await settle(updates);
  const { session } = await auth.getSession();
  assertEquals(realtime.accessTokenValue, session?.access_token);
  await auth.signOut();
  await settle(updates);
  assertEquals(realtime.accessTokenValue, emulator.anonKey);
});

/** Lets events be delivered, and what they have started end. */
async function settle(updates: readonly Promise<void>[]): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await Promise.all(updates);
}
