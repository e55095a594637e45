import { assert, assertEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  type Answer,
  call,
  callAsAdmin,
  type CallOptions,
  type Loose,
  signedIn,
  start,
} from "./helpers.ts";

const ON = {
  GOTRUE_OAUTH_SERVER_ENABLED: "true",
  GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH: "/consent",
  GOTRUE_SITE_URL: "http://localhost:3000/",
};
const REDIRECT = "https://app.example.com/cb?x=1";
const VERIFIER = "v".repeat(43);

async function register(
  emulator: Emulator,
  members: Loose = { client_type: "public" },
): Promise<Loose> {
  const body = { redirect_uris: [REDIRECT], ...members };
  return (await callAsAdmin(emulator, "POST", "/admin/oauth/clients", body))
    .body;
}

/** Begins an authorization and gives the address it leads to. */
async function authorize(
  emulator: Emulator,
  client: Loose,
  members: Record<string, string> = {},
): Promise<URL> {
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    code_challenge: VERIFIER,
    code_challenge_method: "plain",
    ...members,
  });
  const answer = await call(emulator, "GET", `/oauth/authorize?${query}`);
  assertEquals(answer.status, 302);
  return new URL(answer.headers.get("Location")!);
}

async function pending(
  emulator: Emulator,
  client: Loose,
  members: Record<string, string> = {},
): Promise<string> {
  const url = await authorize(emulator, client, members);
  return `/oauth/authorizations/${url.searchParams.get("authorization_id")}`;
}

/** Has a user approve all that a client asks for; the address of the client. */
async function approved(
  emulator: Emulator,
  token: string,
  client: Loose,
  members: Record<string, string> = {},
): Promise<URL> {
  const path = await pending(emulator, client, members);
  const { body } = await call(emulator, "GET", path, { token });
  if (body.redirect_url !== undefined) return new URL(body.redirect_url);
  const answer = await call(emulator, "POST", `${path}/consent`, {
    token,
    body: { action: "approve" },
  });
  return new URL(answer.body.redirect_url);
}

function exchange(
  emulator: Emulator,
  client: Loose,
  code: string,
  options: { form?: Record<string, string> } & CallOptions = {},
): Promise<Answer> {
  const form = {
    grant_type: "authorization_code",
    client_id: client.client_id,
    code,
    code_verifier: VERIFIER,
    ...options.form,
  };
  return call(emulator, "POST", "/oauth/token", { ...options, form });
}

async function tokens(
  emulator: Emulator,
  token: string,
  client: Loose,
  members: Record<string, string> = {},
): Promise<Loose> {
  const url = await approved(emulator, token, client, members);
  return (await exchange(emulator, client, url.searchParams.get("code")!))
    .body;
}

function claimsOf(token: string): Loose {
  return JSON.parse(atob(token.split(".")[1]!));
}

Deno.test("a client gets tokens for a user who consents", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator);
  const url = await approved(emulator, token, client, {
    state: "s&t",
    scope: "email  profile",
  });
  assertEquals(url.searchParams.get("x"), "1");
  assertEquals(url.searchParams.get("state"), "s&t");
  const code = url.searchParams.get("code")!;
  const { status, body } = await exchange(emulator, client, code);
  assertEquals(status, 200);
  assertEquals(Object.keys(body).sort(), [
    "access_token",
    "expires_in",
    "refresh_token",
    "token_type",
  ]);
  const claims = claimsOf(body.access_token);
  assertEquals([claims.client_id, claims.scope], [
    client.client_id,
    "email profile",
  ]);
  const again = await exchange(emulator, client, code);
  assertEquals(again.body.error_description, "Invalid authorization code");
});

Deno.test("the client learns its mistakes by redirect, one at a time", async () => {
  const emulator = start(ON);
  const client = await register(emulator);
  const cases: [Record<string, string>, string][] = [
    [{ response_type: "token" }, "only response_type=code is supported"],
    [{ scope: " " }, "scope parameter cannot be empty"],
    [{ scope: "email root" }, "unsupported scope: root"],
    [{ resource: "a%" }, "resource must be a valid URI"],
    [{ resource: "/x" }, "resource must be an absolute URI"],
    [
      { resource: "https://a.example/#f" },
      "resource must not include a fragment component",
    ],
    [
      { resource: "https://a.example/?q" },
      "resource must not include a query component",
    ],
    [
      { code_challenge_method: "" },
      "PKCE flow requires both code_challenge and code_challenge_method",
    ],
    [
      { code_challenge: "x".repeat(129) },
      "code_challenge must be between 43 and 128 characters",
    ],
  ];
  for (const [members, text] of cases) {
    const url = await authorize(emulator, client, { state: "abc", ...members });
    assertEquals(url.host, "app.example.com");
    assertEquals(url.searchParams.get("error"), "invalid_request");
    assertEquals(url.searchParams.get("error_description"), text);
    assertEquals(url.searchParams.get("state"), "abc");
  }
});

