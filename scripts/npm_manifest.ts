/**
 * What the npm package says about itself, derived from `deno.json` so that
 * name, version and entries stand in one place.
 */
import { EMULATOR_PACKAGES } from "./emulator_packages.ts";
import { type DenoJson, exists } from "./sources.ts";

const PROGRAM = "lib/emulator/main.ts";

/** The two-line program behind `npx gotrue-emulator`. */
export const BIN_FILE = "bin/gotrue-emulator.js";
export const BIN_TEXT = `#!/usr/bin/env node
import("../esm/lib/emulator/main.js").then((m) => m.main(process.argv.slice(2)));
`;

/** The entries with their types; `default` also serves `require()`. */
export function npmExports(
  entries: Record<string, string>,
): Record<string, { types: string; default: string }> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, path]) => {
      const file = `./esm/${path.replace(/^\.\//, "").replace(/\.ts$/, "")}`;
      return [name, { types: `${file}.d.ts`, default: `${file}.js` }];
    }),
  );
}

export function hasProgram(): boolean {
  return exists(PROGRAM);
}

/** The optional peers with the versions that `deno.json` asks for. */
export function emulatorPeers(
  config: DenoJson,
): { name: string; specifier: string; range: string }[] {
  return EMULATOR_PACKAGES.map((name) => {
    const specifier = config.imports[name];
    if (!specifier) throw new Error(`deno.json does not import ${name}`);
    return { name, specifier, range: specifier.split("@").at(-1)! };
  });
}

/** The members of `package.json` that no tool can know. */
export function npmManifest(config: DenoJson): Record<string, unknown> & {
  name: string;
  version: string;
} {
  const peers = emulatorPeers(config).map(({ name, range }) => [name, range]);
  const optional = peers.map(([name]) => [name, { optional: true }]);
  return {
    name: config.name,
    version: config.version,
    description:
      "Supabase Auth (GoTrue) for Deno, Workers and every place with fetch",
    license: config.license,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    keywords: ["auth", "deno", "edge", "gotrue", "jwt", "session", "supabase"],
    exports: npmExports(config.exports),
    ...(hasProgram() ? { bin: { "gotrue-emulator": `./${BIN_FILE}` } } : {}),
    ...(peers.length > 0
      ? {
        peerDependencies: Object.fromEntries(peers),
        peerDependenciesMeta: Object.fromEntries(optional),
      }
      : {}),
  };
}
