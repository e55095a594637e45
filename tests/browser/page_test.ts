/** The page that the code runs in, and what surrounds it. */
import { assert, assertEquals } from "@std/assert";
import { thisPage } from "../../lib/browser/page.ts";
import { pageLocks } from "../../lib/session/locks.ts";
import { defaultStorage } from "../../lib/session/storage.ts";

/** Puts names into the global scope while something runs. */
function withGlobals(
  globals: Record<string, PropertyDescriptor>,
  run: () => void,
): void {
  const before = Object.keys(globals).map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const
  );
  for (const [name, descriptor] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, {
      ...descriptor,
      configurable: true,
    });
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

const value = (value: unknown): PropertyDescriptor => ({ value });
/** A real page has globals that nothing can take the place of. */
const isPage = "document" in globalThis;
const NOT_IN_A_PAGE = { ignore: isPage };

function fakePage() {
  const document = Object.assign(new EventTarget(), {
    visibilityState: "visible",
  });
  const window = new EventTarget();
  const assigned: string[] = [];
  const replaced: unknown[] = [];
  const globals = {
    addEventListener: value(window.addEventListener.bind(window)),
    removeEventListener: value(window.removeEventListener.bind(window)),
    document: value(document),
    location: value({
      href: "https://app.example/?code=1#x",
      assign: (url: string) => void assigned.push(url),
    }),
    history: value({
      state: { kept: true },
      replaceState: (...args: unknown[]) => void replaced.push(args),
    }),
  };
  return { document, window, assigned, replaced, globals };
}

Deno.test({
  ...NOT_IN_A_PAGE,
  name: "thisPage() is undefined outside of a page",
  fn: () => assertEquals(thisPage(), undefined),
});

Deno.test({
  ...NOT_IN_A_PAGE,
  name: "thisPage() reads, replaces and leaves the address",
  fn: () => {
    const { globals, assigned, replaced } = fakePage();
    withGlobals(globals, () => {
      const page = thisPage()!;
      assertEquals(page.url(), "https://app.example/?code=1#x");
      page.replaceUrl("https://app.example/");
      assertEquals(replaced, [[{ kept: true }, "", "https://app.example/"]]);
      page.open("https://idp.example/");
      assertEquals(assigned, ["https://idp.example/"]);
    });
  },
});

Deno.test({
  ...NOT_IN_A_PAGE,
  name: "onVisibility() tells the present, each change, and a page's return",
  fn: () => {
    const { globals, document, window } = fakePage();
    withGlobals(globals, () => {
      document.visibilityState = "hidden";
      const seen: boolean[] = [];
      const end = thisPage()!.onVisibility((isVisible) => seen.push(isVisible));
      assertEquals(seen, [false]);
      document.visibilityState = "visible";
      document.dispatchEvent(new Event("visibilitychange"));
      assertEquals(seen, [false, true]);
      const show = (persisted: boolean) =>
        window.dispatchEvent(
          Object.assign(new Event("pageshow"), { persisted }),
        );
      show(false);
      assertEquals(seen.length, 2);
      show(true);
      assertEquals(seen, [false, true, true]);
      end();
      document.dispatchEvent(new Event("visibilitychange"));
      show(true);
      assertEquals(seen.length, 3);
    });
  },
});

Deno.test({
  ...NOT_IN_A_PAGE,
  name: "pageLocks() are those of a page, and of nothing else",
  fn: () => {
    const locks = { request: () => Promise.resolve() };
    const navigator = value({ locks });
    withGlobals({ navigator }, () => assertEquals(pageLocks(), undefined));
    const document = value({});
    withGlobals({ navigator, document }, () => assert(pageLocks() === locks));
    withGlobals({ navigator: value({}), document }, () => {
      assertEquals(pageLocks(), undefined);
    });
    withGlobals({ navigator: value(undefined), document }, () => {
      assertEquals(pageLocks(), undefined);
    });
  },
});

Deno.test({
  ...NOT_IN_A_PAGE,
  name: "defaultStorage() is the page's, or memory where there is none",
  fn: () => {
    const own = { getItem: () => "own", setItem() {}, removeItem() {} };
    const document = value({});
    withGlobals({ document, localStorage: value(own) }, () => {
      assertEquals(defaultStorage().getItem("a"), "own");
    });
    const blocked = {
      get: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    };
    for (const localStorage of [blocked, value(null), value(undefined)]) {
      withGlobals({ document, localStorage }, () => {
        const storage = defaultStorage();
        storage.setItem("a", "1");
        assertEquals(storage.getItem("a"), "1");
        assertEquals(defaultStorage().getItem("a"), null);
      });
    }
  },
});

Deno.test({
  ...NOT_IN_A_PAGE,
  name: "defaultStorage() outside of a page does not touch localStorage",
  fn: () => {
    let touched = 0;
    withGlobals({ localStorage: { get: () => touched++ } }, () => {
      assertEquals(defaultStorage().getItem("a"), null);
    });
    assertEquals(touched, 0);
  },
});
