/** `POST /token?grant_type=id_token` (auth-server §14.5). */
import { assertEquals } from "@std/assert";
import { AUDIENCE, ISSUER } from "./issuer.ts";
import { signedUp } from "./people.ts";
import { claimsOf, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, World } from "./world.ts";

const ROUTE = "POST /token?grant_type=id_token";
const PATH = "/token?grant_type=id_token";
/** The provider whose tokens the suite can make. */
const GOOGLE = {
  GOTRUE_EXTERNAL_GOOGLE_ENABLED: "true",
  GOTRUE_EXTERNAL_GOOGLE_CLIENT_ID: AUDIENCE,
};
const NEEDS: ContractCase["needs"] = ["idTokens"];
/** The SHA-256 of "nonce". */
const HASHED =
  "78377b525757b494427f89014f97d79928f3938d14eb51e20fb5dec9834eb304";
let subjects = 0;

/** A token for somebody new. */
function tokenFor(
  { email, idToken }: World,
  claims: Record<string, unknown> = {},
): Promise<string> {
  return idToken({
    sub: `subject-${++subjects}-${email()}`,
    email: email(),
    email_verified: true,
    ...claims,
  });
}

/** A refusal of a token with other claims. */
function ofToken(
  why: string,
  claims: Record<string, unknown>,
  text: string,
  body: object = {},
  code = "invalid request",
): Refusal {
  return {
    why,
    needs: NEEDS,
    given: async (world) => ({
      body: { ...body, id_token: await tokenFor(world, claims) },
    }),
    answer: [400, code, text],
  };
}

const NONCES =
  "Passed nonce and nonce in id_token should either both exist or not.";

