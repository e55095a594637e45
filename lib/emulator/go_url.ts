// The server treats URLs as text: it does not add a slash to a bare origin, sorts the query when it
// writes one, and escapes as Go's net/url does. The platform's URL class would change all three.

/** A URL in its parts, each as it was written. */
export interface GoUrl {
  /** Lower case, without the colon; "" for a relative reference. */
  readonly scheme: string;
  /** Host and port. */
  readonly host: string;
  /** Whether "//" was there. */
  readonly hasAuthority: boolean;
  /** Path, or what follows the scheme of a URL without "//". */
  readonly path: string;
  /** Without "?"; undefined when there is none. */
  readonly query: string | undefined;
  /** Without "#"; undefined when there is none. */
  readonly fragment: string | undefined;
}

const URL_PARTS =
  /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

/** Splits a URL; undefined where Go's parser would refuse. */
export function parseGoUrl(text: string): GoUrl | undefined {
  // deno-lint-ignore no-control-regex -- Go refuses control characters in a URL.
  if (/[\u0000-\u001f\u007f]/.test(text) || text.startsWith(":")) {
    return undefined;
  }
  const match = URL_PARTS.exec(text);
  if (match === null) return undefined;
  const [, scheme = "", authority, host = "", path = "", query, fragment] =
    match;
  if (/[\s<>"]/.test(host) || !/^(\[[^\]]*\]|[^:]*)(:\d*)?$/.test(host)) {
    return undefined;
  }
  if (/%(?![0-9a-fA-F]{2})/.test(path + (fragment ?? ""))) return undefined;
  if (scheme === "" && authority === undefined && /^[^/]*:/.test(path)) {
    return undefined;
  }
  return {
    scheme: scheme.toLowerCase(),
    host,
    hasAuthority: authority !== undefined,
    path,
    query,
    fragment,
  };
}

/** Puts a URL together again. */
export function formatGoUrl(url: GoUrl): string {
  const scheme = url.scheme === "" ? "" : `${url.scheme}:`;
  const query = url.query === undefined || url.query === ""
    ? ""
    : `?${url.query}`;
  const fragment = url.fragment === undefined || url.fragment === ""
    ? ""
    : `#${url.fragment}`;
  return `${scheme}${
    url.hasAuthority ? `//${url.host}` : ""
  }${url.path}${query}${fragment}`;
}

/** The host without port and brackets. */
export function hostname(url: GoUrl): string {
  return url.host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}

/** The port as written, "" when there is none. */
export function port(url: GoUrl): string {
  return /:(\d*)$/.exec(url.host)?.[1] ?? "";
}

/** Escapes a value for a query: a space becomes "+", all but letters, digits and `-_.~` are encoded. */
export function queryEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    .replaceAll("%20", "+");
}

/** Escapes a value for a path segment, as Go does: `$&+:=@` stay. */
export function pathEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    .replace(/%(24|26|2B|3A|3D|40)/g, (escaped) => decodeURIComponent(escaped));
}

/** Writes a query in the alphabetical order of its names. */
export function encodeQuery(
  values: Iterable<readonly [string, string]>,
): string {
  const pairs = [...values];
  pairs.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return pairs.map(([name, value]) =>
    `${queryEscape(name)}=${queryEscape(value)}`
  ).join("&");
}

/** The URL with some parameters set; the whole query is written anew. */
export function withQuery(
  text: string,
  values: Readonly<Record<string, string>>,
): string {
  const url = parseGoUrl(text);
  if (url === undefined) return text;
  const query = new URLSearchParams(url.query ?? "");
  for (const [name, value] of Object.entries(values)) query.set(name, value);
  return formatGoUrl({ ...url, query: encodeQuery(query) });
}

/** Resolves a reference against a base as a browser would, keeping the text of the rest. */
export function resolveReference(base: string, reference: string): string {
  const target = parseGoUrl(reference);
  const from = parseGoUrl(base);
  if (target === undefined || from === undefined) return reference;
  if (target.scheme !== "") return reference;
  if (target.path.startsWith("/")) {
    return formatGoUrl({ ...from, ...pathOf(target), path: target.path });
  }
  const folder = from.path.slice(0, from.path.lastIndexOf("/") + 1) || "/";
  return formatGoUrl({
    ...from,
    ...pathOf(target),
    path: folder + target.path,
  });
}

function pathOf(url: GoUrl): Pick<GoUrl, "query" | "fragment"> {
  return { query: url.query, fragment: url.fragment };
}
