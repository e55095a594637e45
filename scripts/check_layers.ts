/**
 * Fails when a module of `lib/` reaches for what its layer must not know.
 *
 * The layers are what keeps a one-call function small, a bug of the client
 * from hiding behind the emulator, and `jose` out of pages that never verify a
 * token; an import is all it takes to lose that. Static, type-only and
 * dynamic imports are looked at alike, and so are the few constructs that
 * would do work at import (`await`), write to a console or fetch behind the
 * back of `request.ts`.
 */
import ts from "typescript";
import { EMULATOR_PACKAGES } from "./emulator_packages.ts";
import {
  exists,
  listSources,
  parseSource,
  placeOf,
  readDenoJson,
  report,
  walk,
} from "./sources.ts";

/** A file imports from its own row or those above it. */
const ROWS = [
  [
    "error_codes.ts",
    "errors.ts",
    "config.ts",
    "headers.ts",
    "metadata.ts",
    "path.ts",
    "pkce.ts",
    "query.ts",
  ],
  ["wire/"],
  ["request.ts", "public_request.ts"],
  ["jwt/"],
  ["hooks/"],
  ["api/"],
  ["admin/"],
  ["session/"],
  ["cookies/"],
  ["browser/"],
  ["client/"],
  ["server/"],
  ["compat/"],
  ["emulator/"],
];

/** Files of these never import one another, but what puts them together may. */
const UNRELATED = ["api/", "admin/"];
const COMPOSERS = ["api/mod.ts", "admin/mod.ts", "admin/client.ts"];
const JOSE_USERS = [
  "jwt/keys.ts",
  "emulator/keys.ts",
  "emulator/external/id_token.ts",
];
const FETCH_USERS = ["request.ts", "emulator/"];
const CONSOLE_USERS = ["emulator/main.ts"];
/** Of what `client/` loads only when it is needed. */
const LAZY_FOR_CLIENT =
  /^(jwt\/(mod|verify|keys)|browser\/(ceremon|passkey|wallet)|client\/(ceremonies|passkey|passkey_ceremonies|verifier|webauthn)\.ts)/;

interface Import {
  readonly specifier: string | undefined;
  readonly isType: boolean;
  readonly isDynamic: boolean;
  readonly place: string;
}

