/**
 * What the recording expects of an answer, in both error formats.
 *
 * @module
 */
import { compare, type Identities, type Rules, show } from "./compare.ts";
import { keyOfToken, verifyWithJwk } from "./jwt.ts";
import type {
  Entry,
  Instance,
  Json,
  Mismatch,
  RecordedResponse,
} from "./types.ts";

/** How an entry is compared: what the recording says about it. */
export function rulesOf(entry: Entry, identities?: Identities): Rules {
  const rules = {
    volatile: new Set(entry.volatile),
    unordered: new Set(entry.unordered),
  };
  return identities === undefined ? rules : { ...rules, identities };
}

/** Compares values whose types are known; they are JSON all the same. */
export function compareValues(
  expected: unknown,
  actual: unknown,
  path: string,
  rules: Rules,
): Mismatch[] {
  return compare(expected as Json, actual as Json, path, rules);
}

/** Compares an answer with the recorded one. */
export function compareResponse(
  entry: Entry,
  response: RecordedResponse,
  identities: Identities,
): Mismatch[] {
  const status = compareStatus(entry.response!, response, "$.response");
  if (status !== undefined) return [status];
  return compareValues(
    entry.response,
    response,
    "$.response",
    rulesOf(entry, identities),
  );
}

/** Compares an answer with the one recorded without the API version header; there may be none. */
export function comparePlainResponse(
  entry: Entry,
  response: RecordedResponse,
): Mismatch[] {
  const expected = entry.responseWithoutApiVersion;
  if (expected === undefined) return [];
  const path = "$.responseWithoutApiVersion";
  const mismatch = compareStatus(expected, response, path);
  if (mismatch !== undefined) return [mismatch];
  const { status, headers, body } = response;
  return compareValues(
    expected,
    { status, headers, body },
    path,
    plainRulesOf(entry),
  );
}

/** Where the status differs, nothing else can be alike: one line says what was answered instead. */
function compareStatus(
  expected: RecordedResponse,
  { status, body }: RecordedResponse,
  path: string,
): Mismatch | undefined {
  if (expected.status === status) return undefined;
  const shown = expected.status < 400 ? "" : ` ${show(expected.body)}`;
  return {
    path: `${path}.status`,
    expected: `${expected.status}${shown}`,
    got: `${status} ${show(body)}`,
  };
}

/** The old error format has other member names, and it was recorded in a run of its own, with other ids. */
function plainRulesOf(entry: Entry): Rules {
  const volatile = new Set(["$.responseWithoutApiVersion.body.error_id"]);
  for (const path of entry.volatile ?? []) {
    const here = path.replace("$.response.", "$.responseWithoutApiVersion.");
    volatile.add(here);
    if (here.endsWith(".body.message")) {
      volatile.add(here.replace(/message$/, "msg"));
    }
  }
  const unordered = (entry.unordered ?? []).map((path) =>
    path.replace("$.response.", "$.responseWithoutApiVersion.")
  );
  return { volatile, unordered: new Set(unordered) };
}

/** A token must not only read like the recorded one: its signature has to be that of the instance. */
export async function checkSignatures(
  response: RecordedResponse,
  instance: Instance,
): Promise<Mismatch[]> {
  const out: Mismatch[] = [];
  for (const [place, decoded] of Object.entries(response.jwt ?? {})) {
    const key = keyOfToken(decoded, instance);
    const token = tokenAt(response, place);
    if (
      key !== undefined && await verifyWithJwk(token, key).catch(() => false)
    ) continue;
    out.push({
      path: `$.response.jwt["${place}"]`,
      expected: "a signature by the instance's key",
      got: "another",
    });
  }
  return out;
}

function tokenAt(response: RecordedResponse, place: string): string {
  const name = place.slice(place.lastIndexOf(".") + 1);
  const holder = place.startsWith("body.")
    ? response.body as Record<string, Json>
    : response.location?.fragment;
  return String(holder?.[name]);
}
