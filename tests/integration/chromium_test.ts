/**
 * The client in the tabs of a real browser, which are processes of their own
 * over one `localStorage`: Web Locks, messages, freezing, the cache of pages and
 * blocked storage are the browser's.
 */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "../../scripts/runtimes/devtools.ts";
import { findChromium, KEY, SANDBOX, Site, until } from "./chromium.ts";
import { EMAIL, PASSWORD } from "./support.ts";

const ignore = !await findChromium();

const SIGN_IN = `tab.auth.signInWithPassword(${
  JSON.stringify({ email: EMAIL, password: PASSWORD })
}).then(({ session }) => session.access_token)`;

/** Makes what is stored look as if its time were over: to every tab alike. */
const EXPIRE = `{
  const session = JSON.parse(localStorage.getItem("${KEY}"));
  session.expires_at -= 7200;
  localStorage.setItem("${KEY}", JSON.stringify(session));
}`;

const TOKEN = "tab.auth.getAccessToken()";
/** What two hundred callers in a tab get, each at most once. */
const TOKENS = `Promise.all(Array.from({ length: 200 }, () =>
  tab.auth.getAccessToken())).then((tokens) => [...new Set(tokens)])`;
const IS_SIGNED_IN = `tab.auth.getSession().then(({ session }) =>
  session?.user.email === "${EMAIL}" && !tab.events.includes("SIGNED_OUT") &&
  !tab.statuses.includes("signed-out"))`;

const LOCK = "navigator.locks.query()";
const IS_LOCKED = `${LOCK}.then(({ held }) =>
  held.some(({ name }) => name === "lock:${KEY}"))`;
const IS_FRESH =
  `JSON.parse(localStorage.getItem("${KEY}")).expires_at * 1000 > Date.now()`;

/** Tests with a browser of its own. */
function test(name: string, fn: (site: Site) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using site = await Site.start();
      await fn(site);
    },
  });
}

/** Tabs whose session was stored by an earlier visit and has expired. */
async function openTabs(site: Site, count = 5): Promise<Page[]> {
  const first = await site.open();
  await first.evaluate(SIGN_IN);
  await first.evaluate("tab.auth.dispose()");
  await first.evaluate(EXPIRE);
  const pages: Page[] = [];
  for (let tab = 0; tab < count; tab++) pages.push(await site.open());
  return pages;
}

async function ask<T>(pages: Page[], expression: string): Promise<T[]> {
  return await Promise.all(pages.map((page) => page.evaluate<T>(expression)));
}

async function assertSignedIn(pages: Page[]): Promise<void> {
  assertEquals(await ask(pages, IS_SIGNED_IN), pages.map(() => true));
}

test("AuthClient in 5 tabs of Chromium refreshes once for 1,000 calls when the session has expired", async (site) => {
  const pages = await openTabs(site);
  const letGo = site.holdRefresh();
  const tokens = ask<string[]>(pages, TOKENS);
  const idle = await site.openBlank();
  await until(idle, `${LOCK}.then(({ pending }) => pending.length === 4)`);
  letGo();
  assertEquals(new Set((await tokens).flat()).size, 1);
  assertEquals(site.refreshes, 1);
  await assertSignedIn(pages);
  const { processInfo } = await site.browser.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(
    ({ type }: { type: string }) => type === "renderer",
  );
  assert(renderers.length >= pages.length, "Tabs share a process");
});

test("AuthClient in Chromium keeps the session when its lock is stolen in mid-refresh", async (site) => {
  const pages = await openTabs(site);
  const thief = await site.openBlank();
  const letGo = site.holdRefresh();
  const tokens = ask<string>(pages, TOKEN);
  await until(thief, `${LOCK}.then(({ pending }) => pending.length === 4)`);
  await thief.evaluate(
    `navigator.locks.request("lock:${KEY}", { steal: true }, async () => {})`,
  );
  // Those in line ask with the same token, and the robbed one after them.
  await until(thief, IS_FRESH);
  letGo();
  assertEquals(new Set(await tokens).size, 1);
  assert(site.refreshes <= pages.length, "A tab has asked twice");
  await assertSignedIn(pages);
});

test("AuthClient in Chromium does not wait for a lock that is never given back", async (site) => {
  const [holder, ...pages] = await openTabs(site);
  await holder!.evaluate(`new Promise((held) => {
    navigator.locks.request("lock:${KEY}", () => {
      held();
      return new Promise(() => {});
    });
  })`);
  assert(await pages[0]!.evaluate(TOKEN));
  await assertSignedIn(pages);
  assertEquals(site.refreshes, 1);
});

/** Notes in a page when it is frozen and when it goes on. */
const WATCH = `globalThis.turns = [];
for (const type of ["freeze", "resume"]) {
  document.addEventListener(type, () => turns.push(type));
}`;

function setLifecycle(page: Page, state: "frozen" | "active"): Promise<void> {
  return page.send("Page.setWebLifecycleState", { state });
}

test("AuthClient in Chromium goes on with what others have stored when its tab was frozen", async (site) => {
  const [frozen, other] = await openTabs(site, 2);
  await frozen!.evaluate(WATCH);
  await setLifecycle(frozen!, "frozen");
  const token = await other!.evaluate(TOKEN);
  await setLifecycle(frozen!, "active");
  assertEquals(await frozen!.evaluate(TOKEN), token);
  assertEquals(await frozen!.evaluate("turns"), ["freeze", "resume"]);
  await assertSignedIn([frozen!, other!]);
  assertEquals(site.refreshes, 1);
});

