/** `/callback` (auth-server §14.3, §14.4): what becomes of people whom a provider vouches for. */
import { inviteUserByEmail } from "@gotrue/edge/admin";
import { signUp } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { PASSWORD } from "./assertions.ts";
import { CHALLENGE, GITHUB, VERIFIER } from "./authorize.ts";
import { signedUp } from "./people.ts";
import {
  callbackOf,
  comeBack,
  linkingCallback,
  userOf,
} from "./provider_flows.ts";
import {
  type Ask,
  assertRefusal,
  locationOf,
  NOBODYS,
  parametersOf,
  type Refusal,
  refusals,
} from "./requests.ts";
import type { ContractCase, World } from "./world.ts";

const PKCE = { code_challenge: CHALLENGE, code_challenge_method: "s256" };
const UNCONFIRMED = { GOTRUE_MAILER_AUTOCONFIRM: "false" };
const BASE = { env: GITHUB, needs: ["providers"] } as const;

/** The state is looked at first; these go to the site. */
const OF_STATES: readonly Refusal[] = [
  {
    why: "without a state",
    at: "/callback?code=abc",
    answer: [303, "bad_oauth_callback", "OAuth state parameter missing"],
  },
  {
    why: "for a state that is none",
    at: "/callback?code=abc&state=abc",
    answer: [303, "bad_oauth_state", "OAuth state parameter is invalid"],
  },
  {
    why: "for a state of nobody",
    at: `/callback?code=abc&state=${NOBODYS}`,
    answer: [303, "bad_oauth_state", "OAuth state not found or expired"],
  },
  {
    why: "for a state too old",
    needs: ["clock"],
    given: async (world) => {
      const path = await callbackOf(world, { email: world.email() });
      world.advance(301_000);
      return { at: path };
    },
    answer: [303, "bad_oauth_state", "OAuth state has expired"],
  },
  {
    why: "for a state used before",
    given: async (world) => {
      const path = await callbackOf(world, { email: world.email() }, PKCE);
      await world.send("GET", path);
      return { at: path };
    },
    answer: [303, "flow_state_already_used", "State has already been used"],
  },
  {
    why: "where the user to link to is gone",
    given: async (world) => {
      const { accessToken, user } = await signedUp(world);
      const comer = { email: world.email() };
      const path = await linkingCallback(world, accessToken, comer);
      await world.admin.deleteUser(user.id);
      return { at: path };
    },
    answer: [303, "user_not_found", "Linking target user not found"],
  },
];

/** Replaces what comes back with the state. */
async function withOutcome(
  world: World,
  outcome: Record<string, string>,
): Promise<Ask> {
  const path = await callbackOf(world, { email: world.email() });
  const state = new URL(path, "http://x").searchParams.get("state") ?? "";
  return { at: `/callback?${new URLSearchParams({ ...outcome, state })}` };
}

/** These go to where the flow began. */
const OF_COMERS: readonly Refusal[] = [
  {
    why: "without a code",
    given: (world) => withOutcome(world, {}),
    answer: [
      302,
      "bad_oauth_callback",
      "OAuth callback with missing authorization code missing",
    ],
  },
  {
    why: "for a code of nobody",
    given: (world) => withOutcome(world, { code: "wxyz-1" }),
    answer: [
      302,
      "unexpected_failure",
      "Unable to exchange external code: wxyz",
    ],
  },
  {
    why: "where the person denied",
    given: async (world) => ({
      at: await callbackOf(world, {
        error: "access_denied",
        error_description: "Not today",
      }),
    }),
    answer: [302, "access_denied", "Not today"],
  },
  {
    why: "for a profile without an address",
    given: async (world) => ({ at: await callbackOf(world, { id: "77" }) }),
    answer: [
      302,
      "unexpected_failure",
      "Error getting user email from external provider",
    ],
  },
  {
    why: "for somebody new where sign-ups are disabled",
    env: { GOTRUE_DISABLE_SIGNUP: "true" },
    given: async (world) => ({
      at: await callbackOf(world, { email: world.email() }),
    }),
    answer: [
      302,
      "signup_disabled",
      "Signups not allowed for this instance",
    ],
  },
  {
    why: "for somebody banned",
    given: async (world) => {
      const comer = { email: world.email() };
      const { id } = await userOf(world, await comeBack(world, comer));
      await world.admin.updateUserById(id, { ban_duration: "1h" });
      return { at: await callbackOf(world, comer) };
    },
    answer: [302, "user_banned", "User is banned"],
  },
  {
    why: "until an unverified address is confirmed",
    env: UNCONFIRMED,
    given: async (world) => ({
      at: await callbackOf(world, { email: world.email(), verified: "false" }),
    }),
    answer: [
      302,
      "provider_email_needs_verification",
      "Unverified email with github. A confirmation email has been sent to your github email",
    ],
  },
  {
    why: "for an invitation of another address",
    needs: ["mail"],
    given: async (world) => {
      const address = world.email();
      await inviteUserByEmail(world.adminConfig, address);
      const { token_hash } = await world.mail(address);
      return {
        at: await callbackOf(world, { email: world.email() }, {
          invite_token: token_hash,
        }),
      };
    },
    answer: [
      302,
      "validation_failed",
      "Invited email does not match emails from external provider",
    ],
  },
  {
    why: "for an identity that is linked already",
    as: "user",
    token: undefined,
    given: async (world, { accessToken }) => {
      const comer = { email: world.email() };
      await world.send(
        "GET",
        await linkingCallback(world, accessToken, comer),
      );
      return { at: await linkingCallback(world, accessToken, comer) };
    },
    answer: [302, "identity_already_exists", "Identity is already linked"],
  },
  {
    why: "for an identity that is linked to somebody else",
    as: "user",
    token: undefined,
    given: async (world, { accessToken }) => {
      const comer = { email: world.email() };
      await comeBack(world, comer);
      return { at: await linkingCallback(world, accessToken, comer) };
    },
    answer: [
      302,
      "identity_already_exists",
      "Identity is already linked to another user",
    ],
  },
];

