import { assert, assertEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { type Answer, call, callAsAdmin, start } from "./helpers.ts";
import { fragmentOf, locationOf, userOf } from "./providers.ts";

const PATH = "/admin/custom-providers";
const ACME = {
  provider_type: "oauth2",
  identifier: "custom:acme",
  name: "Acme",
  client_id: "id",
  client_secret: "secret",
  scopes: ["read"],
  authorization_url: "https://acme.test/authorize",
  token_url: "https://acme.test/token",
  userinfo_url: "https://acme.test/me",
};

/** Answers as the provider does, and notes what it was asked. */
function startWithAcme(
  env: Record<string, string> = {},
): { emulator: Emulator; forms: URLSearchParams[] } {
  const forms: URLSearchParams[] = [];
  const emulator = start(env, {
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/token") {
        forms.push(new URLSearchParams(await request.text()));
        return Response.json({ access_token: "at" });
      }
      if (pathname === "/me") {
        return Response.json({
          user: { key: 7, mail: "ann@example.com" },
          confirmed: true,
          name: "Ann",
          department: "sales",
        });
      }
      if (pathname === "/.well-known/openid-configuration") {
        return Response.json({
          issuer: "https://acme.test",
          authorization_endpoint: "https://acme.test/oidc",
        });
      }
      return new Response("", { status: 404 });
    },
  });
  return { emulator, forms };
}

function create(
  emulator: Emulator,
  changes: Record<string, unknown> = {},
): Promise<Answer> {
  return callAsAdmin(emulator, "POST", PATH, { ...ACME, ...changes });
}

Deno.test("a custom provider signs people in, by its own rules", async () => {
  const { emulator, forms } = startWithAcme();
  await create(emulator, {
    attribute_mapping: { sub: "user.key", email: "user.mail" },
    custom_claims_allowlist: ["department"],
    authorization_params: { audience: "api" },
    email_optional: true,
  });
  const first = await call(
    emulator,
    "GET",
    "/authorize?provider=custom:acme&scopes=write%20admin",
  );
  const { searchParams } = locationOf(first);
  assertEquals(searchParams.get("scope"), "read write admin");
  assertEquals(searchParams.get("audience"), "api");
  const back = await call(
    emulator,
    "GET",
    `/callback?code=c&state=${searchParams.get("state")}`,
  );
  const [form] = forms;
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(form!.get("code_verifier")!),
  );
  assertEquals(
    new Uint8Array(digest),
    Uint8Array.from(
      atob(
        searchParams.get("code_challenge")!.replaceAll("-", "+").replaceAll(
          "_",
          "/",
        ),
      ),
      (byte) => byte.charCodeAt(0),
    ),
    "the verifier fits the challenge",
  );
  assertEquals(
    fragmentOf(back).get("error_code"),
    "provider_email_needs_verification",
  );
});

Deno.test("a custom provider vouches for an address only where it says so", async () => {
  const { emulator } = startWithAcme({ GOTRUE_MAILER_AUTOCONFIRM: "true" });
  await create(emulator, {
    attribute_mapping: { sub: "user.key", email: "user.mail" },
    custom_claims_allowlist: ["department"],
    pkce_enabled: false,
  });
  const first = await call(emulator, "GET", "/authorize?provider=custom:acme");
  const state = locationOf(first).searchParams.get("state");
  assertEquals(locationOf(first).searchParams.has("code_challenge"), false);
  const back = await call(emulator, "GET", `/callback?code=c&state=${state}`);
  const user = await userOf(emulator, fragmentOf(back));
  assertEquals(user.identities[0].id, "7");
  assertEquals(user.identities[0].provider, "custom:acme");
  assertEquals(user.user_metadata.custom_claims, { department: "sales" });
  assertEquals(user.email, "ann@example.com");
});

Deno.test("POST /admin/custom-providers refuses what it must, in order", async () => {
  const { emulator } = startWithAcme();
  const refused: [changes: Record<string, unknown>, message: string][] = [
    [
      { authorization_params: { a: 1 }, attribute_mapping: { id: "x" } },
      'Authorization parameter "a" must be a string',
    ],
    [
      { attribute_mapping: { id: "x" }, custom_claims_allowlist: [""] },
      "Cannot map to protected system field: id",
    ],
    [
      { custom_claims_allowlist: [" "], token_url: "http://x.test" },
      "custom_claims_allowlist entries must be non-empty strings",
    ],
    [{ token_url: "https://" }, "URL must have a valid hostname"],
    [{ token_url: "https://a b/" }, "Invalid URL format"],
    [
      { token_url: "https://127.1.2.3/" },
      "URL cannot resolve to loopback addresses",
    ],
    [
      { token_url: "https://172.31.0.1/" },
      "URL cannot resolve to private network addresses",
    ],
    [
      { token_url: "https://[fd00::1]/" },
      "URL cannot resolve to private network addresses",
    ],
    [
      { token_url: "https://169.254.1.1/" },
      "URL cannot resolve to link-local addresses",
    ],
    [
      { token_url: "https://224.0.0.1/" },
      "URL cannot resolve to multicast addresses",
    ],
    [
      { token_url: "https://0.0.0.0/" },
      "URL cannot resolve to unspecified addresses",
    ],
  ];
  for (const [changes, message] of refused) {
    const answer = await create(emulator, changes);
    assertEquals(answer.body.message, message);
    assertEquals(answer.status, 400);
  }
});

Deno.test("POST /admin/custom-providers reads the discovery document of an issuer", async () => {
  const { emulator } = startWithAcme();
  const oidc = { provider_type: "oidc", issuer: "https://acme.test" };
  const incomplete = await create(emulator, oidc);
  assertEquals(
    incomplete.body.message,
    "OIDC discovery document is missing required fields: token_endpoint, jwks_uri",
  );
  const lost = await create(emulator, {
    ...oidc,
    discovery_url: "https://acme.test/lost",
  });
  assertEquals(
    lost.body.message,
    'OIDC discovery from "https://acme.test/lost" failed: The outside answered with status 404',
  );
});

Deno.test("custom providers have a quota and can be switched off", async () => {
  const { emulator } = startWithAcme({
    GOTRUE_CUSTOM_OAUTH_MAX_PROVIDERS: "1",
  });
  await create(emulator);
  const second = await create(emulator, { identifier: "custom:b" });
  assertEquals(second.body.code, "over_custom_provider_quota");
  const { emulator: off } = startWithAcme({
    GOTRUE_CUSTOM_OAUTH_ENABLED: "false",
  });
  const list = await callAsAdmin(off, "GET", PATH);
  assertEquals(list.status, 404);
  assertEquals(list.body.code, "feature_disabled");
  const authorize = await call(off, "GET", "/authorize?provider=custom:acme");
  assertEquals(
    authorize.body.message,
    "Unsupported provider: custom OAuth providers are disabled",
  );
});

Deno.test("PUT /admin/custom-providers keeps what is not given, and shows no secret", async () => {
  const { emulator } = startWithAcme();
  const created = await create(emulator);
  const path = `${PATH}/custom%3Aacme`;
  const changed = await callAsAdmin(emulator, "PUT", path, {
    name: "",
    identifier: "custom:other",
    client_secret: "new",
    scopes: [],
  });
  assertEquals(changed.status, 200);
  assertEquals({ ...changed.body, updated_at: "" }, {
    ...created.body,
    scopes: [],
    updated_at: "",
  });
  assert(!("client_secret" in changed.body));
});
