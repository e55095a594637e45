/**
 * 10. Sessions stored by supabase-js are read, and written so that it can read
 * them back.
 */
import type { Stored } from "../facts.ts";
import type { SentRequest } from "../network.ts";
import type { StorageChange } from "../storage.ts";
import type { Call, Tab } from "../tab.ts";
import type { Checker, World } from "../world.ts";
import { DEFINITIVE } from "./p01_kept.ts";
import { sessionOf } from "./results.ts";

export class Format implements Checker {
  readonly #world: World;
  readonly #asked: Set<Tab> = new Set();
  #isLeft = false;

  constructor(world: World) {
    this.#world = world;
  }

  onStore({ writer, isTorn }: StorageChange, { text, issue }: Stored): void {
    if (writer === undefined || isTorn || text === null || !issue) return;
    const session = JSON.parse(text);
    const { access_token, refresh_token, token_type, user } = session;
    const { expires_in, expires_at } = session;
    const hasUser = this.#world.setup.hasUserStorage
      ? user === undefined
      : typeof user?.id === "string" || this.#world.setup.hasGarbage;
    const isReadable = typeof access_token === "string" &&
      typeof refresh_token === "string" && typeof token_type === "string" &&
      Number.isFinite(expires_at) && hasUser &&
      (Number.isFinite(expires_in) ||
        this.#world.setup.beginning === "foreign");
    if (!isReadable) {
      this.#world.fail(10, "supabase-js can read it", text);
    }
  }

  onCall({ method }: Call): void {
    if (method === "signOut") this.#isLeft = true;
  }

  /** What was refused for good is given no more, though its removal may take time. */
  onAnswer({ answer, code = "", hasFailed, refreshToken }: SentRequest): void {
    const status = answer?.status ?? 0;
    if (refreshToken === undefined || hasFailed) return;
    if (status < 400 || status >= 500 || !DEFINITIVE.includes(code)) return;
    if (status !== 409 && status !== 429) this.#isLeft = true;
  }

  /** The first who asks is given what another client has stored. */
  onSettle(call: Call): void {
    const { setup, facts, isReliable } = this.#world;
    const { method, tab } = call;
    if (setup.beginning !== "foreign" || !isReliable) return;
    if (method !== "getSession" || this.#asked.has(tab)) return;
    this.#asked.add(tab);
    const isUntouched = facts.history.length === 2 && !this.#isLeft;
    if (isUntouched && sessionOf(call) === null) {
      this.#world.fail(10, "what supabase-js stored is read", `tab ${tab.id}`);
    }
  }
}
