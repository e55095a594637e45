import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { call, start } from "./helpers.ts";

const ANN = { email: "ann@example.com", password: "password-1234" };
const AUTO = { GOTRUE_MAILER_AUTOCONFIRM: "true" };
const SECRET = `v1,whsec_${btoa("a secret of the hooks, in bytes")}`;

function withHook(name: string, uri = "http://hooks.example/x") {
  return {
    [`GOTRUE_HOOK_${name}_ENABLED`]: "true",
    [`GOTRUE_HOOK_${name}_URI`]: uri,
    [`GOTRUE_HOOK_${name}_SECRETS`]: SECRET,
  };
}

/** An emulator whose hook answers as told; collects the requests. */
function withReceiver(
  name: string,
  answer: () => Response | Promise<Response>,
  env: Record<string, string> = AUTO,
): { emulator: Emulator; requests: Request[] } {
  const requests: Request[] = [];
  const emulator = start({ ...env, ...withHook(name) }, {
    fetch: async (request) => {
      requests.push(request.clone());
      return await answer();
    },
  });
  return { emulator, requests };
}

async function signatureOf(request: Request): Promise<string> {
  const { headers } = request;
  const body = await request.text();
  const signed = `${headers.get("webhook-id")}.${
    headers.get("webhook-timestamp")
  }.${body}`;
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode("a secret of the hooks, in bytes"),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const mac = await crypto.subtle.sign(
    "HMAC",
    key,
    new TextEncoder().encode(signed),
  );
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`;
}

Deno.test("an HTTP hook gets a signed call with its metadata", async () => {
  const { emulator, requests } = withReceiver(
    "BEFORE_USER_CREATED",
    () => Response.json({}),
  );
  await call(emulator, "POST", "/signup", {
    body: { ...ANN, data: { a: 1 } },
    headers: { "X-Forwarded-For": "10.1.2.3" },
  });
  const [request] = requests;
  const signature = await signatureOf(request!.clone());
  assertEquals(request!.headers.get("webhook-signature"), signature);
  const { metadata, user } = await request!.json();
  assertEquals(metadata.name, "before-user-created");
  assertEquals(metadata.ip_address, "10.1.2.3");
  assertEquals(user.user_metadata, { a: 1 });
  assertEquals([user.role, user.identities, user.created_at], [
    "",
    [],
    "0001-01-01T00:00:00Z",
  ]);
});

Deno.test("what an HTTP hook answers wrongly is told in the server's words", async () => {
  const json = { "content-type": "application/json" };
  const cases: [Response, number, string | null, string][] = [
    [new Response(null, { status: 204 }), 200, null, ""],
    [new Response("", { status: 202 }), 200, null, ""],
    [
      new Response("", { status: 400 }),
      500,
      "unexpected_failure",
      "Invalid payload sent to hook",
    ],
    [
      new Response("", { status: 401 }),
      500,
      "unexpected_failure",
      "Hook requires authorization token",
    ],
    [
      new Response("", { status: 429 }),
      500,
      "unexpected_failure",
      "Service currently unavailable due to hook",
    ],
    [
      new Response("", { status: 302 }),
      500,
      "unexpected_failure",
      "Unexpected status code returned from hook: 302",
    ],
    [
      new Response("hello", { headers: { "content-type": "text/plain" } }),
      400,
      "hook_payload_invalid_content_type",
      "Invalid JSON response. Received content-type: text/plain",
    ],
    [
      new Response(`"${"x".repeat(210_000)}"`, { headers: json }),
      422,
      "hook_payload_over_size_limit",
      "Payload size exceeded size limit",
    ],
    [
      Response.json({ error: { message: "refused" } }),
      500,
      "unexpected_failure",
      "refused",
    ],
    [Response.json({ error: { http_code: 403, message: "" } }), 200, null, ""],
  ];
  for (const [answer, status, code, message] of cases) {
    const { emulator } = withReceiver("BEFORE_USER_CREATED", () => answer);
    const got = await call(emulator, "POST", "/signup", { body: ANN });
    assertEquals(got.status, status, message);
    if (code === null) continue;
    assertEquals(got.body.code, code);
    assert(got.body.message.startsWith(message), got.body.message);
  }
});

Deno.test("a hook that cannot be reached, or asks for patience, is tried three times", async () => {
  const busy = () =>
    new Response("", { status: 503, headers: { "Retry-After": "1" } });
  const broken = () => Promise.reject(new TypeError("No route"));
  for (const answer of [busy, broken]) {
    const { emulator, requests } = withReceiver("BEFORE_USER_CREATED", answer);
    const { status, body } = await call(emulator, "POST", "/signup", {
      body: ANN,
    });
    assertEquals([status, body.code], [422, "hook_timeout_after_retry"]);
    assertEquals(requests.length, 3);
  }
});

Deno.test("createEmulator() refuses hooks that could not be called", () => {
  const postgres = withHook("SEND_SMS", "pg-functions://postgres/auth/hook");
  assertThrows(() => start(postgres), TypeError, "GOTRUE_HOOK_SEND_SMS_URI");
  start(postgres, { hooks: { sendSms: () => {} } });
  const secrets = {
    ...withHook("SEND_SMS"),
    GOTRUE_HOOK_SEND_SMS_SECRETS: "plain",
  };
  assertThrows(() => start(secrets), TypeError, "_SECRETS");
});

Deno.test("a refusal with a status that has no body is answered without one", async () => {
  for (const http_code of [204, 205, 304]) {
    const error = { http_code, message: "No" };
    const { emulator } = withReceiver(
      "BEFORE_USER_CREATED",
      () => Response.json({ error }),
    );
    const answer = await call(emulator, "POST", "/signup", { body: ANN });
    assertEquals([answer.status, answer.body], [http_code, ""]);
    assertEquals(emulator.users.list(), []);
  }
});