Deno.test("without a consent page every request is a server error", async () => {
  const emulator = start({
    ...ON,
    GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH: "",
  });
  const url = await authorize(emulator, await register(emulator));
  assertEquals(url.searchParams.get("error"), "server_error");
  assertEquals(url.searchParams.get("state"), null);
});

Deno.test("the consent page lies below the site, and the scope has a default", async () => {
  const emulator = start({
    ...ON,
    GOTRUE_OAUTH_SERVER_DEFAULT_SCOPE: "profile",
  });
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator, { client_name: "App" });
  const url = await authorize(emulator, client);
  assertEquals(url.origin + url.pathname, "http://localhost:3000/consent");
  const id = url.searchParams.get("authorization_id");
  const path = `/oauth/authorizations/${id}`;
  const { body } = await call(emulator, "GET", path, { token });
  assertEquals(body.scope, "profile");
  assertEquals(body.client, { id: client.client_id, name: "App" });
});

Deno.test("an authorization belongs to the first user who looks at it", async () => {
  const emulator = start(ON);
  const ann = (await signedIn(emulator)).access_token;
  const bob = (await signedIn(emulator, "bob@example.com")).access_token;
  const path = await pending(emulator, await register(emulator));
  const body = { action: "approve" };
  const early = await call(emulator, "POST", `${path}/consent`, {
    token: ann,
    body,
  });
  assertEquals(early.body.code, "oauth_authorization_not_found");
  await call(emulator, "GET", path, { token: ann });
  for (const method of ["GET", "POST"]) {
    const { status } = await call(
      emulator,
      method,
      method === "GET" ? path : `${path}/consent`,
      { token: bob, ...(method === "POST" ? { body } : {}) },
    );
    assertEquals(status, 404);
  }
  const denied = await call(emulator, "POST", `${path}/consent`, {
    token: ann,
    body: { action: "deny" },
  });
  const url = new URL(denied.body.redirect_url);
  assertEquals(url.searchParams.get("error"), "access_denied");
  const late = await call(emulator, "GET", path, { token: ann });
  assertEquals(
    late.body.message,
    "authorization request cannot be processed",
  );
});

Deno.test("a consent covers later requests for the same scopes, not for more", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator);
  await approved(emulator, token, client, { scope: "email profile" });
  const less = await pending(emulator, client, { scope: "profile" });
  assert("redirect_url" in (await call(emulator, "GET", less, { token })).body);
  const more = await pending(emulator, client, { scope: "profile phone" });
  const asked = await call(emulator, "GET", more, { token });
  assertEquals(asked.body.scope, "profile phone");
});

Deno.test("authorizations and codes run out", async () => {
  const emulator = start({
    ...ON,
    GOTRUE_OAUTH_SERVER_AUTHORIZATION_TTL: "1m",
  });
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator);
  const path = await pending(emulator, client);
  const url = await approved(emulator, token, client);
  emulator.clock.advance(61_000);
  const seen = await call(emulator, "GET", path, { token });
  assertEquals([seen.status, seen.body.message], [
    404,
    "authorization not found",
  ]);
  const late = await exchange(emulator, client, url.searchParams.get("code")!);
  assertEquals(
    late.body.error_description,
    "Authorization code has expired",
  );
});

Deno.test("a foreign page cannot read or answer an authorization", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const path = await pending(emulator, await register(emulator));
  const from = (Origin: string) =>
    call(emulator, "GET", path, { token, headers: { Origin } });
  assertEquals((await from("https://evil.example")).status, 400);
  assertEquals((await from("http://localhost:3000")).status, 200);
});

