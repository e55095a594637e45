/** `POST /signup`: sign_up, sign_in_anonymously. */
import { AuthWeakPasswordError, isAuthError } from "@gotrue/edge";
import { signInAnonymously, signUp } from "@gotrue/edge/api";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import type { ContractCase } from "./world.ts";

export const SIGN_UP: readonly ContractCase[] = [
  {
    name: "signUp() signs in at once where mail is confirmed automatically",
    run: async ({ config, email }) => {
      const address = email();
      const { user, session } = await signUp(config, {
        email: address,
        password: PASSWORD,
        options: { data: { colour: "green" } },
      });
      assertEquals(user.email, address);
      assertEquals(user.user_metadata["colour"], "green");
      assert(user.created_at instanceof Date);
      assertEquals(session?.token_type, "bearer");
    },
  },
  {
    name: "signUp() gives no session where a confirmation is awaited",
    env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
    run: async ({ config, email }) => {
      const result = await signUp(config, {
        email: email(),
        password: PASSWORD,
      });
      assertEquals(result.session, null);
      assert(result.user.confirmation_sent_at instanceof Date);
    },
  },
  {
    name: "signUp() gives a look-alike without identities for a known address",
    env: {
      GOTRUE_MAILER_AUTOCONFIRM: "false",
      GOTRUE_SMS_AUTOCONFIRM: "false",
    },
    run: async ({ admin, config, email }) => {
      const address = email();
      await admin.createUser({ email: address, email_confirm: true });
      const params = { email: address, password: PASSWORD };
      const { user, session } = await signUp(config, params);
      assertEquals(session, null);
      assertEquals(user.identities, []);
    },
  },
  {
    name:
      "signUp() is refused for a known address where mail is confirmed automatically",
    run: async ({ config, email }) => {
      const params = { email: email(), password: PASSWORD };
      await signUp(config, params);
      await assertRefused(signUp(config, params), 422, "user_already_exists");
    },
  },
  {
    name: "signUp() signs in by phone",
    run: async ({ config, phone }) => {
      const number = phone();
      const params = { phone: `+${number}`, password: PASSWORD };
      const { user, session } = await signUp(config, params);
      assertEquals(user.phone, number);
      assert(session !== null);
    },
  },
  {
    name: "signUp() names the reasons of a weak password",
    run: async ({ config, email }) => {
      const error = await assertRejects(() =>
        signUp(config, { email: email(), password: "short" })
      );
      assertInstanceOf(error, AuthWeakPasswordError);
      assertEquals(error.reasons, ["length"]);
      assert(isAuthError(error, "weak_password"));
    },
  },
  {
    name: "signUp() is refused without a password",
    run: async ({ config, email }) => {
      const call = signUp(config, { email: email(), password: "" });
      await assertRefused(
        call,
        400,
        "validation_failed",
        "Signup requires a valid password",
      );
    },
  },
  {
    name: "signUp() is refused for a malformed address",
    run: async ({ config }) => {
      const call = signUp(config, { email: "nobody", password: PASSWORD });
      await assertRefused(call, 400, "validation_failed");
    },
  },
  {
    name: "signUp() is refused where sign-ups are disabled",
    env: { GOTRUE_DISABLE_SIGNUP: "true" },
    run: async ({ config, email }) => {
      const call = signUp(config, { email: email(), password: PASSWORD });
      await assertRefused(call, 422, "signup_disabled");
    },
  },
  {
    name: "signUp() is refused where mail sign-ups are disabled",
    env: { GOTRUE_EXTERNAL_EMAIL_ENABLED: "false" },
    run: async ({ config, email }) => {
      const call = signUp(config, { email: email(), password: PASSWORD });
      await assertRefused(call, 400, "email_provider_disabled");
    },
  },
  {
    name: "signUp() is refused where phone sign-ups are disabled",
    env: { GOTRUE_EXTERNAL_PHONE_ENABLED: "false" },
    run: async ({ config, phone }) => {
      const call = signUp(config, { phone: phone(), password: PASSWORD });
      await assertRefused(call, 400, "phone_provider_disabled");
    },
  },
  {
    name: "signInAnonymously() signs a guest in",
    run: async ({ config }) => {
      const { user, session } = await signInAnonymously(config, {
        options: { data: { from: "advert" } },
      });
      assertEquals(user.is_anonymous, true);
      assertEquals(user.user_metadata["from"], "advert");
      assertEquals(session.user.id, user.id);
    },
  },
  {
    name: "signInAnonymously() is refused where guests are not allowed",
    env: { GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "false" },
    run: async ({ config }) => {
      const call = signInAnonymously(config);
      await assertRefused(call, 422, "anonymous_provider_disabled");
    },
  },
];
