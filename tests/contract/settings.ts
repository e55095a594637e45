/** What the server tells of itself (auth-server §16): settings, health, keys, discovery. */
import { getHealth, getJwks, getSettings } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { OAUTH } from "./oauth_clients.ts";
import { refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const DISCOVERY = [
  "/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server",
] as const;

export const SETTINGS: readonly ContractCase[] = [
  {
    name: "getSettings() tells what is offered",
    run: async ({ config }) => {
      const settings = await getSettings(config);
      assertEquals(settings.mailer_autoconfirm, true);
      assertEquals(settings.external["email"], true);
      assertEquals(settings.external["anonymous_users"], true);
    },
  },
  {
    name: "getHealth() names the server",
    run: async ({ config }) => {
      assertEquals((await getHealth(config)).name, "GoTrue");
    },
  },
  {
    name: "getJwks() gives public keys only",
    run: async ({ config }) => {
      const { keys } = await getJwks(config);
      assert(keys.every((key) => key["d"] === undefined));
      assert(keys.every((key) => key.kty !== "oct"));
    },
  },
  {
    name: "GET /.well-known/jwks.json may be kept for ten minutes",
    run: async ({ send }) => {
      const { headers } = await send("GET", "/.well-known/jwks.json");
      assertEquals(headers.get("Cache-Control"), "public, max-age=600");
    },
  },
  ...DISCOVERY.map((path): ContractCase => ({
    name: `GET ${path} names the endpoints of the OAuth server`,
    env: OAUTH,
    run: async ({ send }) => {
      const { status, body, headers } = await send("GET", path);
      assertEquals(status, 200);
      assertEquals(headers.get("Cache-Control"), "public, max-age=600");
      const base = body.issuer.replace(/\/+$/, "");
      assertEquals(body.authorization_endpoint, `${base}/oauth/authorize`);
      assertEquals(body.token_endpoint, `${base}/oauth/token`);
      assertEquals(body.userinfo_endpoint, `${base}/oauth/userinfo`);
      assertEquals(
        body.registration_endpoint,
        `${base}/oauth/clients/register`,
      );
      assertEquals(body.code_challenge_methods_supported, ["S256", "plain"]);
    },
  })),
  {
    name: "GET /.well-known/openid-configuration needs no OAuth server",
    run: async ({ send }) => {
      const { status, body } = await send("GET", DISCOVERY[0]);
      assertEquals([status, body.registration_endpoint], [200, undefined]);
    },
  },
  ...refusals(`GET ${DISCOVERY[1]}`, {}, [{
    why: "where the OAuth server is off",
    answer: [404, "feature_disabled", "OAuth server is disabled"],
  }]),
];
