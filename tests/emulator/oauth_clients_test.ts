import { assert, assertEquals, assertMatch } from "@std/assert";
import { call, callAsAdmin, type Loose, signedIn, start } from "./helpers.ts";

const ON = {
  GOTRUE_OAUTH_SERVER_ENABLED: "true",
  GOTRUE_OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION: "true",
};
const CLIENTS = "/admin/oauth/clients";
const URI = "https://app.example.com/cb";

Deno.test("a registration fills in the type and the method of a client", async () => {
  const emulator = start(ON);
  const cases: [Loose, string, string][] = [
    [{}, "confidential", "client_secret_basic"],
    [{ client_type: "public" }, "public", "none"],
    [{ token_endpoint_auth_method: "none" }, "public", "none"],
    [
      { token_endpoint_auth_method: "client_secret_post" },
      "confidential",
      "client_secret_post",
    ],
    [
      { client_type: "confidential", token_endpoint_auth_method: "" },
      "confidential",
      "client_secret_basic",
    ],
  ];
  for (const [members, type, method] of cases) {
    const { status, body } = await call(
      emulator,
      "POST",
      "/oauth/clients/register",
      { body: { redirect_uris: [URI], ...members } },
    );
    assertEquals(status, 201);
    assertEquals(
      [body.client_type, body.token_endpoint_auth_method],
      [type, method],
    );
    assertEquals(body.registration_type, "dynamic");
    assertEquals("client_secret" in body, type === "confidential");
    if (type === "confidential") assertEquals(body.client_secret.length, 43);
  }
});

Deno.test("a registration is refused with the reason, after the server's prefix", async () => {
  const emulator = start(ON);
  const of = (uri: string) => ({ redirect_uris: [uri] });
  const uri = (text: string, reason: string): [Loose, string] => [
    of(text),
    `invalid redirect_uri '${text}': ${reason}`,
  ];
  const cases: [Loose, string][] = [
    [{ redirect_uris: null }, "redirect_uris is required"],
    uri("", "redirect URI cannot be empty"),
    uri("http://[::1", "invalid URL format"),
    uri("/relative", "must have scheme and host"),
    uri("myapp:callback", "must have scheme and host"),
    uri(
      "data://x/y",
      "scheme 'data' is not allowed for security reasons",
    ),
    uri("http://example.com/", "HTTP scheme only allowed for localhost"),
    uri("https://a.example/#x", "fragment not allowed in redirect URI"),
    [
      { ...of(URI), client_name: "x".repeat(1025) },
      "client_name cannot exceed 1024 characters",
    ],
    [
      { ...of(URI), logo_uri: `https://a.example/${"x".repeat(2048)}` },
      "logo_uri cannot exceed 2048 characters",
    ],
    [{ ...of(URI), logo_uri: "/logo" }, "logo_uri must be a valid URL"],
    [
      { ...of(URI), client_type: "other" },
      "client_type must be 'public' or 'confidential'",
    ],
    [
      {
        ...of(URI),
        client_type: "confidential",
        token_endpoint_auth_method: "none",
      },
      "client_type 'confidential' is inconsistent with token_endpoint_auth_method 'none' (expected client_type 'public')",
    ],
  ];
  for (const [body, message] of cases) {
    const answer = await callAsAdmin(emulator, "POST", CLIENTS, body);
    assertEquals([answer.status, answer.body.message], [
      400,
      `400: ${message}`,
    ]);
  }
});

Deno.test("redirects to this machine may go without TLS", async () => {
  const emulator = start(ON);
  const redirect_uris = [
    "http://localhost:1/cb",
    "http://127.0.0.1/cb",
    "http://[::1]:3000/cb",
    "myapp://cb",
  ];
  const body = { redirect_uris };
  const answer = await callAsAdmin(emulator, "POST", CLIENTS, body);
  assertEquals(answer.body.redirect_uris, redirect_uris);
});

