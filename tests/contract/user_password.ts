/** Passwords (auth-server §7, §11.2): strength, and what a new one takes. */
import { assertEquals } from "@std/assert";
import { reauthenticate } from "@gotrue/edge/api";
import { PASSWORD } from "./assertions.ts";
import { type Person, signedUp } from "./people.ts";
import { refusals } from "./requests.ts";
import type { ContractCase, World } from "./world.ts";

const DAY = 24 * 3_600_000;
const NEW = "another horse and battery";
const REAUTHENTICATE = {
  GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION: "true",
  GOTRUE_JWT_EXP: "360000",
};
const CURRENT = {
  GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_CURRENT_PASSWORD: "true",
};
const STRONG = {
  GOTRUE_PASSWORD_MIN_LENGTH: "10",
  GOTRUE_PASSWORD_REQUIRED_CHARACTERS: "abcdef:0123456789",
};
const CURRENT_TEXT = "Current password required when setting new password.";
const SETS =
  "Password should contain at least one character of each: abcdef, 0123456789.";

/** The nonce that is mailed to somebody. */
async function nonceOf(world: World, { config, email }: Person) {
  await reauthenticate(config);
  return (await world.mail(email)).code;
}

/** Passwords that are too weak, and why. */
const WEAK: readonly (readonly [string, string[], string])[] = [
  ["abc456789", ["length"], "Password should be at least 10 characters."],
  ["xxxxxxxxxxxx", ["characters"], SETS],
  [
    "xxx",
    ["length", "characters"],
    `Password should be at least 10 characters. ${SETS}`,
  ],
];

export const USER_PASSWORD: readonly ContractCase[] = [
  ...WEAK.map(([password, reasons, text]): ContractCase => ({
    name: `POST /signup is refused for the password ${password}`,
    env: STRONG,
    run: async ({ email, send }) => {
      const { status, body } = await send("POST", "/signup", {
        body: { email: email(), password },
      });
      assertEquals([status, body.code, body.message], [
        422,
        "weak_password",
        text,
      ]);
      assertEquals(body.weak_password.reasons, reasons);
    },
  })),
  ...refusals("POST /signup", {}, [{
    why: "for a password of 73 bytes",
    given: ({ email }) => ({
      body: { email: email(), password: "x".repeat(73) },
    }),
    answer: [
      400,
      "validation_failed",
      "Password cannot be longer than 72 characters",
    ],
  }]),
  {
    name: "POST /token?grant_type=password tells of a password grown weak",
    env: STRONG,
    run: async ({ admin, email, send }) => {
      const credentials = { email: email(), password: "xxx" };
      await admin.createUser({ ...credentials, email_confirm: true });
      const { status, body } = await send(
        "POST",
        "/token?grant_type=password",
        { body: credentials },
      );
      assertEquals(status, 200);
      assertEquals(body.weak_password.reasons, ["length", "characters"]);
    },
  },
  {
    name: "PUT /user takes a new password with the nonce after a day",
    needs: ["mail", "clock"],
    env: REAUTHENTICATE,
    run: async (world) => {
      const person = await signedUp(world);
      world.advance(DAY + 1000);
      const nonce = await nonceOf(world, person);
      const { status } = await world.send("PUT", "/user", {
        token: person.accessToken,
        body: { password: NEW, nonce },
      });
      assertEquals(status, 200);
    },
  },
  {
    name: "PUT /user takes a new password without a nonce on the first day",
    env: REAUTHENTICATE,
    run: async (world) => {
      const { accessToken: token } = await signedUp(world);
      const body = { password: NEW };
      const { status } = await world.send("PUT", "/user", { token, body });
      assertEquals(status, 200);
    },
  },
  {
    name: "PUT /user takes a new password with the current one",
    env: CURRENT,
    run: async (world) => {
      const { accessToken: token } = await signedUp(world);
      const body = { password: NEW, current_password: PASSWORD };
      const { status } = await world.send("PUT", "/user", { token, body });
      assertEquals(status, 200);
    },
  },
  {
    name: "PUT /user needs no current password in a session of recovery",
    needs: ["mail"],
    env: CURRENT,
    run: async (world) => {
      const { email } = await signedUp(world);
      await world.send("POST", "/recover", { body: { email } });
      const { token_hash } = await world.mail(email);
      const verified = await world.send("POST", "/verify", {
        body: { type: "recovery", token_hash },
      });
      const { status } = await world.send("PUT", "/user", {
        token: verified.body.access_token,
        body: { password: NEW },
      });
      assertEquals(status, 200);
    },
  },
  ...refusals("PUT /user", { as: "user", body: { password: NEW } }, [
    {
      why: "for a new password without a nonce after a day",
      needs: ["clock"],
      env: REAUTHENTICATE,
      given: (world) => {
        world.advance(DAY + 1000);
        return {};
      },
      answer: [
        400,
        "reauthentication_needed",
        "Password update requires reauthentication",
      ],
    },
    {
      why: "for a new password with a wrong nonce",
      needs: ["clock"],
      env: REAUTHENTICATE,
      given: (world) => {
        world.advance(DAY + 1000);
        return { body: { nonce: "000000" } };
      },
      answer: [
        422,
        "reauthentication_not_valid",
        "Nonce has expired or is invalid",
      ],
    },
    {
      why: "for a new password without the current one",
      env: CURRENT,
      answer: [400, "current_password_required", CURRENT_TEXT],
    },
    {
      why: "for a new password with a wrong current one",
      env: CURRENT,
      body: { current_password: "wrong" },
      answer: [400, "current_password_invalid", CURRENT_TEXT],
    },
    {
      why: "for the current password as the new one",
      body: { password: PASSWORD },
      answer: [
        422,
        "same_password",
        "New password should be different from the old password.",
      ],
    },
    {
      why: "for app_metadata of one's own",
      body: { app_metadata: { role: "boss" } },
      answer: [
        403,
        "not_admin",
        "Updating app_metadata requires admin privileges",
      ],
    },
    {
      why: "for a malformed address",
      body: { email: "x" },
      answer: [
        400,
        "validation_failed",
        "Unable to validate email address: invalid format",
      ],
    },
    {
      why: "for a malformed number",
      body: { phone: "12ab" },
      answer: [
        400,
        "validation_failed",
        "Invalid phone number format (E.164 required)",
      ],
    },
    {
      why: "for a body of the wrong type",
      body: { password: 5 },
      answer: [400, "bad_json"],
    },
  ]),
];
