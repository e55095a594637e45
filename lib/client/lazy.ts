/** Parts of the client that not every application needs. */
import { AuthNetworkError } from "../errors.ts";

/**
 * Loads a part when it is first needed, and again where that failed.
 *
 * @param load Imports it.
 * @returns Gives the part; throws {@link AuthNetworkError} `network_failure`
 * where it cannot be loaded.
 */
export function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () =>
    loaded ??= load().catch(() => {
      loaded = undefined;
      // The platform's error may hold the query of the part's address.
      throw new AuthNetworkError(
        "network_failure",
        "Cannot load a part of the client",
        { retryable: true },
      );
    });
}

/** Loads `later.ts`: once for all clients, so that only the first one waits. */
export const loadLater: () => Promise<typeof import("./later.ts")> = lazy(() =>
  import("./later.ts")
);

/**
 * An object that is loaded when one of its methods is first called.
 *
 * @param load Loads it.
 * @param names All its methods, by spaces apart; each of them gives a promise.
 * @returns An object with methods of the same names.
 */
export function lazyMethods<T extends object>(
  load: () => Promise<T>,
  names: string,
): T {
  const methods = names.split(" ").map((name) => [
    name,
    async (...args: readonly unknown[]) => {
      const loaded = await load() as Record<
        string,
        (...args: readonly unknown[]) => unknown
      >;
      return await loaded[name]!(...args);
    },
  ]);
  return Object.fromEntries(methods);
}
