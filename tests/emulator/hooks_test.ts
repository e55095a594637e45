import { assert, assertEquals } from "@std/assert";
import type {
  Emulator,
  EmulatorHooks,
  JsonObject,
} from "../../lib/emulator/mod.ts";
import { call, callAsAdmin, type Loose, signedIn, start } from "./helpers.ts";

const ANN = { email: "ann@example.com", password: "password-1234" };
const AUTO = { GOTRUE_MAILER_AUTOCONFIRM: "true" };

function claimsOf(token: string): Loose {
  return JSON.parse(atob(token.split(".")[1]!));
}

Deno.test("beforeUserCreated() prevents a user by refusing, with its own status", async () => {
  const hooks: EmulatorHooks = {
    beforeUserCreated: ({ user }) =>
      user["email"] === ANN.email
        ? { error: { http_code: 418, message: "no teapots" } }
        : {},
  };
  const emulator = start(AUTO, { hooks });
  const refused = await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals([refused.status, refused.body], [
    418,
    { code: "unknown", message: "no teapots" },
  ]);
  assertEquals(refused.headers.get("x-sb-error-code"), null);
  assertEquals(emulator.users.list(), []);
  const body = { ...ANN, email: "bob@example.com" };
  const { status } = await call(emulator, "POST", "/signup", { body });
  assertEquals(status, 200);
});

Deno.test("beforeUserCreated() is asked for every kind of new user but those that admins create", async () => {
  const asked: string[] = [];
  const emulator = start({
    ...AUTO,
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
    GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
    GOTRUE_SMS_AUTOCONFIRM: "true",
  }, {
    hooks: {
      sendSms: () => {},
      beforeUserCreated: ({ user }) =>
        void asked.push(String(user["email"] || user["phone"] || "anonymous")),
    },
  });
  await call(emulator, "POST", "/signup", { body: ANN });
  await call(emulator, "POST", "/signup", { body: {} });
  await call(emulator, "POST", "/otp", { body: { email: "b@example.com" } });
  await call(emulator, "POST", "/otp", { body: { phone: "15550001111" } });
  await callAsAdmin(emulator, "POST", "/invite", { email: "c@example.com" });
  await callAsAdmin(emulator, "POST", "/admin/generate_link", {
    type: "magiclink",
    email: "d@example.com",
  });
  await callAsAdmin(emulator, "POST", "/admin/users", {
    email: "e@example.com",
  });
  assertEquals(asked, [
    ANN.email,
    "anonymous",
    "b@example.com",
    "15550001111",
    "c@example.com",
    "d@example.com",
  ]);
});

Deno.test("afterUserCreated() comes after the user, who stays whatever it answers", async () => {
  const emulator = start({}, {
    hooks: {
      sendEmail: () => {},
      afterUserCreated: () => ({ error: { http_code: 400, message: "late" } }),
    },
  });
  const signUp = await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals([signUp.status, signUp.body.message], [
    500,
    "Error invoking hook",
  ]);
  const invite = await callAsAdmin(emulator, "POST", "/invite", {
    email: "bob@example.com",
  });
  assertEquals([invite.status, invite.body.message], [400, "late"]);
  assertEquals(emulator.users.list().length, 2);
});

Deno.test("afterUserCreated() is not told of sign-ups that need no confirmation", async () => {
  let calls = 0;
  const emulator = start(AUTO, {
    hooks: { afterUserCreated: () => void calls++ },
  });
  await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals(calls, 0);
});

Deno.test("customAccessToken() decides all claims, and is told how the user signed in", async () => {
  const methods: string[] = [];
  const emulator = start(AUTO, {
    hooks: {
      customAccessToken: ({ claims, authentication_method }) => {
        methods.push(authentication_method);
        const { user_metadata: _dropped, ...kept } = claims;
        return {
          claims: { ...kept, exp: Number(kept["exp"]) + 5, plan: "pro" },
        };
      },
    },
  });
  const { body } = await call(emulator, "POST", "/signup", { body: ANN });
  const claims = claimsOf(body.access_token);
  assertEquals([claims.plan, claims.user_metadata], ["pro", undefined]);
  assertEquals(claims.exp, body.expires_at + 5);
  await call(emulator, "POST", "/token?grant_type=refresh_token", {
    body: { refresh_token: body.refresh_token },
  });
  await emulator.signIn(ANN.email);
  assertEquals(methods, ["password", "token_refresh", "password"]);
});

Deno.test("customAccessToken() fails the request when claims are missing or of a wrong type", async () => {
  const replies: [JsonObject, string][] = [
    [{}, "output claims field is missing"],
    [
      { claims: { aud: 5 } },
      "- (root): exp is required",
    ],
    [
      { claims: { aud: 5 } },
      "- aud: Invalid type. Expected: string/array, given: integer",
    ],
    [
      { claims: { is_anonymous: "no" } },
      "- is_anonymous: Invalid type. Expected: boolean, given: string",
    ],
  ];
  for (const [reply, expected] of replies) {
    const hooks = { customAccessToken: () => reply } as unknown;
    const emulator = start(AUTO, { hooks: hooks as EmulatorHooks });
    const { status, body } = await call(emulator, "POST", "/signup", {
      body: ANN,
    });
    assertEquals([status, body.code], [500, "unexpected_failure"]);
    assert(body.message.includes(expected), body.message);
    assertEquals(emulator.users.list(), []);
  }
});