export const TOKEN_ID_TOKEN: readonly ContractCase[] = [
  {
    name: `${ROUTE} signs in by a token with its nonce`,
    needs: NEEDS,
    env: GOOGLE,
    run: async (world) => {
      const id_token = await tokenFor(world, { name: "Ann", nonce: HASHED });
      const { status, body } = await world.send("POST", PATH, {
        body: { provider: "google", id_token, nonce: "nonce" },
      });
      assertEquals([status, body.user?.user_metadata.full_name], [200, "Ann"]);
      assertEquals(claimsOf(body.access_token).amr[0].method, "oauth");
    },
  },
  {
    name: `${ROUTE} finds the provider by its issuer`,
    needs: NEEDS,
    env: GOOGLE,
    run: async (world) => {
      const id_token = await tokenFor(world);
      const { body } = await world.send("POST", PATH, {
        body: { issuer: ISSUER, client_id: AUDIENCE, id_token },
      });
      assertEquals(body.user.app_metadata.provider, "google");
    },
  },
  {
    name: `${ROUTE} links an identity to whoever is signed in`,
    needs: NEEDS,
    env: GOOGLE,
    run: async (world) => {
      const { accessToken: token, user } = await signedUp(world);
      const id_token = await tokenFor(world);
      const { body } = await world.send("POST", PATH, {
        token,
        body: { provider: "google", id_token, link_identity: true },
      });
      assertEquals([body.user.id, body.user.app_metadata.providers], [user.id, [
        "email",
        "google",
      ]]);
    },
  },
  ...refusals(ROUTE, { at: PATH, env: GOOGLE, body: { provider: "google" } }, [
    {
      why: "without a token",
      answer: [400, "invalid request", "id_token required"],
    },
    {
      why: "without a provider",
      body: { provider: "", id_token: "x" },
      answer: [
        400,
        "invalid request",
        "provider or client_id and issuer required",
      ],
    },
    {
      why: "to link to nobody",
      body: { id_token: "x", link_identity: true },
      answer: [
        400,
        "invalid request",
        "Linking requires a valid user access token in Authorization",
      ],
    },
    {
      why: "to link to whoever a text that is no token names",
      token: "x",
      body: { id_token: "x", link_identity: true },
      answer: [403, "bad_jwt"],
    },
    {
      why: "for a provider that is off",
      env: { GOTRUE_EXTERNAL_GOOGLE_ENABLED: "false" },
      body: { id_token: "x" },
      answer: [
        400,
        "provider_disabled",
        `Provider (issuer "${ISSUER}") is not enabled`,
      ],
    },
    {
      why: "for a custom provider of nobody",
      body: { provider: "custom:nobody", id_token: "x" },
      answer: [
        400,
        "validation_failed",
        'Custom provider "custom:nobody" not found',
      ],
    },
    {
      why: "for a provider that is not allowed",
      body: {
        provider: "acme",
        issuer: "https://acme.example",
        client_id: "x",
        id_token: "x",
      },
      answer: [
        400,
        "validation_failed",
        'Custom OIDC provider "acme" not allowed',
      ],
    },
    ...["Apple", "Azure"].map((title): Refusal => ({
      why: `for a text that is no token of ${title}`,
      body: { provider: title.toLowerCase(), id_token: "x" },
      answer: [
        400,
        "validation_failed",
        `Unable to detect issuer in ID token for ${title} provider`,
      ],
    })),
    ...["Apple", "Azure"].map((title): Refusal =>
      ofToken(
        `for a token of Google as one of ${title}`,
        {},
        `Detected ID token issuer is not an ${title} ID token issuer`,
        { provider: title.toLowerCase() },
        "validation_failed",
      )
    ),
    {
      why: "for a text that is no token",
      body: { id_token: "x" },
      needs: NEEDS,
      answer: [400, "invalid request", "Bad ID token"],
    },
    ofToken("for a token of another issuer", {
      iss: "https://evil.example",
    }, "Bad ID token"),
    ofToken("for a token that has ended", { exp: 1 }, "Bad ID token"),
    ofToken(
      "for the hash of another access token",
      { at_hash: "AAAAAAAAAAAAAAAAAAAAAA" },
      "Bad ID token",
      { access_token: "at" },
    ),
    ofToken(
      "for a token of nobody",
      { sub: "" },
      "Missing sub claim in id_token",
    ),
    ofToken(
      "for a token to others",
      { aud: ["a", "b"] },
      "Unacceptable audience in id_token: [a b]",
    ),
    ofToken("for a token with a nonce alone", { nonce: "x" }, NONCES),
    ofToken("for a nonce alone", {}, NONCES, { nonce: "nonce" }),
    ofToken(
      "for another nonce",
      { nonce: HASHED },
      "Nonces mismatch",
      { nonce: "other" },
      "invalid nonce",
    ),
    {
      why: "until an unverified address is confirmed",
      needs: NEEDS,
      env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
      given: async (world) => ({
        body: { id_token: await tokenFor(world, { email_verified: false }) },
      }),
      answer: [
        422,
        "provider_email_needs_verification",
        "Unverified email with google. A confirmation email has been sent to your google email",
      ],
    },
    {
      why: "to link an identity twice",
      needs: NEEDS,
      as: "user",
      given: async (world, { accessToken: token }) => {
        const id_token = await tokenFor(world);
        const body = { provider: "google", id_token, link_identity: true };
        await world.send("POST", PATH, { token, body });
        return { body };
      },
      answer: [
        422,
        "identity_already_exists",
        "Identity is already linked",
      ],
    },
    {
      why: "to link an identity of somebody else",
      needs: NEEDS,
      as: "user",
      given: async (world) => {
        const id_token = await tokenFor(world);
        const body = { provider: "google", id_token };
        await world.send("POST", PATH, { body });
        return { body: { id_token, link_identity: true } };
      },
      answer: [
        422,
        "identity_already_exists",
        "Identity is already linked to another user",
      ],
    },
    {
      why: "for somebody new where sign-ups are disabled",
      needs: NEEDS,
      env: { GOTRUE_DISABLE_SIGNUP: "true" },
      given: async (world) => ({ body: { id_token: await tokenFor(world) } }),
      answer: [
        422,
        "signup_disabled",
        "Signups not allowed for this instance",
      ],
    },
  ]),
];
