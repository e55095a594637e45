/** `POST /token`: sign_in_with_password, sign_in_with_id_token, refresh_session, exchange_code_for_session. */
import {
  calculateCodeChallenge,
  exchangeCodeForSession,
  generateCodeVerifier,
  refreshSession,
  signInWithIdToken,
  signInWithPassword,
  signUp,
} from "@gotrue/edge/api";
import { AuthApiError } from "@gotrue/edge";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import { AUDIENCE } from "./issuer.ts";
import type { ContractCase, World } from "./world.ts";

/** Somebody who has signed up. */
async function person({ config, email }: World) {
  const params = { email: email(), password: PASSWORD };
  const { user, session } = await signUp(config, params);
  if (!session) throw new Error("The case needs automatic confirmation");
  return { params, user, session };
}

/** A code that a mail link has brought, and its verifier. */
async function mailedCode(world: World) {
  const codeVerifier = generateCodeVerifier();
  const email = world.email();
  await signUp(world.config, {
    email,
    password: PASSWORD,
    codeChallenge: await calculateCodeChallenge(codeVerifier),
  });
  const { link } = await world.mail(email);
  const target = await world.follow(link);
  return { code: target.searchParams.get("code") ?? "", codeVerifier, email };
}

const UNCONFIRMED = { GOTRUE_MAILER_AUTOCONFIRM: "false" };
const GOOGLE = {
  GOTRUE_EXTERNAL_GOOGLE_ENABLED: "true",
  GOTRUE_EXTERNAL_GOOGLE_CLIENT_ID: AUDIENCE,
};
const WRONG_PASSWORD = "Invalid login credentials";

