import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { withControl } from "../../lib/emulator/control_http.ts";
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import { pageAddress } from "../../lib/emulator/page_files.ts";
import { fakeHost, startProgram } from "./program_host.ts";
import type { Loose } from "./helpers.ts";

const ORIGIN = "http://localhost:9999";

interface Stage {
  readonly emulator: Emulator;
  readonly handler: (request: Request) => Promise<Response>;
  get(path: string, init?: RequestInit): Promise<Response>;
  call(name: string, body?: object): Promise<Loose>;
}

function stage(env: Record<string, string> = {}): Stage {
  const emulator = createEmulator({ env });
  const handler = withControl(emulator);
  const get: Stage["get"] = (path, init) =>
    handler(new Request(ORIGIN + path, init));
  return {
    emulator,
    handler,
    get,
    call: async (name, body = {}) => {
      const response = await get(`/_emulator/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const { result, error } = await response.json();
      return error ? { error: error.message } : result;
    },
  };
}

async function signUp({ emulator, get }: Stage, email: string): Promise<Loose> {
  const response = await get("/auth/v1/signup", {
    method: "POST",
    headers: { apikey: emulator.anonKey },
    body: JSON.stringify({ email, password: "correct horse" }),
  });
  return await response.json();
}

Deno.test("withControl() serves the page and its two files, which belong together", async () => {
  const { get } = stage();
  const page = await get("/_emulator/");
  assertEquals(page.status, 200);
  assertEquals(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  const html = await page.text();
  const files = [...html.matchAll(/(?:href|src)="(page\.\w+)"/g)].map((m) =>
    m[1]!
  );
  assertEquals(files, ["page.css", "page.js"]);
  for (const file of files) {
    const response = await get(`/_emulator/${file}`);
    assertEquals(response.status, 200);
    assert((await response.text()).length > 1000);
  }
});

Deno.test("withControl() lets the page run its own script alone and nobody frame it", async () => {
  const { get } = stage();
  for (const file of ["", "page.css", "page.js"]) {
    const { headers, body } = await get(`/_emulator/${file}`);
    await body?.cancel();
    const policy = headers.get("Content-Security-Policy")!;
    assertStringIncludes(policy, "default-src 'none'; script-src 'self';");
    assertStringIncludes(policy, "frame-ancestors 'none'");
    assertEquals(headers.get("X-Content-Type-Options"), "nosniff");
    assertEquals(headers.get("Referrer-Policy"), "no-referrer");
  }
});

Deno.test("the page refers to no other server", async () => {
  const { get } = stage();
  const html = await (await get("/_emulator/")).text();
  const style = await (await get("/_emulator/page.css")).text();
  assertEquals(html.match(/(?:src|href)="https?:/g), null);
  assertEquals(style.match(/@import|url\(/g), null);
});

Deno.test("withControl() answers HEAD, leads to the path with its slash, and refuses other methods", async () => {
  const { get } = stage();
  const head = await get("/_emulator/", { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  const bare = await get("/_emulator?code=1");
  assertEquals(bare.status, 308);
  assertEquals(bare.headers.get("Location"), "/_emulator/?code=1");
  const post = await get("/_emulator/", { method: "POST" });
  assertEquals([post.status, post.headers.get("Allow")], [405, "GET, HEAD"]);
});

Deno.test("withControl() shows the page under names of this machine only", async () => {
  const { handler } = stage();
  const rebound = new Request("http://rebound.example:9999/_emulator/");
  const response = await handler(rebound);
  assertEquals(response.status, 403);
  assert(!(await response.text()).includes("page.js"));
});

Deno.test("createEmulator() has no page of its own", async () => {
  const response = await createEmulator().fetch(`${ORIGIN}/_emulator/`);
  assertEquals(response.status, 404);
  await response.body?.cancel();
});

Deno.test("--control says where the page is and lets links lead back to it", async () => {
  const host = fakeHost();
  await startProgram(host, "--port", "1");
  assert(!host.printed.some((line) => line.includes("Page at")));
  await startProgram(host, "--port", "2", "--control");
  assert(host.printed.includes("Page at http://localhost:2/_emulator/"));
  const leadsBack = async (port: number) => {
    const target = `http://localhost:${port}/_emulator/`;
    const response = await host.ports.get(port)!(
      new Request(
        `http://127.0.0.1:${port}/verify?token=x&type=signup&redirect_to=${target}`,
      ),
    );
    return response.headers.get("Location")!.startsWith(target);
  };
  assertEquals([await leadsBack(1), await leadsBack(2)], [false, true]);
});

Deno.test("pageAddress() names the machine, for passkeys belong to no number", () => {
  const page = "http://localhost:9999/_emulator/";
  assertEquals(pageAddress("http://127.0.0.1:9999"), page);
  assertEquals(pageAddress("http://[::1]:9999"), page);
  assertEquals(
    pageAddress("http://127.0.0.2:1"),
    "http://127.0.0.2:1/_emulator/",
  );
});

Deno.test("inspect/ shows messages, users, sessions and their numbers, newest first", async () => {
  const now = stage({ GOTRUE_MAILER_AUTOCONFIRM: "false" });
  await now.emulator.users.seed({ email: "ann@example.com" });
  await now.emulator.signIn("ann@example.com");
  await signUp(now, "bob@example.com");
  const counts = await now.call("inspect/counts");
  assertEquals([counts.users, counts.sessions, counts.mails], [2, 1, 1]);

  const users = await now.call("inspect/users");
  const emails = users.items.map(({ user }: Loose) => user.email);
  assertEquals(emails, ["bob@example.com", "ann@example.com"]);
  assertEquals(users.items[0].hasPassword, true);

  const [mail] = (await now.call("inspect/messages")).items;
  assertEquals([mail.kind, mail.to], ["mail", "bob@example.com"]);
  assertMatch(mail.code, /^\d{6}$/);

  const sessions = await now.call("inspect/sessions");
  assertEquals(sessions.items[0].user, "ann@example.com");
  assert(!("refresh_token_hmac_key" in sessions.items[0]));

  const found = await now.call("inspect/users", { text: "ANN" });
  assertEquals([found.total, found.items.length], [2, 1]);
});

Deno.test("inspect/factors gives the code of the moment, which the server accepts", async () => {
  const now = stage();
  const { access_token } = await signUp(now, "ann@example.com");
  const asked = async (path: string, body: object) => {
    const response = await now.get(`/auth/v1${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${access_token}` },
      body: JSON.stringify(body),
    });
    return await response.json();
  };
  const { id } = await asked("/factors", { factor_type: "totp" });
  const challenge = await asked(`/factors/${id}/challenge`, {});
  const [factor] = (await now.call("inspect/factors")).items;
  assertEquals([factor.id, factor.user], [id, "ann@example.com"]);
  const session = await asked(`/factors/${id}/verify`, {
    challenge_id: challenge.id,
    code: factor.current_code,
  });
  assertEquals(session.token_type, "bearer");
  await now.call("factors/delete", { id });
  assertEquals((await now.call("inspect/factors")).total, 0);
});

