/** Follows what changes in the emulator while the page can be seen. */

export type LiveState = "live" | "paused" | "offline";

/** Who is told. */
export interface LiveListener {
  /** Something has changed; "*" means: anything may have. */
  changed(topics: readonly string[]): void;
  state(state: LiveState): void;
}

const RETRY_MS = 2000;

/** Starts to follow. Hidden pages give their connection back: a browser has only a few for each server. */
export function follow(listener: LiveListener): void {
  let stopping: AbortController | undefined;
  const update = () => {
    stopping?.abort();
    if (document.hidden) return listener.state("paused");
    stopping = new AbortController();
    void listen(listener, stopping.signal);
  };
  document.addEventListener("visibilitychange", update);
  update();
}

async function listen(
  listener: LiveListener,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await readChanges(listener, signal);
    } catch {
      // Said by the state; the next attempt follows.
    }
    if (signal.aborted) return;
    listener.state("offline");
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function readChanges(
  listener: LiveListener,
  signal: AbortSignal,
): Promise<void> {
  const { body, ok } = await fetch("changes", { signal });
  if (!ok || !body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let isFirst = true;; isFirst = false) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop()!;
    listener.state("live");
    if (isFirst) listener.changed(["*"]);
    listener.changed(lines.flatMap((line) => JSON.parse(line) as string[]));
  }
}

/** Does work soon, once for several reasons, and never twice at a time. */
export function coalesce(work: () => Promise<void>, delay: number): () => void {
  let isWanted = false;
  let isBusy = false;
  const run = async () => {
    isWanted = false;
    await work().catch(() => {});
    isBusy = false;
    if (isWanted) start();
  };
  const start = () => {
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    setTimeout(run, delay);
  };
  return start;
}
