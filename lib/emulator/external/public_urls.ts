import { invalid } from "../errors.ts";
import { hostname, parseGoUrl } from "../go_url.ts";

const LOCAL_NAMES = ["localhost", "127.0.0.1", "::1"];

/** Refuses what is not the HTTPS address of a public host (auth-server §18). Names are not looked up. */
export function checkPublicUrl(text: string): void {
  const url = parseGoUrl(text);
  if (url === undefined) invalid("Invalid URL format");
  if (url.scheme !== "https") invalid("URL must use HTTPS");
  const host = hostname(url).toLowerCase();
  if (host === "") invalid("URL must have a valid hostname");
  if (LOCAL_NAMES.includes(host) || host.endsWith(".localhost")) {
    invalid("URL cannot point to localhost or loopback addresses");
  }
  const range = rangeOf(host);
  if (range !== undefined) {
    invalid(`URL cannot resolve to ${range} addresses`);
  }
}

/** What is special about an IP address; undefined for a name or a public address. */
function rangeOf(host: string): string | undefined {
  if (host.includes(":")) return rangeOfV6(host);
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return undefined;
  const [a, b] = host.split(".").map(Number) as [number, number];
  if (a === 127) return "loopback";
  if (
    a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)
  ) {
    return "private network";
  }
  if (a === 169 && b === 254) return "link-local";
  if (a >= 224 && a < 240) return "multicast";
  return /^0\.0\.0\.0$/.test(host) ? "unspecified" : undefined;
}

function rangeOfV6(host: string): string | undefined {
  if (/^(0{0,4}:)*0{0,4}$/.test(host)) return "unspecified";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(host)?.[1];
  if (mapped !== undefined) return rangeOf(mapped);
  if (/^f[cd]/.test(host)) return "private network";
  if (/^fe[89ab]/.test(host)) return "link-local";
  return host.startsWith("ff") ? "multicast" : undefined;
}
