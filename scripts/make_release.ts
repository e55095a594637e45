/**
 * Prepares a release: sets the version in `deno.json`, closes the section of
 * the changelog, commits both and tags the commit. Pushing the tag publishes
 * it, by `.github/workflows/release.yml`.
 *
 *   deno task release 1.2.3
 */
import { closeSection, readSection } from "./changelog.ts";
import { readDenoJson, readText, ROOT } from "./sources.ts";

const [version = ""] = Deno.args;
const current = readDenoJson().version;

if (!isNewer(version, current) && !isFirst(version)) {
  console.error(`Give a version above ${current}`);
  Deno.exit(1);
}
if (await git("status", "--porcelain") !== "") {
  console.error("Commit or remove what is not committed");
  Deno.exit(1);
}
const date = new Date().toISOString().slice(0, 10);
write("CHANGELOG.md", closeSection(readText("CHANGELOG.md"), version, date));
write("deno.json", setVersion(readText("deno.json")));
await git(
  "commit",
  "-m",
  `Release ${version}`,
  "--",
  "CHANGELOG.md",
  "deno.json",
);
await git("tag", "-a", `v${version}`, "-m", version);
console.log(`Tagged v${version}; to publish: git push origin HEAD v${version}`);

function isNewer(next: string, than: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(next)) return false;
  const order = new Intl.Collator("en", { numeric: true });
  return order.compare(next, than) > 0;
}

/** The version that the project started with was never released. */
function isFirst(next: string): boolean {
  return next === current &&
    readSection(readText("CHANGELOG.md"), next) === undefined;
}

function setVersion(text: string): string {
  return text.replace(`"version": "${current}"`, `"version": "${version}"`);
}

function write(path: string, text: string): void {
  Deno.writeTextFileSync(`${ROOT}/${path}`, text);
}

async function git(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args,
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}
