/** Short stories in the right order: what they leave behind is what other requests would never reach. */
import type { Drawn, Source } from "./fuzz_requests.ts";
import { VERIFIER } from "./fuzz_fields.ts";

type Step = readonly [
  method: string,
  path: string,
  members?: Readonly<Record<string, unknown>>,
];
type Last = (name: string) => string;
/** The steps; what one notes lasts as long as the story. */
type Story = () => ((last: Last) => Step)[];

const REDIRECT = "https://app.example.com/cb?x=1";
const CALLBACK = "http://127.0.0.1:54321/auth/v1/callback";
const PKCE = { code_challenge: VERIFIER, code_challenge_method: "plain" };
const REFRESH = "/token?grant_type=refresh_token";

/** A client is registered, asks a person, and is given tokens. */
function authorizeClient(scope: string): Story {
  return () => [
    () => ["POST", "/admin/oauth/clients", {
      redirect_uris: [REDIRECT],
      client_type: "public",
    }],
    (last) => ["GET", "/oauth/authorize", {
      client_id: last("client_id"),
      redirect_uri: REDIRECT,
      scope,
      ...PKCE,
    }],
    (last) => ["GET", `/oauth/authorizations/${last("authorization_id")}`],
    (last) => [
      "POST",
      `/oauth/authorizations/${last("authorization_id")}/consent`,
      { action: "approve" },
    ],
    (last) => ["POST", "/oauth/token", {
      grant_type: "authorization_code",
      client_id: last("client_id"),
      code: last("auth_code"),
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    }],
  ];
}

/** A person adds a second factor and proves it. */
function proveFactor(): ReturnType<Story> {
  return [
    (last) => ["POST", "/factors", {
      factor_type: "totp",
      friendly_name: `told after ${last("challenge_id")}`,
    }],
    (last) => ["POST", `/factors/${last("factor_id")}/challenge`, {}],
    (last) => ["POST", `/factors/${last("factor_id")}/verify`, {
      challenge_id: last("challenge_id"),
      code: last("code"),
    }],
  ];
}

/** A person begins with a security key. */
function beginWithKey(): ReturnType<Story> {
  return [
    () => ["POST", "/factors", {
      factor_type: "webauthn",
      friendly_name: "key",
    }],
    (last) => ["POST", `/factors/${last("factor_id")}/challenge`, {}],
  ];
}

/** Somebody with nothing but a number wants codes of an application. */
function phoneAlone(): ReturnType<Story> {
  const alone = { phone: "4915188888888", password: "password-1234" };
  return [
    () => ["POST", "/signup", alone],
    () => ["POST", "/token?grant_type=password", alone],
    () => ["POST", "/factors", { factor_type: "totp", friendly_name: "none" }],
  ];
}

/** An admin gives a factor the name of another. */
function renameFactor(): ReturnType<Story> {
  return [
    () => ["GET", "/user"],
    () => ["POST", "/factors", { factor_type: "totp", friendly_name: "a" }],
    () => ["POST", "/factors", { factor_type: "totp", friendly_name: "b" }],
    (last) => [
      "PUT",
      `/admin/users/${last("user_id")}/factors/${last("factor_id")}`,
      { friendly_name: "a" },
    ],
  ];
}

/** A person signs in with a link. */
function followLink(): ReturnType<Story> {
  return [
    () => ["POST", "/otp", { email: "person1@example.com", ...PKCE }],
    (last) => ["GET", "/verify", {
      token: last("token_hash"),
      type: last("type"),
      redirect_to: "http://localhost:3000",
    }],
    (last) => ["POST", "/token?grant_type=pkce", {
      auth_code: last("auth_code"),
      code_verifier: VERIFIER,
    }],
  ];
}

/** A refresh token comes again when its successor has been used. */
function reuseToken(): ReturnType<Story> {
  let first = "";
  return [
    (last) => {
      first = last("refresh_token");
      return ["POST", REFRESH, { refresh_token: first }];
    },
    (last) => ["POST", REFRESH, { refresh_token: last("refresh_token") }],
    () => ["POST", REFRESH, { refresh_token: first }],
  ];
}

