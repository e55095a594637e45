/**
 * As much of `Headers` and `Response` as the library and the emulator use. The
 * platform's own would take a third of the time of a simulation.
 */

/** Names are lower-cased, values joined by commas. */
export class LeanHeaders {
  readonly #values: Map<string, string> = new Map();

  /** @param init Pairs, a record, or other headers. */
  constructor(init: HeadersInit | LeanHeaders = {}) {
    const pairs = Symbol.iterator in init
      ? init as Iterable<readonly [string, string]>
      : Object.entries(init as Record<string, string>);
    for (const [name, value] of pairs) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  append(name: string, value: string): void {
    const known = this.get(name);
    this.set(name, known === null ? value : `${known}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#values.entries();
  }
}

/** A response whose body is a text, to be read once. */
export class LeanResponse {
  readonly status: number;
  readonly headers: LeanHeaders;
  /** Nobody reads it piecemeal. */
  readonly body = null;
  readonly #text: string;

  /** @param body The text; null for none. */
  constructor(
    body: string | null = null,
    init: { readonly status?: number; readonly headers?: HeadersInit } = {},
  ) {
    if (typeof body !== "string" && body !== null) {
      throw new TypeError("A lean response has a text or nothing");
    }
    this.#text = body ?? "";
    this.status = init.status ?? 200;
    this.headers = new LeanHeaders(init.headers);
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  text(): Promise<string> {
    return Promise.resolve(this.#text);
  }
}
