/** Clients that do not authenticate as they should at `POST /oauth/token` (auth-server §19.5). */
import { registerClient } from "./oauth_clients.ts";
import { NOBODYS, type Refusal } from "./requests.ts";
import type { Loose } from "./world.ts";

const FORM = { grant_type: "authorization_code", code: "abc" };
const NOT_KNOWN = "Invalid client credentials";

/** A client that does not authenticate as it should. */
function ofClient(
  why: string,
  members: object | undefined,
  ask: (client: Loose) => Refusal["form"] | string,
  text: string,
): Refusal {
  return {
    why,
    given: async (world) => {
      const asked = ask(members ? await registerClient(world, members) : {});
      return typeof asked === "string"
        ? { form: FORM, headers: { Authorization: asked } }
        : { form: { ...FORM, ...asked } };
    },
    answer: [400, "invalid_credentials", text],
  };
}

const POSTING = { token_endpoint_auth_method: "client_secret_post" };

/** All of them. */
export const OF_CLIENTS: readonly Refusal[] = [
  ofClient(
    "without a client",
    undefined,
    () => ({}),
    `${NOT_KNOWN}: client_id is required`,
  ),
  ofClient(
    "for a client id that is none",
    undefined,
    () => ({ client_id: "abc" }),
    "Invalid client_id format",
  ),
  ofClient(
    "for a client of nobody",
    undefined,
    () => ({ client_id: NOBODYS }),
    NOT_KNOWN,
  ),
  ofClient(
    "for credentials that are not encoded",
    undefined,
    () => "Basic %%%",
    `${NOT_KNOWN}: invalid basic auth encoding`,
  ),
  ofClient(
    "for credentials that are no pair",
    undefined,
    () => `Basic ${btoa("no colon")}`,
    `${NOT_KNOWN}: invalid basic auth format`,
  ),
  ofClient(
    "for a way to authenticate that is not the client's",
    POSTING,
    ({ client_id, client_secret }) =>
      `Basic ${btoa(`${client_id}:${client_secret}`)}`,
    "invalid authentication method: client is registered for 'client_secret_post' but 'client_secret_basic' was used",
  ),
  ofClient(
    "without the secret of a confidential client",
    {},
    ({ client_id }) => ({ client_id }),
    "invalid authentication method: client is registered for 'client_secret_basic' but 'none' was used",
  ),
  ofClient(
    "for a wrong secret",
    POSTING,
    ({ client_id }) => ({ client_id, client_secret: "wrong" }),
    "invalid client credentials",
  ),
  {
    why: "for a body that is no JSON",
    headers: { "Content-Type": "application/json" },
    body: "{",
    answer: [
      400,
      "invalid_credentials",
      `${NOT_KNOWN}: failed to parse JSON body`,
    ],
  },
];
