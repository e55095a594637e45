/** `/user/oauth/grants` (auth-server §19.6). */
import { assert, assertEquals } from "@std/assert";
import { OAUTH, registerClient } from "./oauth_clients.ts";
import { clientTokens } from "./oauth_token.ts";
import { signedUp } from "./people.ts";
import { assertRefusal, NOBODYS, refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const PATH = "/user/oauth/grants";

export const OAUTH_GRANTS: readonly ContractCase[] = [
  {
    name: `GET ${PATH} lists what was allowed to whom`,
    env: OAUTH,
    run: async (world) => {
      const { accessToken: token } = await signedUp(world);
      const members = { client_type: "public", client_name: "Calendar" };
      const client = await registerClient(world, members);
      assertEquals((await world.send("GET", PATH, { token })).body, []);
      await clientTokens(world, token, client, { scope: "email phone" });
      const { status, body } = await world.send("GET", PATH, { token });
      assertEquals([status, body.length], [200, 1]);
      assertEquals(body[0].client, { id: client.client_id, name: "Calendar" });
      assertEquals(body[0].scopes, ["email", "phone"]);
      assert(Date.parse(body[0].granted_at) > 0);
    },
  },
  {
    name: `DELETE ${PATH} ends the sessions of the client`,
    env: OAUTH,
    run: async (world) => {
      const { accessToken: token } = await signedUp(world);
      const client = await registerClient(world);
      const { access_token } = await clientTokens(world, token, client);
      const path = `${PATH}?client_id=${client.client_id}`;
      const answer = await world.send("DELETE", path, { token });
      assertEquals([answer.status, answer.body], [204, ""]);
      assertEquals((await world.send("GET", PATH, { token })).body, []);
      assertRefusal(await world.send("GET", "/user", { token: access_token }), [
        403,
        "session_not_found",
      ]);
    },
  },
  ...refusals(`DELETE ${PATH}`, { as: "user", env: OAUTH }, [
    {
      why: "without a client",
      answer: [
        400,
        "validation_failed",
        "client_id query parameter is required",
      ],
    },
    {
      why: "for a client id that is none",
      at: `${PATH}?client_id=abc`,
      answer: [400, "validation_failed", "invalid client_id format"],
    },
    {
      why: "for a client that was allowed nothing",
      at: `${PATH}?client_id=${NOBODYS}`,
      answer: [
        404,
        "oauth_consent_not_found",
        "No active grant found for this client",
      ],
    },
  ]),
];
