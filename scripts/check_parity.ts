/**
 * Fails when an endpoint was added by halves.
 *
 * A file of `lib/api` or `lib/admin` that sends a request has a unit test, a
 * contract test, and a route of the same name in the emulator; one that only
 * builds or parses has a unit test.
 */
import { exists, listSources, readText, report } from "./sources.ts";

const COMPOSERS = ["mod.ts", "client.ts"];
/**
 * Files that share their path, and so its tests and route, with another: the
 * client loads them at another time than that one.
 */
const PARTS: Record<string, string> = {
  "token_code.ts": "token.ts",
  "token_id.ts": "token.ts",
  "user_parts.ts": "user.ts",
  "user_update.ts": "user.ts",
};

const problems: string[] = [];
const files = ["api", "admin"].flatMap((layer) =>
  listSources(`lib/${layer}`)
    .map((path) => ({ layer, path, name: path.split("/").at(-1)! }))
    .filter(({ name }) => !COMPOSERS.includes(name))
);

for (const { layer, path, name: own } of files) {
  const name = PARTS[own] ?? own;
  const stem = name.replace(/\.ts$/, "");
  demand(path, "unit test", [`tests/${layer}/${stem}_test.ts`]);
  if (!sends(path)) continue;
  demand(path, "contract test", placesOf("tests/contract", layer, name));
  demand(path, "route", placesOf("lib/emulator/routes", layer, name));
}
report("parity", problems, `${files.length} endpoint files`);

function sends(path: string): boolean {
  return /import [^;]*\bsend(Public)?\b[^;]* from "\.\.\/request\.ts"/
    .test(readText(path));
}

/** Two files of one name and path share a place; two paths need two. */
function placesOf(folder: string, layer: string, name: string): string[] {
  return [
    `${folder}/${name}`,
    `${folder}/${layer}/${name}`,
    `${folder}/${layer}_${name}`,
  ];
}

function demand(path: string, what: string, places: string[]): void {
  if (places.some(exists)) return;
  problems.push(`${path}: has no ${what} (${places[0]})`);
}
