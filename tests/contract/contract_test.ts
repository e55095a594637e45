/**
 * Runs the contract against the emulator, or against a real server:
 *
 *     GOTRUE_URL=http://localhost:9999 GOTRUE_ANON_KEY=… \
 *     GOTRUE_SERVICE_ROLE_KEY=… deno task test:contract
 *
 * Settings of that server are taken from the environment by their real names;
 * a case that needs another setting is skipped, and says which.
 */
import { SUITE } from "./suite.ts";
import {
  BASE_SETTINGS,
  type ContractCase,
  emulatorWorld,
  type Need,
  realWorld,
} from "./world.ts";

/** What a case may need that no server has to have. */
const OURS: readonly Need[] = ["headers", "packages", "raw"];

const url = setting("GOTRUE_URL");

for (const each of SUITE) {
  const reason = whyNotHere(each) ?? (url ? whyNotThere(each) : undefined);
  Deno.test({
    name: reason === undefined ? each.name : `${each.name} [${reason}]`,
    ignore: reason !== undefined,
    fn: async () => {
      await each.run(
        url === undefined ? await emulatorWorld(each) : real(url),
      );
    },
  });
}

function real(url: string): ReturnType<typeof realWorld> {
  const key = setting("GOTRUE_ANON_KEY") ?? "";
  return realWorld(url, key, setting("GOTRUE_SERVICE_ROLE_KEY") ?? "");
}

/** Why this runtime cannot make the requests of a case. */
function whyNotHere({ needs = [] }: ContractCase): string | undefined {
  if (!needs.includes("headers")) return undefined;
  const { headers } = new Request("http://localhost", {
    headers: { Origin: "http://localhost" },
  });
  return headers.has("Origin")
    ? undefined
    : "needs headers that pages cannot set";
}

/** Why a case cannot be run against the real server. */
function whyNotThere({ env, needs = [] }: ContractCase): string | undefined {
  const lacking = needs.filter((need) => !OURS.includes(need));
  if (lacking.length > 0) return `needs the server's ${lacking.join(" and ")}`;
  const wanted = Object.entries({ ...BASE_SETTINGS, ...env });
  const other = wanted.find(([name, value]) => setting(name) !== value);
  return other && `needs a server with ${other[0]}=${other[1]}`;
}

/** Of the environment, where the runtime has one. */
function setting(name: string): string | undefined {
  const { process } = globalThis as {
    process?: { env?: Record<string, string | undefined> };
  };
  return process?.env?.[name] || undefined;
}