export const CALLBACK: readonly ContractCase[] = [
  {
    ...BASE,
    name: "GET /callback makes a user out of a profile and signs it in",
    run: async (world) => {
      const email = world.email();
      const parameters = await comeBack(world, { email, name: "Ann" });
      assertEquals([...parameters.keys()].filter((key) => key !== "sb"), [
        "access_token",
        "expires_at",
        "expires_in",
        ...parameters.has("provider_refresh_token")
          ? ["provider_refresh_token"]
          : [],
        "provider_token",
        "refresh_token",
        "token_type",
      ]);
      const user = await userOf(world, parameters);
      assertEquals([user.email, user.app_metadata], [email, {
        provider: "github",
        providers: ["github"],
      }]);
      assertEquals(user.user_metadata.full_name, "Ann");
    },
  },
  {
    ...BASE,
    name: "GET /callback knows a user again and renews the identity",
    run: async (world) => {
      const email = world.email();
      const first = await comeBack(world, { email, name: "Ann" });
      const { id } = await userOf(world, first);
      const second = await comeBack(world, { email, name: "Anna" });
      const user = await userOf(world, second);
      assertEquals([user.id, user.user_metadata.name], [id, "Anna"]);
      assertEquals(user.identities[0].identity_data.name, "Anna");
    },
  },
  {
    ...BASE,
    name: "GET /callback links a verified address to the account that has it",
    run: async (world) => {
      const { email, user: { id } } = await signedUp(world);
      const user = await userOf(world, await comeBack(world, { email }));
      assertEquals([user.id, user.app_metadata.providers], [id, [
        "email",
        "github",
      ]]);
    },
  },
  {
    ...BASE,
    env: { ...GITHUB, ...UNCONFIRMED },
    name:
      "GET /callback takes an account from whoever never confirmed its address",
    run: async (world) => {
      const email = world.email();
      await signUp(world.config, { email, password: PASSWORD });
      const user = await userOf(world, await comeBack(world, { email }));
      assertEquals(user.identities.length, 1);
      const body = { email, password: PASSWORD };
      const path = "/token?grant_type=password";
      assertRefusal(await world.send("POST", path, { body }), [
        400,
        "invalid_credentials",
      ]);
    },
  },
  {
    ...BASE,
    name: "GET /callback gives a code to exchange where there is a challenge",
    run: async (world) => {
      const email = world.email();
      const redirect_to = "http://localhost:3000/in?a=1";
      const parameters = await comeBack(world, { email }, {
        ...PKCE,
        redirect_to,
      });
      const path = "/token?grant_type=pkce";
      const auth_code = parameters.get("code");
      const { status, body } = await world.send("POST", path, {
        body: { auth_code, code_verifier: VERIFIER },
      });
      assertEquals([status, body.user.email], [200, email]);
      assert(body.provider_token);
    },
  },
  {
    ...BASE,
    name: "GET /callback accepts an invitation",
    needs: ["providers", "mail"],
    run: async (world) => {
      const email = world.email();
      const { user } = await inviteUserByEmail(world.adminConfig, email);
      const { token_hash: invite_token } = await world.mail(email);
      const query = { invite_token };
      const accepted = await userOf(
        world,
        await comeBack(world, { email }, query),
      );
      assertEquals([accepted.id, accepted.app_metadata.providers], [user.id, [
        "github",
      ]]);
    },
  },
  {
    ...BASE,
    name: "GET /callback links an identity to a guest, who becomes somebody",
    run: async (world) => {
      const { body: guest } = await world.send("POST", "/signup", { body: {} });
      const email = world.email();
      const path = await linkingCallback(world, guest.access_token, { email });
      const answer = await world.send("GET", path);
      const user = await userOf(world, parametersOf(locationOf(answer)));
      assertEquals([user.id, user.is_anonymous, user.email], [
        guest.user.id,
        false,
        email,
      ]);
    },
  },
  {
    ...BASE,
    name: "POST /callback takes a form, as Apple sends it",
    run: async (world) => {
      const path = await callbackOf(world, { email: world.email() });
      const { searchParams } = new URL(path, "http://x");
      const form = Object.fromEntries(searchParams);
      const answer = await world.send("POST", "/callback", { form });
      assertEquals(answer.status, 302);
      assert(parametersOf(locationOf(answer)).has("access_token"));
    },
  },
  ...refusals("GET /callback", BASE, [
    ...OF_STATES,
    ...OF_COMERS,
  ]),
  ...refusals("POST /callback", BASE, [
    {
      why: "without a state",
      form: { code: "abc" },
      answer: [303, "bad_oauth_callback", "OAuth state parameter missing"],
    },
    {
      why: "for a state that is none",
      form: { code: "abc", state: "abc" },
      answer: [303, "bad_oauth_state", "OAuth state parameter is invalid"],
    },
  ]),
];