Deno.test("a code fits its client, resource, redirect and verifier only", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator);
  const other = await register(emulator);
  const resource = "https://api.example.com";
  const url = await approved(emulator, token, client, { resource });
  const code = url.searchParams.get("code")!;
  const wrong = await exchange(emulator, other, code);
  assertEquals(
    wrong.body.error_description,
    "Authorization code was not issued for this client",
  );
  const json = (members: Loose) =>
    call(emulator, "POST", "/oauth/token", {
      headers: { "Content-Type": "application/json" },
      body: {
        grant_type: "authorization_code",
        client_id: client.client_id,
        code,
        code_verifier: VERIFIER,
        ...members,
      },
    });
  const cases: [Loose, string][] = [
    [
      { resource: "https://other.example" },
      "Authorization code resource does not match the resource parameter",
    ],
    [{ redirect_uri: "https://app.example.com/cb" }, "Invalid redirect_uri"],
    [
      { code_verifier: "" },
      "PKCE verification failed: code challenge does not match previously saved code verifier",
    ],
  ];
  for (const [members, text] of cases) {
    const { body } = await json(members);
    assertEquals([body.error, body.error_description], [
      "invalid_grant",
      text,
    ]);
  }
  assertEquals((await json({ resource })).status, 200);
});

Deno.test("clients prove themselves the way they are registered", async () => {
  const emulator = start(ON);
  const posting = await register(emulator, {
    token_endpoint_auth_method: "client_secret_post",
  });
  const form = (members: Record<string, string>, authorization?: string) =>
    call(emulator, "POST", "/oauth/token", {
      form: members,
      headers: authorization === undefined
        ? {}
        : { Authorization: authorization },
    });
  const { client_id, client_secret } = posting;
  const cases: [Answer, string][] = [
    [
      await form({}),
      "Invalid client credentials: client_id is required",
    ],
    [
      await form({}, "Basic %%%"),
      "Invalid client credentials: invalid basic auth encoding",
    ],
    [
      await form({}, `Basic ${btoa("no colon")}`),
      "Invalid client credentials: invalid basic auth format",
    ],
    [
      await form({}, `Basic ${btoa(`${client_id}:${client_secret}`)}`),
      "invalid authentication method: client is registered for 'client_secret_post' but 'client_secret_basic' was used",
    ],
    [
      await form({ client_id, client_secret: "wrong" }),
      "invalid client credentials",
    ],
    [
      await call(emulator, "POST", "/oauth/token", {
        body: "{",
        headers: { "Content-Type": "application/json" },
      }),
      "Invalid client credentials: failed to parse JSON body",
    ],
  ];
  for (const [{ status, body }, message] of cases) {
    assertEquals([status, body.code, body.message], [
      400,
      "invalid_credentials",
      message,
    ]);
  }
  const right = await form({ client_id, client_secret });
  assertEquals(right.body.error_description, "grant_type is required");
});

Deno.test("a client cannot use a grant that it is not registered for", async () => {
  const emulator = start(ON);
  const client = await register(emulator, {
    client_type: "public",
    grant_types: ["authorization_code"],
  });
  const { body } = await call(emulator, "POST", "/oauth/token", {
    form: { client_id: client.client_id, grant_type: "refresh_token" },
  });
  assertEquals(body, {
    error: "unsupported_grant_type",
    error_description: "Client is not allowed to use grant type: refresh_token",
  });
});

Deno.test("refreshing keeps the session with its client", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator);
  const other = await register(emulator);
  const { refresh_token } = await tokens(emulator, token, client);
  const refresh = (client_id: string) =>
    call(emulator, "POST", "/oauth/token", {
      form: { grant_type: "refresh_token", client_id, refresh_token },
    });
  const foreign = await refresh(other.client_id);
  assertEquals(
    foreign.body.error_description,
    "Client does not match the session's OAuth client",
  );
  const { status, body } = await refresh(client.client_id);
  assertEquals([status, "id_token" in body, "user" in body], [
    200,
    false,
    false,
  ]);
  assertEquals(claimsOf(body.access_token).client_id, client.client_id);
});

