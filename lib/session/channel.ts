/**
 * Tells other tabs that the stored session has changed, and hears it from them.
 * The message holds nothing: what is stored is in the storage.
 */

/** A way to other tabs. */
export interface Channel {
  /** Tells them. */
  announce(): void;
  /** Ends it. */
  close(): void;
}

/**
 * Opens the way to the other tabs of the page's origin.
 *
 * @param key Where the session is stored.
 * @param onNews Called when another tab has announced a change.
 * @returns The channel, or undefined where there are no tabs.
 * @throws {Error} When the browser refuses.
 */
export function openChannel(
  key: string,
  onNews: () => void,
): Channel | undefined {
  // Elsewhere a channel would keep the process alive.
  if (!("document" in globalThis) || !globalThis.BroadcastChannel) {
    return undefined;
  }
  const channel = new BroadcastChannel(`gotrue-edge:${key}`);
  channel.onmessage = onNews;
  // The message may come before what another process has stored can be read.
  // Beside the session, its user may be stored apart: any name that begins so.
  const onStored = (event: Event) => {
    if ((event as StorageEvent).key?.startsWith(key) ?? true) onNews();
  };
  // A document may be had without a window, as from a library.
  globalThis.addEventListener?.("storage", onStored);
  return {
    announce: () => channel.postMessage("changed"),
    close: () => {
      channel.close();
      globalThis.removeEventListener?.("storage", onStored);
    },
  };
}
