// @vitest-environment happy-dom
import { AuthClient } from "@gotrue/edge";
import { createEmulator } from "@gotrue/edge/emulator";
import { beforeEach, expect, test } from "vitest";
import { submitCode, submitPassword } from "./form";

const email = "ada@example.com";
const password = "correct horse";

beforeEach(() => localStorage.clear());

test("a wrong password, a busy server, and the right password", async () => {
  const emulator = createEmulator();
  await emulator.users.seed({ email, password });
  const auth = new AuthClient(emulator.clientOptions());

  expect((await submitPassword(auth, email, "wrong")).message).toBe(
    "Wrong e-mail or password",
  );
  emulator.faults.add({ path: "/token", status: 503, times: 1 });
  expect((await submitPassword(auth, email, password)).message).toBe(
    "Please try again",
  );
  expect(await submitPassword(auth, email, password)).toEqual({
    asksFor: "nothing",
    message: `Hello ${email}`,
  });
});

test("a user who has not confirmed is asked for the newest code", async () => {
  const emulator = createEmulator({
    env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
  });
  const auth = new AuthClient(emulator.clientOptions());
  await auth.signUp({ email, password });
  const first = await emulator.mailbox.next(email);
  emulator.clock.advance(60_000);

  expect((await submitPassword(auth, email, password)).asksFor).toBe("code");
  const second = await emulator.mailbox.next(email);
  expect((await submitCode(auth, email, first.code)).message).toBe(
    "Wrong code, or one that has expired",
  );
  expect((await submitCode(auth, email, second.code)).message).toBe(
    `Hello ${email}`,
  );
});

test("nobody is signed in at the start of a test", async () => {
  const auth = new AuthClient(createEmulator().clientOptions());
  expect((await auth.getSession()).session).toBe(null);
});
