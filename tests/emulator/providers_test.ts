import { assertEquals, assertStringIncludes } from "@std/assert";
import { toBase64Url, utf8 } from "../../lib/emulator/encoding.ts";
import { DEFINITIONS } from "../../lib/emulator/external/definitions.ts";
import { signature } from "../../lib/emulator/external/oauth1.ts";
import { call, start } from "./helpers.ts";
import { fragmentOf, locationOf, userOf } from "./providers.ts";

const ANN = "ann@example.com";
const CLAIMS = { sub: "1", name: "Ann", email: ANN, email_verified: true };

function idToken(claims: Record<string, unknown>): string {
  const parts = [{ alg: "RS256" }, claims].map((part) =>
    toBase64Url(utf8(JSON.stringify(part)))
  );
  return [...parts, "c2ln"].join(".");
}

/** What each provider answers about Ann, whose id is 1: its profile endpoints, and its tokens where they tell of her. */
const ANSWERS: Readonly<
  Record<string, { answers?: unknown[]; tokens?: unknown; verified?: boolean }>
> = {
  apple: { tokens: { id_token: idToken({ ...CLAIMS, iss: "apple" }) } },
  azure: {
    tokens: { id_token: idToken({ ...CLAIMS, xms_edov: "1" }) },
  },
  bitbucket: {
    answers: [
      { uuid: "1", display_name: "Ann" },
      {
        values: [
          { email: "old@example.com", is_primary: false, is_confirmed: true },
          { email: ANN, is_primary: true, is_confirmed: true },
        ],
      },
    ],
  },
  discord: {
    answers: [{ id: "1", username: "Ann", email: ANN, verified: true }],
  },
  facebook: { answers: [{ id: "1", name: "Ann", email: ANN }] },
  figma: { answers: [{ id: "1", handle: "Ann", email: ANN }] },
  fly: { answers: [{ user_id: "1", user_name: "Ann", email: ANN }] },
  github: {
    answers: [
      { id: 1, login: "ann", name: "Ann" },
      [
        { email: ANN, primary: true, verified: true },
        { email: "b@example.com", primary: false, verified: false },
      ],
    ],
  },
  gitlab: {
    answers: [
      { id: 1, name: "Ann", email: ANN, confirmed_at: "2020-01-01T00:00:00Z" },
      [{ email: "b@example.com" }],
    ],
  },
  google: { answers: [CLAIMS] },
  kakao: {
    answers: [{
      id: 1,
      kakao_account: {
        profile: { nickname: "Ann" },
        email: ANN,
        is_email_valid: true,
        is_email_verified: true,
      },
    }],
  },
  keycloak: { answers: [CLAIMS] },
  linkedin: {
    answers: [
      { id: "1", localizedFirstName: "Ann", localizedLastName: "" },
      { elements: [{ "handle~": { emailAddress: ANN } }] },
    ],
  },
  linkedin_oidc: { answers: [CLAIMS] },
  notion: {
    answers: [{
      bot: {
        owner: { user: { id: "1", name: "Ann", person: { email: ANN } } },
      },
    }],
  },
  slack: { answers: [{ user: { id: "1", name: "Ann", email: ANN } }] },
  slack_oidc: {
    answers: [{ ...CLAIMS, "https://slack.com/team_id": "T1" }],
  },
  snapchat: {
    answers: [{ data: { me: { externalId: "1", displayName: "Ann" } } }],
    verified: false,
  },
  spotify: {
    answers: [{ id: "1", display_name: "Ann", email: ANN }],
    verified: false,
  },
  twitch: { answers: [{ data: [{ id: "1", login: "Ann", email: ANN }] }] },
  vercel_marketplace: { tokens: { id_token: idToken(CLAIMS) } },
  workos: {
    tokens: { profile: { id: "1", first_name: "Ann", email: ANN } },
  },
  x: { answers: [{ data: { id: "1", name: "Ann", confirmed_email: ANN } }] },
  zoom: {
    answers: [{ id: "1", first_name: "Ann", email: ANN, verified: 1 }],
  },
};

Deno.test("every built-in provider's answers are read", () => {
  assertEquals(Object.keys(ANSWERS), Object.keys(DEFINITIONS));
  for (const [name, definition] of Object.entries(DEFINITIONS)) {
    const { answers = [], tokens, verified = true } = ANSWERS[name]!;
    const issuer = "https://provider.test";
    const profile = definition.read({ answers, tokens, issuer });
    const primary = profile.emails.find((one) => one.primary)!;
    assertEquals(profile.subject, "1", name);
    assertEquals(primary.verified, verified, name);
    if (name !== "snapchat") assertEquals(primary.email, ANN, name);
    if (name !== "apple") {
      assertEquals(profile.claims["full_name"], "Ann", name);
    }
    assertEquals(definition.profile.length, answers.length, name);
  }
});

Deno.test("answers that are not as expected give an empty profile", () => {
  for (const [name, { read }] of Object.entries(DEFINITIONS)) {
    for (const answer of [null, [], "text", { data: null, user: 7 }]) {
      const given = { answers: [answer, answer], tokens: answer, issuer: "i" };
      assertEquals(read(given).emails, [], name);
    }
  }
});

Deno.test("signature() gives the signature of the example of OAuth 1.0", () => {
  const signer = {
    key: "dpf43f3p2l4k3l03",
    secret: "kd94hf93k423kf44",
    token: "nnch734d00sl2jdk",
    tokenSecret: "pfkkdhi9sl3r4s00",
  };
  const parameters = {
    oauth_consumer_key: signer.key,
    oauth_token: signer.token,
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: "1191242096",
    oauth_nonce: "kllo9940pd9333jh",
    oauth_version: "1.0",
  };
  const address =
    "http://photos.example.net/photos?file=vacation.jpg&size=original";
  assertEquals(
    signature("GET", address, signer, parameters),
    "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
  );
});

Deno.test("Twitter signs people in by OAuth 1.0", async () => {
  const asked: string[] = [];
  const headers: string[] = [];
  const emulator = start({
    GOTRUE_EXTERNAL_TWITTER_ENABLED: "true",
    GOTRUE_EXTERNAL_TWITTER_CLIENT_ID: "key",
    GOTRUE_EXTERNAL_TWITTER_SECRET: "secret",
    GOTRUE_EXTERNAL_TWITTER_REDIRECT_URI: "http://localhost:9999/callback",
    GOTRUE_EXTERNAL_TWITTER_URL: "https://twitter.test",
  }, {
    fetch: (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      headers.push(request.headers.get("Authorization")!);
      return Promise.resolve(
        pathname.endsWith(".json")
          ? Response.json({ id_str: "1", name: "Ann", email: ANN })
          : new Response("oauth_token=t&oauth_token_secret=s", {
            headers: { "Content-Type": "text/html" },
          }),
      );
    },
  });
  const first = await call(emulator, "GET", "/authorize?provider=twitter");
  const url = locationOf(first);
  assertEquals(
    url.href,
    "https://twitter.test/oauth/authenticate?oauth_token=t",
  );
  const state = /callback%3Fstate%3D([0-9a-f-]{36})"/.exec(headers[0]!)![1];
  const back = await call(
    emulator,
    "GET",
    `/callback?state=${state}&oauth_token=t&oauth_verifier=v`,
  );
  const user = await userOf(emulator, fragmentOf(back));
  assertEquals(user.email, ANN);
  assertStringIncludes(headers[1]!, 'oauth_verifier="v"');
  assertEquals(asked, [
    "/oauth/request_token",
    "/oauth/access_token",
    "/1.1/account/verify_credentials.json",
  ]);
});
