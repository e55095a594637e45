/** What only a page can do. */

/** A page, as far as it matters here. */
export interface Page {
  /** The address that is shown. */
  url(): string;
  /** Shows another address without loading it. */
  replaceUrl(url: string): void;
  /** Leaves for another address. */
  open(url: string): void;
  /**
   * Follows whether the page can be seen, from now on.
   *
   * @returns Ends it.
   */
  onVisibility(listener: (isVisible: boolean) => void): () => void;
}

/**
 * The page that the code runs in.
 *
 * @returns The page, or undefined outside of one.
 */
export function thisPage(): Page | undefined {
  const { document, location, history } = globalThis as Partial<
    Pick<typeof globalThis, "document" | "location" | "history">
  >;
  if (!document || !location || !history) return undefined;
  return {
    url: () => location.href,
    replaceUrl: (url) => history.replaceState(history.state, "", url),
    open: (url) => location.assign(url),
    onVisibility: (listener) => followVisibility(document, listener),
  };
}

function followVisibility(
  document: Document,
  listener: (isVisible: boolean) => void,
): () => void {
  const onChange = () => listener(document.visibilityState === "visible");
  // A page that comes back out of the browser's cache has missed the news.
  const onShow = (event: PageTransitionEvent) => {
    if (event.persisted) onChange();
  };
  // It may have been opened in the background.
  onChange();
  document.addEventListener("visibilitychange", onChange);
  globalThis.addEventListener("pageshow", onShow as EventListener);
  return () => {
    document.removeEventListener("visibilitychange", onChange);
    globalThis.removeEventListener("pageshow", onShow as EventListener);
  };
}