Deno.test("sendEmail() replaces the mails and carries their codes", async () => {
  const sent: Loose[] = [];
  const emulator = start({}, {
    hooks: { sendEmail: (payload) => void sent.push(payload) },
  });
  await call(emulator, "POST", "/signup?redirect_to=http://localhost:3000/x", {
    body: ANN,
  });
  const [{ email_data, user }] = sent;
  assertEquals(email_data.email_action_type, "signup");
  assertEquals(email_data.redirect_to, "http://localhost:3000/x");
  assertEquals([email_data.token_new, email_data.token_hash_new], ["", ""]);
  assertEquals(user.email, ANN.email);
  assertEquals(emulator.mailbox.list(), []);
  const verified = await call(emulator, "POST", "/verify", {
    body: { type: "signup", email: ANN.email, token: email_data.token },
  });
  assertEquals(verified.status, 200);
});

Deno.test("sendEmail() gets both codes of a secure change of address, crosswise with their hashes", async () => {
  const sent: Loose[] = [];
  const emulator = start({}, {
    hooks: { sendEmail: (payload) => void sent.push(payload) },
  });
  const { access_token: token } = await signedIn(emulator);
  const body = { email: "new@example.com" };
  await call(emulator, "PUT", "/user", { token, body });
  const [{ email_data, user }] = sent;
  assertEquals(sent.length, 1);
  assertEquals(user.new_email, "new@example.com");
  assertEquals(email_data.email_action_type, "email_change");
  const typed = await call(emulator, "POST", "/verify", {
    body: {
      type: "email_change",
      email: ANN.email,
      token: email_data.token,
    },
  });
  assertEquals(typed.status, 200);
  const linked = await call(emulator, "POST", "/verify", {
    body: { type: "email_change", token_hash: email_data.token_hash },
  });
  assertEquals(linked.body.user.email, "new@example.com");
});

Deno.test("passwordVerificationAttempt() can refuse right passwords and sign out", async () => {
  const seen: boolean[] = [];
  const emulator = start({}, {
    hooks: {
      passwordVerificationAttempt: ({ valid }) => {
        seen.push(valid);
        return seen.length === 1
          ? { decision: "continue" }
          : { decision: "reject", should_logout_user: true };
      },
    },
  });
  const { access_token: token } = await signedIn(emulator);
  const path = "/token?grant_type=password";
  const wrong = await call(emulator, "POST", path, {
    body: { ...ANN, password: "wrong-password" },
  });
  assertEquals(wrong.body.message, "Invalid login credentials");
  const right = await call(emulator, "POST", path, { body: ANN });
  assertEquals([right.status, right.body.code, right.body.message], [
    400,
    "invalid_credentials",
    "Further password verification attempts will be rejected.",
  ]);
  assertEquals(seen, [false, true]);
  const { body } = await call(emulator, "GET", "/user", { token });
  assertEquals(body.code, "session_not_found");
});

Deno.test("mfaVerificationAttempt() ends all sessions by refusing", async () => {
  const seen: Loose[] = [];
  const emulator = start({}, {
    hooks: {
      mfaVerificationAttempt: (payload) => {
        seen.push(payload);
        return { decision: "reject" };
      },
    },
  });
  const { access_token: token } = await signedIn(emulator);
  const { body: factor } = await call(emulator, "POST", "/factors", {
    token,
    body: { factor_type: "totp" },
  });
  const at = `/factors/${factor.id}`;
  const { body } = await call(emulator, "POST", `${at}/challenge`, { token });
  const refused = await call(emulator, "POST", `${at}/verify`, {
    token,
    body: { challenge_id: body.id, code: "000000" },
  });
  assertEquals([refused.status, refused.body.code, refused.body.message], [
    403,
    "mfa_verification_rejected",
    "Further MFA verification attempts will be rejected.",
  ]);
  assertEquals(seen[0].factor_type, "totp");
  const { status } = await call(emulator, "GET", "/user", { token });
  assertEquals(status, 403);
});

Deno.test("a hook may use the emulator while its request waits", async () => {
  const emulator: Emulator = start(AUTO, {
    hooks: {
      beforeUserCreated: async ({ user }) => {
        if (user["email"] !== ANN.email) return;
        const body = { ...ANN, email: "first@example.com" };
        await call(emulator, "POST", "/signup", { body });
      },
    },
  });
  const { status } = await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals(status, 200);
  const addresses = emulator.users.list().map((user) => user["email"]);
  assertEquals(addresses, ["first@example.com", ANN.email]);
});

Deno.test("a hook cannot change what it is shown", async () => {
  const emulator = start(AUTO, {
    hooks: {
      beforeUserCreated: ({ user }) => {
        (user as Record<string, unknown>)["email"] = "changed@example.com";
      },
    },
  });
  const { body } = await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals(body.user.email, ANN.email);
});
