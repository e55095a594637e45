import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import { type Answer, call, callAsAdmin } from "./helpers.ts";
import { fragmentOf, locationOf, userOf } from "./providers.ts";

function startWithConsent(env: Record<string, string> = {}): Emulator {
  return createEmulator({
    env: { GOTRUE_EXTERNAL_GITHUB_ENABLED: "true", ...env },
  });
}

/** Follows a redirect within the emulator. */
async function follow(emulator: Emulator, answer: Answer): Promise<Answer> {
  const { pathname, search } = locationOf(answer);
  return await call(emulator, "GET", pathname + search);
}

/** What a person chooses on the page that an answer leads to. */
async function choose(
  emulator: Emulator,
  answer: Answer,
  form: Record<string, string>,
): Promise<Answer> {
  const { pathname, search } = locationOf(answer);
  return await call(emulator, "POST", pathname + search, { form });
}

Deno.test("the emulator's own page stands in for a provider", async () => {
  const emulator = startWithConsent();
  const first = await call(emulator, "GET", "/authorize?provider=github");
  assertStringIncludes(
    locationOf(first).href,
    "http://127.0.0.1:54321/auth/v1/_emulator/provider/github?",
  );
  const page = await follow(emulator, first);
  assertStringIncludes(page.body, "Continue with Github");
  const back = await choose(emulator, first, {
    email: "ann@example.com",
    name: "Ann",
  });
  assertEquals(back.status, 303);
  const done = await follow(emulator, back);
  const tokens = fragmentOf(done);
  assert(tokens.get("provider_token"));
  const user = await userOf(emulator, tokens);
  assertEquals(user.email, "ann@example.com");
  assertEquals(user.app_metadata.provider, "github");
  assertEquals(user.user_metadata.full_name, "Ann");
});

Deno.test("the emulator's own page asks nobody when the query says who", async () => {
  const emulator = startWithConsent();
  const ids: string[] = [];
  for (const name of ["Ann", "Anna"]) {
    const first = await call(
      emulator,
      "GET",
      `/authorize?provider=github&email=ann@example.com&name=${name}`,
    );
    const done = await follow(emulator, await follow(emulator, first));
    const user = await userOf(emulator, fragmentOf(done));
    assertEquals(user.user_metadata.name, name);
    ids.push(user.id);
  }
  assertEquals(ids[0], ids[1], "the same address is the same person");
});

Deno.test("the emulator's own page lets people deny and be unverified", async () => {
  const emulator = startWithConsent({ GOTRUE_MAILER_AUTOCONFIRM: "false" });
  const first = await call(emulator, "GET", "/authorize?provider=github");
  const denied = await follow(
    emulator,
    await choose(emulator, first, { error: "access_denied" }),
  );
  assertEquals(fragmentOf(denied).get("error"), "access_denied");
  const second = await call(emulator, "GET", "/authorize?provider=github");
  const unverified = await follow(
    emulator,
    await choose(emulator, second, {
      email: "ann@example.com",
      verified: "false",
    }),
  );
  assertEquals(
    fragmentOf(unverified).get("error_code"),
    "provider_email_needs_verification",
  );
});

Deno.test("the emulator's own page offers those who came before, safely", async () => {
  const emulator = startWithConsent();
  const first = await call(
    emulator,
    "GET",
    "/authorize?provider=github&email=ann@example.com&name=%22%3E%3Cscript%3E",
  );
  await follow(emulator, await follow(emulator, first));
  const page = await follow(
    emulator,
    await call(emulator, "GET", "/authorize?provider=github"),
  );
  assertStringIncludes(page.body, "Continue as ann@example.com");
  assert(!page.body.includes("<script>"));
});

Deno.test("the emulator's own page plays any provider that is enabled, and no other", async () => {
  const emulator = startWithConsent({
    GOTRUE_EXTERNAL_MYSPACE_ENABLED: "true",
    GOTRUE_EXTERNAL_GOOGLE_ENABLED: "false",
  });
  const any = await call(emulator, "GET", "/authorize?provider=myspace");
  assertEquals(any.status, 302);
  for (const provider of ["google", "gitlab"]) {
    const answer = await call(
      emulator,
      "GET",
      `/authorize?provider=${provider}`,
    );
    assertEquals(
      answer.body.message,
      "Unsupported provider: provider is not enabled",
    );
  }
  const unknown = await call(emulator, "GET", "/authorize?provider=orkut");
  assertEquals(
    unknown.body.message,
    "Unsupported provider: Provider orkut could not be found",
  );
});

Deno.test("the emulator's own page plays custom providers", async () => {
  const emulator = startWithConsent();
  await callAsAdmin(emulator, "POST", "/admin/custom-providers", {
    provider_type: "oidc",
    identifier: "custom:acme",
    name: "Acme",
    client_id: "id",
    client_secret: "secret",
    issuer: "https://acme.test",
  });
  const first = await call(
    emulator,
    "GET",
    "/authorize?provider=custom:acme&email=ann@example.com",
  );
  const done = await follow(emulator, await follow(emulator, first));
  const user = await userOf(emulator, fragmentOf(done));
  assertEquals(user.app_metadata.provider, "custom:acme");
});

Deno.test("the emulator's own page sends nobody elsewhere, and is off where fetch is given", async () => {
  const emulator = startWithConsent();
  const path = "/_emulator/provider/github?email=a@example.com&redirect_uri=";
  const evil = await call(emulator, "GET", `${path}https://evil.test`);
  assertEquals(evil.status, 400);
  const real = createEmulator({ fetch: () => Promise.reject(new TypeError()) });
  const off = await call(real, "GET", `${path}x`);
  assertEquals(off.body.code, "feature_disabled");
});
