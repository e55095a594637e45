import { assertEquals } from "@std/assert";
import {
  signInWithOAuth,
  type SignInWithOAuthParams,
} from "../../lib/api/authorize.ts";
import { createRecorder, URL_BASE } from "./recorder.ts";

const CASES: [
  what: string,
  params: SignInWithOAuthParams,
  query: Record<string, string>,
][] = [
  ["the provider alone", { provider: "github" }, { provider: "github" }],
  ["everything", {
    provider: "custom:acme",
    options: {
      redirectTo: "https://app.example/in?a=1&b=ü",
      scopes: "email profile",
      queryParams: { prompt: "consent", "hd&x": "a=b" },
    },
    codeChallenge: "challenge",
  }, {
    provider: "custom:acme",
    redirect_to: "https://app.example/in?a=1&b=ü",
    scopes: "email profile",
    code_challenge: "challenge",
    code_challenge_method: "s256",
    prompt: "consent",
    "hd&x": "a=b",
  }],
  ["parameters of the caller over its own", {
    provider: "google",
    options: { scopes: "email", queryParams: { scopes: "openid" } },
  }, { provider: "google", scopes: "openid" }],
];
for (const [what, params, query] of CASES) {
  Deno.test(`signInWithOAuth() puts ${what} into the address`, () => {
    const { config, requests } = createRecorder({});
    const { provider, url } = signInWithOAuth(config, params);
    const parsed = new URL(url);
    assertEquals(provider, params.provider);
    assertEquals(parsed.origin + parsed.pathname, `${URL_BASE}/authorize`);
    assertEquals([...parsed.searchParams], Object.entries(query));
    assertEquals(requests, []);
  });
}

Deno.test("signInWithOAuth() puts neither key nor token into the address", () => {
  const { userConfig } = createRecorder({});
  const { url } = signInWithOAuth(userConfig, { provider: "github" });
  assertEquals(url, `${URL_BASE}/authorize?provider=github`);
});
