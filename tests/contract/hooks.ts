/** How hooks change answers (auth-server §22). */
import { assertEquals } from "@std/assert";
import { PASSWORD } from "./assertions.ts";
import { claimsOf } from "./requests.ts";
import { totp } from "./totp.ts";
import type { Answer, ContractCase, Loose, World } from "./world.ts";

const NEEDS: ContractCase["needs"] = ["hooks"];

function signUp({ email, send }: World): Promise<Answer> {
  const body = { email: email(), password: PASSWORD };
  return send("POST", "/signup", { body });
}

/** Signs in by password. */
function signIn({ send }: World, email: string): Promise<Answer> {
  const path = "/token?grant_type=password";
  return send("POST", path, { body: { email, password: PASSWORD } });
}

/** Status, code and message of an answer. */
function told({ status, body }: Answer): unknown[] {
  return [status, body.code, body.message];
}

function isOpen({ app_metadata }: Record<string, Loose>): boolean {
  return app_metadata.open === true;
}

export const HOOKS: readonly ContractCase[] = [
  {
    name: "POST /signup is refused with the status of before_user_created",
    needs: NEEDS,
    hooks: {
      beforeUserCreated: () => ({
        error: { http_code: 418, message: "No teapots" },
      }),
    },
    run: async (world) => {
      const answer = await signUp(world);
      assertEquals(told(answer), [418, "unknown", "No teapots"]);
      assertEquals(answer.headers.get("x-sb-error-code"), null);
    },
  },
  {
    name: "POST /signup fails where after_user_created does",
    needs: NEEDS,
    env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
    hooks: {
      afterUserCreated: () => ({ error: { http_code: 400, message: "late" } }),
    },
    run: async (world) => {
      const [status, , message] = told(await signUp(world));
      assertEquals([status, message], [500, "Error invoking hook"]);
    },
  },
  {
    name: "POST /signup gives the claims of custom_access_token",
    needs: NEEDS,
    hooks: {
      customAccessToken: ({ claims }) => ({
        claims: { ...claims, plan: "pro" },
      }),
    },
    run: async (world) => {
      const { body } = await signUp(world);
      assertEquals(claimsOf(body.access_token).plan, "pro");
    },
  },
  {
    name: "POST /signup fails for claims that leave out what must be there",
    needs: NEEDS,
    hooks: { customAccessToken: () => ({ claims: { plan: "pro" } }) },
    run: async (world) => {
      const { status, body } = await signUp(world);
      assertEquals([status, body.code], [500, "unexpected_failure"]);
    },
  },
  {
    name:
      "POST /token?grant_type=refresh_token is refused with the status of custom_access_token, and the token stays",
    needs: NEEDS,
    hooks: {
      customAccessToken: ({ claims, authentication_method: method }) =>
        method === "token_refresh" && !isOpen(claims)
          ? { error: { http_code: 403, message: "Not from here" } }
          : { claims },
    },
    run: async (world) => {
      const { body: { refresh_token, user } } = await signUp(world);
      const path = "/token?grant_type=refresh_token";
      const refresh = () =>
        world.send("POST", path, { body: { refresh_token } });
      const answer = await refresh();
      assertEquals(told(answer), [403, "unknown", "Not from here"]);
      assertEquals(answer.headers.get("x-sb-error-code"), null);
      await world.admin.updateUserById(user.id, {
        app_metadata: { open: true },
      });
      assertEquals((await refresh()).body.user?.id, user.id);
    },
  },
  {
    name:
      "POST /token?grant_type=password fails where custom_access_token refuses without a status",
    needs: NEEDS,
    hooks: {
      customAccessToken: () => ({ error: { message: "Closed" } }),
    },
    run: async (world) => {
      const email = world.email();
      await world.admin.createUser({
        email,
        password: PASSWORD,
        email_confirm: true,
      });
      const [status, code, text] = told(await signIn(world, email));
      assertEquals([status, code, text], [500, "unexpected_failure", "Closed"]);
    },
  },
  {
    name: "POST /recover leaves the mail to send_email",
    needs: NEEDS,
    hooks: {
      sendEmail: ({ email_data, user }) =>
        email_data.email_action_type === "recovery" && user["email"]
          ? {}
          : { error: { message: "Not what was asked for" } },
    },
    run: async ({ admin, email, send }) => {
      const address = email();
      await admin.createUser({ email: address, email_confirm: true });
      const body = { email: address };
      assertEquals((await send("POST", "/recover", { body })).status, 200);
    },
  },
  {
    name: "POST /otp is refused where send_sms refuses",
    needs: NEEDS,
    env: { GOTRUE_SMS_AUTOCONFIRM: "false" },
    hooks: { sendSms: () => ({ error: { http_code: 400, message: "No" } }) },
    run: async ({ phone, send }) => {
      const body = { phone: phone() };
      const { status } = await send("POST", "/otp", { body });
      assertEquals(status >= 400, true);
    },
  },
  {
    name:
      "POST /token?grant_type=password is refused where password_verification_attempt rejects",
    needs: NEEDS,
    hooks: {
      passwordVerificationAttempt: () => ({ decision: "reject" }),
    },
    run: async (world) => {
      const { body } = await signUp(world);
      assertEquals(told(await signIn(world, body.user.email)), [
        400,
        "invalid_credentials",
        "Further password verification attempts will be rejected.",
      ]);
    },
  },
  {
    name:
      "POST /factors/{factor_id}/verify is refused where mfa_verification_attempt rejects",
    needs: NEEDS,
    hooks: { mfaVerificationAttempt: () => ({ decision: "reject" }) },
    run: async (world) => {
      const { body: { access_token: token } } = await signUp(world);
      const factor = await world.send("POST", "/factors", {
        token,
        body: { factor_type: "totp" },
      });
      const at = `/factors/${factor.body.id}`;
      const challenge = await world.send("POST", `${at}/challenge`, { token });
      const code = await totp(factor.body.totp.secret, world.now());
      const answer = await world.send("POST", `${at}/verify`, {
        token,
        body: { challenge_id: challenge.body.id, code },
      });
      assertEquals(told(answer), [
        403,
        "mfa_verification_rejected",
        "Further MFA verification attempts will be rejected.",
      ]);
      const after = await world.send("GET", "/user", { token });
      assertEquals(after.body.code, "session_not_found");
    },
  },
];
