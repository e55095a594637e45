/** Requests: some as a client would send them, some nearly so, some like nothing on earth. */
import { type Route, routes } from "../../lib/emulator/router.ts";
import type { Random } from "../simulation/random.ts";
import { fieldsOf, GOOD, SETS } from "./fuzz_fields.ts";
import type { Memory } from "./fuzz_memory.ts";
import { drawToken } from "./fuzz_tokens.ts";
import { drawScrap, drawText, drawValue } from "./fuzz_values.ts";

/** What requests are drawn from. */
export interface Source {
  readonly random: Random;
  readonly memory: Memory;
  /** Tokens of the roles, good ones. */
  readonly admin: string;
  /** All other tokens and keys, good and bad. */
  readonly tokens: readonly string[];
}

type Body = string | Uint8Array<ArrayBuffer> | null;

/** A request that can be printed. */
export interface Drawn {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

type Members = readonly (readonly [name: string, value: unknown])[];

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const ROUTES: readonly Route[] = routes();

/** The routes whose requests are known to succeed now and then; what they leave is what the others need. */
const FRUITFUL: readonly Route[] = ROUTES.filter(([, path]) => path in SETS);

/** Draws a request. */
export function drawRequest(source: Source): Drawn {
  const { random } = source;
  const earnest = random.chance(60);
  const [method, template] = random.pick(
    earnest && random.chance(35) ? FRUITFUL : ROUTES,
  );
  const members = drawMembers(source, template, earnest);
  const path = drawPath(source, template, earnest);
  const prefix = random.chance(15) ? "/auth/v1" : "";
  const sent = earnest || random.chance(92) ? method : random.pick(METHODS);
  const inQuery = sent === "GET" || sent === "HEAD"
    ? members
    : members.filter(([name]) => name === "grant_type" || random.chance(5));
  const body = sent === "GET" || sent === "HEAD"
    ? {}
    : drawBody(source, template, members, earnest);
  return {
    method: sent,
    url: `http://localhost:9999${prefix}${path}${queryOf(inQuery)}`,
    headers: {
      ...drawHeaders(source, template, earnest),
      ...body.type === undefined ? {} : { "Content-Type": body.type },
    },
    body: body.body ?? null,
  };
}

function drawMembers(
  source: Source,
  template: string,
  earnest: boolean,
): Members {
  const { random } = source;
  const sets = SETS[template];
  const names = earnest && sets !== undefined
    ? random.pick(sets)
    : fieldsOf(template).filter(() => random.chance(earnest ? 70 : 45));
  return names.map((name) => {
    const [, plain = name, fixed] = /^(\w+)=(.*)$/.exec(name) ?? [];
    return [plain, fixed ?? drawMember(source, plain, earnest)];
  });
}

function drawMember(source: Source, name: string, earnest: boolean): unknown {
  const { random, memory } = source;
  const other = name === "code" && random.chance(50) ? "auth_code" : name;
  const known = earnest ? memory.last(other) : memory.any(other, random);
  const good = GOOD[name];
  const kind = random.whole(0, 99);
  const prefersKnown = good === undefined ? 90 : good.length > 1 ? 40 : 5;
  if (known !== undefined && kind < prefersKnown) return known;
  if (name === "id_token" && kind < 60) return drawToken(random);
  if (earnest || kind < 70) return good ? random.pick(good) : "text";
  if (kind < 78 && known !== undefined) return damage(random, known);
  return drawValue(random);
}

/** A text with one character changed, added or taken away. */
function damage(random: Random, text: string): string {
  const at = random.whole(0, text.length - 1);
  const middle = random.pick(["", "A", "%", text.charAt(at) + "."]);
  return text.slice(0, at) + middle + text.slice(at + 1);
}

function drawPath(source: Source, template: string, earnest: boolean): string {
  const { random } = source;
  const path = template.replace(
    /\{(\w+)\}/g,
    (_, name: string) => encodeURIComponent(drawSegment(source, name, earnest)),
  );
  if (earnest || random.chance(80)) return path;
  return random.pick<() => string>([
    () => `${path}/`,
    () => `/${path}`,
    () => path.toUpperCase(),
    () => path.slice(0, path.lastIndexOf("/")) || "/",
    () => `${path}/more`,
    () => path.replace(/\/[^/]*$/, "/%zz%00"),
    () => `${path}%2F..`,
    () => `/${encodeURIComponent(drawText(random).toWellFormed())}`,
    () => `${path}/${"x".repeat(3000)}`,
    () => template,
  ])();
}

function drawSegment(source: Source, name: string, earnest: boolean): string {
  const { random, memory } = source;
  const fixed = { provider: "github", identifier: "custom:own" }[name];
  if (earnest && fixed !== undefined) return fixed;
  if (earnest) return memory.last(name) ?? memory.last("uuid") ?? "1";
  const known = memory.any(random.chance(50) ? name : "uuid", random);
  return (random.chance(25) ? undefined : known) ??
    drawText(random).toWellFormed();
}

function queryOf(members: Members): string {
  if (members.length === 0) return "";
  const query = new URLSearchParams();
  for (const [name, value] of members) query.append(name, textOf(value));
  return `?${query}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

interface DrawnBody {
  readonly body?: Body;
  readonly type?: string;
}

const TYPES = [
  "application/json",
  "application/json; charset=utf-8",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "/",
];

function drawBody(
  source: Source,
  template: string,
  members: Members,
  earnest: boolean,
): DrawnBody {
  const { random } = source;
  const takesForms = ["/oauth/token", "/callback", "/sso/saml/acs"]
    .includes(template);
  if (random.chance(takesForms ? 70 : 3)) {
    return {
      body: queryOf(members).slice(1),
      type: "application/x-www-form-urlencoded",
    };
  }
  if (!earnest && random.chance(8)) {
    return { body: drawScrap(random), type: random.pick(TYPES) };
  }
  const type = earnest ? "application/json" : random.pick(TYPES.slice(0, 3));
  return { body: jsonOf(random, members, earnest), type };
}

/** JSON text; unlike an object it may have a member twice. */
function jsonOf(random: Random, members: Members, earnest: boolean): string {
  const security = { captcha_token: "token" };
  const all = [...members, ["gotrue_meta_security", security] as const]
    .map(([name, value]) => [name, JSON.stringify(value) ?? "null"] as const);
  if (!earnest && random.chance(10)) {
    const [name, text] = random.pick(all);
    all.push([random.chance(50) ? name : name.toUpperCase(), text]);
    all.push([name, JSON.stringify(drawValue(random)) ?? "null"]);
  }
  const texts = all.map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${texts.join(",")}}`;
}

const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ["X-Supabase-Api-Version", ["2024-01-01", "2023-01-01", "9999-99-99", "x"]],
  ["X-JWT-AUD", ["authenticated", "other"]],
  ["X-Forwarded-For", ["203.0.113.7, 10.0.0.1", "::1", "nobody"]],
  ["X-Forwarded-Host", ["api.example.com", "localhost:1"]],
  ["X-Forwarded-Proto", ["http", "ftp"]],
  ["Sb-Forwarded-For", ["203.0.113.8"]],
  ["redirect_to", ["http://localhost:3000/a", "https://evil.example"]],
  ["Referer", ["http://localhost:3000/b", "::"]],
  ["Origin", ["http://localhost:3000", "null"]],
  ["Access-Control-Request-Method", ["POST", "TRACE"]],
  ["Access-Control-Request-Headers", ["authorization", "x-other,,"]],
  ["apikey", ["sb_secret_x", "key"]],
];