/** An admin gives two users the same id. */
function repeatId(): ReturnType<Story> {
  return [
    () => ["GET", "/admin/users", { per_page: 1 }],
    (last) => ["POST", "/admin/users", {
      email: "nobody@example.com",
      id: last("user_id"),
    }],
  ];
}

/** Somebody signs up with an address that is taken for another audience. */
function crossAudience(): ReturnType<Story> {
  const email = "far@example.com";
  return [
    () => ["POST", "/admin/users", { email, aud: "far" }],
    () => ["POST", "/signup", { email, password: "Password-12345" }],
  ];
}

/** Somebody else gets an address while its owner-to-be still has to confirm it. */
function loseAddress(): ReturnType<Story> {
  return [
    () => ["PUT", "/user", { email: "taken@example.com" }],
    () => ["POST", "/admin/users", { email: "taken@example.com" }],
    (last) => ["POST", "/verify", {
      type: "email_change",
      token_hash: last("token_hash"),
    }],
  ];
}

/** Somebody links an account with the address of another, who then comes by a third way. */
function shareAddress(): ReturnType<Story> {
  const consent = (provider: string) => (last: Last): Step => [
    "GET",
    `/_emulator/provider/${provider}`,
    {
      email: "bob@example.com",
      redirect_uri: CALLBACK,
      state: last("state"),
    },
  ];
  const come = (last: Last): Step => [
    "GET",
    "/callback",
    { code: last("auth_code"), state: last("state") },
  ];
  return [
    () => ["GET", "/user/identities/authorize", { provider: "github" }],
    consent("github"),
    come,
    () => ["GET", "/authorize", { provider: "google" }],
    consent("google"),
    come,
  ];
}

/** A token of a provider whose keys have to be fetched. */
const FOREIGN_TOKEN = [{ alg: "RS256", typ: "JWT" }, {
  iss: "https://issuer.test",
  sub: "1",
  aud: "client",
  exp: 4e9,
}].map((part) => btoa(JSON.stringify(part)).replaceAll("=", "")).join(".");

function useProvider(): ReturnType<Story> {
  return [
    () => ["POST", "/admin/custom-providers", {
      provider_type: "oidc",
      identifier: "custom:third",
      name: "Third",
      client_id: "client",
      client_secret: "secret",
      issuer: "https://issuer.test",
    }],
    () => ["GET", "/authorize", { provider: "custom:third" }],
    (last) => ["GET", "/callback", { code: "code", state: last("state") }],
    () => ["POST", "/token?grant_type=id_token", {
      provider: "custom:third",
      id_token: `${FOREIGN_TOKEN}.AAAA`,
    }],
  ];
}

/** The stories. */
export const STORIES: readonly Story[] = [
  authorizeClient("email"),
  authorizeClient("openid email"),
  proveFactor,
  beginWithKey,
  phoneAlone,
  renameFactor,
  followLink,
  reuseToken,
  repeatId,
  crossAudience,
  loseAddress,
  shareAddress,
  useProvider,
];

/** What a story does next. */
export type NextStep = ReturnType<Story>[number];

/** A step as a request. */
export function tell(next: NextStep, source: Source): Drawn {
  const { memory, admin, random } = source;
  const [method, path, members = {}] = next((name) => memory.last(name) ?? "");
  const isForm = path === "/oauth/token";
  const query = new URLSearchParams(members as Record<string, string>);
  const token = path.startsWith("/admin") ? admin : memory.last("bearer");
  return {
    method,
    url: `http://localhost:9999${path}${method === "GET" ? `?${query}` : ""}`,
    headers: {
      ...(random.chance(50) ? { "X-Supabase-Api-Version": "2024-01-01" } : {}),
      ...(isForm ? {} : { Authorization: `Bearer ${token}` }),
      "Content-Type": isForm
        ? "application/x-www-form-urlencoded"
        : "application/json",
    },
    body: method === "GET" ? null : isForm ? String(query) : JSON.stringify({
      ...members,
      gotrue_meta_security: { captcha_token: "token" },
    }),
  };
}
