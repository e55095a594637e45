import { assert, assertEquals, assertRejects } from "@std/assert";
import { createClock } from "../../lib/emulator/clock.ts";
import { RequestLog } from "../../lib/emulator/request_log.ts";
import {
  maskBody,
  maskQuery,
  maskUrl,
} from "../../lib/emulator/request_masks.ts";

const URL_ = "http://localhost:9999/auth/v1";

function createLog(): RequestLog {
  let time = 0;
  return new RequestLog(createClock(() => 1_000_000), () => time += 5);
}

Deno.test("RequestLog notes a request and its answer, and leaves both whole", async () => {
  const log = createLog();
  const request = new Request(`${URL_}/token?grant_type=password`, {
    method: "POST",
    body: JSON.stringify({ email: "ann@example.com", password: "hush" }),
  });
  const answer = { code: 400, error_code: "invalid_credentials", msg: "No" };
  const response = await log.watch(request, async (request) => {
    assertEquals((await request.json()).password, "hush");
    return Response.json(answer, { status: 400 });
  });
  assertEquals(await response.json(), answer);
  const [entry] = log.list();
  assertEquals(entry, {
    id: 1,
    at: 1_000_000,
    method: "POST",
    path: "/token",
    query: "?grant_type=password",
    request: JSON.stringify(
      { email: "ann@example.com", password: "•••" },
      null,
      2,
    ),
    status: 400,
    location: "",
    code: "invalid_credentials",
    response: JSON.stringify(answer, null, 2),
    duration: 5,
  });
});

Deno.test("RequestLog notes connections that break and lets them break", async () => {
  const log = createLog();
  const request = new Request(`${URL_}/user`);
  await assertRejects(
    () => log.watch(request, () => Promise.reject(new TypeError("Reset"))),
    TypeError,
    "Reset",
  );
  const [entry] = log.list();
  assertEquals([entry?.path, entry?.status], ["/user", null]);
});

Deno.test("RequestLog keeps the latest 200 requests, newest first, until it is cleared", async () => {
  const log = createLog();
  let told = 0;
  const stop = log.subscribe(() => told++);
  for (let i = 0; i < 250; i++) {
    const request = new Request(`${URL_}/health`);
    await log.watch(request, () => Promise.resolve(new Response(null)));
  }
  const entries = log.list();
  assertEquals([entries.length, entries[0]?.id, told], [200, 250, 250]);
  log.clear();
  stop();
  log.clear();
  assertEquals([log.list().length, told], [0, 251]);
});

Deno.test("RequestLog finds the code of an error in every format", async () => {
  const log = createLog();
  const answers = [
    Response.json({ error: "invalid_grant" }, { status: 400 }),
    Response.json({ code: "bad_jwt", message: "" }, { status: 403 }),
    new Response("oops", { status: 500 }),
    Response.json({ error: "no error" }),
  ];
  for (const answer of answers) {
    await log.watch(new Request(URL_), () => Promise.resolve(answer));
  }
  const codes = log.list().map(({ code }) => code).reverse();
  assertEquals(codes, ["invalid_grant", "bad_jwt", "", ""]);
});

Deno.test("maskQuery() shows a query without what signs in", () => {
  const query = "token=abc&type=signup&redirect_to=http://localhost:3000/";
  assertEquals(
    maskQuery(new URLSearchParams(query)),
    "?token=•••&type=signup&redirect_to=http://localhost:3000/",
  );
  assertEquals(maskQuery(new URLSearchParams()), "");
});

Deno.test("RequestLog shows where a redirect leads, without what signs in there", async () => {
  const log = createLog();
  const target = "http://localhost:3000/a?code=c1&x=1#access_token=t1&type=y";
  const answer = new Response(null, {
    status: 303,
    headers: { Location: target },
  });
  await log.watch(new Request(URL_), () => Promise.resolve(answer));
  assertEquals(
    log.list()[0]?.location,
    "http://localhost:3000/a?code=•••&x=1#access_token=•••&type=y",
  );
  assertEquals(maskUrl("/a"), "/a");
  assertEquals(maskUrl(""), "");
});

Deno.test("maskBody() masks secrets at any depth, in JSON and in forms", () => {
  const secrets = {
    password: "s1",
    refresh_token: "s2",
    totp: { secret: "s3", uri: "s4", qr_code: "s5" },
    properties: [{ action_link: "s6", email_otp: "s7", hashed_token: "s8" }],
    code_verifier: "s9",
    current_password: "s10",
  };
  const json = maskBody(
    JSON.stringify(secrets),
    "application/json",
    "response",
  );
  assert(!/s\d/.test(json), json);
  const form = "grant_type=refresh_token&refresh_token=s1&client_secret=s2";
  assertEquals(
    maskBody(form, "application/x-www-form-urlencoded", "request"),
    "grant_type=refresh_token&refresh_token=•••&client_secret=•••",
  );
});

Deno.test("maskBody() masks a code that is sent, and shows one that names an error", () => {
  const text = JSON.stringify({ code: "123456" });
  assert(!maskBody(text, "", "request").includes("123456"));
  const error = JSON.stringify({ code: "bad_jwt", token_type: "bearer" });
  assertEquals(JSON.parse(maskBody(error, "", "response")), JSON.parse(error));
});

Deno.test("maskBody() tells of other kinds by their length, and shortens", () => {
  assertEquals(
    maskBody("<p>", "text/html", "response"),
    "(3 characters of text/html)",
  );
  const long = JSON.stringify({ a: "x".repeat(20_000) });
  assertEquals(maskBody(long, "", "response").length, 8001);
  assertEquals(maskBody("", "", "response"), "");
});
