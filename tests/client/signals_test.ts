/** Every method that asks the server can be ended, and bounded, by its caller. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { FakeTime } from "@std/testing/time";
import type { AuthClient } from "../../lib/client/auth_client.ts";
// Loaded beforehand, since loading takes real time.
import "../../lib/client/later.ts";
import "../../lib/client/verifier.ts";
import { isAuthError } from "../../lib/errors.ts";
import type { RequestOptions } from "../../lib/request.ts";
import type { Platform } from "../../lib/session/platform.ts";
import { type Kit, pass, settle, textIn, timedTest } from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

type Run = (auth: AuthClient, request: RequestOptions) => Promise<unknown>;

const EMAIL = { email: "ada@example.com" };
const TOKENS = { access_token: "a.b.c", refresh_token: "other" };
const FACTOR = { factorId: "1" };

/** By name: what keeps the session whatever comes of it. */
const METHODS: Record<string, Run> = {
  signUp: (auth, r) => auth.signUp({ ...EMAIL, password: "secret-1" }, r),
  signInAnonymously: (auth, r) => auth.signInAnonymously({}, r),
  signInWithPassword: (auth, r) =>
    auth.signInWithPassword({ ...EMAIL, password: "secret-1" }, r),
  signInWithIdToken: (auth, r) =>
    auth.signInWithIdToken({ provider: "google", token: "a.b.c" }, r),
  signInWithOtp: (auth, r) => auth.signInWithOtp(EMAIL, r),
  signInWithSSO: (auth, r) => auth.signInWithSSO({ domain: "a.example" }, r),
  verifyOtp: (auth, r) =>
    auth.verifyOtp({ ...EMAIL, token: "123456", type: "email" }, r),
  resend: (auth, r) => auth.resend({ ...EMAIL, type: "signup" }, r),
  resetPasswordForEmail: (auth, r) =>
    auth.resetPasswordForEmail(EMAIL.email, {}, r),
  exchangeCodeForSession: async (auth, r) => {
    await auth.signInWithOAuth({ provider: "github" });
    return await auth.exchangeCodeForSession("12345678", {}, r);
  },
  refreshSession: (auth, r) => auth.refreshSession({}, r),
  "refreshSession of another token": (auth, r) =>
    auth.refreshSession({ refresh_token: "other" }, r),
  setSession: (auth, r) => auth.setSession(TOKENS, r),
  getUser: (auth, r) => auth.getUser(undefined, r),
  "getUser of a token": (auth, r) => auth.getUser("a.b.c", r),
  getUserIdentities: (auth, r) => auth.getUserIdentities(r),
  updateUser: (auth, r) => auth.updateUser({ data: {} }, {}, r),
  "updateUser of email": (auth, r) => auth.updateUser(EMAIL, {}, r),
  reauthenticate: (auth, r) => auth.reauthenticate(r),
  linkIdentity: (auth, r) => auth.linkIdentity({ provider: "github" }, r),
  "linkIdentity by token": (auth, r) =>
    auth.linkIdentity({ provider: "google", token: "a.b.c" }, r),
  unlinkIdentity: (auth, r) => auth.unlinkIdentity({ identity_id: "1" }, r),
  getClaims: (auth, r) => auth.getClaims(undefined, {}, r),
  "signOut of others": (auth, r) => auth.signOut({ scope: "others" }, r),
  "mfa.enroll": (auth, r) => auth.mfa.enroll({ factorType: "totp" }, r),
  "mfa.challenge": (auth, r) => auth.mfa.challenge(FACTOR, r),
  "mfa.verify": (auth, r) =>
    auth.mfa.verify({ ...FACTOR, challengeId: "2", code: "3" }, r),
  "mfa.challengeAndVerify": (auth, r) =>
    auth.mfa.challengeAndVerify({ ...FACTOR, code: "3" }, r),
  "mfa.unenroll": (auth, r) => auth.mfa.unenroll(FACTOR, r),
  "mfa.listFactors": (auth, r) => auth.mfa.listFactors(r),
};

/** A digest that takes no turn of the platform's, whose time is real. */
const PLATFORM: Partial<Platform> = {
  sha256: () => new ArrayBuffer(32),
};

/** Calls a method of one who is signed in, while the server does not answer. */
async function stall(
  kit: Kit,
  time: FakeTime,
  run: (auth: AuthClient) => Promise<unknown>,
): Promise<unknown> {
  const server = new StubServer();
  const { auth, storage } = kit.signedIn(server, {
    platform: PLATFORM,
    verifier: { issuer: null, audience: null },
  });
  await auth.getSession();
  const before = textIn(storage);
  server.interfere = () => new Promise(() => {});
  const outcome = await settle(time, run(auth));
  assert("error" in outcome, "the call has been answered");
  assertEquals(textIn(storage), before);
  assertEquals(auth.getSnapshot().status, "signed-in");
  // What only the caller has left goes on without, and ends in its time.
  await pass(time, 60_000);
  return outcome.error;
}

for (const [name, run] of Object.entries(METHODS)) {
  timedTest(
    `${name}() ends with its signal, and keeps the session`,
    async (kit, time) => {
      const controller = new AbortController();
      const reason = new Error("the user left");
      const begun = time.now;
      setTimeout(() => controller.abort(reason), 300);
      const { signal } = controller;
      const error = await stall(
        kit,
        time,
        (auth) =>
          run(auth, { signal }).finally(() =>
            assertEquals(time.now - begun, 300)
          ),
      );
      assert(isAuthError(error, "aborted"), String(error));
      assertStrictEquals(error.cause, reason);
    },
  );

  timedTest(
    `${name}() takes no longer than its timeoutMs, and keeps the session`,
    async (kit, time) => {
      const begun = time.now;
      const error = await stall(
        kit,
        time,
        (auth) =>
          run(auth, { timeoutMs: 700 }).finally(() =>
            assertEquals(time.now - begun, 700)
          ),
      );
      assert(isAuthError(error, "timeout"), String(error));
    },
  );
}
