/**
 * Fails when a file or the typical function of `lib/` has grown too long to be
 * taken in at once; lists the longest, which are the next to be split.
 */
import ts from "typescript";
import { listSources, parseSource, placeOf, report, walk } from "./sources.ts";

const MAX_FILE = 400;
const MEDIAN_FILE = 140;
const MAX_FUNCTION = 60;
const MEDIAN_FUNCTION = 15;

interface Size {
  readonly place: string;
  readonly lines: number;
}

const problems: string[] = [];
const sources = listSources("lib").map(parseSource);
const files = sources.map((source) => ({
  place: source.fileName,
  lines: linesOf(source, 0, source.end),
}));
const functions = sources.flatMap(findFunctions);

checkMaximum("lines", files, MAX_FILE);
checkMaximum("lines in a function", functions, MAX_FUNCTION);
checkMedian("lines of a file", files, MEDIAN_FILE);
checkMedian("lines of a function", functions, MEDIAN_FUNCTION);
report("sizes", problems, summarize());

function linesOf(source: ts.SourceFile, start: number, end: number): number {
  const line = (at: number): number =>
    source.getLineAndCharacterOfPosition(at).line;
  return line(end) - line(start) + 1;
}

/** Functions with a block, without those of a single expression. */
function findFunctions(source: ts.SourceFile): Size[] {
  const found: Size[] = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !hasBlock(node)) return;
    const lines = linesOf(source, node.getStart(source), node.end);
    found.push({ place: placeOf(source, node), lines });
  });
  return found;
}

function hasBlock(node: ts.SignatureDeclaration): boolean {
  const { body } = node as ts.FunctionLikeDeclaration;
  return body !== undefined && ts.isBlock(body);
}

function checkMaximum(unit: string, sizes: Size[], max: number): void {
  for (const { place, lines } of sizes.filter(({ lines }) => lines > max)) {
    problems.push(`${place}: ${lines} ${unit}, at most ${max}`);
  }
}

function checkMedian(unit: string, sizes: Size[], max: number): void {
  const median = medianOf(sizes);
  if (median > max) {
    problems.push(`lib: median of ${unit} ${median}, at most ${max}`);
  }
}

function medianOf(sizes: Size[]): number {
  const lines = sizes.map((size) => size.lines).sort((a, b) => a - b);
  return lines[Math.floor(lines.length / 2)] ?? 0;
}

function summarize(): string {
  const longest = (sizes: Size[]): string =>
    sizes.toSorted((a, b) => b.lines - a.lines).slice(0, 3)
      .map(({ place, lines }) => `${place} ${lines}`).join(", ");
  return `${files.length} files (median ${medianOf(files)}; ${
    longest(files)
  }), ` +
    `${functions.length} functions (median ${medianOf(functions)}; ` +
    `${longest(functions)})`;
}
