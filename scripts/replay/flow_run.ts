/**
 * Runs one flow step by step and compares every answer.
 *
 * @module
 */
import { compare, Identities, type Rules, show } from "./compare.ts";
import { ComputedValues } from "./computed.ts";
import type { HookCall } from "./hooks.ts";
import type { Issuer } from "./issuer.ts";
import { keyOfToken, redate, verifyWithJwk } from "./jwt.ts";
import { addressOf, MailReader, recordMail } from "./mails.ts";
import { observe } from "./observe.ts";
import { buildRequest } from "./requests.ts";
import type { Control, System } from "./system.ts";
import { fill, type Scope, TemplateError } from "./template.ts";
import type {
  Entry,
  Flow,
  Json,
  Mismatch,
  RecordedRequest,
  RecordedResponse,
  Transcripts,
} from "./types.ts";

/** What became of one step. */
export interface StepResult {
  entry: Entry;
  outcome: "passed" | "failed" | "skipped";
  mismatches: Mismatch[];
  /** Why the step was skipped. */
  reason?: string;
}

/** What a flow needs besides its entries. */
export interface RunContext {
  transcripts: Transcripts;
  system: System;
  issuer: Issuer;
  /** Without the API version header: only answers that were recorded without it are compared. */
  plain: boolean;
}

/** A step that cannot be done here. */
class Skip extends Error {}

/** Milliseconds between two requests: more than the shortest frequency limits of the recorded settings. */
const PACE_MS = 13;
const TIMEOUT_MS = 20_000;
/** Members of a hook call that belong to the transport. */
const TRANSPORT = ["user-agent", "content-length"];

/** One run of a flow. */
export class FlowRun {
  readonly #flow: Flow;
  readonly #context: RunContext;
  readonly #values = new Map<string, Json>();
  readonly #observed = new Map<number, Json>();
  readonly #identities = new Identities();
  readonly #skipped = new Set<string>();
  readonly #computed: ComputedValues;
  readonly #mails = new Map<string, MailReader>();
  readonly #usedCalls: Set<HookCall>;

