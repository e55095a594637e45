/** How long a call may take, and who ends it. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import {
  clientTest,
  fulfilled,
  pass,
  rest,
  settle,
  timedTest,
  tokenIn,
} from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

const HOUR = 3_600_000;

timedTest("an abort ends the call, not the refresh", async (kit, time) => {
  const server = new StubServer();
  const { auth, storage, diagnostics } = kit.signedIn(server);
  time.tick(HOUR);
  server.interfere = async (_, work) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return work();
  };
  const controller = new AbortController();
  const { signal } = controller;
  const call = auth.getSession({ signal }).catch((error) => error);
  await rest();
  const reason = new Error("the user left");
  controller.abort(reason);
  const error = await call;
  assert(isAuthError(error, "aborted"));
  assertStrictEquals(error.cause, reason);
  await pass(time, 2_000);
  assertEquals(diagnostics, []);
  const { session } = await fulfilled(time, auth.getSession());
  assertEquals(session?.refresh_token, tokenIn(storage));
  assertEquals(server.refreshes, 1);
});

clientTest(
  "a call with a signal aborted before makes no request",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const signal = AbortSignal.abort();
    for (
      const call of [
        auth.getSession({ signal }),
        auth.refreshSession({}, { signal }),
        auth.getUser(undefined, { signal }),
        auth.getAccessToken({ signal }),
      ]
    ) {
      assert(isAuthError(await call.catch((error) => error), "aborted"));
    }
    assertEquals(server.requests.length, 0);
  },
);

timedTest(
  "timeoutMs bounds a call, and must be a positive number",
  async (kit, time) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const wrong = await settle(
      time,
      auth.refreshSession({}, { timeoutMs: -1 }),
    );
    assert((wrong as { error: unknown }).error instanceof TypeError);
    assertEquals(server.requests.length, 0);
    server.interfere = () => new Promise(() => {});
    const begun = time.now;
    const late = await settle(
      time,
      auth.refreshSession({}, { timeoutMs: 700 }),
    );
    const { error } = late as { error: unknown };
    assert(isAuthError(error, "timeout") && error.retryable);
    assertEquals(time.now - begun, 700);
    await pass(time, 10_000);
  },
);
