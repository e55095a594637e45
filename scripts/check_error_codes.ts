/**
 * Fails when the union of error codes differs from what the server sends, or
 * when the README does not say what to do about one.
 *
 * A code that is missing is one that an application cannot name; one too many
 * is a branch that never runs. `tests/vectors/error_codes.json` holds the
 * list as it was taken from the server and from auth-js. Our own codes must
 * say by their form which class they belong to, and be nobody else's.
 */
import ts from "typescript";
import { parseSource, readText, report } from "./sources.ts";

const PATH = "lib/error_codes.ts";
const OWN_CODES: Record<string, RegExp> = {
  NetworkErrorCode: /^(network_failure|timeout|aborted)$/,
  ResponseErrorCode: /^(invalid_response|response_too_large)$/,
  SessionErrorCode:
    /^(session_missing|session_superseded|pkce_code_verifier_not_found|client_disposed)$/,
  TokenErrorCode: /^(jwt_[a-z_]+|api_key_as_bearer)$/,
  CeremonyErrorCode: /^ceremony_[a-z_]+$/,
};

const problems: string[] = [];
const unions = readUnions();
const serverCodes = unions.get("ServerErrorCode") ?? [];
const ownCodes = Object.keys(OWN_CODES).flatMap((name) =>
  unions.get(name) ?? []
);

checkServerCodes();
for (const [name, form] of Object.entries(OWN_CODES)) checkOwnCodes(name, form);
checkOverlap();
checkReadme();
report(
  "error codes",
  problems,
  `${serverCodes.length} of the server, ${ownCodes.length} of ours`,
);

/** The string literals of each exported union. */
function readUnions(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const statement of parseSource(PATH).statements) {
    if (!ts.isTypeAliasDeclaration(statement)) continue;
    found.set(statement.name.text, literalsOf(statement.type));
  }
  return found;
}

function literalsOf(type: ts.TypeNode): string[] {
  const members = ts.isUnionTypeNode(type) ? type.types : [type];
  return members.flatMap((member) =>
    ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal)
      ? [member.literal.text]
      : []
  );
}

function checkServerCodes(): void {
  const { auth_js, server_only } = JSON.parse(
    readText("tests/vectors/error_codes.json"),
  );
  const expected = new Set<string>([...auth_js, ...server_only]);
  for (const code of expected) {
    if (!serverCodes.includes(code)) problems.push(`${PATH}: lacks ${code}`);
  }
  for (const code of serverCodes) {
    if (!expected.has(code)) problems.push(`${PATH}: no server sends ${code}`);
  }
}

function checkOwnCodes(name: string, form: RegExp): void {
  const codes = unions.get(name) ?? [];
  if (codes.length === 0) problems.push(`${PATH}: ${name} is missing`);
  for (const code of codes) {
    if (!form.test(code)) problems.push(`${PATH}: ${code} is no ${name}`);
  }
}

function checkOverlap(): void {
  const seen = new Set<string>();
  for (const code of [...serverCodes, ...ownCodes]) {
    if (seen.has(code)) problems.push(`${PATH}: ${code} is listed twice`);
    seen.add(code);
  }
}

/** The sections that say what to do write each code as code. */
function checkReadme(): void {
  const text = readText("README.md").split("\n## Errors\n")[1] ?? "";
  for (const code of [...serverCodes, ...ownCodes]) {
    if (!text.includes(`\`${code}\``)) {
      problems.push(`README.md: lacks ${code}`);
    }
  }
}