const config = readDenoJson();
const entries = new Set(
  Object.values(config.exports).map((path) => path.replace(/^\.\//, "")),
);
const problems: string[] = [];
const graph = new Map<string, string[]>();

const files = ["mod.ts", ...listSources("lib")];
for (const path of files) checkFile(path);
checkCycles();
report("layers", problems, `${files.length} files`);

function checkFile(path: string): void {
  const source = parseSource(path);
  if (!isKnown(path)) problems.push(`${path}: no row of the table names it`);
  const imports = findImports(source);
  for (const each of imports) checkImport(path, each);
  checkConstructs(source);
}

function isKnown(path: string): boolean {
  return entries.has(path) || rowOf(inLib(path)) >= 0;
}

function inLib(path: string): string {
  return path.replace(/^lib\//, "");
}

function rowOf(file: string): number {
  return ROWS.findIndex((row) => row.some((name) => matches(file, name)));
}

function matches(file: string, name: string): boolean {
  return name.endsWith("/") ? file.startsWith(name) : file === name;
}

function findImports(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  walk(source, (node) => {
    const each = toImport(node);
    if (each) found.push({ ...each, place: placeOf(source, node) });
  });
  return found;
}

function toImport(node: ts.Node): Omit<Import, "place"> | undefined {
  if (ts.isImportDeclaration(node)) {
    return {
      specifier: textOf(node.moduleSpecifier),
      isType: isTypeImport(node.importClause),
      isDynamic: false,
    };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return {
      specifier: textOf(node.moduleSpecifier),
      isType: node.isTypeOnly,
      isDynamic: false,
    };
  }
  if (ts.isImportTypeNode(node)) {
    const literal = ts.isLiteralTypeNode(node.argument)
      ? node.argument.literal
      : undefined;
    return { specifier: textOf(literal), isType: true, isDynamic: false };
  }
  if (!isImportCall(node)) return undefined;
  const specifier = textOf(node.arguments[0]);
  return { specifier, isType: false, isDynamic: true };
}

function isImportCall(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) &&
    node.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

/** Only `import type` counts: `import { type A }` still loads the module. */
function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  return clause?.isTypeOnly === true;
}

function checkImport(path: string, each: Import): void {
  const { specifier } = each;
  if (specifier === undefined) {
    problems.push(`${each.place}: import() takes a literal`);
  } else if (/^\.\.?\//.test(specifier)) {
    checkRelative(path, resolve(path, specifier), each);
  } else {
    checkBare(inLib(path), specifier, each);
  }
}

function resolve(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

function checkRelative(path: string, target: string, each: Import): void {
  if (!exists(target)) {
    problems.push(`${each.place}: ${target} does not exist`);
    return;
  }
  if (!each.isType && !each.isDynamic) {
    graph.set(path, [...graph.get(path) ?? [], target]);
  }
  const rule = brokenRule(inLib(path), inLib(target), each);
  if (rule) problems.push(`${each.place}: ${target}: ${rule}`);
}

/** Which rule an import within `lib/` breaks, if any. */
function brokenRule(
  from: string,
  to: string,
  each: Import,
): string | undefined {
  const [fromRow, toRow] = [rowOf(from), rowOf(to)];
  if (from.startsWith("emulator/")) return brokenEmulatorRule(to, each);
  if (to.startsWith("emulator/")) return "only the emulator imports itself";
  if (fromRow >= 0 && toRow < 0) return "is no layer";
  if (fromRow >= 0 && toRow > fromRow) return "is a layer below";
  if (!COMPOSERS.includes(from) && areUnrelated(from, to)) {
    return "files of this folder never import one another";
  }
  if (from.startsWith("server/") && /^(client|browser)\//.test(to)) {
    return "the server side knows neither client nor browser";
  }
  const isEager = !each.isType && !each.isDynamic;
  const isLazy = LAZY_FOR_CLIENT.test(to) && !LAZY_FOR_CLIENT.test(from);
  if (isEager && isLazy && from.startsWith("client/")) {
    return "the client loads it by import() only";
  }
  return undefined;
}

function areUnrelated(from: string, to: string): boolean {
  return UNRELATED.some((row) => from.startsWith(row) && to.startsWith(row));
}

function brokenEmulatorRule(to: string, each: Import): string | undefined {
  if (to.startsWith("emulator/")) return undefined;
  if (to.startsWith("wire/") && each.isType) return undefined;
  return "the emulator imports nothing of the client but types of wire/";
}

function checkBare(file: string, specifier: string, each: Import): void {
  const rule = brokenBareRule(file, specifier, each);
  if (rule) problems.push(`${each.place}: "${specifier}": ${rule}`);
}

function brokenBareRule(
  file: string,
  specifier: string,
  each: Import,
): string | undefined {
  if (specifier === config.name || specifier.startsWith(`${config.name}/`)) {
    return "the package never imports itself";
  }
  if (/^jose(\/|$)/.test(specifier)) {
    return JOSE_USERS.includes(file) ? undefined : "jose is not for this file";
  }
  if (!file.startsWith("emulator/")) return "only jose may be imported";
  if (!each.isDynamic && !each.isType) return "loaded by import() only";
  if (specifier.startsWith("node:") && file === "emulator/main.ts") return;
  return EMULATOR_PACKAGES.includes(packageOf(specifier))
    ? undefined
    : "not in scripts/emulator_packages.ts";
}

function packageOf(specifier: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];
}

function checkConstructs(source: ts.SourceFile): void {
  const file = inLib(source.fileName);
  walk(source, (node) => {
    const rule = isTopLevelAwait(node)
      ? "no await at the top level"
      : isConsole(node) && !CONSOLE_USERS.includes(file)
      ? "no console"
      : isFetchCall(node) && !FETCH_USERS.some((name) => matches(file, name))
      ? "only request.ts fetches"
      : undefined;
    if (rule) problems.push(`${placeOf(source, node)}: ${rule}`);
  });
}

function isTopLevelAwait(node: ts.Node): boolean {
  const waits = ts.isAwaitExpression(node) ||
    ts.isForOfStatement(node) && node.awaitModifier !== undefined;
  return waits && ts.findAncestor(node, ts.isFunctionLike) === undefined;
}

function isConsole(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === "console" &&
    ts.isPropertyAccessExpression(node.parent) &&
    node.parent.expression === node;
}

/** A call of the platform's `fetch`, or of one in the configuration. */
function isFetchCall(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  return /^(globalThis\.|config\.)?fetch$/.test(node.expression.getText());
}

/** Modules that import one another in a circle depend on evaluation order. */
function checkCycles(): void {
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) {
      const circle = [...trail.slice(trail.indexOf(path)), path];
      problems.push(`${path}: imports itself: ${circle.join(" → ")}`);
    }
    if (done.has(path)) return;
    done.add(path);
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
  };
  for (const path of graph.keys()) visit(path, []);
}
