import { assertEquals, assertRejects } from "@std/assert";
import { linkIdentity, unlinkIdentity } from "../../lib/api/identities.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { SESSION_JSON } from "./fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const REDIRECT = { url: "https://provider.example/authorize?state=x" };

testRequests([
  {
    name: "linkIdentity() by redirect",
    call: linkIdentity,
    method: "GET",
    endpoint: "/user/identities/authorize",
    repeatable: true,
    forUser: true,
    answer: REDIRECT,
    minimal: {
      args: [{ provider: "github" }],
      path:
        "/user/identities/authorize?provider=github&skip_http_redirect=true",
    },
    full: {
      args: [{
        provider: "github",
        options: {
          redirectTo: "https://app.example",
          scopes: "a b",
          queryParams: { prompt: "con&sent", "hd&x": "1" },
        },
        codeChallenge: "challenge",
      }],
      path: "/user/identities/authorize?provider=github" +
        "&redirect_to=https%3A%2F%2Fapp.example&scopes=a+b" +
        "&code_challenge=challenge&code_challenge_method=s256" +
        "&prompt=con%26sent&hd%26x=1&skip_http_redirect=true",
    },
  },
  {
    name: "linkIdentity() by ID token",
    call: linkIdentity,
    method: "POST",
    endpoint: "/token",
    repeatable: false,
    forUser: true,
    answer: SESSION_JSON,
    minimal: {
      args: [{ provider: "google", token: "id-token" }],
      path: "/token?grant_type=id_token",
      body: {
        provider: "google",
        id_token: "id-token",
        link_identity: true,
        gotrue_meta_security: {},
      },
    },
    full: {
      args: [{
        provider: "google",
        token: "id-token",
        access_token: "provider-token",
        nonce: "nonce",
        options: { captchaToken: "solved" },
      }],
      path: "/token?grant_type=id_token",
      body: {
        provider: "google",
        id_token: "id-token",
        access_token: "provider-token",
        nonce: "nonce",
        link_identity: true,
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  },
  {
    name: "unlinkIdentity()",
    call: unlinkIdentity,
    method: "DELETE",
    endpoint: "/user/identities/{id}",
    repeatable: true,
    forUser: true,
    minimal: {
      args: [{ identity_id: "a/b?c#d" }],
      path: "/user/identities/a%2Fb%3Fc%23d",
    },
  },
]);

Deno.test("linkIdentity() gives where to send the browser", async () => {
  const { userConfig } = createRecorder(REDIRECT);
  assertEquals(
    await linkIdentity(userConfig, { provider: "github" }),
    { provider: "github", ...REDIRECT },
  );
});

Deno.test("linkIdentity() gives the session when it links by ID token", async () => {
  const { userConfig } = createRecorder(SESSION_JSON);
  const { session } = await linkIdentity(userConfig, {
    provider: "google",
    token: "id-token",
  });
  assertEquals(session.access_token, SESSION_JSON.access_token);
});

Deno.test("linkIdentity() refuses an answer without address", async () => {
  const { userConfig } = createRecorder({});
  await assertRejects(
    () => linkIdentity(userConfig, { provider: "github" }),
    AuthResponseError,
  );
});

for (const identity_id of ["", ".", "..", undefined, 5]) {
  Deno.test(`unlinkIdentity() refuses the id ${identity_id} before any request`, async () => {
    const { userConfig, requests } = createRecorder({});
    const identity = { identity_id } as { identity_id: string };
    await assertRejects(
      async () => await unlinkIdentity(userConfig, identity),
      TypeError,
      "Cannot use an id",
    );
    assertEquals(requests, []);
  });
}
