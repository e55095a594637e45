import { assert, assertEquals, assertMatch } from "@std/assert";
import { call, callAsAdmin, signedIn } from "./helpers.ts";
import {
  begin,
  codeFor,
  comeBack,
  fragmentOf,
  locationOf,
  signInAs,
  startWithGitlab,
  userOf,
} from "./providers.ts";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ANN = { id: 1, email: "Ann@Example.com", name: "Ann" };

Deno.test("GET /authorize passes parameters on and keeps its own", async () => {
  const emulator = startWithGitlab();
  const answer = await call(
    emulator,
    "GET",
    "/authorize?provider=GitLab&scopes=api,openid&prompt=none&client_id=evil&STATE=evil",
  );
  const url = locationOf(answer);
  assertEquals(answer.status, 302);
  assertEquals(
    url.origin + url.pathname,
    "https://gitlab.test/oauth/authorize",
  );
  assertEquals(
    [...url.searchParams.keys()],
    ["client_id", "prompt", "redirect_uri", "response_type", "scope", "state"],
  );
  assertEquals(url.searchParams.get("client_id"), "client");
  assertEquals(url.searchParams.get("scope"), "read_user api openid");
});

Deno.test("GET /authorize refuses incomplete providers by name", async () => {
  const reasons = {
    _CLIENT_ID: "missing OAuth client ID",
    _SECRET: "missing OAuth secret",
    _REDIRECT_URI: "missing redirect URI",
  };
  for (const [suffix, reason] of Object.entries(reasons)) {
    const emulator = startWithGitlab({
      [`GOTRUE_EXTERNAL_GITLAB${suffix}`]: "",
    });
    const answer = await call(emulator, "GET", "/authorize?provider=gitlab");
    assertEquals(answer.body.message, `Unsupported provider: ${reason}`);
  }
});

Deno.test("GET /authorize sends a challenge of its own to providers that want one", async () => {
  const emulator = startWithGitlab({
    GOTRUE_EXTERNAL_X_ENABLED: "true",
    GOTRUE_EXTERNAL_X_CLIENT_ID: "x",
    GOTRUE_EXTERNAL_X_SECRET: "x",
    GOTRUE_EXTERNAL_X_REDIRECT_URI: "http://localhost:9999/callback",
  });
  const answer = await call(emulator, "GET", "/authorize?provider=x");
  const { searchParams } = locationOf(answer);
  assertMatch(searchParams.get("code_challenge")!, /^[\w-]{43}$/);
  assertEquals(searchParams.get("code_challenge_method"), "S256");
});

Deno.test("GET /callback makes a user out of a profile and signs it in", async () => {
  const emulator = startWithGitlab();
  const tokens = await signInAs(emulator, ANN);
  assertEquals(tokens.get("provider_token"), codeFor(ANN));
  assertEquals(tokens.get("provider_refresh_token"), "more");
  const user = await userOf(emulator, tokens);
  assertEquals(user.email, "ann@example.com");
  assert(user.email_confirmed_at);
  assertEquals(user.app_metadata, {
    provider: "gitlab",
    providers: ["gitlab"],
  });
  assertEquals(user.user_metadata.full_name, "Ann");
  assertEquals(user.identities[0].id, "1");
});

Deno.test("GET /callback knows the user again and renews its identity", async () => {
  const emulator = startWithGitlab();
  const first = await userOf(emulator, await signInAs(emulator, ANN));
  const renamed = { ...ANN, name: "Anna", email: "anna@example.com" };
  const second = await userOf(emulator, await signInAs(emulator, renamed));
  assertEquals(second.id, first.id);
  assertEquals(second.email, "ann@example.com");
  assertEquals(second.identities.length, 1);
  assertEquals(second.identities[0].identity_data.name, "Anna");
  assertEquals(second.user_metadata.name, "Anna");
});

Deno.test("GET /callback links a verified address to the account that has it", async () => {
  const emulator = startWithGitlab();
  const { user } = await signedIn(emulator, "ann@example.com");
  const linked = await userOf(emulator, await signInAs(emulator, ANN));
  assertEquals(linked.id, user.id);
  assertEquals(linked.app_metadata.providers, ["email", "gitlab"]);
});

