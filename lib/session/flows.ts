/**
 * The verifiers of PKCE flows that are under way, one slot for each, in the
 * places and the format that auth-js uses.
 */
import { AuthSessionError } from "../errors.ts";
import {
  calculateCodeChallenge,
  encodeBase64Url,
  generateCodeVerifier,
  type Sha256,
} from "../pkce.ts";
import {
  flowIndexKey,
  flowVerifierKey,
  lastVerifierKey,
  MAX_FLOWS,
} from "./flow_keys.ts";
import type { SafeStorage } from "./storage.ts";

/** A flow that has begun. */
export interface StartedFlow {
  /** Names the flow among several. */
  readonly flowId: string;
  /** To be sent to the server. */
  readonly codeChallenge: string;
}

/** A stored verifier. */
export interface StoredVerifier {
  /** Empty for one that has no slot of its own. */
  readonly flowId: string;
  readonly codeVerifier: string;
  /** Whether the flow is to end with setting a new password. */
  readonly isRecovery: boolean;
}

const RECOVERY_SUFFIX = "/recovery";
const FLOW_ID = /^[\w-]{8,64}$/;
const VERIFIER = /^[\w.~-]{43,128}$/;
/** Marks ids of ours, in which the time of the start can be read. */
const OWN_ID = /^e([0-9a-z]{6,8})-/;
/** No flow of the server's lives longer. */
const MAX_AGE_SECONDS = 86_400;

/** The flows of one client. */
export class FlowStore {
  readonly #storage: SafeStorage;
  readonly #key: string;
  readonly #now: () => number;
  readonly #sha256: Sha256 | undefined;
  /** The index is read and written: one change at a time. */
  #changing: Promise<unknown> = Promise.resolve();

  /**
   * @param storage Where verifiers are kept.
   * @param key Where the session is kept; theirs are next to it.
   * @param now The clock, in milliseconds.
   * @param sha256 Computes SHA-256; the platform's unless given.
   */
  constructor(
    storage: SafeStorage,
    key: string,
    now: () => number,
    sha256?: Sha256,
  ) {
    this.#storage = storage;
    this.#key = key;
    this.#now = now;
    this.#sha256 = sha256;
  }

  /**
   * Starts a flow.
   *
   * @param isRecovery Whether it is to end with setting a new password.
   * @returns Its id and the challenge for the server.
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when storage does
   * not keep the verifier.
   */
  async start(isRecovery = false): Promise<StartedFlow> {
    const codeVerifier = generateCodeVerifier();
    const codeChallenge = await calculateCodeChallenge(
      codeVerifier,
      this.#sha256,
    );
    const flowId = this.#newId();
    const value = JSON.stringify(
      codeVerifier + (isRecovery ? RECOVERY_SUFFIX : ""),
    );
    await this.#change(() => this.#add(flowId, value));
    return { flowId, codeChallenge };
  }

  /**
   * The verifiers that may belong to a code: the flow's own where it is named,
   * else all that are pending, the newest first. The server does not use up a
   * code on a wrong verifier.
   *
   * @param flowId Names the flow, where that is known.
   * @returns One at least.
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when there is none.
   */
  async find(flowId?: string): Promise<readonly StoredVerifier[]> {
    const found = flowId === undefined
      ? await this.#findAll()
      : [await this.#readSlot(flowId)].filter((v) => v !== null);
    if (found.length === 0) {
      throw verifierMissing(
        "exchange the code: its flow was not started with this storage, or has ended",
      );
    }
    return found;
  }

  /**
   * Ends a flow whose code has been exchanged, or that could not be started.
   *
   * @param flow What {@link find} or {@link start} gave.
   */
  end(flow: { readonly flowId: string }): Promise<void> {
    return this.#change(() => this.#remove(flow));
  }

  /** Ends all flows. */
  clear(): Promise<void> {
    return this.#change(async () => {
      for (const id of await this.#index()) await this.#removeSlot(id);
      await this.#storage.set(flowIndexKey(this.#key), null);
      await this.#storage.set(lastVerifierKey(this.#key), null);
    });
  }

