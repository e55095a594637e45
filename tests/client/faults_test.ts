/**
 * Every way in which a request can go wrong, against every method that uses the
 * session, with an access token that lives and with one that has expired: what
 * is stored, what is told, what is reported and what the caller gets.
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { FakeTime } from "@std/testing/time";
import type { AuthClient } from "../../lib/client/auth_client.ts";
import { isAuthError } from "../../lib/errors.ts";
import type { RequestOptions } from "../../lib/request.ts";
import { type Fault, FAULTS, strike } from "./faults.ts";
import {
  fulfilled,
  type Kit,
  listen,
  type Observed,
  type Outcome,
  pass,
  rest,
  settle,
  textIn,
  timedTest,
  tokenIn,
} from "./helpers.ts";
import { StubServer, type StubSession } from "./stub_server.ts";

type Life = "live" | "expired";

/** A method, and how a failure of its requests shows. */
interface Operation {
  readonly name: string;
  readonly run: (
    auth: AuthClient,
    request: RequestOptions,
    other: StubSession,
  ) => Promise<unknown>;
  /** Whether a live access token spares it any request. */
  readonly isLocal?: boolean;
  /** Whether it refreshes the stored session first, once it has expired. */
  readonly refreshes?: boolean;
  /** Whether it refreshes it even while the access token lives. */
  readonly alwaysRefreshes?: boolean;
  /** Whether nobody is signed in afterwards, whatever the server says. */
  readonly signsOut?: boolean;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: "getSession()",
    run: (auth, request) => auth.getSession(request),
    isLocal: true,
    refreshes: true,
  },
  {
    name: "refreshSession()",
    run: (auth, request) => auth.refreshSession({}, request),
    refreshes: true,
    alwaysRefreshes: true,
  },
  {
    name: "setSession()",
    run: (auth, request, { access_token, refresh_token }) =>
      auth.setSession({ access_token, refresh_token }, request),
  },
  {
    name: "updateUser()",
    run: (auth, request) =>
      auth.updateUser({ data: { color: "red" } }, {}, request),
    refreshes: true,
  },
  {
    name: "getUser()",
    run: (auth, request) => auth.getUser(undefined, request),
    refreshes: true,
  },
  {
    name: 'signOut({ scope: "global" })',
    run: (auth, request) => auth.signOut({ scope: "global" }, request),
    signsOut: true,
  },
  {
    name: 'signOut({ scope: "local" })',
    run: (auth, request) => auth.signOut({ scope: "local" }, request),
    signsOut: true,
  },
  {
    name: 'signOut({ scope: "others" })',
    run: (auth, request) => auth.signOut({ scope: "others" }, request),
    refreshes: true,
  },
];

/** One cell of the table, before the method is called. */
interface Scene extends Observed {
  readonly server: StubServer;
  readonly told: ReturnType<typeof listen>;
  readonly before: string;
  readonly other: StubSession;
}

async function prepare(kit: Kit, time: FakeTime, life: Life): Promise<Scene> {
  const server = new StubServer();
  const other = server.signIn("bob");
  const client = kit.signedIn(server);
  const told = listen(client.auth);
  await rest();
  if (life === "expired") time.tick(3_601_000);
  told.length = 0;
  const before = textIn(client.storage)!;
  return { ...client, server, told, before, other };
}

/** Calls the method under the fault; the caller may give up after a second. */
async function attempt(
  time: FakeTime,
  scene: Scene,
  { run }: Operation,
  fault: Fault,
): Promise<Outcome<unknown>> {
  const controller = new AbortController();
  const request = fault.isAborted ? { signal: controller.signal } : {};
  if (fault.isAborted) setTimeout(() => controller.abort(), 1_000);
  const outcome = await settle(time, run(scene.auth, request, scene.other));
  // A refresh goes on without the caller.
  await pass(time, 15_000);
  return outcome;
}

function assertFailedAs(outcome: Outcome<unknown>, fault: Fault): void {
  const { error } = outcome;
  assert(isAuthError(error), `failed with ${error}`);
  assertEquals([error.name, error.code], fault.error);
}

function assertKept({ storage, told, before }: Scene): void {
  assertEquals(textIn(storage), before, "what is stored has changed");
  assertEquals(told, [], "an event was told");
}

for (const operation of OPERATIONS) {
  for (const life of ["live", "expired"] as const) {
    for (const fault of FAULTS) {
      if (operation.isLocal && life === "live") continue;
      const what = operation.signsOut ? "signs out and throws" : "throws";
      timedTest(
        `${operation.name} ${what} after ${fault.name}, its token ${life}`,
        (kit, time) => playCell(kit, time, operation, life, fault),
      );
    }
  }
}

