import { assert, assertEquals } from "@std/assert";
import { totpCode } from "../../lib/emulator/totp.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { type Deviation, FLAGS, TestKey } from "./authenticator.ts";
import {
  type Answer,
  call,
  callAsAdmin,
  type Loose,
  signedIn,
  start,
} from "./helpers.ts";

const RP = {
  GOTRUE_WEBAUTHN_RP_ID: "localhost",
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Example",
  GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000,http://localhost:4000",
};
const ON = { GOTRUE_PASSKEY_ENABLED: "true", ...RP };
const WRONG = "Credential verification failed";

async function registerOptions(
  emulator: Emulator,
  token: string,
): Promise<Loose> {
  const path = "/passkeys/registration/options";
  return (await call(emulator, "POST", path, { token, body: {} })).body;
}

function registerVerify(
  emulator: Emulator,
  token: string,
  challenge_id: unknown,
  credential: unknown,
): Promise<Answer> {
  const path = "/passkeys/registration/verify";
  const body = { challenge_id, credential };
  return call(emulator, "POST", path, { token, body });
}

async function register(
  emulator: Emulator,
  token: string,
  key: TestKey,
  how: Deviation = {},
): Promise<Answer> {
  const { challenge_id, options } = await registerOptions(emulator, token);
  const credential = await key.create(options, how);
  return await registerVerify(emulator, token, challenge_id, credential);
}

async function signInWith(
  emulator: Emulator,
  key: TestKey,
  userId: string,
  how: Deviation = {},
): Promise<Answer> {
  const begin = "/passkeys/authentication/options";
  const { body } = await call(emulator, "POST", begin, { body: {} });
  const credential = await key.get(body.options, userId, how);
  return await call(emulator, "POST", "/passkeys/authentication/verify", {
    body: { challenge_id: body.challenge_id, credential },
  });
}

Deno.test("passkeys sign their user in with a new session of level aal1", async () => {
  const emulator = start(ON);
  const { access_token, user } = await signedIn(emulator);
  const key = await TestKey.make();
  const registered = await register(emulator, access_token, key);
  assertEquals(registered.status, 200);
  assertEquals(registered.body.friendly_name, "Passkey");
  const { status, body } = await signInWith(emulator, key, user.id);
  assertEquals([status, body.user.id], [200, user.id]);
  const claims = JSON.parse(atob(body.access_token.split(".")[1]));
  assertEquals(claims.amr.map(({ method }: Loose) => method), ["passkey"]);
  assertEquals(claims.aal, "aal1");
});

Deno.test("registration options name the user, the algorithms and the keys it has", async () => {
  const emulator = start(ON);
  await emulator.users.seed({
    email: "ann@example.com",
    user_metadata: { name: "Ann" },
  });
  const { access_token, user } = await emulator.signIn(
    "ann@example.com",
  ) as Loose;
  const key = await TestKey.make();
  const first = await registerOptions(emulator, access_token);
  assertEquals(first.options.user, {
    name: "ann@example.com",
    displayName: "Ann",
    id: btoa(user.id).replace(/=+$/, ""),
  });
  assertEquals(first.options.excludeCredentials, undefined);
  assertEquals(
    first.options.pubKeyCredParams.map(({ alg }: Loose) => alg),
    [-7, -35, -36, -257, -258, -259, -37, -38, -39, -8],
  );
  await register(emulator, access_token, key);
  const second = await registerOptions(emulator, access_token);
  assertEquals(second.options.excludeCredentials.length, 1);
  assertEquals(
    second.expires_at,
    Math.floor(emulator.clock.now() / 1000) + 300,
  );
});

Deno.test("registration accepts packed self attestation and names known authenticators", async () => {
  const emulator = start(ON);
  const { access_token } = await signedIn(emulator);
  const { status, body } = await register(
    emulator,
    access_token,
    await TestKey.make(),
    {
      format: "packed",
      aaguid: "bada5566-a7aa-401f-bd96-45619a55120d",
      origin: "http://localhost:4000",
    },
  );
  assertEquals([status, body.friendly_name], [200, "1Password"]);
});

