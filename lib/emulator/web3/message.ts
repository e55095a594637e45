import { invalid } from "../errors.ts";
import { type GoUrl, parseGoUrl } from "../go_url.ts";

/** What is particular about the messages of a chain. */
export interface Dialect {
  /** The chain's name as messages write it. */
  readonly title: "Solana" | "Ethereum";
  /** What refusals begin with. */
  readonly prefix: "siws" | "siwe";
  /** What an address looks like. */
  readonly address: RegExp;
  /** What to say of an address that looks different. */
  readonly badAddress: string;
  /** What a chain id looks like. */
  readonly chainId: RegExp;
}

/** A message that a wallet signed to sign in (EIP-4361 and its like for Solana). */
export interface SignInMessage {
  /** The site that asked, with its port. */
  readonly domain: string;
  /** The wallet's address. */
  readonly address: string;
  /** What the person agreed to; undefined for nothing. */
  readonly statement: string | undefined;
  /** The page that asked. */
  readonly uri: GoUrl;
  /** The page as it was written. */
  readonly uriText: string;
  /** The chain, "" when it is not named. */
  readonly chainId: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Milliseconds since 1970; undefined when the message does not end. */
  readonly expirationTime: number | undefined;
  /** Milliseconds since 1970; undefined when the message holds at once. */
  readonly notBefore: number | undefined;
}

/** The dialects by chain. */
export const DIALECTS: Readonly<Record<"solana" | "ethereum", Dialect>> = {
  solana: {
    title: "Solana",
    prefix: "siws",
    address: /^[a-zA-Z0-9]{32,44}$/,
    badAddress: "wallet address is not in base58 format",
    chainId: /^(solana:(main|dev|test|local)net)?$/,
  },
  ethereum: {
    title: "Ethereum",
    prefix: "siwe",
    address: /^0x[a-fA-F0-9]{40}$/,
    badAddress: "wallet address is not a valid Ethereum address",
    chainId: /^[1-9][0-9]*$/,
  },
};

const DOMAIN =
  /^(localhost|(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,})(?::\d{1,5})?$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const TIMES = ["Issued At", "Expiration Time", "Not Before"];

/** Reads a message; refuses what is none (auth-server §14.6). */
export function parseMessage(text: string, dialect: Dialect): SignInMessage {
  const refuse = (reason: string) => invalid(`${dialect.prefix}: ${reason}`);
  const lines = text.split("\n");
  if (lines.length < 6) refuse("message needs at least 6 lines");
  const { domain, address } = parseHead(lines, dialect, refuse);
  const hasStatement = lines[3] !== "" && lines[4] === "";
  const fields = parseFields(lines, hasStatement ? 5 : 3, dialect, refuse);
  const message = {
    domain,
    address,
    statement: hasStatement ? lines[3] : undefined,
    ...readFields(fields, refuse),
  };
  checkOrder(message, refuse);
  return message;
}

type Refuse = (reason: string) => never;

function parseHead(
  lines: readonly string[],
  dialect: Dialect,
  refuse: Refuse,
): Pick<SignInMessage, "domain" | "address"> {
  const suffix = ` wants you to sign in with your ${dialect.title} account:`;
  const first = lines[0]!;
  if (!first.endsWith(suffix)) {
    refuse(`message first line does not end in "${suffix}"`);
  }
  const domain = first.slice(0, -suffix.length).trim();
  if (!DOMAIN.test(domain)) {
    refuse("domain in first line of message is not valid");
  }
  const address = lines[1]!.trim();
  if (!dialect.address.test(address)) refuse(dialect.badAddress);
  if (lines[2] !== "") refuse("third line must be empty");
  return { domain, address };
}

/** The lines `Key: value` and the list of resources; unknown keys mean nothing. */
function parseFields(
  lines: readonly string[],
  start: number,
  dialect: Dialect,
  refuse: Refuse,
): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let resources = -1;
  for (let i = start; i < lines.length; i++) {
    const line = lines[i]!;
    if (resources >= 0 && line.startsWith("- ")) {
      if (parseUri(line.slice(2).trim()) === undefined) {
        refuse(`Resource at position ${resources} has invalid URI`);
      }
      resources++;
      continue;
    }
    resources = line === "Resources:" ? 0 : -1;
    if (resources === 0 || line.trim() === "") continue;
    const colon = line.indexOf(":");
    if (colon < 0) refuse(`encountered unparsable line at index ${i}`);
    const key = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    checkField(key, value, dialect, refuse);
    fields.set(key, value);
  }
  return fields;
}

function checkField(
  key: string,
  value: string,
  dialect: Dialect,
  refuse: Refuse,
): void {
  if (key === "URI" && parseUri(value) === undefined) {
    refuse("URI is not valid");
  }
  if (key === "Chain ID" && !dialect.chainId.test(value)) {
    refuse("Chain ID is not valid");
  }
  if (TIMES.includes(key) && readTime(value) === undefined) {
    refuse(`${key} is not a valid ISO8601 timestamp`);
  }
}

function readFields(
  fields: ReadonlyMap<string, string>,
  refuse: Refuse,
): Omit<SignInMessage, "domain" | "address" | "statement"> {
  const version = fields.get("Version") ?? "";
  if (version !== "1") {
    refuse(`Version value is not supported, expected 1 got "${version}"`);
  }
  const issuedAt = readTime(fields.get("Issued At"));
  if (issuedAt === undefined) refuse("Issued At is not specified");
  const uriText = fields.get("URI") ?? "";
  const uri = parseUri(uriText);
  if (uri === undefined) refuse("URI is not specified");
  return {
    uri,
    uriText,
    chainId: fields.get("Chain ID") ?? "",
    issuedAt,
    expirationTime: readTime(fields.get("Expiration Time")),
    notBefore: readTime(fields.get("Not Before")),
  };
}

function checkOrder(message: SignInMessage, refuse: Refuse): void {
  const { issuedAt, notBefore, expirationTime = Infinity } = message;
  if (issuedAt > expirationTime) {
    refuse("Issued At is after Expiration Time");
  }
  if ((notBefore ?? -Infinity) > expirationTime) {
    refuse("Not Before is after Expiration Time");
  }
}

/** An absolute URL or a path, as Go reads the URI of a request. */
function parseUri(text: string): GoUrl | undefined {
  const url = text === "" ? undefined : parseGoUrl(text);
  return url !== undefined && (url.scheme !== "" || text.startsWith("/"))
    ? url
    : undefined;
}

function readTime(text: string | undefined): number | undefined {
  const time = text !== undefined && TIME.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
