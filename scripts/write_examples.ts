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
const MARKDOWN = ["README.md"];

/** One code block and where it stands. */
export interface Example {
  readonly name: string;
  readonly code: string;
  readonly ignored: boolean;
}

/** Writes all examples and returns the path of the test file. */
export async function writeExamples(): Promise<string> {
  await Deno.remove(OUT, { recursive: true }).catch(() => {});
  await Deno.mkdir(OUT, { recursive: true });
  const examples = await findExamples();
  for (const [at, example] of examples.entries()) {
    await Deno.writeTextFile(new URL(fileName(at), OUT), toModule(example));
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
      name: `${path}:${at + 1}`,
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

function fileName(at: number): string {
  return `example_${at + 1}.ts`;
}

/** Makes a block a module whose default export and output can be looked at. */
function toModule(example: Example): string {
  const code = example.code
    .replace(/^export default \{/m, "export const handler: ExampleHandler = {")
    .replace(
      /^(\s*console\.log\(.*\);) \/\/ (?!for example)(.+)$/gm,
      (_, call, text) => `${call} expectOutput(${JSON.stringify(text)});`,
    );
  return `// ${example.name}\nimport { type ExampleHandler, expectOutput } ` +
    `from "../../scripts/examples_host.ts";\n${code}\n` +
    `export type { ExampleHandler };\nvoid expectOutput;\n`;
}

function toTestFile(examples: Example[]): string {
  const tests = examples.map((example, at) =>
    `Deno.test({\n  name: ${JSON.stringify(example.name)},\n` +
    `  ignore: ${example.ignored},\n` +
    `  fn: () => runExample(() => import("./${fileName(at)}")),\n});\n`
  );
  return `import { runExample } from "../../scripts/examples_host.ts";\n\n` +
    tests.join("\n");
}

if (import.meta.main) console.log(await writeExamples());
