/** `/scim/v2` (auth-server §20): what of SCIM can be discovered. */
import { assert, assertEquals } from "@std/assert";
import { refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const SCIM = { GOTRUE_EXPERIMENTAL_SCIM_ENABLED: "true" };
const LISTS = ["/scim/v2/ResourceTypes", "/scim/v2/Schemas"];
const CONFIG = "/scim/v2/ServiceProviderConfig";

export const SCIM_DISCOVERY: readonly ContractCase[] = [
  {
    name: `GET ${CONFIG} tells that nothing is supported yet`,
    env: SCIM,
    run: async ({ send }) => {
      const { status, headers, body } = await send("GET", CONFIG);
      assertEquals(status, 200);
      assertEquals(headers.get("Content-Type"), "application/scim+json");
      assertEquals([body.patch.supported, body.bulk.supported], [false, false]);
    },
  },
  ...LISTS.map((path): ContractCase => ({
    name: `GET ${path} gives an empty list`,
    env: SCIM,
    run: async ({ send }) => {
      const { status, body } = await send("GET", path);
      assertEquals([status, body.totalResults, body.Resources], [200, 0, []]);
    },
  })),
  ...[CONFIG, ...LISTS].flatMap((path) =>
    refusals(`GET ${path}`, {}, [{
      why: "where SCIM is disabled",
      answer: [404, "feature_disabled", "SCIM server is disabled"],
    }])
  ),
  ...[CONFIG, ...LISTS].map((path): ContractCase => ({
    name: `GET ${path} is refused for a filter, in the format of SCIM`,
    env: SCIM,
    run: async ({ send }) => {
      const { status, headers, body } = await send("GET", `${path}?filter=x`);
      assertEquals([status, body.status], [403, "403"]);
      assertEquals(headers.get("Content-Type"), "application/scim+json");
    },
  })),
  {
    name: "GET /scim/v2/Users is refused in the format of SCIM",
    env: SCIM,
    run: async ({ send }) => {
      for (const method of ["GET", "POST"]) {
        const { status, body } = await send(method, "/scim/v2/Users");
        assertEquals([status, body.detail], [
          404,
          "Endpoint or resource does not exist",
        ]);
        assert(Array.isArray(body.schemas));
      }
    },
  },
];
