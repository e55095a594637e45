/**
 * Runs before each test file: a module of the library that writes to the
 * console fails the file.
 */
const METHODS = [
  "debug",
  "log",
  "info",
  "warn",
  "error",
  "trace",
  "dir",
] as const;

/** What is spied on. */
export type Console = Record<
  typeof METHODS[number],
  (...args: unknown[]) => void
>;

/** Tells each call that a module below an address makes itself. */
export function spyOnConsole(
  spied: Console,
  below: string,
  onCall: (method: string) => void,
): void {
  for (const method of METHODS) {
    const write = spied[method];
    spied[method] = (...args: unknown[]) => {
      const [, , caller = ""] = new Error().stack?.split("\n") ?? [];
      if (caller.includes(below)) onCall(method);
      write.apply(spied, args);
    };
  }
}

/** The spy on this process's own console. */
function spyOnLibrary(): void {
  const library = new URL("../lib/", import.meta.url).href;
  spyOnConsole(console, library, (method) => {
    // Thrown where nothing catches it.
    queueMicrotask(() => {
      throw new Error(`The library called console.${method}()`);
    });
  });
}

spyOnLibrary();
