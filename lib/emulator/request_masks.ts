const MASK = "•••";
const MAX_LENGTH = 8_000;

/** Names of what proves an identity, and of what is too long to be looked at. */
const SECRET =
  /(password|secret|token|token_hash|verifier|nonce|assertion|captcha|otp|otp_code|action_link|qr_code|apikey|jwt)$|^(uri|challenge|signature|attestationObject|authenticatorData|clientDataJSON)$/i;
/** In what is sent a code signs in; in an answer it names an error. */
const SENT_SECRET = /^(code|auth_code)$/;

/** A query with its "?", as it may be shown. */
export function maskQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) =>
    [name, isSecret(name, "request") ? MASK : value].map(encodePart).join("=")
  );
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

/** An address as it may be shown: queries are masked, and fragments as well. */
export function maskUrl(text: string): string {
  const [, address, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(
    text,
  )!;
  const masked = [query, fragment].map((part = "") =>
    part.slice(0, 1) + maskQuery(new URLSearchParams(part.slice(1))).slice(1)
  );
  return address + masked.join("");
}

/** A body as it may be shown: JSON and forms without secrets; other kinds by their length alone. */
export function maskBody(
  text: string,
  type: string,
  side: "request" | "response",
): string {
  if (text === "") return "";
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return maskQuery(new URLSearchParams(text)).slice(1, MAX_LENGTH);
  }
  try {
    const value: unknown = JSON.parse(text);
    const masked = JSON.stringify(
      value,
      (name, member) =>
        typeof member === "string" && member !== "" && isSecret(name, side)
          ? MASK
          : member,
      2,
    );
    return shorten(masked);
  } catch {
    return `(${text.length} characters of ${type || "no type"})`;
  }
}

function isSecret(name: string, side: "request" | "response"): boolean {
  return SECRET.test(name) || side === "request" && SENT_SECRET.test(name);
}

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

function encodePart(text: string): string {
  return text === MASK
    ? MASK
    : encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");
}
