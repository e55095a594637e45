/** Passkeys and security keys of a client, against the emulator's real checks. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { createAuthConfig, withAccessToken } from "../../lib/config.ts";
import {
  mfaWebauthnAuthenticate,
  mfaWebauthnChallenge,
  mfaWebauthnRegister,
  registerPasskey,
  signInWithPasskey,
} from "../../lib/browser/mod.ts";
import { signInWithPassword } from "../../lib/api/token.ts";
import { mfaVerify } from "../../lib/api/factor_verify.ts";
import { isAuthError } from "../../lib/errors.ts";
import { SoftwareCredentials } from "../browser/software_credentials.ts";
import {
  clientOf,
  EMAIL,
  PASSWORD,
  signedInClient,
  startEmulator,
} from "../client/emulated.ts";
import {
  clientTest,
  listen,
  rest,
  textIn,
  type Told,
} from "../client/helpers.ts";

const ENV = {
  GOTRUE_PASSKEY_ENABLED: "true",
  GOTRUE_MFA_WEB_AUTHN_ENROLL_ENABLED: "true",
  GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "true",
  GOTRUE_WEBAUTHN_RP_ID: "localhost",
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Example",
  GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000",
};
const PARTY = { rpId: "localhost", rpOrigins: ["http://localhost:3000"] };

/** What is told after the INITIAL_SESSION, as soon as there is anything. */
async function next(told: readonly Told[]): Promise<readonly Told[]> {
  // Deno drains promises in more turns once an npm package is loaded.
  for (let turn = 0; turn < 50 && told.length < 2; turn++) await rest();
  return told.slice(1);
}

for (const form of ["toJSON", "buffers"] as const) {
  clientTest(
    `registerPasskey() adds what signInWithPasskey() signs in with, by ${form}`,
    async (kit) => {
      const emulator = startEmulator(ENV);
      const credentials = new SoftwareCredentials(form);
      const first = await signedInClient(kit, emulator);
      const passkey = await first.auth.registerPasskey({
        options: { credentials },
      });
      assertEquals(passkey.friendly_name, "Passkey");
      assert(passkey.created_at instanceof Date);

      const { auth, storage } = clientOf(kit, emulator);
      const told = listen(auth);
      await rest();
      const { user, session } = await auth.signInWithPasskey({
        options: { credentials },
      });
      assertEquals(user.email, EMAIL);
      assertStrictEquals((await auth.getSession()).session, session);
      const { access_token } = JSON.parse(textIn(storage)!);
      assertEquals(access_token, session.access_token);
      assertEquals(await next(told), [["SIGNED_IN", "user", EMAIL]]);
      const level = await auth.mfa.getAuthenticatorAssuranceLevel();
      const [method] = level.currentAuthenticationMethods;
      assertEquals([level.currentLevel, method?.method], ["aal1", "passkey"]);
    },
  );
}

clientTest(
  "registerPasskey() tells that the authenticator has a passkey already",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const credentials = new SoftwareCredentials();
    const { auth } = await signedInClient(kit, emulator);
    await auth.registerPasskey({ options: { credentials } });
    const error = await auth.registerPasskey({ options: { credentials } })
      .catch((error) => error);
    assert(isAuthError(error, "ceremony_credential_exists"));
    assertEquals((await auth.passkey.list()).length, 1);
  },
);

clientTest(
  "signInWithPasskey() passes the server's refusal on and signs nobody in",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const credentials = new SoftwareCredentials();
    const first = await signedInClient(kit, emulator);
    const { user } = await first.auth.getUser();
    await first.auth.registerPasskey({ options: { credentials } });
    await emulator.users.delete(user.id);
    const { auth } = clientOf(kit, emulator);
    const error = await auth.signInWithPasskey({ options: { credentials } })
      .catch((error) => error);
    assert(isAuthError(error, "webauthn_verification_failed"));
    assertEquals(await auth.getSession(), { session: null });
  },
);

clientTest(
  "a registration goes on with the token that was refreshed during its ceremony",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const { auth } = await signedInClient(kit, emulator);
    const software = new SoftwareCredentials();
    const before = (await auth.getSession()).session;
    const passkey = await auth.registerPasskey({
      options: {
        credentials: {
          create: async (options) => {
            await auth.refreshSession();
            return await software.create(options);
          },
          get: (options) => software.get(options),
        },
      },
    });
    assertEquals((await auth.passkey.list())[0]?.id, passkey.id);
    const after = (await auth.getSession()).session;
    assert(after?.refresh_token !== before?.refresh_token);
  },
);

clientTest(
  "passkey: each half of a ceremony, then rename, list and delete",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const software = new SoftwareCredentials();
    const client = await signedInClient(kit, emulator);
    const { passkey } = client.auth;
    const registration = await passkey.startRegistration();
    assertEquals(registration.options.rp.id, "localhost");
    assertEquals(registration.options.user.name, EMAIL);
    assertEquals(typeof registration.expires_at, "number");
    const { id } = await client.auth.registerPasskey({
      options: { credentials: software },
    });

    const other = clientOf(kit, emulator);
    const { challenge_id, options } = await other.auth.passkey
      .startAuthentication();
    const bytes = Uint8Array.fromBase64(options.challenge, {
      alphabet: "base64url",
    });
    const proof = await software.get({ publicKey: { challenge: bytes } });
    const told = listen(other.auth);
    await rest();
    const { user } = await other.auth.passkey.verifyAuthentication({
      challengeId: challenge_id,
      credential: (proof as { toJSON(): never }).toJSON(),
    });
    assertEquals(user.email, EMAIL);
    assertEquals(await next(told), [["SIGNED_IN", "user", EMAIL]]);

    const renamed = await passkey.update({
      passkeyId: id,
      friendlyName: "Laptop",
    });
    assertEquals([renamed.id, renamed.friendly_name], [id, "Laptop"]);
    const [listed] = await passkey.list();
    assert(listed?.last_used_at instanceof Date);
    assertEquals(await passkey.delete({ passkeyId: id }), undefined);
    assertEquals(await passkey.list(), []);
  },
);

