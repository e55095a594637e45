/** Addresses that the server sends a page back to. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  APP,
  clientOf,
  createPage,
  EMAIL,
  follow,
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
import { refuse } from "./stub_server.ts";

/** The address that a magic link leads to. */
async function returnFrom(
  emulator: Emulator,
  { auth }: Observed,
  type: "magic_link" | "recovery" = "magic_link",
): Promise<string> {
  if (type === "recovery") await auth.resetPasswordForEmail(EMAIL);
  else await auth.signInWithOtp({ email: EMAIL });
  const { link } = await emulator.mailbox.next(EMAIL);
  return await follow(emulator, link);
}

async function startWithUser(): Promise<Emulator> {
  const emulator = startEmulator();
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  return emulator;
}

for (const flowType of ["pkce", "implicit"] as const) {
  for (
    const [type, event] of [
      ["magic_link", "SIGNED_IN"],
      ["recovery", "PASSWORD_RECOVERY"],
    ] as const
  ) {
    clientTest(
      `initialize() of a page that a ${type} of the ${flowType} flow has opened tells ${event} once`,
      async (kit) => {
        const emulator = await startWithUser();
        const sender = clientOf(kit, emulator, { flowType });
        const address = await returnFrom(emulator, sender, type);
        const { storage } = sender;
        const page = createPage(address);
        const { auth, diagnostics } = clientOf(kit, emulator, {
          flowType,
          storage,
          page,
        });
        const told = listen(auth);
        await auth.initialize();
        await rest();
        assertEquals(page.shown, [address, `${APP}/`]);
        assertEquals(auth.getSnapshot().session?.user.email, EMAIL);
        assertEquals(JSON.parse(textIn(storage)!).user.email, EMAIL);
        assertEquals(told, [
          ["INITIAL_SESSION", "restore", EMAIL],
          [event, "url", EMAIL],
        ]);
        assertEquals(diagnostics, []);
        assertEquals(page.opened, []);
      },
    );
  }
}

clientTest(
  "a subscriber of a page sees a sign-in by its address with cause url",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator);
    const address = await returnFrom(emulator, sender);
    const { auth } = clientOf(kit, emulator, { storage: sender.storage });
    const told = listen(auth);
    await rest();
    await auth.initialize({ url: address });
    await rest();
    assertEquals(told, [
      ["INITIAL_SESSION", "restore", null],
      ["SIGNED_IN", "url", EMAIL],
    ]);
  },
);

for (
  const [name, address] of [
    [
      "fragment",
      `${APP}/#error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired&sb=`,
    ],
    [
      "query",
      `${APP}/?error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired`,
    ],
    [
      "query and fragment",
      `${APP}/?error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired#error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired&sb=`,
    ],
  ] as const
) {
  clientTest(
    `an error in the ${name} is thrown by initialize() and harms no session`,
    async (kit) => {
      const emulator = startEmulator();
      const { storage } = await signedInClient(kit, emulator);
      const before = textIn(storage);
      const page = createPage(address);
      const { auth, diagnostics } = clientOf(kit, emulator, { storage, page });
      const told = listen(auth);
      for (let time = 0; time < 2; time++) {
        const error = await auth.initialize().catch((error) => error);
        assert(isAuthError(error, "otp_expired"));
        assertEquals(error.message, "Email link is invalid or has expired");
      }
      await rest();
      assertEquals(page.shown, [address, `${APP}/`]);
      assertEquals(textIn(storage), before);
      assertEquals((await auth.getSession()).session?.user.email, EMAIL);
      assertEquals((await auth.getUser()).user.email, EMAIL);
      assertEquals(told, [["INITIAL_SESSION", "restore", EMAIL]]);
      assertEquals(diagnostics.map((d) => d.type), ["callback-error"]);
      await auth.signOut();
    },
  );
}

clientTest(
  "a link that was used before gives otp_expired, as the server says",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator);
    await sender.auth.signInWithOtp({ email: EMAIL });
    const { link } = await emulator.mailbox.next(EMAIL);
    await follow(emulator, link);
    const page = createPage(await follow(emulator, link));
    const { auth } = clientOf(kit, emulator, { storage: sender.storage, page });
    const error = await auth.initialize().catch((error) => error);
    assert(isAuthError(error, "otp_expired"));
    assertEquals(page.shown.at(-1), `${APP}/`);
  },
);

