/** Short stories in the right order: what they leave behind is what other requests would never reach. */
import type { Memory } from "./fuzz_memory.ts";
import type { Drawn } from "./fuzz_requests.ts";
import { VERIFIER } from "./fuzz_fields.ts";

type Step = readonly [
  method: string,
  path: string,
  members?: Readonly<Record<string, unknown>>,
];
type Story = readonly ((last: (name: string) => string) => Step)[];

const REDIRECT = "https://app.example.com/cb?x=1";
const PKCE = { code_challenge: VERIFIER, code_challenge_method: "plain" };

/** A client is registered, asks a person, and is given tokens. */
const CLIENT: Story = [
  () => ["POST", "/admin/oauth/clients", {
    redirect_uris: [REDIRECT],
    client_type: "public",
  }],
  (last) => ["GET", "/oauth/authorize", {
    client_id: last("client_id"),
    redirect_uri: REDIRECT,
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

/** A person adds a second factor and proves it. */
const FACTOR: Story = [
  () => ["POST", "/factors", { factor_type: "totp", friendly_name: "told" }],
  (last) => ["POST", `/factors/${last("factor_id")}/challenge`, {}],
  (last) => ["POST", `/factors/${last("factor_id")}/verify`, {
    challenge_id: last("challenge_id"),
    code: last("code"),
  }],
];

/** A person signs in with a link. */
const LINK: Story = [
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

/** The stories. */
export const STORIES: readonly Story[] = [CLIENT, FACTOR, LINK];

/** A step as a request. */
export function tell(
  step: Story[number],
  memory: Memory,
  admin: string,
): Drawn {
  const [method, path, members = {}] = step((name) => memory.last(name) ?? "");
  const isForm = path === "/oauth/token";
  const query = new URLSearchParams(members as Record<string, string>);
  const token = path.startsWith("/admin") ? admin : memory.last("bearer");
  return {
    method,
    url: `http://localhost:9999${path}${method === "GET" ? `?${query}` : ""}`,
    headers: {
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