  #change(run: () => Promise<void>): Promise<void> {
    const change = this.#changing.then(run);
    this.#changing = change.catch(() => {});
    return change;
  }

  async #add(flowId: string, value: string): Promise<void> {
    if (!await this.#storage.set(flowVerifierKey(this.#key, flowId), value)) {
      throw verifierMissing(
        "start the flow: storage does not keep its verifier",
      );
    }
    const ids = [...await this.#pending(), flowId];
    const kept = ids.slice(-MAX_FLOWS);
    for (const id of ids.slice(0, -MAX_FLOWS)) await this.#removeSlot(id);
    await this.#writeIndex(kept);
    await this.#storage.set(lastVerifierKey(this.#key), value);
  }

  async #remove(flow: { readonly flowId: string }): Promise<void> {
    const key = lastVerifierKey(this.#key);
    const slot = flow.flowId
      ? await this.#storage.get(flowVerifierKey(this.#key, flow.flowId))
      : null;
    const last = await this.#storage.get(key);
    if (flow.flowId === "" || slot === last) await this.#storage.set(key, null);
    if (flow.flowId === "") return;
    await this.#removeSlot(flow.flowId);
    const ids = await this.#pending();
    await this.#writeIndex(ids.filter((id) => id !== flow.flowId));
  }

  async #findAll(): Promise<StoredVerifier[]> {
    const found: StoredVerifier[] = [];
    for (const id of (await this.#pending()).toReversed()) {
      const slot = await this.#readSlot(id);
      if (slot) found.push(slot);
    }
    const last = parseVerifier(
      await this.#storage.get(lastVerifierKey(this.#key)),
      "",
    );
    const isKnown = found.some((v) => v.codeVerifier === last?.codeVerifier);
    return last && !isKnown ? [last, ...found] : found;
  }

  async #readSlot(flowId: string): Promise<StoredVerifier | null> {
    if (!FLOW_ID.test(flowId)) return null;
    const key = flowVerifierKey(this.#key, flowId);
    return parseVerifier(await this.#storage.get(key), flowId);
  }

  async #removeSlot(flowId: string): Promise<void> {
    await this.#storage.set(flowVerifierKey(this.#key, flowId), null);
  }

  async #writeIndex(ids: readonly string[]): Promise<void> {
    const text = ids.length > 0 ? JSON.stringify(ids) : null;
    await this.#storage.set(flowIndexKey(this.#key), text);
  }

  /** The ids that are not too old; the others' slots are removed. */
  async #pending(): Promise<string[]> {
    const oldest = Math.floor(this.#now() / 1000) - MAX_AGE_SECONDS;
    const kept: string[] = [];
    for (const id of await this.#index()) {
      const startedAt = parseInt(OWN_ID.exec(id)?.[1] ?? "", 36);
      if (startedAt < oldest) await this.#removeSlot(id);
      else kept.push(id);
    }
    return kept;
  }

  async #index(): Promise<string[]> {
    const text = await this.#storage.get(flowIndexKey(this.#key));
    const ids = typeof text === "string" ? parseJson(text) : null;
    if (!Array.isArray(ids)) return [];
    return ids.filter((id) => typeof id === "string" && FLOW_ID.test(id));
  }

  #newId(): string {
    const time = Math.floor(this.#now() / 1000).toString(36).padStart(6, "0");
    const random = crypto.getRandomValues(new Uint8Array(15));
    return `e${time}-${encodeBase64Url(random)}`;
  }
}

/**
 * The error for a flow that cannot be ended here.
 *
 * @param what What cannot be done, and why.
 * @returns The error, to be thrown.
 */
export function verifierMissing(what: string): AuthSessionError {
  return new AuthSessionError("pkce_code_verifier_not_found", `Cannot ${what}`);
}

/** auth-js stores JSON, the Python client the bare text. */
function parseVerifier(text: unknown, flowId: string): StoredVerifier | null {
  if (typeof text !== "string") return null;
  const value = parseJson(text) ?? text;
  if (typeof value !== "string") return null;
  const isRecovery = /\/(recovery|PASSWORD_RECOVERY)$/.test(value);
  const codeVerifier = value.replace(/\/\w+$/, "");
  if (!VERIFIER.test(codeVerifier)) return null;
  return { flowId, codeVerifier, isRecovery };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
