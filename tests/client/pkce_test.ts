/** Flows that lead through a mail: their verifiers, and the codes they end with. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { isAuthError } from "../../lib/errors.ts";
import {
  memoryStorage,
  type SessionStorage,
} from "../../lib/session/storage.ts";
import {
  clientOf,
  EMAIL,
  follow,
  PASSWORD,
  startEmulator,
} from "./emulated.ts";
import {
  clientTest,
  KEY,
  type Kit,
  listen,
  type Observed,
  rest,
} from "./helpers.ts";

const LAST = `${KEY}-code-verifier`;
const BOB = "bob@example.com";
const INDEX = `${KEY}-flows-code-verifier`;

async function startWithUser(): Promise<Emulator> {
  const emulator = startEmulator();
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  return emulator;
}

/** The code that a mail's link brings. */
async function codeOf(
  kit: Kit,
  emulator: Emulator,
  email: string = EMAIL,
): Promise<string> {
  const { link } = await emulator.mailbox.next(email);
  const address = new URL(await follow(emulator, link));
  const code = address.searchParams.get("code")!;
  kit.hide(code);
  return code;
}

function idsIn(storage: SessionStorage): string[] {
  return JSON.parse((storage.getItem(INDEX) as string | null) ?? "[]");
}

function slotOf(id: string): string {
  return `${KEY}-flow-${id}-code-verifier`;
}

clientTest(
  "a flow stores its verifier where supabase-js looks for it, and ends clean",
  async (kit) => {
    const emulator = await startWithUser();
    const { auth, storage } = clientOf(kit, emulator);
    await auth.signInWithOtp({ email: EMAIL });
    const [id] = idsIn(storage);
    const slot = storage.getItem(slotOf(id!)) as string;
    assertEquals(storage.getItem(LAST), slot);
    assert(/^"[\w.~-]{43,128}"$/.test(slot));
    const { redirectType, user, session } = await auth.exchangeCodeForSession(
      await codeOf(kit, emulator),
    );
    assertEquals(redirectType, null);
    assertEquals(user, session.user);
    for (const key of [slotOf(id!), LAST, INDEX]) {
      assertEquals(storage.getItem(key), null);
    }
  },
);

for (const order of ["in their order", "the other way round"]) {
  clientTest(`two flows begun at once both finish, ${order}`, async (kit) => {
    const emulator = await startWithUser();
    await emulator.users.seed({ email: BOB });
    const { auth, storage } = clientOf(kit, emulator);
    await Promise.all([
      auth.signInWithOtp({ email: EMAIL }),
      auth.resetPasswordForEmail(BOB),
    ]);
    assertEquals(idsIn(storage).length, 2);
    const told = listen(auth);
    const flows = [[EMAIL, null], [BOB, "recovery"]] as const;
    for (
      const [email, type] of order === "in their order"
        ? flows
        : flows.toReversed()
    ) {
      const code = await codeOf(kit, emulator, email);
      const { redirectType, user } = await auth.exchangeCodeForSession(code);
      assertEquals([user.email, redirectType], [email, type]);
      await rest();
      const event = type ? "PASSWORD_RECOVERY" : "SIGNED_IN";
      assertEquals(told.at(-1), [event, "user", email]);
    }
    assertEquals(idsIn(storage), []);
  });
}

clientTest(
  "a code of a flow that is named takes that flow's verifier only",
  async (kit) => {
    const emulator = await startWithUser();
    const bodies: Record<string, unknown>[] = [];
    const { url } = emulator.clientOptions();
    const { auth, storage } = kit.client((input, init) => {
      if (input.includes("/token")) {
        bodies.push(JSON.parse(init.body as string));
      }
      return emulator.fetch(input, init);
    }, { url });
    await auth.signInWithOtp({ email: EMAIL });
    const [flowId] = idsIn(storage);
    const own = JSON.parse(storage.getItem(slotOf(flowId!)) as string);
    await auth.signInWithOtp({ email: BOB });
    const code = await codeOf(kit, emulator);
    await auth.exchangeCodeForSession(code, { flowId: flowId! });
    assertEquals(bodies.map((body) => body["code_verifier"]), [own]);
  },
);