  constructor(flow: Flow, context: RunContext) {
    this.#flow = flow;
    this.#context = context;
    this.#computed = new ComputedValues(
      flow,
      context.issuer,
      () => context.system.now(),
    );
    this.#usedCalls = new Set(context.system.control?.calls ?? []);
    for (const { config } of flow.entries) {
      const sent = context.system.control?.mails(config).length ?? 0;
      this.#mails.set(config, new MailReader(sent));
    }
  }

  /** Runs all steps. */
  async run(): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const entry of this.#flow.entries) {
      results.push(await this.#step(entry));
    }
    return results;
  }

  async #step(entry: Entry): Promise<StepResult> {
    try {
      const mismatches = await this.#do(entry);
      return {
        entry,
        outcome: mismatches.length === 0 ? "passed" : "failed",
        mismatches,
      };
    } catch (error) {
      this.#values.delete(entry.name);
      if (error instanceof Skip || this.#isFollowUp(error)) {
        return this.#skip(entry, (error as Error).message);
      }
      const path = error instanceof TemplateError ? "$.request" : "$.response";
      const expected = error instanceof TemplateError
        ? "values of earlier steps"
        : "an answer";
      return {
        entry,
        outcome: "failed",
        mismatches: [{ path, expected, got: describe(error) }],
      };
    }
  }

  #skip(entry: Entry, reason: string): StepResult {
    this.#skipped.add(entry.name);
    return { entry, outcome: "skipped", mismatches: [], reason };
  }

  /** Whether a template failed only because the step that it refers to was skipped. */
  #isFollowUp(error: unknown): boolean {
    if (!(error instanceof TemplateError)) return false;
    const step = /^Nothing at ([A-Za-z_]\w*)/.exec(error.message)?.[1];
    return step !== undefined && this.#skipped.has(step);
  }

  async #do(entry: Entry): Promise<Mismatch[]> {
    switch (entry.kind) {
      case "http":
        return await this.#exchange(entry);
      case "mail":
        return this.#mail(entry, this.#control("mails cannot be read"));
      case "sms":
        return this.#sms(entry, this.#control("text messages cannot be read"));
      case "hook":
        return this.#hook(entry, this.#control("hook calls cannot be seen"));
      case "computed":
        return await this.#compute(entry);
      case "clock":
        return await this.#moveClock(entry);
      case "wait":
        await this.#context.system.pass(entry.ms!);
        return [];
      case "note":
        return [];
    }
  }

  #control(reason: string): Control {
    const { control } = this.#context.system;
    if (control === undefined) throw new Skip(reason);
    return control;
  }

  async #exchange(entry: Entry): Promise<Mismatch[]> {
    if (entry.caveat !== undefined) {
      throw new Skip("the recording itself is not representative");
    }
    const template =
      (entry.requestTemplate ?? entry.request!) as unknown as Json;
    const filled = await fill(
      template,
      this.#scope(),
    ) as unknown as RecordedRequest;
    const { system, transcripts, plain } = this.#context;
    await system.pass(PACE_MS);
    const request = buildRequest(
      filled,
      transcripts.instances[entry.config]!.baseUrl,
      plain,
    );
    const response = await withDeadline(this.#receive(entry, request));
    this.#note(entry, { response } as unknown as Json);
    return plain
      ? this.#comparePlain(entry, response)
      : await this.#compareFull(entry, response);
  }

  async #receive(entry: Entry, request: Request): Promise<RecordedResponse> {
    return await observe(await this.#context.system.send(entry, request));
  }

  async #compareFull(
    entry: Entry,
    response: RecordedResponse,
  ): Promise<Mismatch[]> {
    const rules = { ...rulesOf(entry), identities: this.#identities };
    const mismatches = compareJson(
      entry.response!,
      response,
      "$.response",
      rules,
    );
    return [...mismatches, ...await this.#checkSignatures(entry, response)];
  }

  #comparePlain(entry: Entry, response: RecordedResponse): Mismatch[] {
    const expected = entry.responseWithoutApiVersion;
    if (expected === undefined) return [];
    const { status, headers, body } = response;
    return compareJson(
      expected,
      { status, headers, body },
      "$.responseWithoutApiVersion",
      plainRulesOf(entry),
    );
  }

  /** A token must not only read like the recorded one: its signature has to be that of the instance. */
  async #checkSignatures(
    entry: Entry,
    response: RecordedResponse,
  ): Promise<Mismatch[]> {
    if (this.#context.system.control === undefined) return [];
    const out: Mismatch[] = [];
    for (const [path, decoded] of Object.entries(response.jwt ?? {})) {
      const token = path.startsWith("body.")
        ? (response.body as Record<string, Json>)[path.slice("body.".length)]
        : response.location?.fragment
          ?.[path.slice("location.fragment.".length)];
      const key = keyOfToken(
        decoded,
        this.#context.transcripts.instances[entry.config]!,
      );
      const good = key !== undefined &&
        await verifyWithJwk(String(token), key).catch(() => false);
      if (!good) {
        out.push({
          path: `$.response.jwt["${path}"]`,
          expected: "a signature by the instance's key",
          got: "another",
        });
      }
    }
    return out;
  }

  #mail(entry: Entry, control: Control): Mismatch[] {
    const address = addressOf(entry.mail, entry.description);
    const found = this.#mails.get(entry.config)!.take(
      control.mails(entry.config),
      address,
    );
    if (entry.mail === null) {
      return found === undefined
        ? []
        : [{ path: "$.mail", expected: "no mail", got: show(found.subject) }];
    }
    if (found === undefined) {
      return [{
        path: "$.mail",
        expected: `a mail to ${address}`,
        got: "none",
      }];
    }
    const mail = recordMail(
      found,
      this.#context.transcripts.instances[entry.config]!.env,
    );
    this.#note(entry, { mail });
    if (entry.mail?.html === undefined) delete mail.html;
    return compareJson(entry.mail, mail, "$.mail", rulesOf(entry));
  }

  #sms(entry: Entry, control: Control): Mismatch[] {
    const { phone } = entry.sms!;
    const call = this.#takeCall(
      control,
      "send_sms",
      (call) => smsOf(call).phone === phone,
    );
    if (call === undefined) {
      return [{
        path: "$.sms",
        expected: `a text message to ${phone}`,
        got: "none",
      }];
    }
    const sms = smsOf(call);
    this.#note(entry, { sms });
    return compareJson(entry.sms, sms, "$.sms", rulesOf(entry));
  }

  #hook(entry: Entry, control: Control): Mismatch[] {
    const { name, headers } = entry.hook!;
    const call = this.#takeCall(control, name, () => true);
    if (call === undefined) {
      return [{ path: "$.hook", expected: `a call of ${name}`, got: "none" }];
    }
    this.#note(entry, { hook: call.body });
    const observed = {
      name,
      headers: only(call.headers, headers),
      body: call.body,
    };
    const expected = { ...entry.hook!, headers: only(headers, headers) };
    const rules = { ...rulesOf(entry), identities: this.#identities };
    const mismatches = compareJson(expected, observed, "$.hook", rules);
    if (!call.genuine) {
      mismatches.push({
        path: "$.hook.headers",
        expected: "a valid signature",
        got: "none",
      });
    }
    return mismatches;
  }

  /** The newest call of a hook that no step has used yet; older ones count as used. */
  #takeCall(
    control: Control,
    name: string,
    fits: (call: HookCall) => boolean,
  ): HookCall | undefined {
    const calls = control.calls.filter((call) =>
      call.name === name && !this.#usedCalls.has(call) && fits(call)
    );
    for (const call of calls) this.#usedCalls.add(call);
    return calls.at(-1);
  }

  async #compute(entry: Entry): Promise<Mismatch[]> {
    const { control } = this.#context.system;
    if (control === undefined && entry.values!.id_token !== undefined) {
      throw new Skip("the server cannot read our issuer's keys");
    }
    const values = await this.#computed.make(entry, this.#observed);
    this.#values.set(entry.name, values);
    return [];
  }

  /** Time passes for what is stored; the recorder left tokens as they were, so the ones that the flow holds are dated anew. */
  async #moveClock(entry: Entry): Promise<Mismatch[]> {
    this.#control("the clock cannot be moved");
    const seconds = entry.advanceSeconds!;
    await this.#context.system.pass(seconds * 1000);
    for (const [name, value] of this.#values) {
      this.#values.set(
        name,
        await this.#redateAll(value, seconds, entry.config),
      );
    }
    return [];
  }

  async #redateAll(
    value: Json,
    seconds: number,
    config: string,
  ): Promise<Json> {
    if (typeof value === "string") {
      return await redate(
        value,
        seconds,
        this.#context.transcripts.instances[config]!,
      );
    }
    if (typeof value !== "object" || value === null) return value;
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, member]) =>
        [key, await this.#redateAll(member, seconds, config)] as const
      ),
    );
    return Array.isArray(value)
      ? entries.map(([, member]) => member)
      : Object.fromEntries(entries);
  }

  #scope(): Scope {
    const { constants } = this.#context.transcripts;
    return {
      values: this.#values,
      jwt: constants.jwt,
      jwtSecret: constants.jwtSecret,
      now: () => this.#context.system.now(),
    };
  }

  #note(entry: Entry, value: Json): void {
    this.#values.set(entry.name, value);
    this.#observed.set(entry.step, value);
  }
}