async function playCell(
  kit: Kit,
  time: FakeTime,
  operation: Operation,
  life: Life,
  fault: Fault,
): Promise<void> {
  const scene = await prepare(kit, time, life);
  const lift = strike(scene.server, fault);
  assertFailedAs(await attempt(time, scene, operation, fault), fault);
  lift();
  if (operation.signsOut) return assertSignedOut(scene);
  assertKept(scene);
  const isRefresh = operation.alwaysRefreshes ||
    (operation.refreshes && life === "expired");
  if (!isRefresh) {
    assertEquals(scene.diagnostics, []);
    const { session } = await fulfilled(time, scene.auth.getSession());
    assertEquals(session?.user.email, "ada@example.com");
    return;
  }
  assertEquals(scene.server.refreshes, fault.attempts);
  assertEquals(scene.diagnostics.map((d) => d.type), ["refresh-failed"]);
  if (life === "live") await assertUsable(time, scene, fault);
  else await assertRecovers(time, scene, fault);
}

function assertSignedOut({ storage, told, auth }: Scene): void {
  assertEquals(textIn(storage), null);
  assertEquals(told, [["SIGNED_OUT", "user", null]]);
  assertEquals(auth.getSnapshot(), { status: "signed-out", session: null });
}

/** A session whose token lives stays in use, without any further request. */
async function assertUsable(
  time: FakeTime,
  { auth, server, before }: Scene,
  fault: Fault,
): Promise<void> {
  const { session } = await fulfilled(time, auth.getSession());
  assertEquals(session?.access_token, JSON.parse(before).access_token);
  assertEquals(server.refreshes, fault.attempts);
}

/** Once the fault is gone, the session is refreshed, and that is told once. */
async function assertRecovers(
  time: FakeTime,
  scene: Scene,
  fault: Fault,
): Promise<void> {
  const { auth, server, storage, told, before } = scene;
  if (fault.retryAfterMs !== undefined) {
    // 15 seconds of them have passed.
    assertFailedAs(await settle(time, auth.getSession()), fault);
    assertEquals(server.refreshes, fault.attempts, "the server was asked");
    time.tick(15_000);
  }
  const { session } = await fulfilled(time, auth.getSession());
  await rest();
  assertEquals(session?.user.email, "ada@example.com");
  assertEquals(server.refreshes, fault.attempts + 1);
  assertEquals(tokenIn(storage), session?.refresh_token);
  assertNotEquals(textIn(storage), before);
  assertEquals(told, [["TOKEN_REFRESHED", "refresh", "ada@example.com"]]);
}

for (const fault of FAULTS) {
  timedTest(
    `getSession() needs no request while its token lives, under ${fault.name}`,
    async (kit, time) => {
      const scene = await prepare(kit, time, "live");
      strike(scene.server, fault);
      const { session } = await fulfilled(time, scene.auth.getSession());
      assertEquals(session?.user.email, "ada@example.com");
      assertEquals(scene.server.requests.length, 0);
      assertEquals(scene.diagnostics, []);
      assertKept(scene);
    },
  );

  for (const life of ["live", "expired"] as const) {
    timedTest(
      `auto refresh keeps the session after ${fault.name}, its token ${life}`,
      (kit, time) => playAutoRefresh(kit, time, life, fault),
    );
  }
}

async function playAutoRefresh(
  kit: Kit,
  time: FakeTime,
  life: Life,
  fault: Fault,
): Promise<void> {
  const scene = await prepare(kit, time, life);
  const { auth, server, told, diagnostics } = scene;
  // The timer refreshes two minutes before the end.
  if (life === "live") time.tick(3_600_000 - 119_000);
  const lift = strike(server, fault);
  await fulfilled(time, auth.startAutoRefresh());
  await pass(time, 15_000);
  assertKept(scene);
  assert(diagnostics.length > 0);
  assert(diagnostics.every(({ type }) => type === "refresh-failed"));
  assert(server.refreshes <= 15, `${server.refreshes} requests in 15 seconds`);
  if (fault.retryAfterMs !== undefined) assertEquals(server.refreshes, 1);
  lift();
  await pass(time, 70_000);
  assertEquals(told, [["TOKEN_REFRESHED", "refresh", "ada@example.com"]]);
  await auth.stopAutoRefresh();
}