clientTest("a code without any verifier is left alone", async (kit) => {
  const emulator = startEmulator();
  const page = createPage(`${APP}/?code=somebody-elses&state=1`);
  const { auth } = clientOf(kit, emulator, { page });
  await auth.initialize();
  assertEquals(page.shown.length, 1);
});

clientTest(
  "a code of a flow that was not started here is refused before any request",
  async (kit) => {
    const emulator = startEmulator();
    const page = createPage(`${APP}/?code=the-code-1&sb_flow_id=unknown-flow`);
    let requests = 0;
    const { auth } = kit.client(() => {
      requests++;
      return Promise.reject(new TypeError("no request expected"));
    }, { page });
    const error = await auth.initialize().catch((error) => error);
    assert(isAuthError(error, "pkce_code_verifier_not_found"));
    assertEquals(requests, 0);
    assertEquals(page.shown.at(-1), `${APP}/`);
    assertEquals(emulator.users.list(), []);
  },
);

clientTest(
  "tokens in an address are refused unless the flow is implicit",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator, { flowType: "implicit" });
    const address = await returnFrom(emulator, sender);
    const page = createPage(address);
    const { auth, storage } = clientOf(kit, emulator, { page });
    const error = await auth.initialize().catch((error) => error);
    assert(isAuthError(error, "pkce_code_verifier_not_found"));
    assertStringIncludes(error.message, "implicit");
    assertEquals(textIn(storage), null);
    assertEquals(page.shown.at(-1), `${APP}/`);
  },
);

clientTest(
  "detectSessionInUrl may be false, or decide about tokens itself",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator, { flowType: "implicit" });
    const address = await returnFrom(emulator, sender);
    const untouched = createPage(address);
    const deaf = clientOf(kit, emulator, {
      page: untouched,
      flowType: "implicit",
      detectSessionInUrl: false,
    });
    await deaf.auth.initialize();
    assertEquals(untouched.shown, [address]);
    assertEquals(await deaf.auth.getSession(), { session: null });
    const seen: unknown[] = [];
    const choosy = clientOf(kit, emulator, {
      page: createPage(address),
      detectSessionInUrl: (url, params) => {
        seen.push(url.origin, params["token_type"]);
        return true;
      },
    });
    await choosy.auth.initialize();
    assertEquals(seen, [APP, "bearer"]);
    assertEquals(choosy.auth.getSnapshot().session?.user.email, EMAIL);
  },
);

clientTest(
  "initialize({ url }) consumes an address where there is no page",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator);
    const address = await returnFrom(emulator, sender);
    await sender.auth.initialize({ url: address });
    assertEquals((await sender.auth.getSession()).session?.user.email, EMAIL);
    const { auth } = sender;
    const url = `${APP}/?error_code=bad_oauth_state&error=invalid_request`;
    const error = await auth.initialize({ url }).catch((error) => error);
    assert(isAuthError(error, "bad_oauth_state"));
    await auth.initialize();
    assertEquals((await auth.getSession()).session?.user.email, EMAIL);
  },
);

clientTest(
  "an address that holds garbage signs nobody in and throws AuthErrors only",
  async (kit) => {
    const emulator = startEmulator();
    for (
      const fragment of [
        "access_token=a%20b&refresh_token=x&expires_in=3600&token_type=bearer",
        "access_token=%00&refresh_token=x&expires_in=3600&token_type=bearer",
        "access_token=aaaaaaaa&refresh_token=bbbbbbbb&expires_in=NaN&token_type=b",
        "access_token=a.b.c&refresh_token=%F0%9F%98%80&expires_in=1&token_type=b",
        "access_token&refresh_token",
        "%E0%A4%A",
      ]
    ) {
      const page = createPage(`${APP}/#${fragment}`);
      const { auth, storage } = clientOf(kit, emulator, {
        page,
        flowType: "implicit",
      });
      const error = await auth.initialize().catch((error) => error);
      assert(error === undefined || isAuthError(error), String(error));
      assertEquals(textIn(storage), null);
      assertEquals(await auth.getSession(), { session: null });
    }
  },
);

