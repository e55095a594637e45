/**
 * Reads our sources for the check scripts: which files there are, what they
 * look like as syntax trees, and how a check reports what it found.
 */
import ts from "typescript";

/** The folder of the project; `CHECK_ROOT` names another one for trials. */
export const ROOT: string = Deno.env.get("CHECK_ROOT") ??
  new URL("../", import.meta.url).pathname.replace(/\/$/, "");

/** Lists the TypeScript files below a folder, with paths from the root. */
export function listSources(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readFolder(`${ROOT}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...listSources(path));
    else if (path.endsWith(".ts")) found.push(path);
  }
  return found.sort();
}

function readFolder(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Tells whether the project has this file. */
export function exists(path: string): boolean {
  try {
    return Deno.statSync(`${ROOT}/${path}`).isFile;
  } catch {
    return false;
  }
}

export function readText(path: string): string {
  return Deno.readTextFileSync(`${ROOT}/${path}`);
}

/** What of `deno.json` the checks look at. */
export interface DenoJson {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Record<string, string>;
  readonly imports: Record<string, string>;
  readonly compilerOptions: Record<string, unknown>;
}

export function readDenoJson(): DenoJson {
  return JSON.parse(readText("deno.json"));
}

/** Parses a file; nodes know their parents. */
export function parseSource(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readText(path), {
    languageVersion: ts.ScriptTarget.ESNext,
  }, true);
}

/** Calls back for a node and everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** Names the place of a node as `file:line`. */
export function placeOf(source: ts.SourceFile, node: ts.Node): string {
  const at = source.getLineAndCharacterOfPosition(node.getStart(source));
  return `${source.fileName}:${at.line + 1}`;
}

/** Prints what is wrong, or that all is well, and ends the program. */
export function report(
  name: string,
  problems: readonly string[],
  summary: string,
): never {
  for (const problem of problems) console.error(`${name}: ${problem}`);
  if (problems.length === 0) console.log(`${name}: ok, ${summary}`);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
