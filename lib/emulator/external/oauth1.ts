import type { Context } from "../context.ts";
import { unixSeconds } from "../clock.ts";
import { utf8 } from "../encoding.ts";
import { hmacSha1 } from "../hash.ts";

/** Who signs a request of OAuth 1.0 (RFC 5849). */
export interface Signer {
  /** The client's key. */
  readonly key: string;
  /** The client's secret. */
  readonly secret: string;
  /** The token, "" before there is one. */
  readonly token: string;
  /** The token's secret. */
  readonly tokenSecret: string;
}

/** A signed request without a body; `protocol` are further parameters of the protocol. */
export function signedRequest(
  context: Context,
  method: "GET" | "POST",
  address: string,
  signer: Signer,
  protocol: Readonly<Record<string, string>> = {},
): Request {
  const { random, clock } = context.server;
  const parameters: Record<string, string> = {
    ...protocol,
    oauth_consumer_key: signer.key,
    oauth_nonce: random.text(32),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(unixSeconds(clock.now())),
    oauth_version: "1.0",
    ...(signer.token === "" ? {} : { oauth_token: signer.token }),
  };
  parameters["oauth_signature"] = signature(
    method,
    address,
    signer,
    parameters,
  );
  const header = Object.entries(parameters).map(([name, value]) =>
    `${name}="${escape(value)}"`
  ).join(", ");
  return new Request(address, {
    method,
    headers: { Authorization: `OAuth ${header}` },
  });
}

/** The signature by HMAC-SHA1 (RFC 5849 section 3.4). */
export function signature(
  method: string,
  address: string,
  signer: Signer,
  parameters: Readonly<Record<string, string>>,
): string {
  const url = new URL(address);
  const pairs = [...url.searchParams, ...Object.entries(parameters)]
    .map((pair) => pair.map(escape).join("="));
  const base = [
    method,
    url.origin + url.pathname,
    pairs.toSorted().join("&"),
  ].map(escape).join("&");
  const key = `${escape(signer.secret)}&${escape(signer.tokenSecret)}`;
  return btoa(String.fromCharCode(...hmacSha1(utf8(key), utf8(base))));
}

function escape(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
