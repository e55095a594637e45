import type { Clock } from "./clock.ts";
import { readAddress } from "./address.ts";
import { maskBody, maskQuery, maskUrl } from "./request_masks.ts";

/** A request as the log shows it; what proves anybody's identity is masked. */
export interface LogEntry {
  /** Its number, from 1. */
  readonly id: number;
  /** When it came, in milliseconds of the emulator's clock. */
  readonly at: number;
  /** GET, POST, … */
  readonly method: string;
  /** The path without the gateway's prefix. */
  readonly path: string;
  /** The query with its "?", "" for none. */
  readonly query: string;
  /** The body, "" for none. */
  readonly request: string;
  /** The status of the answer; null when the connection was broken. */
  readonly status: number | null;
  /** Where a redirect leads, "" for none. */
  readonly location: string;
  /** The code of the error, "" for none. */
  readonly code: string;
  /** The body of the answer, "" for none. */
  readonly response: string;
  /** Milliseconds of real time that it took. */
  readonly duration: number;
}

/** Reads the time that passes. */
export type Stopwatch = () => number;

const MAX_ENTRIES = 200;

/** The latest requests of an emulator. */
export class RequestLog {
  readonly #clock: Clock;
  readonly #stopwatch: Stopwatch;
  readonly #listeners = new Set<() => void>();
  #entries: LogEntry[] = [];
  #lastId = 0;

  constructor(
    clock: Clock,
    stopwatch: Stopwatch = () => performance.now(),
  ) {
    this.#clock = clock;
    this.#stopwatch = stopwatch;
  }

  /** The requests, newest first. */
  list(): readonly LogEntry[] {
    return [...this.#entries].reverse();
  }

  /** Forgets all requests. */
  clear(): void {
    this.#entries = [];
    this.#notify();
  }

  /** Tells a listener that there is something new; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Answers a request and notes both. */
  async watch(
    request: Request,
    work: (request: Request) => Promise<Response>,
  ): Promise<Response> {
    const { path, query } = readAddress(request.url);
    const at = this.#clock.now();
    const start = this.#stopwatch();
    const copy = request.body === null ? undefined : request.clone();
    const entry = { at, method: request.method, path, query: maskQuery(query) };
    try {
      const response = await work(request);
      const answer = await readAnswer(response);
      this.#add({
        ...entry,
        request: await readBody(copy, "request"),
        status: response.status,
        ...answer,
        duration: this.#stopwatch() - start,
      });
      return response;
    } catch (error) {
      this.#add({
        ...entry,
        request: await readBody(copy, "request").catch(() => ""),
        status: null,
        location: "",
        code: "",
        response: "",
        duration: this.#stopwatch() - start,
      });
      throw error;
    }
  }

  #add(entry: Omit<LogEntry, "id">): void {
    this.#entries.push({ id: ++this.#lastId, ...entry });
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    this.#notify();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

async function readBody(
  message: Request | Response | undefined,
  side: "request" | "response",
): Promise<string> {
  if (message === undefined) return "";
  const type = message.headers.get("Content-Type") ?? "";
  return maskBody(await message.text(), type, side);
}

async function readAnswer(
  response: Response,
): Promise<Pick<LogEntry, "location" | "code" | "response">> {
  const text = response.body === null
    ? ""
    : await readBody(response.clone(), "response");
  return {
    location: maskUrl(response.headers.get("Location") ?? ""),
    code: codeOf(response, text),
    response: text,
  };
}

/** The error's code by each of the server's formats. */
function codeOf(response: Response, text: string): string {
  if (response.status < 400) return "";
  const header = response.headers.get("X-Sb-Error-Code");
  if (header !== null) return header;
  try {
    const { error_code, code, error } = JSON.parse(text);
    return [error_code, code, error].find((value) =>
      typeof value === "string"
    ) ?? "";
  } catch {
    return "";
  }
}
