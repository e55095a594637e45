/**
 * Holds that the contract asks every route of the emulator: the whole suite is
 * run, and each request is noted under the route that the router finds for it.
 */
import { assert, assertEquals } from "@std/assert";
import { Router, routes, subtrees } from "../../lib/emulator/router.ts";
import { SUITE } from "../contract/suite.ts";
import { emulatorWorld } from "../contract/world.ts";

/** Routes that refuse nobody, and why. */
const NEVER_REFUSED: Readonly<Record<string, string>> = {
  "GET /health": "tells what everybody may know",
  "GET /settings": "tells what everybody may know",
  "GET /.well-known/jwks.json": "tells what everybody may know",
  "GET /.well-known/openid-configuration": "is there on every server",
};

/** Routes that accept nothing, and why. */
const NEVER_ACCEPTED: Readonly<Record<string, string>> = {
  "POST /sso/saml/acs": "no sign-in by an assertion was recorded",
};

type Outcome = "success" | "refusal";

/** What each route was seen to answer. */
const seen = new Map<string, Set<Outcome>>();

/** Names the route of a request; a router that answers by names. */
function createNamer(): (method: string, path: string) => string | undefined {
  const names = new Map<unknown, string>();
  const list = routes().map(([method, path, _handler, options = {}]) => {
    const handler = () => new Response();
    names.set(handler, `${method} ${path}`);
    return [method, path, handler, options] as const;
  });
  const router = new Router(list, subtrees());
  return (method, path) => names.get(router.find(method, path).match?.handler);
}

function outcomeOf({ status, headers }: Response): Outcome {
  const location = headers.get("Location");
  if (status >= 400) return "refusal";
  if (location === null) return "success";
  const { searchParams, hash } = new URL(location);
  const fragment = new URLSearchParams(hash.slice(1));
  const isRefused = searchParams.has("error") || fragment.has("error");
  return isRefused ? "refusal" : "success";
}

async function runSuite(): Promise<void> {
  const nameOf = createNamer();
  for (const each of SUITE) {
    const world = await emulatorWorld(each, (method, path, answer) => {
      const name = nameOf(method, path);
      if (name === undefined) return;
      const outcomes = seen.get(name) ?? new Set();
      seen.set(name, outcomes.add(outcomeOf(answer)));
    });
    await each.run(world);
  }
}

Deno.test("the contract shows a success and a refusal of every route", async (t) => {
  await runSuite();
  for (const [method, path] of routes()) {
    const name = `${method} ${path}`;
    await t.step(name, () => {
      const outcomes = seen.get(name) ?? new Set();
      assertEquals(
        [outcomes.has("success"), outcomes.has("refusal")],
        [!(name in NEVER_ACCEPTED), !(name in NEVER_REFUSED)],
        "[success, refusal]",
      );
    });
  }
  const all = new Set(routes().map(([method, path]) => `${method} ${path}`));
  for (const name of Object.keys({ ...NEVER_ACCEPTED, ...NEVER_REFUSED })) {
    assert(all.has(name), `${name} is no route`);
  }
});
