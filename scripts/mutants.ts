/**
 * Shows that the simulation notices what it is for: each patch breaks the
 * library in one place, in a copy, and within 2,000 seeds the promise that it
 * names has to be broken. The copy as it is keeps all promises in the very same
 * seeds. Nothing in `lib/` knows of this.
 *
 *   deno task mutants                      all of them
 *   deno task mutants p01                  those whose name begins so
 *   deno task mutants --seeds 500          with fewer seeds
 */
import { applyPatch, type Patch, readPatches } from "./patches.ts";

const ROOT = new URL("../", import.meta.url);
/** What the simulation is made of. */
const PARTS = ["deno.json", "lib", "scripts", "tests/simulation"];

const [seeds = "2000"] = after("--seeds");
const begins = Deno.args.find((arg) => /^p\d/.test(arg)) ?? "p";
const all = await readPatches(new URL("tests/simulation/mutants/", ROOT));
const patches = all.filter(({ name }) => name.startsWith(begins));

const copy = await Deno.makeTempDir();
const counts = { passed: 0, failed: 0 };
try {
  for (const part of PARTS) await copyTree(part);
  for (const patch of patches) await check(patch);
  await checkClean();
} finally {
  await Deno.remove(copy, { recursive: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
Deno.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);

/** Breaks the copy, runs it, and mends it. */
async function check(patch: Patch): Promise<void> {
  const { name, path, promise } = patch;
  const file = `${copy}/${path}`;
  const text = await Deno.readTextFile(file);
  try {
    await Deno.writeTextFile(file, applyPatch(patch, text));
    const said = await simulate(["--stop", "--promise", String(promise)]);
    const found = new RegExp(
      `^seed (\\d+),.* promise ${promise} is broken.*$`,
      "m",
    )
      .exec(said);
    note(found !== null, name, found?.[0] ?? "not noticed");
  } catch (error) {
    note(false, name, String(error));
  } finally {
    await Deno.writeTextFile(file, text);
  }
}

async function checkClean(): Promise<void> {
  const said = await simulate([]);
  const isClean = said.includes(`\n${seeds} passed, 0 failed`);
  note(isClean, "without a patch", isClean ? `${seeds} seeds` : said);
}

async function simulate(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/simulate.ts", "--seeds", seeds, ...args],
    cwd: copy,
  }).output();
  const decoder = new TextDecoder();
  return `\n${decoder.decode(stdout)}${decoder.decode(stderr)}`;
}

function note(isPassed: boolean, name: string, why: string): void {
  counts[isPassed ? "passed" : "failed"]++;
  console.log(`${isPassed ? "caught" : "FAILED"} ${name}: ${why}`);
}

async function copyTree(path: string): Promise<void> {
  const from = new URL(path, ROOT);
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) return await Deno.copyFile(from, `${copy}/${path}`);
  await Deno.mkdir(`${copy}/${path}`, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    if (name !== "node_modules") await copyTree(`${path}/${name}`);
  }
}

function after(flag: string): readonly string[] {
  const at = Deno.args.indexOf(flag);
  return at < 0 ? [] : Deno.args.slice(at + 1, at + 2);
}