Deno.test("admins change, list and delete clients", async () => {
  const emulator = start(ON);
  assertEquals((await callAsAdmin(emulator, "GET", CLIENTS)).body, {});
  const create = (client_name: string) =>
    callAsAdmin(emulator, "POST", CLIENTS, {
      redirect_uris: [URI],
      client_name,
    });
  const first = (await create("first")).body;
  await create("second");
  const path = `${CLIENTS}/${first.client_id}`;
  const changed = await callAsAdmin(emulator, "PUT", path, {
    client_name: "",
    grant_types: ["refresh_token"],
    token_endpoint_auth_method: "client_secret_post",
  });
  assertEquals(changed.status, 200);
  assertEquals(changed.body.client_name, undefined);
  assertEquals(changed.body.grant_types, ["refresh_token"]);
  assertEquals(
    changed.body.token_endpoint_auth_method,
    "client_secret_post",
  );
  const { body } = await callAsAdmin(emulator, "GET", CLIENTS);
  const names = body.clients.map((client: Loose) => client.client_name);
  assertEquals(names, ["second", undefined]);
  assertEquals((await callAsAdmin(emulator, "DELETE", path)).status, 204);
  const gone = await callAsAdmin(emulator, "GET", path);
  assertEquals([gone.status, gone.body.code], [404, "oauth_client_not_found"]);
});

Deno.test("a change of a client is refused without the prefix", async () => {
  const emulator = start(ON);
  const { body: client } = await callAsAdmin(emulator, "POST", CLIENTS, {
    redirect_uris: [URI],
    client_type: "public",
  });
  const cases: [Loose, string][] = [
    [{ redirect_uris: [] }, "redirect_uris cannot be empty"],
    [{ grant_types: [] }, "grant_types cannot be empty"],
    [
      { token_endpoint_auth_method: "client_secret_basic" },
      "token_endpoint_auth_method 'client_secret_basic' is not valid for client_type 'public'; valid methods: [none]",
    ],
    [
      { token_endpoint_auth_method: "other" },
      "invalid token_endpoint_auth_method: must be one of [none client_secret_basic client_secret_post]",
    ],
    [{ client_type: "public" }, "No fields provided for update"],
  ];
  for (const [body, message] of cases) {
    const path = `${CLIENTS}/${client.client_id}`;
    const answer = await callAsAdmin(emulator, "PUT", path, body);
    assertEquals([answer.status, answer.body.message], [400, message]);
  }
});

Deno.test("a new secret takes the place of the former one", async () => {
  const emulator = start(ON);
  const { body: client } = await callAsAdmin(emulator, "POST", CLIENTS, {
    redirect_uris: [URI],
  });
  const path = `${CLIENTS}/${client.client_id}/regenerate_secret`;
  const { body: renewed } = await callAsAdmin(emulator, "POST", path);
  assertMatch(renewed.client_secret, /^[\w-]{43}$/);
  const messages: string[] = [];
  for (const secret of [client.client_secret, renewed.client_secret]) {
    const { body } = await call(emulator, "POST", "/oauth/token", {
      form: {},
      headers: {
        Authorization: `Basic ${btoa(`${client.client_id}:${secret}`)}`,
      },
    });
    messages.push(body.message ?? body.error_description);
  }
  assertEquals(messages, [
    "invalid client credentials",
    "grant_type is required",
  ]);
});

Deno.test("the OAuth server is off unless switched on, for admins and users after they have proved themselves", async () => {
  const emulator = start();
  const { access_token: token } = await signedIn(emulator);
  const anonymous = await call(emulator, "GET", CLIENTS);
  assertEquals(anonymous.status, 401);
  const answers = [
    await callAsAdmin(emulator, "GET", CLIENTS),
    await call(emulator, "GET", "/user/oauth/grants", { token }),
    await call(emulator, "GET", "/oauth/nothing"),
    await call(emulator, "GET", "/.well-known/oauth-authorization-server"),
  ];
  for (const { status, body } of answers) {
    assertEquals([status, body.code], [404, "feature_disabled"]);
  }
  const discovery = "/.well-known/openid-configuration";
  assert((await call(emulator, "GET", discovery)).status === 200);
});

Deno.test("bodies that are not JSON are refused in the endpoint's own words", async () => {
  const emulator = start(ON);
  for (const body of ["{", "[]", '{"redirect_uris":"x"}']) {
    const { status, body: refusal } = await call(
      emulator,
      "POST",
      "/oauth/clients/register",
      { body },
    );
    assertEquals([status, refusal.code, refusal.message], [
      400,
      "bad_json",
      "Invalid JSON body",
    ]);
  }
});
