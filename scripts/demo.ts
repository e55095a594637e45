/**
 * Shows the life of a user in one terminal: the client against the embedded
 * server, with nothing to install and nothing to start. `deno task demo`.
 */
import { AuthClient, isAuthError } from "@gotrue/edge";
import { AdminClient } from "@gotrue/edge/admin";
import { createEmulator } from "@gotrue/edge/emulator";
import { createVerifier } from "@gotrue/edge/jwt";
import { currentTotp } from "./totp.ts";

const EMAIL = "ada@example.com";
const PASSWORD = "correct horse battery staple";

const emulator = createEmulator({
  env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
});
const auth = new AuthClient(emulator.clientOptions());
const verifier = createVerifier(emulator.clientOptions());
let chapters = 0;

auth.onAuthStateChange((event, session, { cause }) => {
  const who = session?.user.email ?? "nobody";
  tell("event", `${event} (${who}, cause: ${cause})`);
});

title("An auth server in this process");
tell("server", `${emulator.url}, answering by a function instead of a port`);

title("Sign-up, confirmed by the code in a mail");
const signedUp = await auth.signUp({ email: EMAIL, password: PASSWORD });
tell(
  "signUp()",
  `user ${short(signedUp.user.id)}, session: ${signedUp.session}`,
);
const confirmation = await emulator.mailbox.next(EMAIL);
tell("mailbox", `a mail to ${EMAIL}, type ${confirmation.type}, with a code`);
const confirmed = await auth.verifyOtp({
  email: EMAIL,
  token: confirmation.code,
  type: "signup",
});
if (!confirmed.session) throw new Error("The code should have signed in");
tell(
  "verifyOtp()",
  `signed in; the user exists since ${time(confirmed.user.created_at)}, a Date`,
);
await pause();

title("The token, verified here without asking anybody");
const { claims, header } = await verifier.verify(
  confirmed.session.access_token,
);
tell(
  "verify()",
  `${header.alg}, issuer ${claims.iss}, ${claims.role}, ${claims.aal}`,
);

title("Sign-out, and an error as it is thrown");
await auth.signOut();
await pause();
try {
  await auth.signInWithPassword({ email: EMAIL, password: "wrong" });
} catch (error) {
  if (!isAuthError(error, "invalid_credentials")) throw error;
  tell(
    "caught",
    `${error.name} ${error.code}, status ${error.status}: ${error.message}`,
  );
}

title("A magic link, by PKCE");
emulator.clock.advance(60_000);
await auth.signInWithOtp({ email: EMAIL });
const mail = await emulator.mailbox.next(EMAIL);
const answer = await emulator.fetch(mail.link, { redirect: "manual" });
const callback = new URL(answer.headers.get("location") ?? "");
tell("the link", `leads back to ${callback.origin}/?code=…`);
const code = callback.searchParams.get("code") ?? "";
const exchanged = await auth.exchangeCodeForSession(code);
tell("exchange…()", `signed in as ${exchanged.user.email}`);
await pause();

title("Password, and a second factor");
await auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
const factor = await auth.mfa.enroll({
  factorType: "totp",
  friendlyName: "phone",
});
tell(
  "mfa.enroll()",
  `a QR code of ${factor.totp.qr_code.length} characters to scan`,
);
await auth.mfa.challengeAndVerify({
  factorId: factor.id,
  code: await currentTotp(factor.totp.secret, emulator.clock.now()),
});
const level = await auth.mfa.getAuthenticatorAssuranceLevel();
const methods = level.currentAuthenticationMethods.map(({ method }) => method);
tell("level", `${level.currentLevel} by ${methods.join(" and ")}`);
await pause();

title("An hour later: the session refreshes itself");
emulator.clock.advance(3_600_000);
const { session } = await auth.getSession();
tell(
  "getSession()",
  `a new token, good until ${
    time(new Date((session?.expires_at ?? 0) * 1000))
  }`,
);
await pause();

title("Administration");
const admin = new AdminClient({
  ...emulator.clientOptions(),
  key: emulator.serviceRoleKey,
});
await admin.createUser({ email: "grace@example.com", email_confirm: true });
for await (const user of admin.users()) {
  tell("user", `${user.email}, created ${time(user.created_at)}`);
}

title("Goodbye");
await auth.signOut();
await pause();
tell("getSession()", `session: ${(await auth.getSession()).session}`);
await auth.dispose();

/** Events come after the call that caused them; the story waits for them. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function title(text: string): void {
  console.log(`\n${++chapters}. ${text}`);
}

function tell(what: string, text: string): void {
  console.log(`   ${what.padEnd(14)} ${text}`);
}

function time(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

function short(id: string): string {
  return `${id.slice(0, 8)}…`;
}
