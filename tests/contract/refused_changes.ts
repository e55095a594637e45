/** What the routes of a signed-in user refuse (auth-server §10.7, §11, §12.5), besides what the client's cases show. */
import { mfaChallenge, mfaEnroll, mfaVerify } from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { invalid } from "./addresses.ts";
import { PASSWORD } from "./assertions.ts";
import { type Person, signedUp } from "./people.ts";
import { NOBODYS, type Refusal, refusals } from "./requests.ts";
import { totp } from "./totp.ts";
import type { ContractCase, World } from "./world.ts";

const USERS = "/admin/users";
const TAKEN = [
  422,
  "email_exists",
  "A user with this email address has already been registered",
] as const;

/** A guest to whom an administrator has given an address or a number, unconfirmed. */
async function guestWith(world: World, members: object): Promise<string> {
  const { body: guest } = await world.send("POST", "/signup", { body: {} });
  await world.send("PUT", `${USERS}/${guest.user.id}`, {
    token: world.serviceKey,
    body: members,
  });
  return guest.access_token;
}

/** Verifies a factor; the person's own token stays at aal1. */
async function withFactor(world: World, { config, email }: Person) {
  const { id: factorId, totp: { secret } } = await mfaEnroll(config, {
    factorType: "totp",
  });
  const { id: challengeId } = await mfaChallenge(config, { factorId });
  const code = await totp(secret, world.now());
  await mfaVerify(config, { factorId, challengeId, code });
  const { body } = await world.send("POST", "/token?grant_type=password", {
    body: { email, password: PASSWORD },
  });
  return { factorId, token: body.access_token };
}

const OF_ONESELF: readonly Refusal[] = [
  {
    why: "for an address that is taken",
    given: async (world) => ({
      body: { email: (await signedUp(world)).email },
    }),
    answer: TAKEN,
  },
  {
    why: "for a number that is taken",
    given: async (world) => {
      const phone = world.phone();
      await world.admin.createUser({ phone, phone_confirm: true });
      return { body: { phone } };
    },
    answer: [
      422,
      "phone_exists",
      "A user with this phone number has already been registered",
    ],
  },
  {
    why: "at aal1 for an address where there is a factor",
    given: async (world, person) => ({
      token: (await withFactor(world, person)).token,
      body: { email: world.email() },
    }),
    answer: [
      401,
      "insufficient_aal",
      "AAL2 session is required to update email or password when MFA is enabled.",
    ],
  },
  {
    why: "for a guest's password without an address",
    as: "guest",
    body: { password: "another password" },
    answer: [
      422,
      "validation_failed",
      "Updating password of an anonymous user without an email or phone is not allowed",
    ],
  },
];

export const REFUSED_CHANGES: readonly ContractCase[] = [
  ...refusals("GET /user", { as: "user" }, [{
    why: "for another audience",
    headers: { "X-JWT-AUD": "others" },
    answer: invalid("Token audience doesn't match request audience"),
  }]),
  ...refusals("PUT /user", { as: "user", body: {} }, OF_ONESELF),
  {
    name:
      "PUT /user changes a guest into somebody at once, where addresses need no confirmation",
    run: async ({ email: newAddress, send }) => {
      const { body: guest } = await send("POST", "/signup", { body: {} });
      const email = newAddress();
      const { body } = await send("PUT", "/user", {
        token: guest.access_token,
        body: { email },
      });
      assertEquals([body.email, body.is_anonymous], [email, false]);
    },
  },
  ...refusals("GET /reauthenticate", {}, [
    {
      why: "for guests",
      as: "guest",
      answer: invalid(
        "Reauthentication requires the user to have an email or a phone number",
      ),
    },
    {
      why: "before a new number is confirmed",
      env: { GOTRUE_SMS_AUTOCONFIRM: "false" },
      given: async (world) => ({
        token: await guestWith(world, { phone: world.phone() }),
      }),
      answer: [422, "phone_not_confirmed", "Please verify your phone first."],
    },
    {
      why: "before the address is confirmed",
      env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
      given: async (world) => ({
        token: await guestWith(world, { email: world.email() }),
      }),
      answer: [422, "email_not_confirmed", "Please verify your email first."],
    },
  ]),
  ...refusals("DELETE /user/identities/{identity_id}", { as: "user" }, [
    {
      why: "for an id that is none",
      at: "/user/identities/abc",
      answer: [404, "validation_failed", "identity_id must be an UUID"],
    },
    {
      why: "for the last identity",
      at: `/user/identities/${NOBODYS}`,
      answer: [
        422,
        "single_identity_not_deletable",
        "User must have at least 1 identity after unlinking",
      ],
    },
    {
      why: "for an identity of nobody",
      given: async (world, { user }) => {
        const phone = world.phone();
        await world.admin.updateUserById(user.id, {
          phone,
          phone_confirm: true,
        });
        return { at: `/user/identities/${NOBODYS}` };
      },
      answer: [422, "identity_not_found", "Identity doesn't exist"],
    },
    {
      why: "for another audience",
      at: `/user/identities/${NOBODYS}`,
      headers: { "X-JWT-AUD": "others" },
      answer: [
        403,
        "unexpected_audience",
        "Token audience doesn't match request audience",
      ],
    },
  ]),
  ...refusals("DELETE /factors/{factor_id}", { as: "user" }, [
    {
      why: "for an id that is none",
      at: "/factors/abc",
      answer: [404, "validation_failed", "factor_id must be an UUID"],
    },
    {
      why: "at aal1 for a verified factor",
      given: async (world, person) => {
        const { factorId, token } = await withFactor(world, person);
        return { token, at: `/factors/${factorId}` };
      },
      answer: [
        422,
        "insufficient_aal",
        "AAL2 required to unenroll verified factor",
      ],
    },
  ]),
];