export const TOKEN: readonly ContractCase[] = [
  {
    name: "signInWithPassword() signs in by e-mail",
    run: async (world) => {
      const { params, user } = await person(world);
      const result = await signInWithPassword(world.config, params);
      assertEquals(result.user.id, user.id);
      assert(result.session.expires_at > world.now() / 1000);
      assert(result.user.last_sign_in_at instanceof Date);
    },
  },
  {
    name: "signInWithPassword() signs in by phone",
    run: async ({ config, phone }) => {
      const params = { phone: phone(), password: PASSWORD };
      await signUp(config, params);
      const { user } = await signInWithPassword(config, params);
      assertEquals(user.phone, params.phone);
    },
  },
  {
    name: "signInWithPassword() is refused for a wrong password",
    run: async (world) => {
      const { params } = await person(world);
      const wrong = { ...params, password: "wrong" };
      const call = signInWithPassword(world.config, wrong);
      await assertRefused(call, 400, "invalid_credentials", WRONG_PASSWORD);
    },
  },
  {
    name:
      "signInWithPassword() is refused for an unknown address in the same words",
    run: async ({ config, email }) => {
      const params = { email: email(), password: PASSWORD };
      const call = signInWithPassword(config, params);
      await assertRefused(call, 400, "invalid_credentials", WRONG_PASSWORD);
    },
  },
  {
    name: "signInWithPassword() is refused before the address is confirmed",
    env: UNCONFIRMED,
    run: async ({ config, email }) => {
      const params = { email: email(), password: PASSWORD };
      await signUp(config, params);
      const call = signInWithPassword(config, params);
      await assertRefused(call, 400, "email_not_confirmed");
    },
  },
  {
    name: "signInWithPassword() is refused before the number is confirmed",
    run: async ({ admin, config, phone }) => {
      const params = { phone: phone(), password: PASSWORD };
      await admin.createUser(params);
      const call = signInWithPassword(config, params);
      await assertRefused(call, 400, "phone_not_confirmed");
    },
  },
  {
    name: "signInWithPassword() is refused for somebody banned",
    run: async (world) => {
      const { params, user } = await person(world);
      await world.admin.updateUserById(user.id, { ban_duration: "1h" });
      const call = signInWithPassword(world.config, params);
      await assertRefused(call, 400, "user_banned", "User is banned");
    },
  },
  {
    name: "signInWithPassword() is refused without e-mail and phone",
    run: async ({ config }) => {
      const params = { password: PASSWORD } as {
        email: string;
        password: string;
      };
      const call = signInWithPassword(config, params);
      await assertRefused(call, 400, "validation_failed");
    },
  },
  {
    name: "signInWithPassword() is refused where mail sign-in is disabled",
    env: { GOTRUE_EXTERNAL_EMAIL_ENABLED: "false" },
    run: async ({ config, email }) => {
      const params = { email: email(), password: PASSWORD };
      const call = signInWithPassword(config, params);
      await assertRefused(call, 422, "email_provider_disabled");
    },
  },
  {
    name: "signInWithPassword() is refused where phone sign-in is disabled",
    env: { GOTRUE_EXTERNAL_PHONE_ENABLED: "false" },
    run: async ({ config, phone }) => {
      const params = { phone: phone(), password: PASSWORD };
      const call = signInWithPassword(config, params);
      await assertRefused(call, 422, "phone_provider_disabled");
    },
  },
  {
    name: "signInWithIdToken() signs in with the token of a trusted issuer",
    needs: ["idTokens"],
    env: GOOGLE,
    run: async ({ config, email, idToken }) => {
      const address = email();
      const claims = { sub: "42", email: address, email_verified: true };
      const token = await idToken(claims);
      const params = { provider: "google", token };
      const { user } = await signInWithIdToken(config, params);
      assertEquals(user.email, address);
    },
  },
  {
    name:
      "signInWithIdToken() is refused for a token that is for somebody else",
    needs: ["idTokens"],
    env: GOOGLE,
    run: async ({ config, idToken }) => {
      const token = await idToken({ sub: "42", aud: "somebody-else" });
      const call = signInWithIdToken(config, { provider: "google", token });
      await assertRefused(call, 400, "invalid request");
    },
  },
  {
    name: "signInWithIdToken() is refused for a text that is no token",
    run: async ({ config }) => {
      const params = { provider: "google", token: "not-a-token" };
      const error = await assertRejects(() =>
        signInWithIdToken(config, params)
      );
      assert(error instanceof AuthApiError);
      assertEquals(error.status, 400);
    },
  },
  {
    name: "signInWithIdToken() is refused for an issuer that is not allowed",
    run: async ({ config }) => {
      const params = { provider: "https://nobody.example", token: "a.b.c" };
      const error = await assertRejects(() =>
        signInWithIdToken(config, params)
      );
      assert(error instanceof AuthApiError);
      assertEquals(error.status, 400);
    },
  },
  {
    name: "refreshSession() gives another session of the same user",
    run: async (world) => {
      const { session, user } = await person(world);
      const { refresh_token } = session;
      const next = await refreshSession(world.config, { refresh_token });
      assertEquals(next.user.id, user.id);
      assert(next.session.refresh_token !== refresh_token);
    },
  },
  {
    name: "refreshSession() answers a repeated token with the same successor",
    run: async (world) => {
      const { refresh_token } = (await person(world)).session;
      const first = await refreshSession(world.config, { refresh_token });
      const again = await refreshSession(world.config, { refresh_token });
      assertEquals(
        again.session.refresh_token,
        first.session.refresh_token,
      );
    },
  },
  {
    name: "refreshSession() is refused for a token used before its successor",
    needs: ["clock"],
    env: { GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "10" },
    run: async (world) => {
      const { refresh_token } = (await person(world)).session;
      const { session } = await refreshSession(world.config, { refresh_token });
      await refreshSession(world.config, session);
      world.advance(11_000);
      const call = refreshSession(world.config, { refresh_token });
      await assertRefused(call, 400, "refresh_token_already_used");
    },
  },
  {
    name: "refreshSession() is refused for an unknown token",
    run: async ({ config }) => {
      const call = refreshSession(config, { refresh_token: "abcdefghij23" });
      await assertRefused(call, 400, "refresh_token_not_found");
    },
  },
  {
    name: "refreshSession() is refused for a text that is no token",
    run: async ({ config }) => {
      const call = refreshSession(config, { refresh_token: "short" });
      await assertRefused(
        call,
        400,
        "validation_failed",
        "Refresh token is not valid",
      );
    },
  },
  {
    name: "refreshSession() is refused for somebody banned",
    run: async (world) => {
      const { session, user } = await person(world);
      await world.admin.updateUserById(user.id, { ban_duration: "1h" });
      const call = refreshSession(world.config, session);
      await assertRefused(call, 400, "user_banned");
    },
  },
  {
    name: "refreshSession() is refused after too long a pause",
    needs: ["clock"],
    env: { GOTRUE_SESSIONS_INACTIVITY_TIMEOUT: "1h" },
    run: async (world) => {
      const { session } = await person(world);
      world.advance(2 * 3_600_000);
      const call = refreshSession(world.config, session);
      await assertRefused(call, 400, "session_expired");
    },
  },
  {
    name: "exchangeCodeForSession() signs in by the code of a mail link",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { code, codeVerifier, email } = await mailedCode(world);
      const options = { codeVerifier };
      const { user } = await exchangeCodeForSession(
        world.config,
        code,
        options,
      );
      assertEquals(user.email, email);
    },
  },
  {
    name:
      "exchangeCodeForSession() does not use the code up on a wrong verifier",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { code, codeVerifier } = await mailedCode(world);
      const wrong = { codeVerifier: generateCodeVerifier() };
      const call = exchangeCodeForSession(world.config, code, wrong);
      await assertRefused(call, 400, "bad_code_verifier");
      await exchangeCodeForSession(world.config, code, { codeVerifier });
    },
  },
  {
    name: "exchangeCodeForSession() is refused for a code used before",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { code, codeVerifier } = await mailedCode(world);
      const options = { codeVerifier };
      await exchangeCodeForSession(world.config, code, options);
      const again = exchangeCodeForSession(world.config, code, options);
      await assertRefused(again, 404, "flow_state_not_found");
    },
  },
  {
    name: "exchangeCodeForSession() is refused for a code too old",
    needs: ["mail", "clock"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { code, codeVerifier } = await mailedCode(world);
      world.advance(301_000);
      const call = exchangeCodeForSession(world.config, code, { codeVerifier });
      await assertRefused(call, 422, "flow_state_expired");
    },
  },
  {
    name: "exchangeCodeForSession() is refused without a code",
    run: async ({ config }) => {
      const codeVerifier = generateCodeVerifier();
      const call = exchangeCodeForSession(config, "", { codeVerifier });
      await assertRefused(call, 400, "validation_failed");
    },
  },
];
