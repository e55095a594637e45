/** Second factors of type phone (auth-server §12.2 – §12.4). */
import { assert, assertEquals } from "@std/assert";
import { type Person, signedUp } from "./people.ts";
import { claimsOf, NOBODYS, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, Loose, World } from "./world.ts";

const PHONE = {
  GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
  GOTRUE_MFA_PHONE_VERIFY_ENABLED: "true",
};
const CHALLENGE = "POST /factors/{factor_id}/challenge";
const VERIFY = "POST /factors/{factor_id}/verify";
const USER = { as: "user", env: PHONE } as const;

/** A number of somebody, awaiting its first code. */
async function enrolled(
  world: World,
  { accessToken: token }: Person,
): Promise<Loose> {
  const phone = world.phone();
  const body = { factor_type: "phone", friendly_name: phone, phone };
  const answer = await world.send("POST", "/factors", { token, body });
  assertEquals(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

/** A challenge, which sends a code. */
async function challenged(
  world: World,
  person: Person,
): Promise<{ factor: Loose; at: string; challenge_id: string }> {
  const factor = await enrolled(world, person);
  const at = `/factors/${factor.id}`;
  const { body } = await world.send("POST", `${at}/challenge`, {
    token: person.accessToken,
    body: {},
  });
  return { factor, at: `${at}/verify`, challenge_id: body.id };
}

/** Does it all: the session is at aal2 in the end. */
async function raised(world: World, person: Person): Promise<Loose> {
  const { factor, at, challenge_id } = await challenged(world, person);
  const code = await world.sms(factor.phone);
  const { status, body } = await world.send("POST", at, {
    token: person.accessToken,
    body: { challenge_id, code },
  });
  assertEquals(status, 200, JSON.stringify(body));
  return { ...body, factor };
}

/** A refusal to enroll a number. */
function ofNumber(
  why: string,
  phone: string,
  text: string,
): Refusal {
  return { why, body: { phone }, answer: [400, "validation_failed", text] };
}

export const PHONE_FACTORS: readonly ContractCase[] = [
  {
    name: `${CHALLENGE} texts a code that raises the session to aal2`,
    needs: ["sms"],
    env: PHONE,
    run: async (world) => {
      const person = await signedUp(world);
      const { access_token, user } = await raised(world, person);
      const { aal, amr } = claimsOf(access_token);
      assertEquals([aal, amr[0].method], ["aal2", "mfa/phone"]);
      assertEquals(user.factors[0].status, "verified");
    },
  },
  ...refusals("POST /factors", { ...USER, body: { factor_type: "phone" } }, [
    ofNumber(
      "of type phone without a number",
      "",
      "Phone number required to enroll Phone factor",
    ),
    ofNumber(
      "of type phone for a malformed number",
      "12ab",
      "Invalid phone number format (E.164 required)",
    ),
    {
      why: "of type phone where that is off",
      env: { GOTRUE_MFA_PHONE_ENROLL_ENABLED: "false" },
      answer: [
        422,
        "mfa_phone_enroll_not_enabled",
        "MFA enroll is disabled for Phone",
      ],
    },
    {
      why: "of type phone for a number that is verified",
      needs: ["sms"],
      given: async (world, person) => {
        const { access_token, factor } = await raised(world, person);
        const { phone } = factor;
        return { token: access_token, body: { phone } };
      },
      answer: [
        422,
        "mfa_verified_factor_exists",
        "A verified phone factor already exists, unenroll the existing factor to continue",
      ],
    },
    {
      why: "of any type at aal1 where there is a verified one",
      needs: ["sms"],
      given: async (world, person) => {
        await raised(world, person);
        const { email } = person;
        const { body } = await world.send(
          "POST",
          "/token?grant_type=password",
          {
            body: { email, password: "correct horse battery staple" },
          },
        );
        return { token: body.access_token, body: { phone: world.phone() } };
      },
      answer: [
        403,
        "insufficient_aal",
        "AAL2 required to enroll a new factor",
      ],
    },
  ]),
  ...refusals(CHALLENGE, { ...USER, body: {} }, [
    {
      why: "of type phone where that is off",
      env: { GOTRUE_MFA_PHONE_VERIFY_ENABLED: "false" },
      given: async (world, person) => ({
        at: `/factors/${(await enrolled(world, person)).id}/challenge`,
      }),
      answer: [
        422,
        "mfa_phone_verify_not_enabled",
        "MFA verification is disabled for Phone",
      ],
    },
    {
      why: "of type phone through a channel of nobody",
      given: async (world, person) => ({
        at: `/factors/${(await enrolled(world, person)).id}/challenge`,
        body: { channel: "pigeon" },
      }),
      answer: [400, "validation_failed"],
    },
    {
      why: "of type phone twice within the minute",
      given: async (world, person) => {
        const { at } = await challenged(world, person);
        return { at: at.replace("verify", "challenge") };
      },
      answer: [429, "over_sms_send_rate_limit"],
    },
  ]),
  ...refusals(VERIFY, USER, [
    {
      why: "of type phone for a wrong code",
      given: async (world, person) => {
        const { at, challenge_id } = await challenged(world, person);
        return { at, body: { challenge_id, code: "x" } };
      },
      answer: [
        422,
        "mfa_verification_failed",
        "Invalid MFA Phone code entered",
      ],
    },
    {
      why: "without a code",
      given: async (world, person) => {
        const { at, challenge_id } = await challenged(world, person);
        return { at, body: { challenge_id } };
      },
      answer: [400, "validation_failed", "Code needs to be non-empty"],
    },
    {
      why: "for a challenge of nobody",
      given: async (world, person) => {
        const { at } = await challenged(world, person);
        return { at, body: { challenge_id: NOBODYS, code: "123456" } };
      },
      answer: [
        422,
        "mfa_factor_not_found",
        "MFA factor with the provided challenge ID not found",
      ],
    },
    {
      why: "for a challenge id that is none",
      given: async (world, person) => {
        const { at } = await challenged(world, person);
        return { at, body: { challenge_id: "abc", code: "123456" } };
      },
      answer: [400, "bad_json"],
    },
    {
      why: "for a challenge used before",
      needs: ["sms"],
      given: async (world, person) => {
        const { factor, at, challenge_id } = await challenged(world, person);
        const body = { challenge_id, code: await world.sms(factor.phone) };
        const token = person.accessToken;
        await world.send("POST", at, { token, body });
        return { at, body };
      },
      answer: [
        422,
        "mfa_ip_address_mismatch",
        "Challenge and verify IP addresses mismatch.",
      ],
    },
    {
      why: "from another address than the challenge",
      given: async (world, person) => {
        const { at, challenge_id } = await challenged(world, person);
        return {
          at,
          body: { challenge_id, code: "123456" },
          headers: { "X-Forwarded-For": "10.1.2.3" },
        };
      },
      answer: [
        422,
        "mfa_ip_address_mismatch",
        "Challenge and verify IP addresses mismatch.",
      ],
    },
    {
      why: "for a factor of somebody else",
      given: async (world) => {
        const { at, challenge_id } = await challenged(
          world,
          await signedUp(world),
        );
        return { at, body: { challenge_id, code: "123456" } };
      },
      answer: [404, "mfa_factor_not_found", "Factor not found"],
    },
  ]),
  {
    name: "PUT /admin/users/{user_id}/factors/{factor_id} changes a number",
    env: PHONE,
    run: async (world) => {
      const person = await signedUp(world);
      const { id } = await enrolled(world, person);
      const phone = world.phone();
      const path = `/admin/users/${person.user.id}/factors/${id}`;
      const { status, body } = await world.send("PUT", path, {
        token: world.serviceKey,
        body: { phone, friendly_name: "new" },
      });
      assertEquals([status, body.phone, body.friendly_name], [
        200,
        phone,
        "new",
      ]);
      assert(body.id === id);
    },
  },
  ...refusals("PUT /admin/users/{user_id}/factors/{factor_id}", {
    as: "admin",
    env: PHONE,
  }, [
    {
      why: "for a malformed number",
      given: async (world) => {
        const person = await signedUp(world);
        const { id } = await enrolled(world, person);
        return { at: `/admin/users/${person.user.id}/factors/${id}` };
      },
      body: { phone: "12ab" },
      answer: [
        400,
        "validation_failed",
        "Invalid phone number format (E.164 required)",
      ],
    },
    {
      why: "for a factor of nobody",
      given: async (world) => {
        const { user } = await signedUp(world);
        return { at: `/admin/users/${user.id}/factors/${NOBODYS}` };
      },
      body: {},
      answer: [404, "mfa_factor_not_found", "Factor not found"],
    },
    {
      why: "for an id that is none",
      given: async (world) => {
        const { user } = await signedUp(world);
        return { at: `/admin/users/${user.id}/factors/abc` };
      },
      body: {},
      answer: [404, "validation_failed", "factor_id must be an UUID"],
    },
  ]),
];