Deno.test("registration refuses what an authenticator would never say", async () => {
  const emulator = start(ON);
  const { access_token } = await signedIn(emulator);
  const deviations: Deviation[] = [
    { origin: "http://localhost:3001" },
    { rpId: "example.com" },
    { challenge: "AAAA" },
    { type: "webauthn.get" },
    { flags: FLAGS.UV },
    { flags: FLAGS.UP | FLAGS.BS },
    { format: "unheard-of" },
    { format: "packed", brokenSignature: true },
    { alg: -9 },
  ];
  for (const how of deviations) {
    const key = await TestKey.make();
    const { status, body } = await register(emulator, access_token, key, how);
    assertEquals([status, body.code, body.message], [
      400,
      "webauthn_verification_failed",
      WRONG,
    ], JSON.stringify(how));
  }
});

Deno.test("user verification is not required", async () => {
  const emulator = start(ON);
  const { access_token, user } = await signedIn(emulator);
  const key = await TestKey.make();
  const how = { flags: FLAGS.UP };
  assertEquals((await register(emulator, access_token, key, how)).status, 200);
  assertEquals((await signInWith(emulator, key, user.id, how)).status, 200);
});

Deno.test("signing in refuses foreign, broken and impossible answers", async () => {
  const emulator = start(ON);
  const { access_token, user } = await signedIn(emulator);
  const other = await signedIn(emulator, "bob@example.com");
  const key = await TestKey.make();
  await register(emulator, access_token, key);
  const deviations: Deviation[] = [
    { brokenSignature: true },
    { origin: "https://evil.example" },
    { rpId: "evil.example" },
    { challenge: "AAAA" },
    { type: "webauthn.create" },
    { flags: FLAGS.UV },
    { flags: FLAGS.UP | FLAGS.BE },
    { userHandle: null },
    { userHandle: btoa(other.user.id) },
  ];
  for (const how of deviations) {
    const { status, body } = await signInWith(emulator, key, user.id, how);
    assertEquals(
      [status, body.message],
      [400, WRONG],
      JSON.stringify(how),
    );
  }
  const unknown = await signInWith(emulator, await TestKey.make(), user.id);
  assertEquals([unknown.status, unknown.body.message], [400, WRONG]);
});

Deno.test("a signature counter may fall back", async () => {
  const emulator = start(ON);
  const { access_token, user } = await signedIn(emulator);
  const key = await TestKey.make();
  await register(emulator, access_token, key, { counter: 9 });
  for (const counter of [10, 3, 0]) {
    const { status } = await signInWith(emulator, key, user.id, { counter });
    assertEquals(status, 200);
  }
});

Deno.test("a challenge is good for one answer, of its own kind and user, in time", async () => {
  const emulator = start({
    ...ON,
    GOTRUE_WEBAUTHN_CHALLENGE_EXPIRY_DURATION: "1m",
  });
  const { access_token: token } = await signedIn(emulator);
  const other = await signedIn(emulator, "bob@example.com");
  const key = await TestKey.make();
  const first = await registerOptions(emulator, token);
  const id = first.challenge_id;
  const foreign = await registerVerify(emulator, other.access_token, id, {});
  assertEquals(foreign.body.code, "webauthn_challenge_not_found");
  const unreadable = await registerVerify(emulator, token, id, {});
  assertEquals(unreadable.body.message, "Invalid credential response");
  const again = await registerVerify(
    emulator,
    token,
    id,
    await key.create(first.options),
  );
  assertEquals(again.body.message, "Challenge not found or already used");
  const late = await registerOptions(emulator, token);
  emulator.clock.advance(61_000);
  const expired = await registerVerify(emulator, token, late.challenge_id, {});
  assertEquals(expired.body.code, "webauthn_challenge_expired");
});

Deno.test("a credential belongs to one user only", async () => {
  const emulator = start(ON);
  const ann = await signedIn(emulator);
  const bob = await signedIn(emulator, "bob@example.com");
  const key = await TestKey.make();
  await register(emulator, ann.access_token, key);
  const { status, body } = await register(emulator, bob.access_token, key);
  assertEquals([status, body.code], [422, "webauthn_credential_exists"]);
});

Deno.test("the number of passkeys is limited at both steps", async () => {
  const emulator = start({ ...ON, GOTRUE_PASSKEY_MAX_PASSKEYS_PER_USER: "1" });
  const { access_token: token } = await signedIn(emulator);
  const early = await registerOptions(emulator, token);
  await register(emulator, token, await TestKey.make());
  const late = await registerVerify(
    emulator,
    token,
    early.challenge_id,
    await (await TestKey.make()).create(early.options),
  );
  assertEquals([late.status, late.body.code], [422, "too_many_passkeys"]);
  const { code } = await registerOptions(emulator, token);
  assertEquals(code, "too_many_passkeys");
});