clientTest(
  "mfa.webauthn.register() and authenticate() raise the session to aal2",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const credentials = new SoftwareCredentials();
    const webauthn = { ...PARTY, credentials };
    const first = await signedInClient(kit, emulator);
    const told = listen(first.auth);
    await rest();
    const session = await first.auth.mfa.webauthn.register({
      friendlyName: "Key",
      webauthn,
    });
    assertEquals(await next(told), [["MFA_CHALLENGE_VERIFIED", "user", EMAIL]]);
    assertStrictEquals((await first.auth.getSession()).session, session);
    const [factor] = (await first.auth.mfa.listFactors()).webauthn;
    assertEquals(factor?.friendly_name, "Key");

    const { auth } = clientOf(kit, emulator);
    await auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
    const before = await auth.mfa.getAuthenticatorAssuranceLevel();
    assertEquals([before.currentLevel, before.nextLevel], ["aal1", "aal2"]);
    await auth.mfa.webauthn.authenticate({ factorId: factor!.id, webauthn });
    const after = await auth.mfa.getAuthenticatorAssuranceLevel();
    assertEquals(after.currentLevel, "aal2");
    assertEquals(
      after.currentAuthenticationMethods[0]?.method,
      "mfa/webauthn",
    );
  },
);

clientTest(
  "mfa.webauthn: enroll, challenge and verify, one by one",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const credentials = new SoftwareCredentials("buffers");
    const { auth } = await signedInClient(kit, emulator);
    const { id: factorId } = await auth.mfa.webauthn.enroll({
      friendlyName: "Key",
    });
    const answer = await auth.mfa.webauthn.challenge(
      { factorId, webauthn: PARTY, credentials },
      { create: { attestation: "none" } },
    );
    assertEquals(answer.webauthn.type, "create");
    assertEquals(answer.webauthn.rpId, "localhost");
    assertEquals(credentials.asked[0].publicKey.attestation, "none");
    const { user } = await auth.mfa.webauthn.verify(answer);
    assertEquals(user.factors?.[0]?.status, "verified");
  },
);

clientTest(
  "mfa.webauthn.register() removes the factor when its ceremony comes to nothing",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const { auth } = await signedInClient(kit, emulator);
    const decline = () =>
      Promise.reject(new DOMException("no", "NotAllowedError"));
    const credentials = { create: decline, get: decline };
    const error = await auth.mfa.webauthn.register({
      friendlyName: "Key",
      webauthn: { ...PARTY, credentials },
    }).catch((error) => error);
    assert(isAuthError(error, "ceremony_not_allowed"));
    assertEquals((await auth.mfa.listFactors()).all, []);
  },
);

clientTest(
  "mfa.webauthn.register() takes the place of what a closed page has left",
  async (kit) => {
    const emulator = startEmulator(ENV);
    const { auth } = await signedInClient(kit, emulator);
    const left = await auth.mfa.webauthn.enroll({ friendlyName: "Key" });
    const params = {
      friendlyName: "Key",
      webauthn: { ...PARTY, credentials: new SoftwareCredentials() },
    };
    await auth.mfa.webauthn.register(params);
    const { all: [factor, ...rest] } = await auth.mfa.listFactors();
    assertEquals([factor?.status, rest.length], ["verified", 0]);
    assert(factor?.id !== left.id);
    // A verified one stays.
    const again = await auth.mfa.webauthn.register(params).catch((e) => e);
    assert(isAuthError(again, "mfa_factor_name_conflict"));
  },
);

Deno.test("the pure functions do the same for a token", async () => {
  const emulator = startEmulator(ENV);
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  const config = createAuthConfig(emulator.clientOptions());
  const credentials = new SoftwareCredentials();
  const signIn = { email: EMAIL, password: PASSWORD };
  const { session } = await signInWithPassword(config, signIn);
  const user = withAccessToken(config, session.access_token);
  await registerPasskey(user, { options: { credentials } });
  const options = { credentials, mediation: "conditional" } as const;
  const signedIn = await signInWithPasskey(config, { options });
  assertEquals(signedIn.user.email, EMAIL);
  assertEquals(credentials.asked[1].mediation, "conditional");

  const webauthn = { ...PARTY, credentials };
  const raised = await mfaWebauthnRegister(user, {
    friendlyName: "Key",
    webauthn,
  });
  const [factor] = raised.user.factors ?? [];
  const strong = withAccessToken(config, raised.access_token);
  const params = { factorId: factor!.id, webauthn };
  await mfaWebauthnAuthenticate(strong, params);
  const answer = await mfaWebauthnChallenge(strong, { ...params, credentials });
  const verified = await mfaVerify(strong, answer);
  assertEquals(verified.user.factors?.[0]?.status, "verified");
});
