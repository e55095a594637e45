/** React's `useSyncExternalStore` over a client: no flash of a signed-out page. */
import { assert, assertEquals } from "@std/assert";
import { parseHTML } from "linkedom";
// @ts-types="npm:@types/react@^19.2.0"
import {
  act,
  createElement,
  type ReactNode,
  StrictMode,
  useEffect,
  useSyncExternalStore,
} from "react";
// @ts-types="npm:@types/react-dom@^19.2.0/client"
import { hydrateRoot } from "react-dom/client";
// @ts-types="npm:@types/react-dom@^19.2.0/server"
import { renderToString } from "react-dom/server";
import {
  type AuthClient,
  type AuthSnapshot,
  memoryStorage,
  parseSession,
} from "../../mod.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import type { SessionStorage } from "../../lib/session/storage.ts";
import {
  clientOf,
  countRefreshes,
  EMAIL,
  HOUR,
  PASSWORD,
  signedInClient,
  startEmulator,
} from "./support.ts";

const SIGNED_OUT: AuthSnapshot = { status: "signed-out", session: null };
const LOADING: AuthSnapshot = { status: "loading", session: null };

/** Makes this process a page for as long as a test takes. */
function pageTest(name: string, run: () => Promise<void>): void {
  Deno.test(name, async () => {
    const { document } = parseHTML("<!doctype html><body></body>");
    const page = {
      document,
      window: globalThis,
      IS_REACT_ACT_ENVIRONMENT: true,
    };
    Object.assign(globalThis, page);
    try {
      await run();
    } finally {
      for (const key in page) Reflect.deleteProperty(globalThis, key);
    }
  });
}

/** What became of one tab: everything it has rendered, and committed. */
class Tab implements AsyncDisposable {
  readonly auth: AuthClient;
  readonly rendered: string[] = [];
  readonly committed: string[] = [];
  readonly errors: unknown[] = [];
  readonly #initial: AuthSnapshot;
  readonly #element: HTMLElement = document.createElement("main");
  #unmount: () => void = () => {};

  constructor(auth: AuthClient, initial: AuthSnapshot) {
    this.auth = auth;
    this.#initial = initial;
  }

  readonly #App = (): ReactNode => {
    const { subscribe, getSnapshot } = this.auth;
    const { status, session } = useSyncExternalStore(
      subscribe,
      getSnapshot,
      () => this.#initial,
    );
    this.rendered.push(status);
    useEffect(() => void this.committed.push(status), [status, session]);
    return createElement("p", null, session?.user.email ?? status);
  };

  /** Renders on the server, then hydrates. */
  async open(): Promise<this> {
    const app = createElement(StrictMode, null, createElement(this.#App));
    document.body.append(this.#element);
    this.#element.innerHTML = renderToString(app);
    const onError = (error: unknown) => void this.errors.push(error);
    await act(() => {
      const root = hydrateRoot(this.#element, app, {
        onRecoverableError: onError,
        onUncaughtError: onError,
      });
      this.#unmount = () => root.unmount();
    });
    return this;
  }

  get text(): string | null {
    return this.#element.textContent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await act(() => this.#unmount());
    await this.auth.dispose();
  }
}

/** Does something, and waits until the tabs show what is to come of it. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isSo(); turn++) {
    await act(() => new Promise<void>((done) => setTimeout(done, 1)));
  }
  assert(isSo(), "The tabs never showed it");
}

/** As the server would send it along with the page. */
function snapshotOf(auth: AuthClient): AuthSnapshot {
  const json = JSON.parse(JSON.stringify(auth.getSnapshot().session));
  return { status: "signed-in", session: parseSession(json) };
}

/** What an earlier visit left in storage, and the server knows of it. */
async function visit(
  emulator: Emulator,
  storage: SessionStorage,
): Promise<AuthSnapshot> {
  await using auth = await signedInClient(emulator, { storage });
  return snapshotOf(auth);
}

/** A storage that answers later. */
function slowed(storage: SessionStorage): SessionStorage {
  const later = async <T>(run: () => T): Promise<Awaited<T>> => {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise<void>((done) => setTimeout(done, 0));
    }
    return await run();
  };
  return {
    getItem: (key) => later(() => storage.getItem(key)),
    setItem: (key, value) => later(() => storage.setItem(key, value)),
    removeItem: (key) => later(() => storage.removeItem(key)),
  };
}

