import { assertEquals, assertThrows } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { type Answer, call, signedIn, start } from "./helpers.ts";

const ON = {
  GOTRUE_SECURITY_CAPTCHA_ENABLED: "true",
  GOTRUE_SECURITY_CAPTCHA_SECRET: "a secret",
  GOTRUE_MAILER_AUTOCONFIRM: "true",
};
const PASSING = "10000000-aaaa-bbbb-cccc-000000000001";

function signUp(emulator: Emulator, token: unknown): Promise<Answer> {
  return call(emulator, "POST", "/signup", {
    body: {
      email: "ann@example.com",
      password: "password-1234",
      gotrue_meta_security: { captcha_token: token },
    },
  });
}

/** An emulator whose captcha provider answers as told; collects what it is asked. */
function withProvider(
  answer: () => Response,
  env: Record<string, string> = {},
): { emulator: Emulator; asked: [string, URLSearchParams][] } {
  const asked: [string, URLSearchParams][] = [];
  const emulator = start({ ...ON, ...env }, {
    fetch: async (request) => {
      asked.push([request.url, new URLSearchParams(await request.text())]);
      return answer();
    },
  });
  return { emulator, asked };
}

Deno.test("a captcha's token is checked by its provider", async () => {
  for (const provider of ["hcaptcha", "turnstile"]) {
    const { emulator, asked } = withProvider(
      () => Response.json({ success: true }),
      { GOTRUE_SECURITY_CAPTCHA_PROVIDER: provider },
    );
    assertEquals((await signUp(emulator, " abc ")).status, 200);
    const [[url, form]] = asked as [[string, URLSearchParams]];
    assertEquals(
      url.includes(provider === "hcaptcha" ? provider : "turn"),
      true,
    );
    assertEquals([form.get("response"), form.get("secret")], [
      "abc",
      "a secret",
    ]);
  }
});

Deno.test("a provider's refusal is told with its reasons", async () => {
  const { emulator } = withProvider(() =>
    Response.json({ success: false, "error-codes": ["one", "two"] })
  );
  const { status, body } = await signUp(emulator, "abc");
  assertEquals([status, body.code, body.message], [
    400,
    "captcha_failed",
    "captcha protection: request disallowed (one, two)",
  ]);
});

Deno.test("a provider that fails is an error of the server", async () => {
  const { emulator } = withProvider(() => new Response("<html>"));
  const { status, body } = await signUp(emulator, "abc");
  assertEquals([status, body.message], [
    500,
    "captcha verification process failed",
  ]);
});

Deno.test("the secrets that providers publish for tests need no network", async () => {
  const nowhere = () => Promise.reject(new TypeError("No network"));
  const cases: [secret: string, token: string, status: number][] = [
    ["0x0000000000000000000000000000000000000000", PASSING, 200],
    ["0x0000000000000000000000000000000000000000", "other", 400],
    ["1x0000000000000000000000000000000AA", "anything", 200],
    ["2x0000000000000000000000000000000AA", "anything", 400],
    ["3x0000000000000000000000000000000AA", "anything", 400],
  ];
  for (const [secret, token, status] of cases) {
    const env = { ...ON, GOTRUE_SECURITY_CAPTCHA_SECRET: secret };
    const emulator = start(env, { fetch: nowhere });
    assertEquals((await signUp(emulator, token)).status, status);
  }
});

Deno.test("a missing or blank token is refused before anything else", async () => {
  const emulator = start(ON);
  for (const token of [undefined, null, "", "  ", 5]) {
    const { body } = await signUp(emulator, token);
    assertEquals(
      body.message,
      "captcha protection: request disallowed (no captcha_token found)",
    );
  }
});

Deno.test("createEmulator() refuses captchas that nobody could check", () => {
  const cases = [
    { GOTRUE_SECURITY_CAPTCHA_PROVIDER: "other" },
    { GOTRUE_SECURITY_CAPTCHA_SECRET: "" },
  ];
  for (const env of cases) {
    const [name] = Object.keys(env);
    assertThrows(() => start({ ...ON, ...env }), TypeError, name!);
  }
});

Deno.test("grants that follow an earlier sign-in and admins need no captcha", async () => {
  const emulator = start(ON);
  const { refresh_token } = await signedIn(emulator);
  const refreshed = await call(
    emulator,
    "POST",
    "/token?grant_type=refresh_token",
    { body: { refresh_token } },
  );
  assertEquals(refreshed.status, 200);
  const body = { email: "bob@example.com", password: "password-1234" };
  const byUser = await call(emulator, "POST", "/signup", {
    body,
    token: refreshed.body.access_token,
  });
  assertEquals(byUser.body.code, "captcha_failed");
  const byAdmin = await call(emulator, "POST", "/signup", {
    body,
    token: emulator.serviceRoleKey,
  });
  assertEquals(byAdmin.status, 200);
  for (const grant of ["password", "web3"]) {
    const path = `/token?grant_type=${grant}`;
    const { body: refusal } = await call(emulator, "POST", path, { body });
    assertEquals(refusal.code, "captcha_failed");
  }
});
