/** Whether only this machine can reach an address or a host. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || host.endsWith(".localhost") ||
    host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Whether a request comes from this machine's own programs and pages. A page of the internet reaches loopback
 * addresses too, under a name of its own or across origins: `Host` and `Origin` tell.
 */
export function isLocalRequest(request: Request): boolean {
  const host = request.headers.get("Host") ?? new URL(request.url).host;
  const origin = request.headers.get("Origin");
  return isLocalUrl(`http://${host}`) &&
    (origin === null || isLocalUrl(origin));
}

/** Whether an address leads to this machine. */
export function isLocalUrl(text: string): boolean {
  return URL.canParse(text) && isLoopback(new URL(text).hostname);
}
