import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createEmulator } from "../../lib/emulator/mod.ts";
import { call, callAsAdmin, signedIn, start } from "./helpers.ts";

Deno.test("fetch() answers at the root and under /auth/v1, at any origin", async () => {
  const emulator = start();
  for (const url of ["http://a/health", "https://b.example/auth/v1/health"]) {
    const response = await emulator.fetch(url);
    assertEquals(response.status, 200);
    assertEquals((await response.json()).name, "GoTrue");
  }
});

Deno.test("fetch() takes a Request, a URL or a string with options", async () => {
  const { fetch } = start();
  const init = { method: "POST", body: "{}" };
  const answers = await Promise.all([
    fetch(new Request("http://x/signup", init)),
    fetch(new URL("http://x/signup"), init),
    fetch("http://x/signup", init),
  ]);
  for (const answer of answers) {
    assertEquals(answer.status, 422);
    await answer.body?.cancel();
  }
});

Deno.test("fetch() rejects with the reason of an aborted signal", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await assertRejects(
    () => start().fetch("http://x/health", { signal }),
    Error,
    "enough",
  );
});

Deno.test("fetch() answers unknown paths in plain text and wrong methods with Allow", async () => {
  const emulator = start();
  const unknown = await call(emulator, "GET", "/nope");
  assertEquals(unknown.status, 404);
  assertEquals(unknown.body, "404 page not found\n");
  assertEquals(unknown.headers.get("x-content-type-options"), "nosniff");
  for (const path of ["/", "//health", "/settings/", "/token/x"]) {
    assertEquals((await call(emulator, "GET", path)).status, 404, path);
  }
  const wrong = await call(emulator, "DELETE", "/token");
  assertEquals(wrong.status, 405);
  assertEquals(wrong.headers.get("allow"), "POST");
  assertEquals(wrong.body, "");
});

Deno.test("fetch() demands a token before it says that a path is unknown", async () => {
  const emulator = start();
  for (const path of ["/user/nope", "/factors", "/admin/nope", "/user/"]) {
    assertEquals((await call(emulator, "GET", path)).status, 401, path);
  }
  assertEquals((await callAsAdmin(emulator, "GET", "/admin/nope")).status, 404);
});

Deno.test("fetch() answers errors in the format of the requested API version", async () => {
  const emulator = start();
  const versions: [version: string, isNew: boolean][] = [
    ["", false],
    ["2023-12-31", false],
    ["soon", false],
    ["2024-01-01", true],
    ["2030-06-30", true],
  ];
  const message = "This endpoint requires a valid Bearer token";
  for (const [version, isNew] of versions) {
    const answer = await call(emulator, "GET", "/user", {
      headers: { "X-Supabase-Api-Version": version },
    });
    assertEquals(
      answer.body,
      isNew
        ? { code: "no_authorization", message }
        : { code: 401, error_code: "no_authorization", msg: message },
    );
    assertEquals(
      answer.headers.get("x-supabase-api-version"),
      isNew ? "2024-01-01" : null,
    );
    assertEquals(answer.headers.get("x-sb-error-code"), "no_authorization");
  }
});

Deno.test("fetch() gives an error_id with status 500 in the initial version only", async () => {
  const emulator = start({ GOTRUE_EXTERNAL_PHONE_ENABLED: "true" });
  const body = { phone: "+15551234567", password: "password-1234" };
  const old = await call(emulator, "POST", "/signup", {
    body,
    headers: { "X-Supabase-Api-Version": "" },
  });
  assertEquals(old.status, 500);
  assertEquals(old.body.msg, "Unable to get SMS provider");
  assertMatch(old.body.error_id, /^[0-9a-f-]{36}$/);
  const recent = await call(emulator, "POST", "/signup", { body });
  assertEquals(recent.body, {
    code: "unexpected_failure",
    message: "Unable to get SMS provider",
  });
});

Deno.test("fetch() refuses bodies over 1 MiB and reads forms as an empty JSON body", async () => {
  const emulator = start();
  const big = await call(emulator, "POST", "/signup", {
    body: "x".repeat(1_048_577),
  });
  assertEquals(big.status, 413);
  assertEquals(big.body.code, "request_entity_too_large");
  const form = await call(emulator, "POST", "/signup", {
    form: { email: "a@example.com", password: "password-1234" },
  });
  assertEquals(
    form.body.message,
    "Could not parse request body as JSON: unexpected end of JSON input",
  );
});

Deno.test("fetch() answers preflights as the server does, and lets the gateway's header through under /auth/v1", async () => {
  const { fetch } = start();
  const preflight = (path: string, headers: string) =>
    fetch(`http://x${path}`, {
      method: "OPTIONS",
      headers: {
        Origin: "http://page",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": headers,
      },
    });
  const plain = await preflight("/token", "authorization,content-type");
  assertEquals(plain.status, 204);
  assertEquals(plain.headers.get("access-control-allow-origin"), "*");
  assertEquals(plain.headers.get("access-control-allow-methods"), "POST");
  const withKey = await preflight("/token", "apikey,authorization");
  assertEquals(withKey.headers.get("access-control-allow-origin"), null);
  const behind = await preflight("/auth/v1/token", "apikey,authorization");
  assertEquals(behind.headers.get("access-control-allow-origin"), "*");
  const actual = await fetch("http://x/health", {
    headers: { Origin: "http://page" },
  });
  assertEquals(
    actual.headers.get("access-control-expose-headers"),
    "X-Total-Count, Link, X-Supabase-Api-Version",
  );
  await actual.body?.cancel();
});

Deno.test("fetch() takes an opaque key for the JWT of its role, as the gateway does", async () => {
  const emulator = start();
  const bearer = await call(emulator, "GET", "/admin/users", {
    token: emulator.secretKey,
  });
  assertEquals(bearer.status, 200);
  const header = await call(emulator, "GET", "/admin/users", {
    headers: { apikey: emulator.secretKey },
  });
  assertEquals(header.status, 200);
  const publishable = await call(emulator, "GET", "/admin/users", {
    headers: { apikey: emulator.publishableKey },
  });
  assertEquals(publishable.body.code, "not_admin");
  const session = await signedIn(emulator);
  const user = await call(emulator, "GET", "/user", {
    token: session.access_token,
    headers: { apikey: emulator.publishableKey },
  });
  assertEquals(user.status, 200);
});

Deno.test("fetch() answers an unexpected failure with a bare 500 and reports it", async () => {
  const told: string[] = [];
  const emulator = createEmulator({
    onDiagnostic: (event) => told.push(event.type),
  });
  const answer = await call(emulator, "GET", "/verify?type=email&token=pkce_x");
  assertEquals(answer.status, 500);
  assertEquals(answer.body, {
    code: "unexpected_failure",
    message:
      "Unexpected failure, please check server logs for more information",
  });
  assertEquals(answer.headers.get("x-sb-error-code"), null);
  assertEquals(told, ["unexpected-failure"]);
});
