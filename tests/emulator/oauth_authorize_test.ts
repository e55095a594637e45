import { assert, assertEquals } from "@std/assert";
import { call, callAsAdmin, signedIn, start } from "./helpers.ts";
import {
  approved,
  authorize,
  claimsOf,
  exchange,
  ON,
  pending,
  register,
  tokens,
} from "./oauth_support.ts";

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
