/**
 * 9. What is read is untrusted: any bytes give a valid session or none; parsing
 * never throws; what was discarded is reported.
 */
import type { AuthDiagnostic } from "../../../lib/config.ts";
import { isAuthError } from "../../../lib/errors.ts";
import type { Call, Tab, Told } from "../tab.ts";
import type { Session } from "../../../lib/wire/session.ts";
import type { Checker, World } from "../world.ts";

export class Untrusted implements Checker {
  readonly #world: World;
  /** How often a tab has reported what it discarded. */
  readonly #reports: Map<Tab, number> = new Map();
  readonly #expected: Map<Call, number> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  onDiagnostic(tab: Tab, event: AuthDiagnostic): void {
    if (event.type !== "storage-invalid") return;
    this.#reports.set(tab, (this.#reports.get(tab) ?? 0) + 1);
  }

  /** A call that finds garbage where none was before has to say so. */
  onCall(call: Call): void {
    const { setup, facts } = this.#world;
    if (!setup.hasGarbage || setup.hasStorageTrouble) return;
    if (setup.storage.isAsync) return;
    const { text, writer } = facts.stored;
    const isFirst = facts.history.length > 1 && writer === undefined;
    if (!isFirst || text === null || !isGarbage(text)) return;
    if (call.method !== "getSession" || call.tab.pending.size > 1) return;
    if (!this.#reports.has(call.tab)) this.#expected.set(call, 1);
  }

  onSettle(call: Call): void {
    if ("error" in call) {
      const { error } = call;
      const isOwn = error instanceof Error && error.message === "Had enough";
      if (isAuthError(error) || isOwn) return;
      const message = `${call.method} #${call.id}: ${error}`;
      return this.#fail("only typed errors are thrown", call.tab, message);
    }
    this.#checkSession(call.tab, call.method, call.value);
    const isTold = !this.#expected.has(call) || this.#reports.has(call.tab);
    if (!isTold && call.tab.isUsable) {
      this.#fail("what was discarded is reported", call.tab, call.method);
    }
  }

  onTold({ tab, event, session }: Told): void {
    if (session) this.#checkSession(tab, event, { session });
  }

  #checkSession(tab: Tab, what: string, value: unknown): void {
    const { session } = (value ?? {}) as { session?: Session | null };
    if (!session) return;
    const { access_token, refresh_token, user, expires_at } = session;
    const isValid = typeof access_token === "string" && access_token !== "" &&
      typeof refresh_token === "string" && refresh_token !== "" &&
      typeof user?.id === "string" && Number.isFinite(expires_at);
    if (!isValid) this.#fail("only valid sessions are given", tab, what);
  }

  #fail(check: string, tab: Tab, message: string): void {
    this.#world.fail(9, check, `tab ${tab.id}: ${message}`);
  }
}

function isGarbage(text: string): boolean {
  try {
    const { access_token, refresh_token } = JSON.parse(text) ?? {};
    return typeof access_token !== "string" || access_token === "" ||
      typeof refresh_token !== "string" || refresh_token === "";
  } catch {
    return true;
  }
}
