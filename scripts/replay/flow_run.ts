/**
 * Runs one flow step by step and compares every answer.
 *
 * @module
 */
import { burstBefore } from "./bursts.ts";
import { Identities } from "./compare.ts";
import { ComputedValues } from "./computed.ts";
import { Deliveries, type Delivery } from "./deliveries.ts";
import {
  checkSignatures,
  comparePlainResponse,
  compareResponse,
} from "./expectations.ts";
import type { Issuer } from "./issuer.ts";
import { redate } from "./jwt.ts";
import { observe } from "./observe.ts";
import { buildRequest } from "./requests.ts";
import type { System } from "./system.ts";
import { fill, type Scope, TemplateError } from "./template.ts";
import type {
  Entry,
  Flow,
  Instance,
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

/** One run of a flow. */
export class FlowRun {
  readonly #flow: Flow;
  readonly #context: RunContext;
  readonly #values = new Map<string, Json>();
  readonly #observed = new Map<number, Json>();
  readonly #identities = new Identities();
  readonly #skipped = new Set<string>();
  readonly #computed: ComputedValues;
  readonly #deliveries: Deliveries | undefined;

  constructor(flow: Flow, context: RunContext) {
    const { issuer, system } = context;
    this.#flow = flow;
    this.#context = context;
    this.#computed = new ComputedValues(flow, issuer, () => system.now());
    if (system.control !== undefined) {
      this.#deliveries = new Deliveries(flow, system.control);
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
      return this.#isSkip(error)
        ? this.#skip(entry, error as Error)
        : failure(entry, error);
    }
  }

  #skip(entry: Entry, { message }: Error): StepResult {
    this.#skipped.add(entry.name);
    return { entry, outcome: "skipped", mismatches: [], reason: message };
  }

  /** A template that fails only because the step that it refers to was skipped makes its own step be skipped. */
  #isSkip(error: unknown): boolean {
    if (error instanceof Skip) return true;
    if (!(error instanceof TemplateError)) return false;
    const step = /^Nothing at ([A-Za-z_]\w*)/.exec(error.message)?.[1];
    return step !== undefined && this.#skipped.has(step);
  }

  async #do(entry: Entry): Promise<Mismatch[]> {
    switch (entry.kind) {
      case "http":
        return await this.#exchange(entry);
      case "mail":
        return this.#deliver(
          entry,
          this.#need("mails cannot be read").mail(entry, this.#instance(entry)),
        );
      case "sms":
        return this.#deliver(
          entry,
          this.#need("text messages cannot be read").sms(entry),
        );
      case "hook":
        return this.#deliver(
          entry,
          this.#need("hook calls cannot be seen").hook(entry, this.#identities),
        );
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

  #need(reason: string): Deliveries {
    if (this.#deliveries === undefined) throw new Skip(reason);
    return this.#deliveries;
  }

  #instance(entry: Entry): Instance {
    return this.#context.transcripts.instances[entry.config]!;
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
    const { system, plain } = this.#context;
    await system.pass(PACE_MS);
    const build = () =>
      buildRequest(filled, this.#instance(entry).baseUrl, plain);
    const early = await this.#burst(entry, build);
    if (early !== undefined) return [early];
    const request = build();
    const response = await withDeadline(receive(system, entry, request));
    this.#note(entry, { response } as unknown as Json);
    if (plain) return comparePlainResponse(entry, response);
    const mismatches = compareResponse(entry, response, this.#identities);
    if (system.control === undefined) return mismatches;
    return [
      ...mismatches,
      ...await checkSignatures(response, this.#instance(entry)),
    ];
  }

  /** Sends what the recorder sent before the step; a refusal among it comes too early. */
  async #burst(
    entry: Entry,
    build: () => Request,
  ): Promise<Mismatch | undefined> {
    const count = burstBefore(this.#flow, entry);
    for (let i = 0; i < count; i++) {
      const { status } = await withDeadline(
        receive(this.#context.system, entry, build()),
      );
      if (status !== 429) continue;
      const expected = `${count} accepted requests before it`;
      return { path: "$.response.status", expected, got: `429 after ${i}` };
    }
    return undefined;
  }

  #deliver(entry: Entry, { value, mismatches }: Delivery): Mismatch[] {
    if (value !== undefined) this.#note(entry, value);
    return mismatches;
  }

  async #compute(entry: Entry): Promise<Mismatch[]> {
    if (entry.values!.id_token !== undefined) {
      this.#need("the server cannot read our issuer's keys");
    }
    this.#values.set(
      entry.name,
      await this.#computed.make(entry, this.#observed),
    );
    return [];
  }

  /** Time passes for what is stored; the recorder left tokens as they were, so the ones that the flow holds are dated anew. */
  async #moveClock(entry: Entry): Promise<Mismatch[]> {
    this.#need("the clock cannot be moved");
    const seconds = entry.advanceSeconds!;
    await this.#context.system.pass(seconds * 1000);
    for (const [name, value] of this.#values) {
      this.#values.set(
        name,
        await redateAll(value, seconds, this.#instance(entry)),
      );
    }
    return [];
  }

  #scope(): Scope {
    const { transcripts: { constants }, system } = this.#context;
    return {
      values: this.#values,
      jwt: constants.jwt,
      jwtSecret: constants.jwtSecret,
      now: () => system.now(),
    };
  }

  #note(entry: Entry, value: Json): void {
    this.#values.set(entry.name, value);
    this.#observed.set(entry.step, value);
  }
}

async function receive(
  system: System,
  entry: Entry,
  request: Request,
): Promise<RecordedResponse> {
  return await observe(await system.send(entry, request));
}

async function redateAll(
  value: Json,
  seconds: number,
  instance: Instance,
): Promise<Json> {
  if (typeof value === "string") return await redate(value, seconds, instance);
  if (typeof value !== "object" || value === null) return value;
  const entries: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    entries.push([key, await redateAll(member, seconds, instance)]);
  }
  return Array.isArray(value)
    ? entries.map(([, member]) => member)
    : Object.fromEntries(entries);
}

function failure(entry: Entry, error: unknown): StepResult {
  const isTemplate = error instanceof TemplateError;
  const mismatch = {
    path: isTemplate ? "$.request" : "$.response",
    expected: isTemplate ? "values of earlier steps" : "an answer",
    got: error instanceof Error
      ? `${error.name}: ${error.message}`
      : String(error),
  };
  return { entry, outcome: "failed", mismatches: [mismatch] };
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