Deno.test("GET /callback takes an account away from whoever never confirmed its address", async () => {
  const emulator = startWithGitlab();
  const password = "attacker-1234";
  await call(emulator, "POST", "/signup", {
    body: { email: "ann@example.com", password, data: { planted: true } },
  });
  const user = await userOf(emulator, await signInAs(emulator, ANN));
  assertEquals(user.identities.length, 1);
  assertEquals(user.user_metadata.planted, undefined);
  const answer = await call(emulator, "POST", "/token?grant_type=password", {
    body: { email: "ann@example.com", password },
  });
  assertEquals(answer.body.code, "invalid_credentials");
});

Deno.test("GET /callback asks for an unverified address, keeps the user and says so", async () => {
  const emulator = startWithGitlab();
  const tokens = await signInAs(emulator, { ...ANN, verified: false });
  assertEquals(tokens.get("error"), "access_denied");
  assertEquals(tokens.get("error_code"), "provider_email_needs_verification");
  const mail = await emulator.mailbox.next("ann@example.com");
  const { pathname, search } = new URL(mail.link);
  await call(emulator, "GET", pathname + search);
  const later = await signInAs(emulator, { ...ANN, verified: false });
  assert(later.get("access_token"));
});

Deno.test("GET /callback lets unverified addresses in where the settings do", async () => {
  const emulator = startWithGitlab({
    GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS: "true",
  });
  const tokens = await signInAs(emulator, { ...ANN, verified: false });
  const user = await userOf(emulator, tokens);
  assertEquals(user.email_confirmed_at, undefined);
});

Deno.test("GET /callback gives no address that is taken to an unverified profile", async () => {
  const emulator = startWithGitlab({
    GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS: "true",
  });
  await signedIn(emulator, "ann@example.com");
  const tokens = await signInAs(emulator, { ...ANN, verified: false });
  const user = await userOf(emulator, tokens);
  assertEquals(user.email, "");
  assertEquals(user.identities[0].email, "ann@example.com");
});

Deno.test("GET /callback refuses new users where sign-up is off", async () => {
  const emulator = startWithGitlab({ GOTRUE_DISABLE_SIGNUP: "true" });
  const tokens = await signInAs(emulator, ANN);
  assertEquals(tokens.get("error"), "access_denied");
  assertEquals(tokens.get("error_code"), "signup_disabled");
});

Deno.test("GET /callback refuses banned users", async () => {
  const emulator = startWithGitlab();
  const user = await userOf(emulator, await signInAs(emulator, ANN));
  const path = `/admin/users/${user.id}`;
  await callAsAdmin(emulator, "PUT", path, { ban_duration: "1h" });
  const tokens = await signInAs(emulator, ANN);
  assertEquals(tokens.get("error_code"), "user_banned");
});

Deno.test("GET /callback refuses profiles without an address unless it is optional", async () => {
  const nobody = { id: 2, name: "Nobody" };
  const strict = await signInAs(startWithGitlab(), nobody);
  assertEquals(
    strict.get("error_description"),
    "Error getting user email from external provider",
  );
  const emulator = startWithGitlab({
    GOTRUE_EXTERNAL_GITLAB_EMAIL_OPTIONAL: "true",
  });
  const user = await userOf(emulator, await signInAs(emulator, nobody));
  assertEquals(user.email, "");
  assertEquals(user.identities[0].id, "2");
});

Deno.test("GET /callback gives a code to exchange in a PKCE flow, once", async () => {
  const emulator = startWithGitlab();
  const state = await begin(emulator, {
    code_challenge: CHALLENGE,
    code_challenge_method: "s256",
    redirect_to: "http://localhost:3000/in?a=1",
  });
  const back = locationOf(await comeBack(emulator, state, ANN));
  assertEquals(back.pathname, "/in");
  const exchange = await call(emulator, "POST", "/token?grant_type=pkce", {
    body: {
      auth_code: back.searchParams.get("code"),
      code_verifier: VERIFIER,
    },
  });
  assertEquals(exchange.status, 200);
  assertEquals(exchange.body.provider_token, codeFor(ANN));
  assertEquals(exchange.body.user.email, "ann@example.com");
});

Deno.test("GET /callback refuses a PKCE state that was used, an old one and none", async () => {
  const emulator = startWithGitlab();
  const used = await begin(emulator, {
    code_challenge: CHALLENGE,
    code_challenge_method: "plain",
  });
  await comeBack(emulator, used, ANN);
  const again = await comeBack(emulator, used, ANN);
  assertEquals(again.status, 303);
  assertEquals(
    locationOf(again).search,
    "?error=invalid_request&error_code=flow_state_already_used&error_description=State+has+already+been+used",
  );
  const old = await begin(emulator);
  emulator.clock.advance(301_000);
  const late = await comeBack(emulator, old, ANN);
  assertEquals(
    locationOf(late).searchParams.get("error_description"),
    "OAuth state has expired",
  );
  const none = await call(emulator, "PUT", "/callback");
  assertEquals(none.status, 303, "the state is looked at before the method");
});

