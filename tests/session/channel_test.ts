/** The way to other tabs, where there are any. */
import { assertEquals } from "@std/assert";
import { openChannel } from "../../lib/session/channel.ts";

/** Puts names into the global scope while something runs. */
function withGlobals(globals: Record<string, unknown>, run: () => void): void {
  const before = Object.keys(globals).map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const
  );
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  try {
    run();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
}

class FakeChannel {
  static readonly all: FakeChannel[] = [];
  readonly name: string;
  readonly sent: unknown[] = [];
  onmessage: (() => void) | null = null;
  isClosed = false;
  constructor(name: string) {
    this.name = name;
    FakeChannel.all.push(this);
  }
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  close(): void {
    this.isClosed = true;
  }
}

const isPage = "document" in globalThis;

Deno.test({
  name:
    "openChannel() outside of a page opens none, which would keep the process alive",
  // A browser has pages only.
  ignore: isPage,
  fn: () => {
    withGlobals({ BroadcastChannel: FakeChannel }, () => {
      assertEquals(openChannel("key", () => {}), undefined);
    });
    assertEquals(FakeChannel.all.length, 0);
  },
});

Deno.test("openChannel() tells that something has changed, and nothing else", () => {
  const document = isPage ? globalThis.document : {};
  withGlobals({ document, BroadcastChannel: FakeChannel }, () => {
    let news = 0;
    const channel = openChannel("sb-project-auth-token", () => news++)!;
    const fake = FakeChannel.all.at(-1)!;
    assertEquals(fake.name, "gotrue-edge:sb-project-auth-token");
    channel.announce();
    assertEquals(fake.sent, ["changed"]);
    assertEquals(news, 0);
    fake.onmessage?.();
    assertEquals(news, 1);
    channel.close();
    assertEquals(fake.isClosed, true);
  });
});

Deno.test("openChannel() of a page without channels opens none", () => {
  const document = isPage ? globalThis.document : {};
  withGlobals({ document, BroadcastChannel: undefined }, () => {
    assertEquals(openChannel("key", () => {}), undefined);
  });
});

/** Runs with the events of a window, of which listeners are noted. */
function withWindow(run: (listeners: Set<Listener>) => void): void {
  const listeners = new Set<Listener>();
  withGlobals({
    document: isPage ? globalThis.document : {},
    BroadcastChannel: FakeChannel,
    addEventListener: (type: string, listener: Listener) =>
      type === "storage" && listeners.add(listener),
    removeEventListener: (type: string, listener: Listener) =>
      type === "storage" && listeners.delete(listener),
  }, () => run(listeners));
}

type Listener = (event: { readonly key: string | null }) => void;

Deno.test("openChannel() hears of what another tab stores under the key, or beside it", () => {
  withWindow((listeners) => {
    let news = 0;
    const channel = openChannel("app", () => news++)!;
    const [listener] = listeners;
    const counts = ["app", "app-user", null, "other", ""].map((key) => {
      news = 0;
      listener!({ key });
      return news;
    });
    assertEquals(counts, [1, 1, 1, 0, 0]);
    channel.close();
    assertEquals(listeners.size, 0);
  });
});

Deno.test("openChannel() works where a document is not a window's", () => {
  const document = isPage ? globalThis.document : {};
  const none = { addEventListener: undefined, removeEventListener: undefined };
  withGlobals({ document, BroadcastChannel: FakeChannel, ...none }, () => {
    const channel = openChannel("app", () => {})!;
    channel.close();
    assertEquals(FakeChannel.all.at(-1)!.isClosed, true);
  });
});