clientTest("tokens of an old address do not set the clock", async (kit) => {
  const emulator = await startWithUser();
  const sender = clientOf(kit, emulator, { flowType: "implicit" });
  const address = await returnFrom(emulator, sender);
  emulator.clock.advance(600_000);
  const { auth, diagnostics } = clientOf(kit, emulator, {
    page: createPage(address),
    flowType: "implicit",
  });
  await auth.initialize();
  assertEquals(diagnostics, []);
  const { session } = await auth.getSession();
  assert(session && session.expires_in <= 3000);
});

clientTest(
  "a page whose code cannot be exchanged keeps its session and its flow",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = await signedInClientOf(kit, emulator);
    const before = textIn(sender.storage);
    const address = await returnFrom(emulator, sender);
    const { storage } = sender;
    const stop = emulator.faults.add({ path: "/token", reset: true });
    const broken = clientOf(kit, emulator, {
      storage,
      page: createPage(address),
    });
    const error = await broken.auth.initialize().catch((error) => error);
    assert(isAuthError(error, "network_failure"));
    assertEquals(textIn(storage), before);
    stop();
    const code = new URL(address).searchParams.get("code")!;
    kit.hide(code);
    const { user } = await broken.auth.exchangeCodeForSession(code);
    assertEquals(user.email, EMAIL);
  },
);

async function signedInClientOf(
  kit: Kit,
  emulator: Emulator,
): Promise<Observed> {
  const client = clientOf(kit, emulator);
  await client.auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
  return client;
}

clientTest(
  "methods wait for the callback of the page, and go on when it fails",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator);
    const address = await returnFrom(emulator, sender);
    const { storage } = sender;
    const { auth } = clientOf(kit, emulator, {
      storage,
      page: createPage(address),
    });
    const { session } = await auth.getSession();
    assertEquals(session?.user.email, EMAIL);
    const page = createPage(
      `${APP}/#error=server_error&error_code=x&error_description=y`,
    );
    const failing = clientOf(kit, emulator, { storage, page }).auth;
    assertEquals((await failing.getUser()).user.email, EMAIL);
  },
);

clientTest(
  "signInWithOAuth() and signInWithSSO() leave the page, unless told not to",
  async (kit) => {
    const page = createPage(`${APP}/`);
    const url = "https://idp.example/login";
    const { auth } = kit.client(
      () => Promise.resolve(Response.json({ url })),
      { page },
    );
    const { url: there } = await auth.signInWithOAuth({ provider: "github" });
    assertEquals(page.opened, [there]);
    await auth.signInWithSSO({ domain: "example.com" });
    assertEquals(page.opened, [there, url]);
    const options = { skipBrowserRedirect: true };
    await auth.signInWithOAuth({ provider: "github", options });
    await auth.signInWithSSO({ domain: "example.com", options });
    assertEquals(page.opened.length, 2);
  },
);

clientTest(
  "auto refresh follows the page's visibility until taken over",
  async (kit) => {
    const page = createPage(`${APP}/`);
    const { auth } = kit.client(() => Promise.resolve(refuse(400, "x", "y")), {
      page,
      autoRefreshToken: true,
    });
    await auth.initialize();
    assertEquals(page.listeners.size, 1);
    page.turn(false);
    page.turn(true);
    await auth.stopAutoRefresh();
    assertEquals(page.listeners.size, 0);
  },
);

clientTest(
  "ten times coming back to an unchanged page tells nothing",
  async (kit) => {
    const emulator = startEmulator();
    const { storage } = await signedInClient(kit, emulator);
    const page = createPage(`${APP}/`);
    const { auth } = clientOf(kit, emulator, {
      storage,
      page,
      autoRefreshToken: true,
    });
    const told = listen(auth);
    await auth.initialize();
    for (let time = 0; time < 10; time++) {
      page.turn(false);
      page.turn(true);
      await rest();
    }
    assertEquals(told, [["INITIAL_SESSION", "restore", EMAIL]]);
  },
);