Deno.test("sessions/delete ends a session", async () => {
  const now = stage();
  const { access_token } = await signUp(now, "ann@example.com");
  const status = async () => {
    const headers = { Authorization: `Bearer ${access_token}` };
    const response = await now.get("/auth/v1/user", { headers });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await status(), 200);
  const [{ id }] = (await now.call("inspect/sessions")).items;
  await now.call("sessions/delete", { id });
  assertEquals(await status(), 403);
});

Deno.test("inspect/keys shows what signs and verifies, and nothing secret", async () => {
  const now = stage();
  await now.emulator.keys.rotate({ alg: "EdDSA" });
  const keys = await now.call("inspect/keys");
  const shown = keys.map(({ alg, signs }: Loose) => [alg, signs]);
  assertEquals(shown, [["EdDSA", true], ["ES256", false], ["HS256", false]]);
  assert(keys.every((key: Loose) => !("k" in key) && !("d" in key)));
  const bare = withControl(createEmulator({ profile: "server" }));
  const response = await bare(
    new Request(`${ORIGIN}/_emulator/inspect/keys`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
    }),
  );
  const { result } = await response.json();
  assertEquals(result.map(({ alg, signs }: Loose) => [alg, signs]), [[
    "HS256",
    true,
  ]]);
});

Deno.test("inspect/faults lists faults of every origin; faults/remove takes away any", async () => {
  const now = stage();
  now.emulator.faults.add({ path: /^\/tok/, status: 503, times: 2 });
  await now.call("faults/add", { fault: { path: "/user", delayMs: 5 } });
  const faults = await now.call("inspect/faults");
  const shown = faults.map(({ path, left }: Loose) => [path, left]);
  assertEquals(shown, [["/^\\/tok/", 2], ["/user", null]]);
  await now.call("faults/remove", { id: faults[0].id });
  assertEquals((await now.call("inspect/faults")).length, 1);
});

Deno.test("inspect/clock tells whether time stands still", async () => {
  const now = stage();
  assertEquals((await now.call("inspect/clock")).frozen, false);
  now.emulator.clock.freeze(1_000_000);
  assertEquals(await now.call("inspect/clock"), {
    now: 1_000_000,
    frozen: true,
  });
});

Deno.test("switch turns some settings on and off, and passkeys on for the page", async () => {
  const now = stage();
  const turn = (name: string, on: boolean, origin = ORIGIN) =>
    now.call("switch", { name, on, options: { origin } });
  await turn("GOTRUE_MAILER_AUTOCONFIRM", false);
  assert(!("access_token" in await signUp(now, "ann@example.com")));
  await turn("GOTRUE_PASSKEY_ENABLED", true, "http://127.0.0.1:9999");
  const settings = await now.call("inspect/settings");
  assertEquals(settings.passkeyOrigins, [ORIGIN]);
  assertEquals(settings.switches, {
    GOTRUE_MAILER_AUTOCONFIRM: false,
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: false,
    GOTRUE_PASSKEY_ENABLED: true,
  });
  assertEquals(await turn("GOTRUE_JWT_SECRET", true), {
    error: "GOTRUE_JWT_SECRET cannot be switched",
  });
  const other = stage();
  const refused = await other.call("switch", {
    name: "GOTRUE_PASSKEY_ENABLED",
    on: true,
    options: { origin: "https://evil.example" },
  });
  assertEquals(refused, {
    error: "options.origin must be a page of this machine",
  });
  const { switches } = await other.call("inspect/settings");
  assertEquals(switches.GOTRUE_PASSKEY_ENABLED, false);
});

Deno.test("changes tells what to look at again, once for all that came meanwhile", async () => {
  const now = stage();
  const { body } = await now.get("/_emulator/changes");
  const lines = body!.pipeThrough(new TextDecoderStream()).getReader();
  const next = async () => JSON.parse((await lines.read()).value!);
  assertEquals(await next(), []);
  await signUp(now, "ann@example.com");
  await now.call("clock/advance", { milliseconds: 1 });
  const topics = await next() as string[];
  for (const topic of ["users", "sessions", "requests", "control"]) {
    if (!topics.includes(topic)) topics.push(...await next());
    assert(topics.includes(topic), topic);
  }
  await lines.cancel();
  await signUp(now, "bob@example.com");
});