test("AuthClient in Chromium holds up nobody and loses nothing when its tab is frozen in mid-refresh", async (site) => {
  const [frozen, ...others] = await openTabs(site);
  await frozen!.evaluate(WATCH);
  const letGo = site.holdRefresh();
  const late = frozen!.evaluate(TOKEN);
  await until(others[0]!, IS_LOCKED);
  await setLifecycle(frozen!, "frozen");
  const [token, ...further] = await ask<string>(others, TOKEN);
  assertEquals(further, others.slice(1).map(() => token));
  letGo();
  await setLifecycle(frozen!, "active");
  assertEquals(await late, token);
  assertEquals(await frozen!.evaluate("turns"), ["freeze", "resume"]);
  await assertSignedIn([frozen!, ...others]);
});

/** What a tab was told last, and what it shows. */
const NEWS = "tab.events.at(-1) + ': ' + tab.auth.getSnapshot().status";

test("AuthClient in Chromium tells of what happens in another tab", async (site) => {
  const [one, two] = [await site.open(), await site.open()];
  await two.evaluate("tab.auth.initialize()");
  const steps = [
    [SIGN_IN, "SIGNED_IN", "signed-in"],
    [
      `tab.auth.updateUser({ data: { color: "red" } }).then(() => {})`,
      "USER_UPDATED",
      "signed-in",
    ],
    [
      "tab.auth.refreshSession().then(() => {})",
      "TOKEN_REFRESHED",
      "signed-in",
    ],
    ["tab.auth.signOut()", "SIGNED_OUT", "signed-out"],
  ] as const;
  for (const [step, event, status] of steps) {
    await one.evaluate(step);
    await until(two, `tab.events.at(-1) === "${event}"`);
    assertEquals(await two.evaluate(NEWS), `${event}: ${status}`);
  }
  assertEquals(await two.evaluate("tab.events"), [
    "INITIAL_SESSION",
    ...steps.map(([, event]) => event),
  ]);
});

test("AuthClient in Chromium keeps the session in memory when storage and locks are blocked", async (site) => {
  const page = await site.open("", SANDBOX);
  assertEquals(
    await page.evaluate(`Promise.allSettled([
      (async () => localStorage)(),
      navigator.locks.request("any", () => {}),
    ]).then((results) => results.map(({ reason }) => reason?.name))`),
    ["SecurityError", "SecurityError"],
  );
  const token = await page.evaluate(SIGN_IN);
  assertEquals(await page.evaluate(TOKEN), token);
  await page.evaluate("tab.auth.refreshSession().then(() => {})");
  assertEquals(site.refreshes, 1);
  assertEquals(
    await page.evaluate(
      "[tab.auth.getSnapshot().session.user.email, tab.diagnostics]",
    ),
    [EMAIL, []],
  );
});

/** Lets a page go elsewhere, and come back. */
async function leave(page: Page): Promise<void> {
  await page.evaluate(`void setTimeout(() => { location.href = "/away" })`);
  await until(
    page,
    `location.pathname === "/away" &&
    document.readyState === "complete"`,
  );
}

async function comeBack(page: Page): Promise<void> {
  await page.evaluate("void setTimeout(() => { history.back() })");
  // Only a page that the browser has kept still has a client.
  await until(page, `location.pathname === "/" && globalThis.tab`);
}

/** A tab whose doings are no messages: they would end a page in the cache. */
async function openSilent(site: Site): Promise<Page> {
  const page = await site.openBlank();
  await page.evaluate("delete globalThis.BroadcastChannel");
  await site.run(page);
  return page;
}

test("AuthClient in Chromium goes on with what others have stored when its page comes out of the cache", async (site) => {
  const [page] = await openTabs(site, 1);
  const other = await openSilent(site);
  await page!.evaluate("tab.auth.initialize()");
  await leave(page!);
  const token = await other.evaluate(TOKEN);
  await comeBack(page!);
  assertEquals(await page!.evaluate(TOKEN), token);
  await assertSignedIn([page!]);
  assertEquals(site.refreshes, 1);
});

test("AuthClient in Chromium shows what has happened when a page that refreshes in the background comes out of the cache", async (site) => {
  const page = await site.open("autoRefreshToken: true");
  await page.evaluate(SIGN_IN);
  const other = await openSilent(site);
  await leave(page);
  await other.evaluate("tab.auth.signOut()");
  await comeBack(page);
  await until(page, `tab.auth.getSnapshot().status === "signed-out"`);
  assertEquals(await page.evaluate("tab.events.at(-1)"), "SIGNED_OUT");
});

test("AuthClient in Chromium tells of a user who has changed in another tab when it is stored apart", async (site) => {
  const apart = "userStorage: localStorage";
  const [one, two] = [await site.open(apart), await site.open(apart)];
  await one.evaluate(SIGN_IN);
  await until(two, `tab.events.includes("SIGNED_IN")`);
  await one.evaluate(
    `tab.auth.updateUser({ data: { color: "red" } }).then(() => {})`,
  );
  await until(two, `tab.events.at(-1) === "USER_UPDATED"`);
  assertEquals(
    await two.evaluate(
      "tab.auth.getSnapshot().session.user.user_metadata.color",
    ),
    "red",
  );
});
