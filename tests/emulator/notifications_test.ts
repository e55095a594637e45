import { assert, assertEquals } from "@std/assert";
import { totpCode } from "../../lib/emulator/totp.ts";
import { call, type Loose, signedIn, start } from "./helpers.ts";

const KINDS = [
  "PASSWORD_CHANGED",
  "EMAIL_CHANGED",
  "PHONE_CHANGED",
  "IDENTITY_LINKED",
  "IDENTITY_UNLINKED",
  "MFA_FACTOR_ENROLLED",
  "MFA_FACTOR_UNENROLLED",
];
const ALL = Object.fromEntries(
  KINDS.map((kind) => [`GOTRUE_MAILER_NOTIFICATIONS_${kind}_ENABLED`, "true"]),
);

/** An emulator in which much can be changed at once. */
function open(env: Record<string, string>) {
  return start({
    ...env,
    GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
    GOTRUE_SMS_AUTOCONFIRM: "true",
    GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED: "false",
    GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
  });
}

Deno.test("changes of a user are told by mail, an address to its former owner", async () => {
  const emulator = open(ALL);
  const { access_token: token } = await signedIn(emulator);
  const put = (body: Loose) => call(emulator, "PUT", "/user", { token, body });
  await put({ password: "another-password" });
  await put({ phone: "15550001234" });
  await put({ email: "new@example.com" });
  const { token_hash } = emulator.mailbox.list().at(-1)!;
  await call(emulator, "POST", "/verify", {
    body: { type: "email_change", token_hash },
  });
  const told = emulator.mailbox.list()
    .filter((mail) => mail.type !== "email_change");
  assertEquals(told.map(({ to, subject }) => [to, subject]), [
    ["ann@example.com", "Your password has been changed"],
    ["ann@example.com", "Your phone number has been changed"],
    ["ann@example.com", "Your email address has been changed"],
  ]);
  assert(told[2]!.html.includes("from ann@example.com to new@example.com"));
});

Deno.test("factors and identities that come and go are told by mail", async () => {
  const emulator = open(ALL);
  const { access_token: token, user } = await signedIn(emulator);
  const post = (path: string, body: Loose = {}) =>
    call(emulator, "POST", path, { token, body });
  const { body: factor } = await post("/factors", { factor_type: "totp" });
  const at = `/factors/${factor.id}`;
  const { body: { id: challenge_id } } = await post(`${at}/challenge`);
  const code = totpCode(factor.totp.secret, emulator.clock.now());
  const raised = await post(`${at}/verify`, { challenge_id, code });
  const strong = raised.body.access_token;
  await call(emulator, "DELETE", at, { token: strong });
  await call(emulator, "PUT", "/user", {
    token,
    body: { phone: "15550001234" },
  });
  const [{ identity_id }] = user.identities;
  await call(emulator, "DELETE", `/user/identities/${identity_id}`, { token });
  const subjects = emulator.mailbox.list().map(({ subject }) => subject);
  assertEquals(subjects, [
    "A new MFA factor has been enrolled",
    "An MFA factor has been unenrolled",
    "Your phone number has been changed",
    "An identity has been unlinked",
  ]);
});

Deno.test("nobody is told of what was refused, or unless asked for", async () => {
  const emulator = open(ALL);
  const { access_token: token } = await signedIn(emulator);
  const body = { password: "password-1234" };
  const refused = await call(emulator, "PUT", "/user", { token, body });
  assertEquals(refused.status, 422);
  assertEquals(emulator.mailbox.list(), []);
  const silent = open({});
  const session = await signedIn(silent);
  await call(silent, "PUT", "/user", {
    token: session.access_token,
    body: { password: "another-password" },
  });
  assertEquals(silent.mailbox.list(), []);
});

Deno.test("a notification that cannot be sent fails nothing", async () => {
  const emulator = open({ ...ALL, GOTRUE_RATE_LIMIT_EMAIL_SENT: "0" });
  const { access_token: token } = await signedIn(emulator);
  const { status } = await call(emulator, "PUT", "/user", {
    token,
    body: { password: "another-password" },
  });
  assertEquals([status, emulator.mailbox.list()], [200, []]);
});

Deno.test("notifications have subjects and templates of their own, and go through the hook", async () => {
  const env = {
    ...ALL,
    GOTRUE_MAILER_SUBJECTS_PASSWORD_CHANGED_NOTIFICATION: "Hello {{ .Email }}",
    GOTRUE_MAILER_TEMPLATES_PASSWORD_CHANGED_NOTIFICATION: "/changed.html",
  };
  const body = { password: "another-password" };
  const own = start(env, {
    fetch: ({ url }) => Promise.resolve(new Response(`<p>${url}</p>`)),
  });
  const { access_token: token } = await signedIn(own);
  await call(own, "PUT", "/user", { token, body });
  const [mail] = own.mailbox.list();
  assertEquals([mail!.subject, mail!.html], [
    "Hello ann@example.com",
    "<p>http://localhost:3000/changed.html</p>",
  ]);
  const sent: Loose[] = [];
  const hooked = start(ALL, {
    hooks: { sendEmail: ({ email_data }) => void sent.push(email_data) },
  });
  const session = await signedIn(hooked);
  await call(hooked, "PUT", "/user", { token: session.access_token, body });
  assertEquals(sent[0].email_action_type, "password_changed_notification");
  assertEquals([sent[0].token, sent[0].token_hash], ["", ""]);
});

Deno.test("names that lead nowhere are refused where addresses are looked at closely", async () => {
  const emulator = start({
    GOTRUE_MAILER_EMAIL_VALIDATION_EXTENDED: "true",
  });
  const password = "password-1234";
  for (const domain of ["a.test", "example.com", "localhost", "x.invalid"]) {
    const email = `ann@${domain}`;
    const { status, body } = await call(emulator, "POST", "/signup", {
      body: { email, password },
    });
    assertEquals([status, body.code, body.message], [
      400,
      "email_address_invalid",
      `Email address "${email}" is invalid`,
    ]);
  }
  const { status } = await call(emulator, "POST", "/signup", {
    body: { email: "ann@contest.org", password },
  });
  assertEquals(status, 200);
});

Deno.test("a request that waits too long for the outside is given up", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const emulator = start({ GOTRUE_API_MAX_REQUEST_DURATION: "1ms" }, {
    hooks: { sendEmail: () => promise },
  });
  const { status, body } = await call(emulator, "POST", "/signup", {
    body: { email: "ann@example.com", password: "password-1234" },
  });
  assertEquals([status, body.code], [504, "request_timeout"]);
  assertEquals(emulator.users.list(), []);
  resolve();
});
