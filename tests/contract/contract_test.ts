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
  realWorld,
} from "./world.ts";

const url = setting("GOTRUE_URL");

for (const each of SUITE) {
  const reason = url === undefined ? undefined : whyNot(each);
  Deno.test({
    name: reason === undefined ? each.name : `${each.name} [${reason}]`,
    ignore: reason !== undefined,
    fn: async () => {
      await each.run(
        url === undefined ? await emulatorWorld(each.env) : real(url),
      );
    },
  });
}

function real(url: string): ReturnType<typeof realWorld> {
  const key = setting("GOTRUE_ANON_KEY") ?? "";
  return realWorld(url, key, setting("GOTRUE_SERVICE_ROLE_KEY") ?? "");
}

/** Why a case cannot be run against the real server. */
function whyNot({ env, needs = [] }: ContractCase): string | undefined {
  if (needs.length > 0) return `needs the server's ${needs.join(" and ")}`;
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
