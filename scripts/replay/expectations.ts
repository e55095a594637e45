/**
 * What the recording expects of an answer, in both error formats.
 *
 * @module
 */
import { compare, type Identities, type Rules } from "./compare.ts";
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
  const { status, headers, body } = response;
  return compareValues(
    expected,
    { status, headers, body },
    "$.responseWithoutApiVersion",
    plainRulesOf(entry),
  );
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
