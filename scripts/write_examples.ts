/**
 * Turns the code blocks of the README and of the docstrings into tests, so
 * that no example can rot.
 *
 * Each ` ```ts ` block becomes a module in `.cache/examples` (inside the
 * package, where `@gotrue/edge` resolves to itself), and one generated test
 * file imports them all: a single type check and a single process cover
 * hundreds of blocks. What a block can rely on is in `examples_host.ts`.
 *
 * - A block marked ` ```ts ignore ` is reported as ignored.
 * - `console.log(x); // text` fails unless it prints that text; a comment that
 *   starts with "for example" is not compared.
 */

const ROOT = new URL("../", import.meta.url);
const OUT = new URL(".cache/examples/", ROOT);
const HOST = "../../scripts/examples_host.ts";
const MARKDOWN = ["README.md"];

/** One code block and where it stands. */
export interface Example {
  readonly path: string;
  /** The line of the fence. */
  readonly line: number;
  readonly code: string;
  readonly ignored: boolean;
}

/** Writes all examples and returns the path of the test file. */
export async function writeExamples(): Promise<string> {
  await Deno.remove(OUT, { recursive: true }).catch(() => {});
  await Deno.mkdir(OUT, { recursive: true });
  const examples = await findExamples();
  for (const example of examples) {
    await Deno.writeTextFile(new URL(fileOf(example), OUT), toModule(example));
  }
  const test = new URL("examples_test.ts", OUT);
  await Deno.writeTextFile(test, toTestFile(examples));
  return test.pathname;
}

async function findExamples(): Promise<Example[]> {
  const found: Example[] = [];
  for (const path of [...MARKDOWN, ...await listSources()]) {
    const text = await readIfPresent(path);
    found.push(...extractExamples(path, text));
  }
  return found;
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(new URL(path, ROOT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function listSources(folder = "lib/"): Promise<string[]> {
  const found = folder === "lib/" ? ["mod.ts"] : [];
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = folder + entry.name;
    if (entry.isDirectory) found.push(...await listSources(`${path}/`));
    else if (path.endsWith(".ts")) found.push(path);
  }
  return found.sort();
}

/** Finds the blocks of a Markdown file, or of the docstrings of a source. */
export function extractExamples(path: string, text: string): Example[] {
  const lines = (path.endsWith(".md") ? text : keepDocstrings(text))
    .split("\n");
  const found: Example[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(\s*)```ts\b(.*)$/.exec(lines[at]!);
    if (!fence) continue;
    const end = lines.findIndex((line, n) => n > at && line.trim() === "```");
    if (end < 0) throw new Error(`${path}:${at + 1}: a block has no end`);
    found.push({
      path,
      line: at + 1,
      code: lines.slice(at + 1, end).join("\n"),
      ignored: fence[2]!.includes("ignore"),
    });
    at = end;
  }
  return found;
}

/** Blanks everything but docstrings, and their leading asterisks. */
function keepDocstrings(source: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, "");
  let kept = "";
  let end = 0;
  for (const match of source.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)) {
    kept += blank(source.slice(end, match.index)) +
      match[0].replace(/^[ \t]*\/?\*+\/? ?/gm, "");
    end = match.index + match[0].length;
  }
  return kept + blank(source.slice(end));
}

function fileOf({ path, line }: Example): string {
  return `${path.replaceAll("/", "_")}_${line}.ts`;
}

/**
 * Makes a block a module whose default export and output can be looked at.
 * Its lines have the numbers that they have where they come from.
 */
function toModule(example: Example): string {
  const code = example.code
    .replace(/^export default \{/m, "export const handler: ExampleHandler = {")
    .replace(/ from "vitest";$/m, ` from "${HOST}";`)
    .replace(
      /^(\s*console\.log\(.*\);) \/\/ (?!for example)(.+)$/gm,
      (_, call, text) => `${call} expectOutput(${JSON.stringify(text)});`,
    );
  return `import { type ExampleHandler, expectOutput } from "${HOST}";` +
    "\n".repeat(example.line) + code +
    "\nexport type { ExampleHandler };\nvoid expectOutput;\n";
}

/** The auth server that an example is about. */
function serverOf({ code }: Example): string {
  const named = /\b(?:projectUrl|url|issuer): "(https?:\/\/[^"/]+)/.exec(code);
  if (named) return named[1]!;
  return code.includes("SUPABASE_URL")
    ? "https://project.supabase.co"
    : "https://auth.example";
}

function toTestFile(examples: Example[]): string {
  const tests = examples.map((example) =>
    `Deno.test({\n  name: "${example.path}:${example.line}",\n` +
    `  ignore: ${example.ignored},\n` +
    `  fn: () =>\n    runExample("${serverOf(example)}", ` +
    `() => import("./${fileOf(example)}")),\n});\n`
  );
  return `import { runExample } from "${HOST}";\n\n${tests.join("\n")}`;
}

if (import.meta.main) console.log(await writeExamples());