for (
  const [name, wrap] of [
    ["a storage that answers at once", (s: SessionStorage) => s],
    ["a storage that answers later", slowed],
  ] as const
) {
  pageTest(
    `a page rendered by the server stays signed in over ${name}`,
    async () => {
      const emulator = await startEmulator();
      const storage = memoryStorage();
      const initialSnapshot = await visit(emulator, storage);
      const auth = clientOf(emulator, {
        storage: wrap(storage),
        initialSnapshot,
      });
      await using tab = await new Tab(auth, initialSnapshot).open();
      assertEquals(tab.text, EMAIL);
      await act(() => auth.initialize());
      await until(() => auth.getSnapshot() !== initialSnapshot);
      assertEquals(tab.text, EMAIL);
      assertEquals(new Set(tab.rendered), new Set(["signed-in"]));
      assertEquals(tab.errors, []);
    },
  );

  pageTest(
    `a page that knows nothing is loading, then signed in, over ${name}`,
    async () => {
      const emulator = await startEmulator();
      const storage = memoryStorage();
      await visit(emulator, storage);
      const auth = clientOf(emulator, { storage: wrap(storage) });
      await using tab = await new Tab(auth, LOADING).open();
      await until(() => tab.text === EMAIL);
      assertEquals([...new Set(tab.rendered)], ["loading", "signed-in"]);
      assertEquals(tab.errors, []);
    },
  );
}

pageTest(
  "an expired session is no reason to render as signed out",
  async () => {
    const emulator = await startEmulator();
    const storage = memoryStorage();
    const initialSnapshot = await visit(emulator, storage);
    emulator.clock.advance(HOUR);
    const headers = { "retry-after": "60" };
    emulator.faults.add({ path: "/token", status: 429, headers, times: 1 });
    const auth = clientOf(emulator, { storage, initialSnapshot });
    await using tab = await new Tab(auth, initialSnapshot).open();
    await act(() => auth.getSession().then(() => {}, () => {}));
    assertEquals(tab.text, EMAIL);
    emulator.clock.advance(60_000);
    const before = tab.committed.length;
    await act(async () => void await auth.getSession());
    await until(() => tab.committed.length > before);
    assertEquals(new Set(tab.rendered), new Set(["signed-in"]));
    assertEquals(tab.errors, []);
  },
);

pageTest("a sign-out renders once", async () => {
  const emulator = await startEmulator();
  const auth = await signedInClient(emulator);
  await using tab = await new Tab(auth, snapshotOf(auth)).open();
  const before = tab.committed.length;
  await act(() => auth.signOut());
  await until(() => tab.text === "signed-out");
  await act(() => auth.signOut());
  assertEquals(tab.committed.slice(before), ["signed-out"]);
  assertEquals(tab.errors, []);
});

pageTest("what changes nothing renders nothing", async () => {
  const emulator = await startEmulator();
  const auth = await signedInClient(emulator);
  await using tab = await new Tab(auth, snapshotOf(auth)).open();
  const before = tab.rendered.length;
  await act(async () => {
    await auth.getSession();
    await auth.getAccessToken();
    await auth.getUser();
    await auth.initialize();
  });
  assertEquals(tab.rendered.length, before);
});

pageTest(
  "two tabs over one storage are signed in and out together",
  async () => {
    const emulator = await startEmulator();
    const storage = memoryStorage();
    await using one = await new Tab(clientOf(emulator, { storage }), LOADING)
      .open();
    await using two = await new Tab(
      clientOf(emulator, { storage, initialSnapshot: SIGNED_OUT }),
      SIGNED_OUT,
    ).open();
    await until(() => one.text === "signed-out");
    await act(async () => {
      await one.auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
    });
    await until(() => one.text === EMAIL && two.text === EMAIL);
    await act(() => two.auth.signOut());
    await until(() => one.text === "signed-out" && two.text === "signed-out");
    const shown = ["signed-out", "signed-in", "signed-out"];
    assertEquals(withoutRepeats(one.committed), ["loading", ...shown]);
    assertEquals(withoutRepeats(two.committed), shown);
    assertEquals(one.committed.slice(-2), ["signed-in", "signed-out"]);
    assertEquals(two.committed.slice(-2), ["signed-in", "signed-out"]);
    assertEquals([...one.errors, ...two.errors], []);
  },
);

function withoutRepeats(texts: readonly string[]): string[] {
  return texts.filter((text, index) => text !== texts[index - 1]);
}

pageTest("a refresh signs no tab out, and is made once", async () => {
  const emulator = await startEmulator({
    GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "0",
  });
  const { fetch, count } = countRefreshes(emulator);
  const storage = memoryStorage();
  const initialSnapshot = await visit(emulator, storage);
  const options = { storage, fetch, initialSnapshot };
  await using one = await new Tab(clientOf(emulator, options), initialSnapshot)
    .open();
  await using two = await new Tab(clientOf(emulator, options), initialSnapshot)
    .open();
  emulator.clock.advance(HOUR);
  const tokens = new Set<string | null>();
  await act(async () => {
    for (const { auth } of [one, two, one, two]) {
      tokens.add(await auth.getAccessToken());
    }
  });
  const [token] = tokens;
  const isShown = ({ auth }: Tab) =>
    auth.getSnapshot().session?.access_token === token;
  await until(() => isShown(one) && isShown(two));
  assertEquals([tokens.size, count()], [1, 1]);
  for (const { rendered, errors } of [one, two]) {
    assertEquals(new Set(rendered), new Set(["signed-in"]));
    assertEquals(errors, []);
  }
});
