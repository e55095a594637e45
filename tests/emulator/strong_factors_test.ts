import { assertEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { type Deviation, TestKey } from "./authenticator.ts";
import {
  type Answer,
  call,
  type CallOptions,
  type Loose,
  signedIn,
  start,
} from "./helpers.ts";

const WEBAUTHN = {
  GOTRUE_MFA_WEB_AUTHN_ENROLL_ENABLED: "true",
  GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "true",
  GOTRUE_WEBAUTHN_RP_ID: "localhost",
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Example",
  GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000",
};
const PHONE = {
  GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
  GOTRUE_MFA_PHONE_VERIFY_ENABLED: "true",
  GOTRUE_MFA_PHONE_TEMPLATE: "Factor {{ .Code }}",
};
const NUMBER = "+1 555 000 1234";

function post(
  emulator: Emulator,
  token: string,
  path: string,
  body: unknown = {},
  options: CallOptions = {},
): Promise<Answer> {
  return call(emulator, "POST", path, { ...options, token, body });
}

async function enrollKey(
  emulator: Emulator,
  token: string,
  friendly_name = "key",
): Promise<Loose> {
  const body = { factor_type: "webauthn", friendly_name };
  return (await post(emulator, token, "/factors", body)).body;
}

async function enrollPhone(
  emulator: Emulator,
  token: string,
  phone = NUMBER,
  friendly_name = "phone",
): Promise<Answer> {
  const body = { factor_type: "phone", phone, friendly_name };
  return await post(emulator, token, "/factors", body);
}

/** Does a whole ceremony with a factor. */
async function useKey(
  emulator: Emulator,
  session: Loose,
  factor: Loose,
  key: TestKey,
  how: Deviation = {},
): Promise<Answer> {
  const at = `/factors/${factor.id}`;
  const token = session.access_token;
  const { body } = await post(emulator, token, `${at}/challenge`);
  const { type, credential_options: { publicKey } } = body.webauthn;
  const credential_response = type === "create"
    ? await key.create(publicKey, how)
    : await key.get(publicKey, session.user.id, how);
  return await post(emulator, token, `${at}/verify`, {
    challenge_id: body.id,
    webauthn: { type, credential_response },
  });
}

function methodsOf(token: string): string[] {
  const { amr } = JSON.parse(atob(token.split(".")[1]!));
  return amr.map(({ method }: Loose) => method);
}

Deno.test("a security key raises the session when it is enrolled, and later ones too", async () => {
  const emulator = start(WEBAUTHN);
  const session = await signedIn(emulator);
  const factor = await enrollKey(emulator, session.access_token);
  assertEquals(Object.keys(factor), ["id", "type", "friendly_name"]);
  const key = await TestKey.make();
  const first = await useKey(emulator, session, factor, key);
  assertEquals(first.status, 200);
  assertEquals(methodsOf(first.body.access_token), [
    "mfa/webauthn",
    "password",
  ]);
  const again = await emulator.signIn("ann@example.com") as Loose;
  const second = await useKey(emulator, again, factor, key, { counter: 5 });
  assertEquals(second.status, 200);
  const [shown] = second.body.user.factors;
  assertEquals(shown.status, "verified");
  assertEquals(
    shown.web_authn_aaguid,
    "00000000-0000-0000-0000-000000000000",
  );
  assertEquals(shown.last_webauthn_challenge_data.type, "request");
});

Deno.test("creation options of a further key leave verified ones out, and request options name the key's transports", async () => {
  const emulator = start(WEBAUTHN);
  const session = await signedIn(emulator);
  const factor = await enrollKey(emulator, session.access_token);
  const raised =
    (await useKey(emulator, session, factor, await TestKey.make())).body;
  const token = raised.access_token;
  const other = await enrollKey(emulator, token, "other");
  const create = await post(emulator, token, `/factors/${other.id}/challenge`);
  const { publicKey } = create.body.webauthn.credential_options;
  assertEquals(publicKey.excludeCredentials[0].transports, ["usb", "nfc"]);
  assertEquals(publicKey.authenticatorSelection, {});
  const request = await post(
    emulator,
    token,
    `/factors/${factor.id}/challenge`,
  );
  const { allowCredentials } =
    request.body.webauthn.credential_options.publicKey;
  assertEquals(allowCredentials[0].transports, ["internal"]);
});

Deno.test("a wrong key is an error of the server, as the server has it", async () => {
  const emulator = start(WEBAUTHN);
  const session = await signedIn(emulator);
  const factor = await enrollKey(emulator, session.access_token);
  const key = await TestKey.make();
  const origin = "https://evil.example";
  const created = await useKey(emulator, session, factor, key, { origin });
  assertEquals([created.status, created.body.code], [
    500,
    "unexpected_failure",
  ]);
  await useKey(emulator, session, factor, key);
  const again = await emulator.signIn("ann@example.com") as Loose;
  for (const how of [{ origin }, { brokenSignature: true }]) {
    const { status, body } = await useKey(emulator, again, factor, key, how);
    assertEquals([status, body.message], [
      500,
      "Failed to validate WebAuthn MFA response",
    ]);
  }
});

Deno.test("the body of a key's verification is checked member by member", async () => {
  const emulator = start(WEBAUTHN);
  const session = await signedIn(emulator);
  const token = session.access_token;
  const factor = await enrollKey(emulator, token);
  const at = `/factors/${factor.id}`;
  const { body: { id } } = await post(emulator, token, `${at}/challenge`);
  const cases: [unknown, string][] = [
    [undefined, "WebAuthn config required"],
    [{ type: "other" }, "WebAuthn type must be create or request"],
    [{ type: "create" }, "credential_response required"],
    [
      { type: "create", credential_response: {} },
      "Invalid credential_response",
    ],
  ];
  for (const [webauthn, message] of cases) {
    const body = { challenge_id: id, webauthn };
    const answer = await post(emulator, token, `${at}/verify`, body);
    assertEquals([answer.status, answer.body.message], [400, message]);
  }
});

Deno.test("switched off verification of keys is told with two different codes", async () => {
  const emulator = start({
    ...WEBAUTHN,
    GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "false",
  });
  const { access_token: token } = await signedIn(emulator);
  const factor = await enrollKey(emulator, token);
  const at = `/factors/${factor.id}`;
  const challenged = await post(emulator, token, `${at}/challenge`);
  assertEquals(challenged.body.code, "mfa_webauthn_verify_not_enabled");
  const verified = await post(emulator, token, `${at}/verify`, {
    challenge_id: factor.id,
    webauthn: { type: "create", credential_response: { id: "x" } },
  });
  assertEquals(verified.body.code, "mfa_webauthn_enroll_not_enabled");
});

Deno.test("a phone raises the session by the code that is sent to it", async () => {
  const sent: Loose[] = [];
  const emulator = start(PHONE, {
    hooks: { sendSms: ({ sms }) => void sent.push(sms) },
  });
  const { access_token: token } = await signedIn(emulator);
  const { body: factor } = await enrollPhone(emulator, token);
  assertEquals(factor.phone, NUMBER);
  const at = `/factors/${factor.id}`;
  const challenge = await post(emulator, token, `${at}/challenge`);
  assertEquals(Object.keys(challenge.body), ["id", "type", "expires_at"]);
  assertEquals([sent[0].phone, sent[0].sms_type], ["15550001234", "mfa"]);
  const message = emulator.sms.list().at(-1)!;
  assertEquals(message.text, `Factor ${sent[0].otp}`);
  const challenge_id = challenge.body.id;
  const wrong = await post(emulator, token, `${at}/verify`, {
    challenge_id,
    code: "000000x",
  });
  assertEquals(wrong.body.message, "Invalid MFA Phone code entered");
  const right = await post(emulator, token, `${at}/verify`, {
    challenge_id,
    code: sent[0].otp,
  });
  assertEquals(right.status, 200);
  assertEquals(methodsOf(right.body.access_token)[0], "mfa/phone");
});

Deno.test("phone factors check number, frequency and twins", async () => {
  const emulator = start(PHONE, { hooks: { sendSms: () => {} } });
  const { access_token: token } = await signedIn(emulator);
  const missing = await enrollPhone(emulator, token, "");
  assertEquals(
    missing.body.message,
    "Phone number required to enroll Phone factor",
  );
  const malformed = await enrollPhone(emulator, token, "12ab");
  assertEquals(
    malformed.body.message,
    "Invalid phone number format (E.164 required)",
  );
  const first = await enrollPhone(emulator, token);
  const second = await enrollPhone(emulator, token, "15550001234");
  assertEquals(second.status, 200);
  const replaced = `/factors/${first.body.id}/challenge`;
  const gone = await post(emulator, token, replaced);
  assertEquals(gone.body.code, "mfa_factor_not_found");
  const at = `/factors/${second.body.id}`;
  const { body: { id } } = await post(emulator, token, `${at}/challenge`);
  const soon = await post(emulator, token, `${at}/challenge`);
  assertEquals([soon.status, soon.body.code], [
    429,
    "over_sms_send_rate_limit",
  ]);
  const code = emulator.sms.list().at(-1)!.code;
  await post(emulator, token, `${at}/verify`, { challenge_id: id, code });
  const twin = await enrollPhone(emulator, token, NUMBER, "twin");
  assertEquals(twin.body.code, "mfa_verified_factor_exists");
});

Deno.test("a text message for a factor that cannot be sent, or not that way, is an error of the server", async () => {
  const bare = start(PHONE);
  const { access_token: token } = await signedIn(bare);
  const { body: factor } = await enrollPhone(bare, token);
  const path = `/factors/${factor.id}/challenge`;
  const channel = await post(bare, token, path, { channel: "pigeon" });
  assertEquals(channel.body.code, "validation_failed");
  const unsent = await post(bare, token, path);
  assertEquals([unsent.status, unsent.body.message], [
    500,
    "Failed to get SMS provider",
  ]);
  const refusing = start(PHONE, {
    hooks: { sendSms: () => ({ error: { http_code: 418, message: "no" } }) },
  });
  const session = await signedIn(refusing);
  const phone = await enrollPhone(refusing, session.access_token);
  const refused = await post(
    refusing,
    session.access_token,
    `/factors/${phone.body.id}/challenge`,
  );
  assertEquals([refused.status, refused.body.message], [
    500,
    "error invoking hook",
  ]);
});

Deno.test("switched off verification is told before the body of a key's verification is looked at", async () => {
  const emulator = start({
    ...WEBAUTHN,
    GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "false",
  });
  const { access_token: token } = await signedIn(emulator);
  const { id } = await enrollKey(emulator, token);
  const { body } = await post(emulator, token, `/factors/${id}/verify`, {});
  assertEquals(body.code, "mfa_webauthn_enroll_not_enabled");
});
