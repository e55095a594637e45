import { Random } from "./random.ts";

/** A failure that requests meet. All conditions that are given must hold. */
export interface Fault {
  /** Only requests with this method. */
  readonly method?: string;
  /** Only this path (without `/auth/v1`), or paths that match. */
  readonly path?: string | RegExp;
  /** Answer with this status, and with `body` and `headers`, instead of working. */
  readonly status?: number;
  /** A text, or a value that is sent as JSON. */
  readonly body?: unknown;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wait so many milliseconds first. */
  readonly delayMs?: number;
  /** Break the connection before the server sees the request: `fetch` rejects. */
  readonly reset?: boolean;
  /** Do the work and break the connection then: `fetch` rejects although it was done. */
  readonly loseResponse?: boolean;
  /** How many requests are hit; all by default. */
  readonly times?: number;
  /** The share of requests that are hit, from 0 to 1; all by default. */
  readonly probability?: number;
}

/** Failures on demand. */
export interface Faults {
  /** Adds a fault; returns what removes it. The first fault that fits a request is used. */
  add(fault: Fault): () => void;
  /** Removes all faults. */
  clear(): void;
}

/** A fault that is in force. */
export interface ActiveFault {
  /** Its number, from 1. */
  readonly id: number;
  /** What it does. */
  readonly fault: Fault;
  /** How many requests it will hit yet. */
  readonly left: number;
}

interface Active extends ActiveFault {
  left: number;
}

/** The faults of one emulator. Chance comes from a seed: runs can be repeated. */
export class FaultList implements Faults {
  readonly #random: Random;
  #active: Active[] = [];
  #lastId = 0;

  constructor(seed: string | number) {
    this.#random = new Random(`faults ${seed}`);
  }

  add(fault: Fault): () => void {
    const id = this.put(fault);
    return () => this.remove(id);
  }

  /** Adds a fault; gives the number to remove it by. */
  put(fault: Fault): number {
    const id = ++this.#lastId;
    this.#active.push({ id, fault, left: fault.times ?? Infinity });
    return id;
  }

  /** Removes a fault, if it is still there. */
  remove(id: number): void {
    this.#active = this.#active.filter((other) => other.id !== id);
  }

  /** The faults in force, in the order in which they were added. */
  list(): readonly ActiveFault[] {
    return this.#active.map((active) => ({ ...active }));
  }

  clear(): void {
    this.#active = [];
  }

  /** The fault that a request meets. */
  take(method: string, path: string): Fault | undefined {
    if (this.#active.length === 0) return undefined;
    const hit = this.#active.find(({ fault, left }) =>
      left > 0 && fits(fault, method, path) && this.#strikes(fault)
    );
    if (hit !== undefined) hit.left--;
    return hit?.fault;
  }

  #strikes(fault: Fault): boolean {
    return fault.probability === undefined ||
      this.#random.fraction() < fault.probability;
  }
}

function fits(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) {
    return false;
  }
  if (fault.path === undefined) return true;
  return typeof fault.path === "string"
    ? fault.path === path
    : fault.path.test(path);
}

/** Goes through a fault around the real work. */
export async function suffer(
  fault: Fault,
  signal: AbortSignal,
  work: () => Promise<Response>,
): Promise<Response> {
  if (fault.delayMs !== undefined) await wait(fault.delayMs, signal);
  if (fault.reset) {
    throw new TypeError("Connection reset by a fault of the emulator");
  }
  if (fault.status !== undefined) return answer(fault, fault.status);
  const response = await work();
  if (fault.loseResponse) {
    throw new TypeError("Response lost by a fault of the emulator");
  }
  return response;
}

function answer(fault: Fault, status: number): Response {
  const { body } = fault;
  const isText = typeof body === "string";
  const hasBody = body !== undefined && ![101, 204, 205, 304].includes(status);
  const response = new Response(
    hasBody ? isText ? body : JSON.stringify(body) : null,
    { status },
  );
  if (hasBody && !isText) {
    response.headers.set("Content-Type", "application/json");
  }
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    response.headers.set(name, value);
  }
  return response;
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", abort, { once: true });
  });
}
