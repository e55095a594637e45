/** Second factors of type webauthn (auth-server §12.2 – §12.4). */
import { assertEquals } from "@std/assert";
import { type Deviation, TestKey } from "../emulator/authenticator.ts";
import { PASSWORD } from "./assertions.ts";
import { type Person, signedUp } from "./people.ts";
import { claimsOf, type Refusal, refusals } from "./requests.ts";
import type { Answer, ContractCase, Loose, World } from "./world.ts";

/** A security key is checked for these. */
export const WEBAUTHN: Readonly<Record<string, string>> = {
  GOTRUE_MFA_WEB_AUTHN_ENROLL_ENABLED: "true",
  GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "true",
  GOTRUE_WEBAUTHN_RP_ID: "localhost",
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Example",
  GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000",
};
const NEEDS: ContractCase["needs"] = ["packages"];
const VERIFY = "POST /factors/{factor_id}/verify";
const USER = { as: "user", env: WEBAUTHN } as const;

async function enrolled(world: World, token: string): Promise<string> {
  const body = { factor_type: "webauthn", friendly_name: "key" };
  const answer = await world.send("POST", "/factors", { token, body });
  assertEquals(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
}

async function challenged(
  world: World,
  token: string,
  factorId: string,
): Promise<Loose> {
  const path = `/factors/${factorId}/challenge`;
  const answer = await world.send("POST", path, { token, body: {} });
  assertEquals(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

/** Does a whole ceremony with a key. */
async function useKey(
  world: World,
  token: string,
  factorId: string,
  key: TestKey,
  how: Deviation = {},
): Promise<Answer> {
  const { id, webauthn } = await challenged(world, token, factorId);
  const { type, credential_options: { publicKey } } = webauthn;
  const { sub } = claimsOf(token);
  const credential_response = type === "create"
    ? await key.create(publicKey, how)
    : await key.get(publicKey, sub, how);
  return await world.send("POST", `/factors/${factorId}/verify`, {
    token,
    body: { challenge_id: id, webauthn: { type, credential_response } },
  });
}

async function signInAgain(world: World, { email }: Person): Promise<string> {
  const body = { email, password: PASSWORD };
  const path = "/token?grant_type=password";
  return (await world.send("POST", path, { body })).body.access_token;
}

/** A member of the body that is not as it must be. */
function ofBody(why: string, webauthn: unknown, text: string): Refusal {
  return {
    why,
    needs: NEEDS,
    given: async (world, { accessToken }) => {
      const id = await enrolled(world, accessToken);
      const challenge = await challenged(world, accessToken, id);
      return {
        at: `/factors/${id}/verify`,
        body: { challenge_id: challenge.id, webauthn },
      };
    },
    answer: [400, "validation_failed", text],
  };
}

export const WEBAUTHN_FACTORS: readonly ContractCase[] = [
  {
    name: `${VERIFY} raises the session by a new key, and later by the same`,
    env: WEBAUTHN,
    needs: NEEDS,
    run: async (world) => {
      const person = await signedUp(world);
      const { accessToken } = person;
      const id = await enrolled(world, accessToken);
      const key = await TestKey.make();
      const first = await useKey(world, accessToken, id, key);
      assertEquals(first.status, 200, JSON.stringify(first.body));
      const { aal, amr } = claimsOf(first.body.access_token);
      assertEquals([aal, amr[0].method], ["aal2", "mfa/webauthn"]);
      const again = await signInAgain(world, person);
      const second = await useKey(world, again, id, key, { counter: 5 });
      assertEquals(second.status, 200, JSON.stringify(second.body));
      assertEquals(claimsOf(second.body.access_token).aal, "aal2");
    },
  },
  {
    name: `${VERIFY} fails for a key of another site`,
    env: WEBAUTHN,
    needs: NEEDS,
    run: async (world) => {
      const person = await signedUp(world);
      const { accessToken } = person;
      const id = await enrolled(world, accessToken);
      const key = await TestKey.make();
      const origin = "https://evil.example";
      const made = await useKey(world, accessToken, id, key, { origin });
      assertEquals([made.status, made.body.code], [500, "unexpected_failure"]);
      await useKey(world, accessToken, id, key);
      const again = await signInAgain(world, person);
      for (const how of [{ origin }, { brokenSignature: true }]) {
        const { status, body } = await useKey(world, again, id, key, how);
        assertEquals([status, body.message], [
          500,
          "Failed to validate WebAuthn MFA response",
        ]);
      }
    },
  },
  ...refusals("POST /factors", USER, [
    {
      why: "of type webauthn where that is off",
      env: { GOTRUE_MFA_WEB_AUTHN_ENROLL_ENABLED: "false" },
      body: { factor_type: "webauthn" },
      answer: [
        422,
        "mfa_webauthn_enroll_not_enabled",
        "MFA enroll is disabled for WebAuthn",
      ],
    },
    {
      why: "of type totp where that is off",
      env: { GOTRUE_MFA_TOTP_ENROLL_ENABLED: "false" },
      body: { factor_type: "totp" },
      answer: [
        422,
        "mfa_totp_enroll_not_enabled",
        "MFA enroll is disabled for TOTP",
      ],
    },
    {
      why: "of a type that there is not",
      body: { factor_type: "retina" },
      answer: [
        400,
        "validation_failed",
        "factor_type needs to be totp, phone, or webauthn",
      ],
    },
  ]),
  ...refusals("POST /factors/{factor_id}/challenge", USER, [{
    why: "of type webauthn where that is off",
    env: { GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "false" },
    body: {},
    given: async (world, { accessToken }) => ({
      at: `/factors/${await enrolled(world, accessToken)}/challenge`,
    }),
    answer: [
      422,
      "mfa_webauthn_verify_not_enabled",
      "MFA verification is disabled for WebAuthn",
    ],
  }]),
  ...refusals(VERIFY, USER, [
    ofBody(
      "of type webauthn without it",
      undefined,
      "WebAuthn config required",
    ),
    ofBody(
      "of type webauthn for another ceremony",
      { type: "other" },
      "WebAuthn type must be create or request",
    ),
    ofBody(
      "of type webauthn without the key's response",
      { type: "create" },
      "credential_response required",
    ),
    ofBody(
      "of type webauthn for a response that is none",
      { type: "create", credential_response: {} },
      "Invalid credential_response",
    ),
    {
      why: "of type webauthn where that is off",
      env: { GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "false" },
      given: async (world, { accessToken }) => {
        const id = await enrolled(world, accessToken);
        const webauthn = { type: "create", credential_response: { id: "x" } };
        const body = { challenge_id: id, webauthn };
        return { at: `/factors/${id}/verify`, body };
      },
      answer: [422, "mfa_webauthn_enroll_not_enabled"],
    },
  ]),
];
