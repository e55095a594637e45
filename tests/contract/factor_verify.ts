/** `POST /factors/{id}/verify`: mfa.verify, mfa.challenge_and_verify, the assurance level. */
import {
  mfaChallenge,
  mfaEnroll,
  mfaUnenroll,
  mfaVerify,
  signInWithPassword,
  updateUser,
  withAccessToken,
} from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import { signedUp } from "./people.ts";
import { totp } from "./totp.ts";
import type { ContractCase, World } from "./world.ts";

/** Somebody with a factor that awaits its first code. */
async function enrolled(world: World) {
  const person = await signedUp(world);
  const factor = await mfaEnroll(person.config, { factorType: "totp" });
  const { id: factorId } = factor;
  const { id: challengeId } = await mfaChallenge(person.config, { factorId });
  const code = await totp(factor.totp.secret, world.now());
  return { ...person, factor, params: { factorId, challengeId, code } };
}

export const FACTOR_VERIFY: readonly ContractCase[] = [
  {
    name: "mfaVerify() raises the session to aal2",
    run: async (world) => {
      const { config, params, user } = await enrolled(world);
      const session = await mfaVerify(config, params);
      assertEquals(session.user.id, user.id);
      assertEquals(session.user.factors?.[0]?.status, "verified");
      const auth = world.client();
      await auth.setSession(session);
      const level = await auth.mfa.getAuthenticatorAssuranceLevel();
      assertEquals([level.currentLevel, level.nextLevel], ["aal2", "aal2"]);
      await mfaUnenroll(withAccessToken(world.config, session.access_token), {
        factorId: params.factorId,
      });
    },
  },
  {
    name: "mfaVerify() is refused for a wrong code",
    run: async (world) => {
      const { config, params } = await enrolled(world);
      const code = params.code === "000000" ? "000001" : "000000";
      const call = mfaVerify(config, { ...params, code });
      await assertRefused(call, 422, "mfa_verification_failed");
    },
  },
  {
    name: "mfaVerify() is refused for a challenge too old",
    needs: ["clock"],
    run: async (world) => {
      const { config, params } = await enrolled(world);
      world.advance(301_000);
      const call = mfaVerify(config, params);
      await assertRefused(call, 422, "mfa_challenge_expired");
    },
  },
  {
    name: "AuthMfa.challengeAndVerify() verifies in one",
    run: async (world) => {
      const auth = world.client();
      await auth.signUp({ email: world.email(), password: PASSWORD });
      const { id: factorId, totp: { secret } } = await auth.mfa.enroll({
        factorType: "totp",
      });
      const code = await totp(secret, world.now());
      const session = await auth.mfa.challengeAndVerify({ factorId, code });
      const current = (await auth.getSession()).session;
      assertEquals(current?.access_token, session.access_token);
      assertEquals((await auth.mfa.listFactors()).totp.length, 1);
    },
  },
  {
    name: "AuthMfa.challengeAndVerify() is refused for a wrong code",
    run: async (world) => {
      const auth = world.client();
      await auth.signUp({ email: world.email(), password: PASSWORD });
      const { id: factorId } = await auth.mfa.enroll({ factorType: "totp" });
      const call = auth.mfa.challengeAndVerify({ factorId, code: "abc" });
      await assertRefused(call, 422, "mfa_verification_failed");
    },
  },
  {
    name:
      "updateUser() is refused at aal1 for a password where there is a factor",
    run: async (world) => {
      const { config, email, params } = await enrolled(world);
      await mfaVerify(config, params);
      const signIn = { email, password: PASSWORD };
      const { session } = await signInWithPassword(world.config, signIn);
      const low = withAccessToken(world.config, session.access_token);
      const call = updateUser(low, { password: "a new and better one" });
      await assertRefused(call, 401, "insufficient_aal");
    },
  },
  {
    name:
      "AuthMfa.getAuthenticatorAssuranceLevel() names what is there and what could be",
    run: async (world) => {
      const { config, email, params } = await enrolled(world);
      await mfaVerify(config, params);
      const auth = world.client();
      await auth.signInWithPassword({ email, password: PASSWORD });
      const level = await auth.mfa.getAuthenticatorAssuranceLevel();
      assertEquals([level.currentLevel, level.nextLevel], ["aal1", "aal2"]);
      const [first] = level.currentAuthenticationMethods;
      assertEquals(first?.method, "password");
    },
  },
];
