/** Where the page is, below the address of an emulator. */
export const PAGE_PATH = "/_emulator/";

/** The page runs its own script alone, loads nothing from elsewhere, and cannot be put into another page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  // Mails bring styles of their own; they are shown in a frame without scripts.
  "style-src 'self' 'unsafe-inline'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  "": "text/html; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
};

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache",
};

/** The address of the page of an emulator that listens: a name, since passkeys belong to no number. */
export function pageAddress(origin: string): string {
  const named = origin.replace(
    /\/\/(127\.0\.0\.1|\[::1\])(?=:|$)/,
    "//localhost",
  );
  return named + PAGE_PATH;
}

/** Whether a path below that of the page is one of its files. */
export function isPageFile(name: string): boolean {
  return Object.hasOwn(TYPES, name);
}

/** One of the page's files. They are loaded when somebody asks for them. */
export async function servePage(request: Request): Promise<Response> {
  const { method, url } = request;
  if (method !== "GET" && method !== "HEAD") {
    return new Response(null, {
      status: 405,
      headers: { Allow: "GET, HEAD" },
    });
  }
  const { pathname, search } = new URL(url);
  if (!pathname.startsWith(PAGE_PATH)) {
    const headers = { Location: PAGE_PATH + search };
    return new Response(null, { status: 308, headers });
  }
  const name = pathname.slice(PAGE_PATH.length);
  const { FILES } = await import("./page/asset.ts");
  return new Response(method === "HEAD" ? null : FILES[name]!, {
    headers: { "Content-Type": TYPES[name]!, ...HEADERS },
  });
}