Deno.test("users with a second factor need aal2 to add and delete passkeys, not to list and rename", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const { body: passkey } = await register(
    emulator,
    token,
    await TestKey.make(),
  );
  const body = { factor_type: "totp", friendly_name: "app" };
  const { body: factor } = await call(emulator, "POST", "/factors", {
    token,
    body,
  });
  const at = `/factors/${factor.id}`;
  const challenge = await call(emulator, "POST", `${at}/challenge`, { token });
  const raised = await call(emulator, "POST", `${at}/verify`, {
    token,
    body: {
      challenge_id: challenge.body.id,
      code: totpCode(factor.totp.secret, emulator.clock.now()),
    },
  });
  const weak = await emulator.signIn("ann@example.com") as Loose;
  const path = `/passkeys/${passkey.id}`;
  const refused = await registerOptions(emulator, weak.access_token);
  assertEquals(refused.code, "insufficient_aal");
  const deleted = await call(emulator, "DELETE", path, {
    token: weak.access_token,
  });
  assertEquals([deleted.status, deleted.body.code], [403, "insufficient_aal"]);
  const renamed = await call(emulator, "PATCH", path, {
    token: weak.access_token,
    body: { friendly_name: "mine" },
  });
  assertEquals([renamed.status, renamed.body.friendly_name], [200, "mine"]);
  const strong = raised.body.access_token;
  const gone = await call(emulator, "DELETE", path, { token: strong });
  assertEquals(gone.status, 204);
});

Deno.test("unconfirmed and banned users are not signed in, and anonymous ones not registered", async () => {
  const emulator = start({
    ...ON,
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
  });
  const { access_token, user } = await signedIn(emulator);
  const key = await TestKey.make();
  await register(emulator, access_token, key);
  await callAsAdmin(emulator, "PUT", `/admin/users/${user.id}`, {
    phone: "15550001234",
  });
  const unconfirmed = await signInWith(emulator, key, user.id);
  assertEquals(unconfirmed.body.code, "phone_not_confirmed");
  await callAsAdmin(emulator, "PUT", `/admin/users/${user.id}`, {
    phone_confirm: true,
    ban_duration: "1h",
  });
  const banned = await signInWith(emulator, key, user.id);
  assertEquals([banned.status, banned.body.code], [403, "user_banned"]);
  const guest = await call(emulator, "POST", "/signup", { body: {} });
  const { code } = await registerOptions(emulator, guest.body.access_token);
  assertEquals(code, "no_authorization");
});

Deno.test("passkeys are listed oldest first with their last use, and deleted with their user", async () => {
  const emulator = start(ON);
  const { access_token: token, user } = await signedIn(emulator);
  const keys = [await TestKey.make(), await TestKey.make()];
  for (const key of keys) await register(emulator, token, key);
  await signInWith(emulator, keys[1]!, user.id);
  const { body } = await call(emulator, "GET", "/passkeys", { token });
  assertEquals(body.map((one: Loose) => "last_used_at" in one), [false, true]);
  const asAdmin = await callAsAdmin(
    emulator,
    "GET",
    `/admin/users/${user.id}/passkeys`,
  );
  assertEquals(asAdmin.body, body);
  await callAsAdmin(emulator, "DELETE", `/admin/users/${user.id}`);
  const { status } = await signInWith(emulator, keys[1]!, user.id);
  assertEquals(status, 400);
});

Deno.test("passkeys answer 404 when they are off, and admins reach them all the same", async () => {
  const emulator = start(RP);
  const { user } = await signedIn(emulator);
  const off = await call(emulator, "GET", "/passkeys/whatever");
  assertEquals([off.status, off.body.code], [404, "passkey_disabled"]);
  const path = `/admin/users/${user.id}/passkeys`;
  assertEquals((await callAsAdmin(emulator, "GET", path)).body, []);
});

Deno.test("an incomplete relying party is told as such", async () => {
  const path = "/passkeys/authentication/options";
  const nameless = start({ ...ON, GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "" });
  const unnamed = await call(nameless, "POST", path, { body: {} });
  assertEquals(unnamed.body.message, "Failed to initialize WebAuthn");
  const homeless = start({ ...ON, GOTRUE_WEBAUTHN_RP_ID: "" });
  const { status, body } = await call(homeless, "POST", path, { body: {} });
  assertEquals(status, 500);
  assert(body.message.startsWith("Failed to generate WebAuthn"));
});
