import type { RequestLog } from "./request_log.ts";
import type { Store } from "./store.ts";

/** What a page is told of: a table of the store, requests, or what control has done. */
type Topic = string;

/** Tells pages what has changed, so that they ask for it again. */
export class Changes {
  readonly #store: Store;
  readonly #log: RequestLog;
  readonly #listeners = new Set<(topics: readonly Topic[]) => void>();

  constructor(store: Store, log: RequestLog) {
    this.#store = store;
    this.#log = log;
  }

  /** Tells of what neither the store nor the log knows: clock, faults, keys, settings. */
  publish(topic: Topic): void {
    for (const listener of [...this.#listeners]) listener([topic]);
  }

  /**
   * A stream without an end: each line is a JSON array of topics. Topics that come up while nobody
   * reads are told once. The first line, which is empty, says that listening has begun.
   */
  stream(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const pending = new Set<Topic>();
    let wake = () => {};
    let stop = () => {};
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(encoder.encode("[]\n"));
        stop = this.#subscribe((topics) => {
          for (const topic of topics) pending.add(topic);
          wake();
        });
      },
      pull: async (controller) => {
        if (pending.size === 0) {
          await new Promise<void>((resolve) => wake = resolve);
        }
        const line = `${JSON.stringify([...pending])}\n`;
        pending.clear();
        controller.enqueue(encoder.encode(line));
      },
      cancel: () => stop(),
    });
  }

  #subscribe(listener: (topics: readonly Topic[]) => void): () => void {
    this.#listeners.add(listener);
    const stops = [
      this.#store.subscribe((changes) =>
        listener(changes.map(({ table }) => table))
      ),
      this.#log.subscribe(() => listener(["requests"])),
      () => void this.#listeners.delete(listener),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }
}