clientTest(
  "a missing verifier is told before any request, and does not burn the code",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator);
    await sender.auth.signInWithOtp({ email: EMAIL });
    const code = await codeOf(kit, emulator);
    let requests = 0;
    const other = kit.client((input, init) => {
      requests++;
      return emulator.fetch(input, init);
    });
    for (
      const options of [{}, { flowId: "unknown-flow" }, { flowId: "../x" }]
    ) {
      const call = other.auth.exchangeCodeForSession(code, options);
      const error = await call.catch((error) => error);
      assert(isAuthError(error, "pkce_code_verifier_not_found"));
    }
    assertEquals(requests, 0);
    const { user } = await sender.auth.exchangeCodeForSession(code);
    assertEquals(user.email, EMAIL);
  },
);

clientTest(
  "a wrong verifier is followed by the next, and does not burn the code",
  async (kit) => {
    const emulator = await startWithUser();
    const { auth, storage } = clientOf(kit, emulator);
    await auth.signInWithOtp({ email: EMAIL });
    const code = await codeOf(kit, emulator);
    // Later flows, which were given up.
    const options = { skipBrowserRedirect: true };
    await auth.signInWithOAuth({ provider: "github", options });
    await auth.signInWithOAuth({ provider: "google", options });
    const { user } = await auth.exchangeCodeForSession(code);
    assertEquals(user.email, EMAIL);
    assertEquals(idsIn(storage).length, 2);
  },
);

clientTest(
  "a code that no stored verifier fits is refused as the server says",
  async (kit) => {
    const emulator = await startWithUser();
    const sender = clientOf(kit, emulator);
    await sender.auth.signInWithOtp({ email: EMAIL });
    const code = await codeOf(kit, emulator);
    const { auth } = clientOf(kit, emulator);
    await auth.signInWithOtp({ email: EMAIL });
    const error = await auth.exchangeCodeForSession(code).catch((error) =>
      error
    );
    assert(isAuthError(error, "bad_code_verifier"));
  },
);

clientTest(
  "a code is burnt by its use, and an old one is refused",
  async (kit) => {
    const emulator = await startWithUser();
    const { auth } = clientOf(kit, emulator);
    const options = { skipBrowserRedirect: true };
    await auth.signInWithOtp({ email: EMAIL });
    const code = await codeOf(kit, emulator);
    await auth.exchangeCodeForSession(code);
    await auth.signInWithOAuth({ provider: "github", options });
    const used = await auth.exchangeCodeForSession(code).catch((error) =>
      error
    );
    assert(isAuthError(used, "flow_state_not_found"));
    await auth.signInWithOtp({ email: EMAIL });
    const late = await codeOf(kit, emulator);
    emulator.clock.advance(86_000_000);
    const old = await auth.exchangeCodeForSession(late).catch((error) => error);
    assert(isAuthError(old, "flow_state_expired"), String(old));
  },
);

clientTest("a recovery flow ends with PASSWORD_RECOVERY", async (kit) => {
  const emulator = await startWithUser();
  const { auth, storage } = clientOf(kit, emulator);
  await auth.resetPasswordForEmail(EMAIL);
  const [id] = idsIn(storage);
  assert((storage.getItem(slotOf(id!)) as string).endsWith('/recovery"'));
  const told = listen(auth);
  await rest();
  const code = await codeOf(kit, emulator);
  const { redirectType } = await auth.exchangeCodeForSession(code);
  await rest();
  assertEquals(redirectType, "recovery");
  assertEquals(told.slice(1), [["PASSWORD_RECOVERY", "user", EMAIL]]);
});

for (
  const [name, write] of [
    ["auth-js, with a flow", (verifier: string, storage: SessionStorage) => {
      const id = "0123456789abcdef0123456789abcdef";
      storage.setItem(slotOf(id), JSON.stringify(verifier));
      storage.setItem(INDEX, JSON.stringify([id]));
      storage.setItem(LAST, JSON.stringify(verifier));
    }],
    ["auth-js, without", (verifier: string, storage: SessionStorage) => {
      storage.setItem(LAST, JSON.stringify(verifier));
    }],
    ["auth-js, for a recovery", (verifier: string, storage: SessionStorage) => {
      storage.setItem(LAST, JSON.stringify(`${verifier}/recovery`));
    }],
    ["the Python client", (verifier: string, storage: SessionStorage) => {
      storage.setItem(LAST, verifier);
    }],
    [
      "the Python client, for a recovery",
      (verifier: string, storage: SessionStorage) => {
        storage.setItem(LAST, `${verifier}/PASSWORD_RECOVERY`);
      },
    ],
  ] as const
) {
  clientTest(
    `a verifier that was stored by ${name} ends its flow`,
    async (kit) => {
      const emulator = await startWithUser();
      const sender: Observed = clientOf(kit, emulator);
      await sender.auth.signInWithOtp({ email: EMAIL });
      const code = await codeOf(kit, emulator);
      const verifier = JSON.parse(sender.storage.getItem(LAST) as string);
      const storage = memoryStorage();
      write(verifier, storage);
      const { auth } = clientOf(kit, emulator, { storage });
      const { redirectType } = await auth.exchangeCodeForSession(code);
      const isRecovery = name.includes("recovery");
      assertEquals(redirectType, isRecovery ? "recovery" : null);
      for (const key of [LAST, INDEX]) assertEquals(storage.getItem(key), null);
    },
  );
}