Deno.test("GET /callback hands on what the provider refuses", async () => {
  const emulator = startWithGitlab();
  const state = await begin(emulator, {
    redirect_to: "http://localhost:3000/in",
  });
  const answer = await call(
    emulator,
    "GET",
    `/callback?state=${state}&error=access_denied&error_description=50%25+no`,
  );
  assertEquals(
    answer.headers.get("Location"),
    "http://localhost:3000/in?error=access_denied&error_description=50%25+no#error=access_denied&error_description=50%2525+no&sb=",
  );
});

Deno.test("GET /user/identities/authorize ends in one more identity", async () => {
  const emulator = startWithGitlab({
    GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
  });
  const session = await signedIn(emulator, "bob@example.com");
  const answer = await call(
    emulator,
    "GET",
    "/user/identities/authorize?provider=gitlab&skip_http_redirect=true",
    { token: session.access_token },
  );
  const state = new URL(answer.body.url).searchParams.get("state")!;
  const tokens = fragmentOf(await comeBack(emulator, state, ANN));
  const user = await userOf(emulator, tokens);
  assertEquals(user.id, session.user.id);
  assertEquals(user.app_metadata.providers, ["email", "gitlab"]);
  assertEquals(user.user_metadata.full_name, undefined);
});

Deno.test("GET /user/identities/authorize turns a guest into a permanent user", async () => {
  const emulator = startWithGitlab({
    GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
  });
  const guest = await call(emulator, "POST", "/signup", { body: {} });
  const link = await call(
    emulator,
    "GET",
    "/user/identities/authorize?provider=gitlab",
    { token: guest.body.access_token },
  );
  const state = locationOf(link).searchParams.get("state")!;
  const tokens = fragmentOf(await comeBack(emulator, state, ANN));
  const user = await userOf(emulator, tokens);
  assertEquals(user.id, guest.body.user.id);
  assertEquals(user.is_anonymous, false);
  assertEquals(user.email, "ann@example.com");
  assert(user.email_confirmed_at);
});

Deno.test("GET /callback refuses to link to a user who is gone", async () => {
  const emulator = startWithGitlab({
    GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
  });
  const session = await signedIn(emulator);
  const link = await call(
    emulator,
    "GET",
    "/user/identities/authorize?provider=gitlab",
    { token: session.access_token },
  );
  await callAsAdmin(emulator, "DELETE", `/admin/users/${session.user.id}`);
  const state = locationOf(link).searchParams.get("state")!;
  const answer = await comeBack(emulator, state, ANN);
  assertEquals(
    locationOf(answer).search,
    "?error=server_error&error_code=user_not_found&error_description=Linking+target+user+not+found",
  );
});

Deno.test("GET /callback accepts an invitation for the invited address only", async () => {
  const emulator = startWithGitlab();
  await callAsAdmin(emulator, "POST", "/invite", { email: "ann@example.com" });
  const { token_hash } = await emulator.mailbox.next("ann@example.com");
  const wrong = await signInAs(emulator, { ...ANN, email: "eve@example.com" }, {
    invite_token: token_hash,
  });
  assertEquals(
    wrong.get("error_description"),
    "Invited email does not match emails from external provider",
  );
  const right = await signInAs(emulator, ANN, { invite_token: token_hash });
  const user = await userOf(emulator, right);
  assertEquals(user.app_metadata.providers, ["gitlab"]);
  assert(user.email_confirmed_at);
});

Deno.test("GET /callback lets the before-user-created hook refuse", async () => {
  const error = { http_code: 403, message: "Not you" };
  const emulator = startWithGitlab({}, {
    hooks: { beforeUserCreated: () => ({ error }) },
  });
  const tokens = await signInAs(emulator, ANN);
  assertEquals(tokens.get("error"), "access_denied");
  assertEquals(tokens.get("error_description"), "Not you");
  assertEquals((await emulator.users.list()).length, 0);
});

Deno.test("GET /callback refuses profiles without an id", async () => {
  const emulator = startWithGitlab();
  const nobody = { email: "ann@example.com" } as unknown as typeof ANN;
  const tokens = await signInAs(emulator, nobody);
  assertEquals(
    tokens.get("error_description"),
    "Error getting user profile from external provider",
  );
});