Deno.test("an id token says what the scopes allow, under an asymmetric key", async () => {
  const emulator = start(ON);
  await emulator.keys.rotate();
  await emulator.users.seed({
    email: "ann@example.com",
    phone: "15550001234",
    user_metadata: { name: "Ann", preferred_username: "ann" },
  });
  const { access_token: token } = await emulator.signIn(
    "ann@example.com",
  ) as Loose;
  const client = await register(emulator);
  const full = await tokens(emulator, token, client, {
    scope: "openid email phone profile",
    nonce: "n",
  });
  const claims = claimsOf(full.id_token);
  assertEquals([claims.aud, claims.nonce], [client.client_id, "n"]);
  assertEquals([claims.email, claims.email_verified], [
    "ann@example.com",
    true,
  ]);
  assertEquals([claims.phone_number, claims.phone_number_verified], [
    "15550001234",
    true,
  ]);
  assertEquals([claims.name, claims.preferred_username], ["Ann", "ann"]);
  assertEquals(claims.exp - claims.iat, 3600);
  const bare = claimsOf(
    (await tokens(emulator, token, client, { scope: "openid" })).id_token,
  );
  assertEquals([bare.email, bare.name, bare.nonce], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("an id token that cannot be signed fails after the code is spent", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator);
  const url = await approved(emulator, token, client, { scope: "openid" });
  const code = url.searchParams.get("code")!;
  const { status, body } = await exchange(emulator, client, code);
  assertEquals([status, body.message], [500, "Error generating ID token"]);
  const again = await exchange(emulator, client, code);
  assertEquals(again.body.error_description, "Invalid authorization code");
});

Deno.test("userinfo tells what the scopes of the session allow", async () => {
  const emulator = start(ON);
  await emulator.users.seed({
    email: "ann@example.com",
    phone: "15550001234",
    user_metadata: { avatar_url: "https://a.example/p.png" },
  });
  const { access_token: token, user } = await emulator.signIn(
    "ann@example.com",
  ) as Loose;
  const client = await register(emulator);
  const info = async (access_token: string) =>
    (await call(emulator, "GET", "/oauth/userinfo", { token: access_token }))
      .body;
  assertEquals(await info(token), { sub: user.id });
  const { access_token } = await tokens(emulator, token, client, {
    scope: "phone profile",
  });
  const body = await info(access_token);
  assertEquals([body.phone, body.phone_verified], ["15550001234", true]);
  assertEquals([body.name, body.picture, body.email], [
    "ann@example.com",
    "https://a.example/p.png",
    undefined,
  ]);
  assert(Number.isInteger(body.updated_at));
});

Deno.test("taking a grant back ends the client's sessions and asks for consent anew", async () => {
  const emulator = start(ON);
  const { access_token: token } = await signedIn(emulator);
  const client = await register(emulator);
  const { access_token } = await tokens(emulator, token, client);
  const path = "/user/oauth/grants";
  const listed = await call(emulator, "GET", path, { token });
  assertEquals(listed.body[0].scopes, ["email"]);
  const query = `${path}?client_id=${client.client_id}`;
  assertEquals((await call(emulator, "DELETE", query, { token })).status, 204);
  assertEquals((await call(emulator, "GET", path, { token })).body, []);
  const used = await call(emulator, "GET", "/user", { token: access_token });
  assertEquals(used.body.code, "session_not_found");
  const request = await pending(emulator, client);
  const { body } = await call(emulator, "GET", request, { token });
  assertEquals(body.scope, "email");
  await call(emulator, "POST", `${request}/consent`, {
    token,
    body: { action: "approve" },
  });
  const again = await call(emulator, "GET", path, { token });
  assertEquals(again.body.length, 1);
});

Deno.test("grants of deleted clients are not listed, and a user takes its own along", async () => {
  const emulator = start(ON);
  const { access_token: token, user } = await signedIn(emulator);
  const client = await register(emulator);
  const url = await approved(emulator, token, client);
  const path = `/admin/oauth/clients/${client.client_id}`;
  await callAsAdmin(emulator, "DELETE", path);
  const { body } = await call(emulator, "GET", "/user/oauth/grants", { token });
  assertEquals(body, []);
  const other = await register(emulator);
  const second = await approved(emulator, token, other);
  await callAsAdmin(emulator, "DELETE", `/admin/users/${user.id}`);
  for (const [one, at] of [[client, url], [other, second]] as const) {
    const code = at.searchParams.get("code")!;
    assertEquals((await exchange(emulator, one, code)).status, 400);
  }
});

Deno.test("a banned user's code is refused", async () => {
  const emulator = start(ON);
  const { access_token: token, user } = await signedIn(emulator);
  const client = await register(emulator);
  const url = await approved(emulator, token, client);
  await callAsAdmin(emulator, "PUT", `/admin/users/${user.id}`, {
    ban_duration: "1h",
  });
  const code = url.searchParams.get("code")!;
  const { body } = await exchange(emulator, client, code);
  assertEquals(body, {
    error: "access_denied",
    error_description: "User is banned",
  });
});