function drawHeaders(
  source: Source,
  template: string,
  earnest: boolean,
): Record<string, string> {
  const { random } = source;
  const headers: Record<string, string> = random.chance(40)
    ? { "X-Supabase-Api-Version": "2024-01-01" }
    : {};
  for (const [name, texts] of HEADERS) {
    if (random.chance(earnest ? 1 : 8)) headers[name] = random.pick(texts);
    else if (!earnest && random.chance(1)) {
      headers[name] = headerText(drawText(random));
    }
  }
  const authorization = drawAuthorization(source, template, earnest);
  if (authorization !== "") headers["Authorization"] = authorization;
  return headers;
}

function drawAuthorization(
  source: Source,
  template: string,
  earnest: boolean,
): string {
  const { random, memory, admin, tokens } = source;
  const ofUser = memory.last("bearer") ?? admin;
  const isForAdmin = /^\/(admin|invite|scim)/.test(template);
  if (earnest && template === "/oauth/token") return "";
  if (earnest || random.chance(50)) {
    return `Bearer ${isForAdmin ? admin : ofUser}`;
  }
  const kind = random.whole(0, 9);
  if (kind < 2) return "";
  if (kind < 3) return headerText(drawText(random));
  if (kind < 5) return `Bearer ${memory.any("bearer", random) ?? ""}`;
  if (kind < 6) return `Basic ${btoa("id:secret")}`;
  if (kind < 7) return `Bearer ${damage(random, ofUser)}`;
  if (kind < 8) return `Bearer ${drawToken(random)}`;
  return `bearer ${random.pick(tokens)}`;
}

/** Only what a header may hold. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e\x80-\xff]/g, "?").trim();
}

/** A request as it is shown when it has brought a fault to light. */
export function describe({ method, url, headers, body }: Drawn): string {
  const text = body instanceof Uint8Array
    ? `bytes ${[...body].join(" ")}`
    : body ?? "";
  const shown = text.length > 1000
    ? `${text.slice(0, 300)} … (${text.length} characters)`
    : text;
  return `${method} ${url}\n${JSON.stringify(headers)}\n${shown}`;
}
