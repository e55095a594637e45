/** The recorded exchanges, each with the calls that read its answers. */
import type { RecordedResponse } from "../../scripts/replay/types.ts";
import type { Call } from "./calls.ts";
import { type Exchange, EXCHANGES } from "./exchanges.ts";
import { keyOf, TABLE } from "./table.ts";

/** A recorded exchange, and a call that reads its answers. */
export interface Reading {
  readonly key: string;
  readonly exchange: Exchange;
  readonly call: Call;
}

/** Every exchange that has a function, once for each call. */
export const READINGS: readonly Reading[] = EXCHANGES.flatMap(readingsOf);

/** The exchanges that have none. */
export const REST: readonly Exchange[] = EXCHANGES
  .filter((each) => readingsOf(each).length === 0);

function readingsOf(exchange: Exchange): Reading[] {
  const key = keyOfExchange(exchange) ?? "";
  const calls = TABLE[key]?.(exchange.request) ?? [];
  return calls.map((call) => ({ key, exchange, call }));
}

/** The row of the table that an exchange belongs to. */
export function keyOfExchange({ request }: Exchange): string | undefined {
  const { method, path, query = {} } = request;
  return keyOf(method, path, new URLSearchParams(query));
}

export function isSuccess({ status }: RecordedResponse): boolean {
  return status >= 200 && status < 300;
}

/** The readings of each function, by its name. */
export function groupByFunction(): ReadonlyMap<string, readonly Reading[]> {
  const groups = new Map<string, Reading[]>();
  for (const reading of READINGS) {
    const { name } = reading.call;
    groups.set(name, [...groups.get(name) ?? [], reading]);
  }
  return groups;
}
