/**
 * Fails when a tag does not name what would be published: `deno.json`, the
 * only place of the version, must agree with the tag, and the changelog must
 * tell what the version brings.
 *
 * Without a tag, what is listed as unreleased will do.
 *
 *   deno task check:release v1.2.3
 */
import { readSection } from "./changelog.ts";
import { exists, readDenoJson, readText, report } from "./sources.ts";

const { version } = readDenoJson();
const [tag] = Deno.args;
const problems: string[] = [];

if (tag !== undefined && tag !== `v${version}`) {
  problems.push(`the tag is ${tag}, but deno.json has version ${version}`);
}
if (!isTold(version) && (tag !== undefined || !isTold("Unreleased"))) {
  problems.push(`CHANGELOG.md: says nothing about ${version}`);
}
report("release", problems, tag ?? "nothing tagged");

function isTold(section: string): boolean {
  return exists("CHANGELOG.md") &&
    readSection(readText("CHANGELOG.md"), section) !== undefined;
}
