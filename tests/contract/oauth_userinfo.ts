/** `GET /oauth/userinfo` (auth-server §19.5) and ID tokens. */
import { assert, assertEquals } from "@std/assert";
import { VERIFIER } from "./oauth_authorize.ts";
import { OAUTH, registerClient } from "./oauth_clients.ts";
import { clientTokens, codeOf } from "./oauth_token.ts";
import { signedUp } from "./people.ts";
import { claimsOf } from "./requests.ts";
import type { ContractCase } from "./world.ts";

/** A secret that signs all tokens, in both of its forms. */
const SECRET = "a secret of at least thirty-two characters";

function keysOf(): string {
  const k = btoa(SECRET).replaceAll("=", "");
  const key_ops = ["sign", "verify"];
  return JSON.stringify([{ kty: "oct", kid: "one", alg: "HS256", k, key_ops }]);
}

const PATH = "/oauth/userinfo";

export const OAUTH_USERINFO: readonly ContractCase[] = [
  {
    name: "GET /oauth/userinfo tells what the scopes of the session allow",
    env: OAUTH,
    run: async (world) => {
      const { accessToken, email, user } = await signedUp(world);
      await world.admin.updateUserById(user.id, {
        user_metadata: { name: "Ann", avatar_url: "https://a.example/p.png" },
      });
      const client = await registerClient(world);
      const tokens = await clientTokens(world, accessToken, client, {
        scope: "email profile",
      });
      const token = tokens.access_token;
      const { status, body } = await world.send("GET", PATH, { token });
      assertEquals([status, body.sub, body.email, body.email_verified], [
        200,
        user.id,
        email,
        true,
      ]);
      assertEquals([body.name, body.picture, body.phone], [
        "Ann",
        "https://a.example/p.png",
        undefined,
      ]);
      assert(Number.isInteger(body.updated_at));
    },
  },
  {
    name: "GET /oauth/userinfo tells only the id in a session without a client",
    env: OAUTH,
    run: async (world) => {
      const { accessToken: token, user } = await signedUp(world);
      const { body } = await world.send("GET", PATH, { token });
      assertEquals(body, { sub: user.id });
    },
  },
  {
    name: "POST /oauth/token fails for an ID token that nothing can sign",
    env: { ...OAUTH, GOTRUE_JWT_SECRET: SECRET, GOTRUE_JWT_KEYS: keysOf() },
    run: async (world) => {
      const { accessToken } = await signedUp(world);
      const { client_id } = await registerClient(world);
      const scope = "openid";
      const code = await codeOf(world, accessToken, { client_id }, { scope });
      const { status, body } = await world.send("POST", "/oauth/token", {
        form: {
          grant_type: "authorization_code",
          client_id,
          code,
          code_verifier: VERIFIER,
        },
      });
      assertEquals([status, body.message], [
        500,
        "Error generating ID token",
      ]);
    },
  },
  {
    name: "POST /oauth/token gives an ID token in scope openid",
    env: OAUTH,
    run: async (world) => {
      const { accessToken, email, user } = await signedUp(world);
      const client = await registerClient(world);
      const { id_token } = await clientTokens(world, accessToken, client, {
        scope: "openid email",
        nonce: "n-1",
      });
      const claims = claimsOf(id_token);
      assertEquals(
        [claims.aud, claims.sub, claims.nonce, claims.email],
        [client.client_id, user.id, "n-1", email],
      );
      assertEquals(claims.exp - claims.iat, 3600);
    },
  },
];
