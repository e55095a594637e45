/**
 * Runs `deno ARGS…` so that imports of `jsr:` packages work everywhere.
 *
 * The tests and the npm build import packages which only the JSR registry has,
 * and some machines cannot reach it. A `JSR_URL` that is already set is left
 * alone. Otherwise one quick probe decides: where the registry answers (or its
 * packages are in the cache) the real packages are used, elsewhere the small
 * stand-ins in `scripts/offline`, which Deno takes for a registry.
 */

const PROBE_TIMEOUT_MS = 5000;

const env = Deno.env.has("JSR_URL") || await hasJsr() ? {} : useStandIns();
const child = new Deno.Command(Deno.execPath(), { args: Deno.args, env });
const { code } = await child.spawn().status;
Deno.exit(code);

/** Asks Deno for the packages that every test needs. */
async function hasJsr(): Promise<boolean> {
  const probe = new Deno.Command(Deno.execPath(), {
    args: [
      "cache",
      "--no-config",
      "--no-lock",
      "jsr:@std/assert@^1.0.19",
      "jsr:@std/testing@^1.0.20/mock",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => probe.kill(), PROBE_TIMEOUT_MS);
  const { success } = await probe.status;
  clearTimeout(timer);
  return success;
}

function useStandIns(): Record<string, string> {
  console.error("JSR is out of reach: using the stand-ins in scripts/offline");
  return { JSR_URL: new URL("./offline/", import.meta.url).href };
}
