/**
 * Values that the client side makes: WebAuthn credentials, id tokens, signed web3 messages. They are made anew for every run; whatever
 * was wrong in the recording (a broken signature, an old message) is wrong in the same way.
 *
 * @module
 */
import { SoftwareAuthenticator } from "./authenticator.ts";
import type { Issuer } from "./issuer.ts";
import { valueAt } from "./paths.ts";
import type { Entry, Flow, Json, JsonObject } from "./types.ts";
import {
  type Account,
  accountOf,
  isSignedBy,
  readMessage,
  redateMessage,
} from "./wallet.ts";

/** What a flow has observed so far, by step: values in the form of the recorded entry. */
export type Observations = ReadonlyMap<number, Json>;

/** Makes the computed values of one flow. */
export class ComputedValues {
  readonly #flow: Flow;
  readonly #issuer: Issuer;
  readonly #now: () => number;
  readonly #authenticator = new SoftwareAuthenticator();
  readonly #messages = new Map<string, { recorded: string; made: string }>();
  #lastMessage: { recorded: string; made: string } | undefined;

  constructor(flow: Flow, issuer: Issuer, now: () => number) {
    this.#flow = flow;
    this.#issuer = issuer;
    this.#now = now;
  }

  /** The values of a computed entry for this run. */
  async make(entry: Entry, observed: Observations): Promise<JsonObject> {
    const values = entry.values!;
    if (typeof values.id_token === "string") {
      const claims = (values.claims ?? {}) as JsonObject;
      return {
        ...values,
        id_token: await this.#issuer.remake(
          values.id_token,
          claims,
          this.#now(),
        ),
      };
    }
    if (typeof values.response === "object") {
      const translate = (text: string): string =>
        translated(text, this.#flow, entry.step, observed);
      return await this.#authenticator.remake(values, {
        challenge: translate,
        id: translate,
      });
    }
    return typeof values.signature === "string"
      ? await this.#signMessage(entry, values)
      : values;
  }

  async #signMessage(entry: Entry, values: JsonObject): Promise<JsonObject> {
    const recorded = typeof values.message === "string"
      ? values.message
      : this.#lastMessage?.recorded;
    if (recorded === undefined) return values;
    const { chain, address } = readMessage(recorded);
    const account = await findAccount(chain, address, this.#flow);
    const made = this.#date(recorded, entry, account.address);
    const good = await isSignedBy(address, recorded, String(values.signature));
    const signer = good ? account : await accountOf(chain, `not ${address}`);
    const out: JsonObject = { ...values, signature: await signer.sign(made) };
    if (values.message !== undefined) out.message = made;
    if (values.address !== undefined) out.address = account.address;
    return out;
  }

  #date(recorded: string, entry: Entry, address: string): string {
    let message = this.#messages.get(recorded);
    if (message === undefined) {
      const made = redateMessage(
        recorded,
        recordedTime(this.#flow, entry.step),
        this.#now(),
        address,
      );
      this.#messages.set(recorded, message = { recorded, made });
    }
    this.#lastMessage = message;
    return message.made;
  }
}

/** The account behind an address: its seed is named in a description of the flow; an unknown one is replaced by an account of ours. */
async function findAccount(
  chain: "solana" | "ethereum",
  address: string,
  flow: Flow,
): Promise<Account> {
  for (const { description } of flow.entries) {
    const seed = /sha256\("([^"]+)"\)/.exec(description)?.[1];
    if (seed === undefined) continue;
    const account = await accountOf(chain, seed);
    if (account.address.toLowerCase() === address.toLowerCase()) return account;
  }
  return await accountOf(chain, address);
}

/** What this run observed where the recording has `text` in an earlier answer; `text` itself when it is in none. */
export function translated(
  text: string,
  flow: Flow,
  before: number,
  observed: Observations,
): string {
  for (const entry of flow.entries) {
    if (entry.step >= before || entry.response === undefined) continue;
    const path = find(entry.response.body, text);
    if (path === undefined) continue;
    const value = valueAt(observed.get(entry.step), [
      "response",
      "body",
      ...path,
    ]);
    if (typeof value === "string") return value;
  }
  return text;
}

function find(value: Json, text: string): (string | number)[] | undefined {
  if (value === text) return [];
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const below = find(member, text);
    if (below !== undefined) {
      return [Array.isArray(value) ? Number(key) : key, ...below];
    }
  }
  return undefined;
}

/** When a step was recorded, in milliseconds: by the next token of its flow, else the last one, else the latest time in any answer. */
export function recordedTime(flow: Flow, step: number): number {
  const after = flow.entries.filter((entry) => entry.step >= step);
  const before = flow.entries.filter((entry) => entry.step < step).reverse();
  for (const entry of [...after, ...before]) {
    for (const token of Object.values(entry.response?.jwt ?? {})) {
      if (typeof token.payload.iat === "number") {
        return token.payload.iat * 1000;
      }
    }
  }
  const times = JSON.stringify(
    flow.entries.map((entry) => entry.response?.body ?? null),
  )
    .match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g);
  return Math.max(0, ...(times ?? []).map(Date.parse));
}
