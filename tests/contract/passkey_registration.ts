/** `/passkeys/registration`: passkey.start_registration, passkey.verify_registration. */
import {
  mfaChallenge,
  mfaEnroll,
  mfaVerify,
  passkeyStartRegistration,
  passkeyVerifyRegistration,
  signInWithPassword,
  withAccessToken,
} from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { TestKey } from "../emulator/authenticator.ts";
import { assertRefused, PASSWORD } from "./assertions.ts";
import { CHECKED, ENV, register, withPasskey } from "./passkey_people.ts";
import { signedUp } from "./people.ts";
import { totp } from "./totp.ts";
import type { ContractCase } from "./world.ts";

export const PASSKEY_REGISTRATION: readonly ContractCase[] = [
  {
    name: "passkeyStartRegistration() names the user and the relying party",
    env: ENV,
    run: async (world) => {
      const { config, email } = await signedUp(world);
      const { options, expires_at } = await passkeyStartRegistration(config);
      assertEquals(options.rp, { id: "localhost", name: "Example" });
      assertEquals(options.user.name, email);
      assertEquals(options.authenticatorSelection?.residentKey, "required");
      assert(options.pubKeyCredParams.some(({ alg }) => alg === -7));
      assert(Math.abs(expires_at * 1000 - world.now() - 300_000) < 10_000);
    },
  },
  {
    name: "passkeyStartRegistration() is refused for a guest",
    env: ENV,
    run: async (world) => {
      const auth = world.client();
      await auth.signInAnonymously();
      const call = auth.passkey.startRegistration();
      await assertRefused(call, 403, "no_authorization");
    },
  },
  {
    name:
      "passkeyStartRegistration() is refused at aal1 where there is a factor",
    env: ENV,
    run: async (world) => {
      const { config, email } = await signedUp(world);
      const factor = await mfaEnroll(config, { factorType: "totp" });
      const { id: factorId } = factor;
      const { id: challengeId } = await mfaChallenge(config, { factorId });
      const code = await totp(factor.totp.secret, world.now());
      await mfaVerify(config, { factorId, challengeId, code });
      const signIn = { email, password: PASSWORD };
      const { session } = await signInWithPassword(world.config, signIn);
      const low = withAccessToken(world.config, session.access_token);
      const call = passkeyStartRegistration(low);
      await assertRefused(call, 403, "insufficient_aal");
    },
  },
  {
    ...CHECKED,
    name: "passkeyStartRegistration() is refused for one passkey too many",
    env: { ...ENV, GOTRUE_PASSKEY_MAX_PASSKEYS_PER_USER: "1" },
    run: async (world) => {
      const { config } = await withPasskey(world);
      const call = passkeyStartRegistration(config);
      await assertRefused(call, 422, "too_many_passkeys");
    },
  },
  {
    ...CHECKED,
    name: "passkeyVerifyRegistration() adds a passkey",
    run: async (world) => {
      const { config, key, passkey } = await withPasskey(world);
      assertEquals(passkey.friendly_name, "Passkey");
      assert(passkey.created_at instanceof Date);
      const { options } = await passkeyStartRegistration(config);
      const [excluded] = options.excludeCredentials ?? [];
      assertEquals(excluded?.id, (await key.create(options)).id);
    },
  },
  {
    ...CHECKED,
    name: "passkeyVerifyRegistration() is refused for a key of another site",
    run: async (world) => {
      const person = await signedUp(world);
      const how = { origin: "https://evil.example" };
      const call = register(person, await TestKey.make(), how);
      await assertRefused(call, 400, "webauthn_verification_failed");
    },
  },
  {
    ...CHECKED,
    name:
      "passkeyVerifyRegistration() is refused for a credential of somebody else",
    run: async (world) => {
      const { key } = await withPasskey(world);
      const call = register(await signedUp(world), key);
      await assertRefused(call, 422, "webauthn_credential_exists");
    },
  },
  {
    ...CHECKED,
    name:
      "passkeyVerifyRegistration() is refused for a challenge that was used",
    run: async (world) => {
      const { config } = await signedUp(world);
      const { challenge_id: challengeId, options } =
        await passkeyStartRegistration(config);
      const credential = await (await TestKey.make()).create(options);
      const params = { challengeId, credential };
      await passkeyVerifyRegistration(config, params);
      const again = passkeyVerifyRegistration(config, params);
      await assertRefused(again, 400, "webauthn_challenge_not_found");
    },
  },
  {
    ...CHECKED,
    name: "passkeyVerifyRegistration() is refused for a challenge too old",
    needs: ["packages", "clock"],
    run: async (world) => {
      const { config } = await signedUp(world);
      const { challenge_id: challengeId, options } =
        await passkeyStartRegistration(config);
      const credential = await (await TestKey.make()).create(options);
      world.advance(301_000);
      const params = { challengeId, credential };
      const call = passkeyVerifyRegistration(config, params);
      await assertRefused(call, 400, "webauthn_challenge_expired");
    },
  },
];
