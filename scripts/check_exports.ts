/**
 * Fails when an entry point is not what it promises to be.
 *
 * Each entry of `deno.json` has a module comment with an example, which is
 * what a reader of the package's page sees first; the npm package has the
 * same entries with types; and the README names each of them.
 */
import { npmExports } from "./npm_manifest.ts";
import { exists, readDenoJson, readText, report } from "./sources.ts";

const config = readDenoJson();
const problems: string[] = [];
const entries = Object.entries(config.exports);

for (const [name, path] of entries) checkEntry(name, path.slice(2));
checkNpm();
checkReadme();
report("exports", problems, `${entries.length} entries`);

function checkEntry(name: string, path: string): void {
  if (!/^\.(\/[a-z_-]+)*$/.test(name)) {
    problems.push(`deno.json: ${name} is no good name of an entry`);
  }
  if (!exists(path)) {
    problems.push(`deno.json: ${name}: ${path} does not exist`);
    return;
  }
  const doc = /^\s*\/\*\*[\s\S]*?\*\//.exec(readText(path))?.[0] ?? "";
  if (!doc.includes("@module")) {
    problems.push(`${path}: does not begin with a module comment (@module)`);
  } else if (!doc.includes("```ts")) {
    problems.push(`${path}: its module comment has no example`);
  } else if (!namesItself(name, doc)) {
    problems.push(`${path}: its example does not import ${specifier(name)}`);
  }
}

function specifier(name: string): string {
  return config.name + name.slice(1);
}

/** A program's example runs it; any other entry's imports it. */
function namesItself(name: string, doc: string): boolean {
  return doc.includes(`"${specifier(name)}"`) ||
    name.endsWith("/main") && doc.includes(config.name);
}

function checkNpm(): void {
  const exported = npmExports(config.exports);
  for (const [name, path] of entries) {
    const wanted = `./esm/${path.slice(2).replace(/\.ts$/, "")}`;
    const { types, default: script } = exported[name] ?? {};
    if (types === `${wanted}.d.ts` && script === `${wanted}.js`) continue;
    problems.push(`npm: ${name} is not exported with its types`);
  }
}

function checkReadme(): void {
  if (!exists("README.md")) {
    problems.push("README.md: does not exist");
    return;
  }
  const readme = readText("README.md");
  for (const [name] of entries) {
    if (
      name !== "." && !readme.includes(`\`${name}\``) &&
      !readme.includes(specifier(name))
    ) {
      problems.push(`README.md: does not name ${name}`);
    }
  }
}