function rulesOf(entry: Entry): Rules {
  return {
    volatile: new Set(entry.volatile),
    unordered: new Set(entry.unordered),
  };
}

/** The old error format has other member names, and it was recorded in a run of its own. */
function plainRulesOf(entry: Entry): Rules {
  const volatile = new Set(["$.responseWithoutApiVersion.body.error_id"]);
  for (const path of entry.volatile ?? []) {
    const here = path.replace("$.response.", "$.responseWithoutApiVersion.");
    volatile.add(here);
    if (here.endsWith(".body.message")) {
      volatile.add(here.replace(/message$/, "msg"));
    }
  }
  return { volatile, unordered: new Set(entry.unordered) };
}

function compareJson(
  expected: unknown,
  actual: unknown,
  path: string,
  rules: Rules,
): Mismatch[] {
  return compare(expected as Json, actual as Json, path, rules);
}

function smsOf(call: HookCall): { phone: string; otp: string } {
  const sms = call.body.sms as { phone?: string; otp?: string } | undefined;
  const user = call.body.user as { phone?: string } | undefined;
  return { phone: sms?.phone ?? user?.phone ?? "", otp: sms?.otp ?? "" };
}

function only(
  headers: Record<string, string>,
  like: Record<string, string>,
): Record<string, string> {
  const names = Object.keys(like).filter((name) =>
    !TRANSPORT.includes(name) && headers[name] !== undefined
  );
  return Object.fromEntries(names.map((name) => [name, headers[name]!]));
}

function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
}

async function withDeadline<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`No answer within ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
