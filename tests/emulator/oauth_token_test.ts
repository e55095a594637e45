import { assert, assertEquals } from "@std/assert";
import {
  type Answer,
  call,
  callAsAdmin,
  type Loose,
  signedIn,
  start,
} from "./helpers.ts";
import {
  approved,
  claimsOf,
  exchange,
  ON,
  register,
  tokens,
  VERIFIER,
} from "./oauth_support.ts";

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
