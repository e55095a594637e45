/** Refused and failing refreshes: what ends a session, and what does not. */
import { assert, assertEquals } from "@std/assert";
import { isAuthError } from "../../lib/errors.ts";
import {
  clientTest,
  listen,
  rest,
  settle,
  textIn,
  timedTest,
} from "./helpers.ts";
import { refuse, type StubRequest, StubServer } from "./stub_server.ts";

const HOUR = 3_600_000;

const DEFINITIVE = [
  [400, "refresh_token_not_found"],
  [400, "refresh_token_already_used"],
  [400, "session_not_found"],
  [400, "session_expired"],
  [400, "user_banned"],
  [400, "validation_failed"],
  [400, "invalid_client"],
  [401, "invalid_client"],
] as const;

for (const [status, code] of DEFINITIVE) {
  timedTest(
    `a refresh refused by ${status} ${code} signs out once, with that reason`,
    async (kit, time) => {
      const server = new StubServer();
      const { auth, storage, diagnostics } = kit.signedIn(server);
      const reasons: unknown[] = [];
      auth.onAuthStateChange((event, session, { reason, cause, previous }) => {
        const email = previous?.user.email;
        if (event === "SIGNED_OUT") {
          reasons.push([session, reason, cause, email]);
        }
      });
      time.tick(HOUR);
      server.interfere = () => refuse(status, code, "Refused");
      const { error } = await settle(time, auth.getSession()) as {
        error: unknown;
      };
      await rest();
      assert(isAuthError(error) && error.code === code);
      assertEquals(reasons, [[null, code, "refresh", "ada@example.com"]]);
      assertEquals(textIn(storage), null);
      assertEquals(diagnostics, [{ type: "session-dropped", reason: code }]);
      assertEquals(await auth.getSession(), { session: null });
      assertEquals(server.refreshes, 1);
    },
  );
}

const KEEPING = [
  [400, "captcha_failed"],
  [400, "unknown_code_of_a_newer_server"],
  [403, "refresh_token_not_found_by_a_proxy"],
  [409, "conflict"],
  [422, "email_exists"],
  [429, "refresh_token_not_found"],
  [500, "refresh_token_not_found"],
] as const;

for (const [status, code] of KEEPING) {
  timedTest(
    `a refresh refused by ${status} ${code} keeps the session`,
    async (kit, time) => {
      const server = new StubServer();
      const { auth, storage } = kit.signedIn(server);
      const before = textIn(storage);
      time.tick(HOUR);
      server.interfere = () => refuse(status, code, "Refused");
      const { error } = await settle(time, auth.getSession()) as {
        error: unknown;
      };
      assert(isAuthError(error) && error.code === code);
      assertEquals(textIn(storage), before);
      assertEquals(auth.getSnapshot().status, "signed-in");
    },
  );
}

timedTest(
  "failures in a row are followed by longer and longer rests",
  async (kit, time) => {
    const server = new StubServer();
    const { auth, diagnostics } = kit.signedIn(server);
    time.tick(HOUR);
    server.interfere = () => refuse(400, "captcha_failed", "No");
    const rests: number[] = [];
    for (let failure = 0; failure < 9; failure++) {
      await settle(time, auth.getSession());
      const last = diagnostics.at(-1)!;
      assert(last.type === "refresh-failed");
      rests.push(last.nextAttemptAt - time.now);
      // Until then it is not asked again.
      const asked = server.refreshes;
      if (rests.at(-1)! > 1) {
        time.tick(rests.at(-1)! - 1);
        await settle(time, auth.getSession());
        assertEquals(server.refreshes, asked);
        time.tick(1);
      }
    }
    assertEquals(rests, [0, 750, 1500, 3000, 6000, 12000, 24000, 45000, 45000]);
  },
);

for (
  const [code, path] of [
    ["session_not_found", "getUser"],
    ["user_not_found", "getUser"],
    ["session_not_found", "listFactors"],
  ] as const
) {
  clientTest(
    `${path}() ends the stored session after 403 ${code}`,
    async (kit) => {
      const server = new StubServer();
      const { auth, storage, diagnostics } = kit.signedIn(server);
      const told = listen(auth);
      server.interfere = () => refuse(403, code, "Gone");
      const call = path === "getUser" ? auth.getUser() : auth.mfa.listFactors();
      const error = await call.then(() => null, (error) => error);
      await rest();
      assert(isAuthError(error) && error.code === code);
      assertEquals(textIn(storage), null);
      assertEquals(told.map(([event]) => event), [
        "INITIAL_SESSION",
        "SIGNED_OUT",
      ]);
      assertEquals(diagnostics, [{ type: "session-dropped", reason: code }]);
    },
  );
}

clientTest(
  "getUser(jwt) of somebody else's gone session keeps one's own",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const before = textIn(storage);
    const other = server.signIn("bob");
    server.sessions.delete("session-3");
    server.interfere = ({ token }: StubRequest, work) =>
      token === other.access_token
        ? refuse(403, "session_not_found", "Gone")
        : work();
    const error = await auth.getUser(other.access_token).catch((e) => e);
    assert(isAuthError(error, "session_not_found"));
    assertEquals(textIn(storage), before);
  },
);

clientTest(
  "updateUser() keeps the session after 403 session_not_found",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const before = textIn(storage);
    server.interfere = () => refuse(403, "session_not_found", "Gone");
    const error = await auth.updateUser({ data: {} }).catch((e) => e);
    assert(isAuthError(error, "session_not_found"));
    assertEquals(textIn(storage), before);
  },
);