clientTest(
  "pending flows are bounded, and the oldest gives way",
  async (kit) => {
    const emulator = startEmulator();
    const { auth, storage } = clientOf(kit, emulator);
    const options = { skipBrowserRedirect: true };
    const ids: string[] = [];
    for (let flow = 0; flow < 8; flow++) {
      const { flowId } = await auth.signInWithOAuth({
        provider: "github",
        options,
      });
      ids.push(flowId!);
    }
    assertEquals(idsIn(storage), ids.slice(-5));
    const kept = ids.map((id) => storage.getItem(slotOf(id)) !== null);
    assertEquals(kept, [false, false, false, true, true, true, true, true]);
  },
);

clientTest("flows that are a day old are swept", async (kit) => {
  const emulator = startEmulator();
  const { auth, storage } = clientOf(kit, emulator);
  const options = { skipBrowserRedirect: true };
  const old = await auth.signInWithOAuth({ provider: "github", options });
  emulator.clock.advance(25 * 3_600_000);
  const fresh = await auth.signInWithOAuth({ provider: "github", options });
  assertEquals(idsIn(storage), [fresh.flowId]);
  assertEquals(storage.getItem(slotOf(old.flowId!)), null);
});

clientTest(
  "a flow whose request fails, or that signs in at once, is not kept",
  async (kit) => {
    const emulator = startEmulator();
    const { auth, storage } = clientOf(kit, emulator);
    await auth.signUp({ email: EMAIL, password: PASSWORD });
    assertEquals(idsIn(storage), []);
    emulator.faults.add({ path: "/otp", status: 500, body: "", times: 1 });
    const error = await auth.signInWithOtp({ email: EMAIL }).catch((e) => e);
    assert(isAuthError(error));
    assertEquals(idsIn(storage), []);
    assertEquals(storage.getItem(LAST), null);
  },
);

clientTest(
  "a storage that keeps nothing refuses to start a flow, before any request",
  async (kit) => {
    let requests = 0;
    const storage = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
      removeItem: () => {},
    };
    const { auth, diagnostics } = kit.client(() => {
      requests++;
      return Promise.resolve(Response.json({}));
    }, { storage });
    const error = await auth.signInWithOtp({ email: EMAIL }).catch((e) => e);
    assert(isAuthError(error, "pkce_code_verifier_not_found"));
    assertEquals(requests, 0);
    assertEquals(diagnostics[0]?.type, "storage-failed");
  },
);

clientTest(
  "the implicit flow stores no verifier and sends no challenge",
  async (kit) => {
    const emulator = await startWithUser();
    const { auth, storage } = clientOf(kit, emulator, { flowType: "implicit" });
    const options = { skipBrowserRedirect: true };
    const { url, flowId } = await auth.signInWithOAuth({
      provider: "github",
      options,
    });
    assertEquals(flowId, null);
    assert(!new URL(url).searchParams.has("code_challenge"));
    await auth.signInWithOtp({ email: EMAIL });
    assertEquals(storage.getItem(LAST), null);
  },
);

clientTest(
  "each flow has a verifier and a challenge of its own",
  async (kit) => {
    const { auth, storage } = clientOf(kit, startEmulator());
    const options = { skipBrowserRedirect: true };
    const first = await auth.signInWithOAuth({ provider: "github", options });
    const second = await auth.signInWithOAuth({ provider: "github", options });
    const [a, b] = [first, second].map(({ url }) =>
      new URL(url).searchParams.get("code_challenge")
    );
    assertNotEquals(a, b);
    assertNotEquals(
      storage.getItem(slotOf(first.flowId!)),
      storage.getItem(slotOf(second.flowId!)),
    );
  },
);
