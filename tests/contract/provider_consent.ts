/** `/_emulator/provider/{provider}`: the page that stands in for providers, which only the emulator has. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { GITHUB } from "./authorize.ts";
import { locationOf, pathOf, refusals } from "./requests.ts";
import type { ContractCase, World } from "./world.ts";

const ROUTE = "/_emulator/provider/{provider}";
const EVIL = `/_emulator/provider/github?redirect_uri=https://evil.example`;
const BASE = { env: GITHUB, needs: ["providers"] } as const;

/** The page that `/authorize` leads to. */
async function pageOf(world: World, query = ""): Promise<string> {
  const path = `/authorize?provider=github${query}`;
  return pathOf(world, locationOf(await world.send("GET", path)));
}

const ELSEWHERE = {
  why: "to send anybody elsewhere",
  at: EVIL,
  answer: [
    400,
    "validation_failed",
    "redirect_uri must be the callback of this server",
  ],
} as const;

export const PROVIDER_CONSENT: readonly ContractCase[] = [
  {
    ...BASE,
    name: `GET ${ROUTE} shows a page that asks who comes`,
    run: async (world) => {
      const { status, body, headers } = await world.send(
        "GET",
        await pageOf(world),
      );
      assertEquals(status, 200);
      assertEquals(headers.get("Cache-Control"), "no-store");
      assertStringIncludes(body, "Continue with Github");
    },
  },
  {
    ...BASE,
    name: `GET ${ROUTE} asks nobody when the query says who`,
    run: async (world) => {
      const path = await pageOf(world, "&email=ann@example.com");
      const answer = await world.send("GET", path);
      assertEquals(answer.status, 302);
      assert(locationOf(answer).searchParams.has("code"));
    },
  },
  {
    ...BASE,
    name: `POST ${ROUTE} sends whoever was chosen back`,
    run: async (world) => {
      const form = { email: "ann@example.com" };
      const answer = await world.send("POST", await pageOf(world), { form });
      assertEquals(answer.status, 303);
      const { searchParams } = locationOf(answer);
      assert(searchParams.has("code") && searchParams.has("state"));
    },
  },
  ...refusals(`GET ${ROUTE}`, BASE, [ELSEWHERE]),
  ...refusals(`POST ${ROUTE}`, BASE, [
    ELSEWHERE,
    {
      why: "for nobody",
      given: async (world) => ({ at: await pageOf(world) }),
      form: {},
      answer: [
        400,
        "validation_failed",
        "A person needs an e-mail address or an id",
      ],
    },
  ]),
];
