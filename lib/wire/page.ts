/** Lists that come in pages. */

/** Where a page stands among the others. */
export interface PageInfo {
  /** The audience whose users are listed. */
  readonly aud: string;
  /** Number of the next page; null on the last one. */
  readonly nextPage: number | null;
  /** Number of the last page; 0 when the list is empty. */
  readonly lastPage: number;
  /** How many entries there are on all pages. */
  readonly total: number;
}

/**
 * Reads where a page stands from the headers of its answer.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8288#section-3}
 * @param headers The answer's.
 * @returns All but the audience.
 */
export function parsePage(headers: Headers): Omit<PageInfo, "aud"> {
  const link = headers.get("link") ?? "";
  const total = Number(headers.get("x-total-count") ?? 0);
  return {
    nextPage: pageOf(link, "next") ?? null,
    lastPage: pageOf(link, "last") ?? 0,
    total: Number.isSafeInteger(total) ? total : 0,
  };
}

function pageOf(link: string, rel: string): number | undefined {
  for (
    const [, target, relation] of link.matchAll(/<([^>]*)>\s*;\s*rel="?(\w+)/g)
  ) {
    const page = /[?&]page=(\d+)(?:&|$)/.exec(target ?? "")?.[1];
    if (relation === rel && page !== undefined) return Number(page);
  }
  return undefined;
}
