/** What lies between the clients and the server, and what goes wrong there. */
import type { Random } from "./random.ts";
import type { Answered, Outgoing, SimulatedServer } from "./server.ts";
import type { Timer, VirtualTime } from "./time.ts";
import type { Tab } from "./tab.ts";

/** How the network is for a while. */
export type Weather =
  | "calm"
  | "slow"
  | "lossy"
  | "offline"
  | "stalled"
  | "limited"
  | "gateway"
  | "lying"
  | "mixed";

/** A request that a client has sent. */
export interface SentRequest {
  readonly id: number;
  readonly tab: Tab;
  readonly outgoing: Outgoing;
  /** Method and path; `POST /token refresh_token` with the grant. */
  readonly endpoint: string;
  /** What is to be refreshed. */
  readonly refreshToken: string | undefined;
  /** The bearer. */
  readonly accessToken: string | undefined;
  /** The call that made it, where that is known. */
  readonly callId: number | undefined;
  readonly sentAt: number;
  readonly sentAwake: number;
  /** Whether the client still waits. */
  isOpen: boolean;
  /** What the client got. */
  answer?: Answered;
  /** The server's code in it. */
  code?: string | undefined;
  /** Whether the client got no answer, or not a whole one. */
  hasFailed?: boolean;
}

/** Learns what happens on the way. */
export interface NetworkWatch {
  onSend(request: SentRequest): void;
  onServed(request: SentRequest, answer: Answered): void;
  onAnswer(request: SentRequest): void;
  count(kind: string): void;
}

interface Fate {
  /** Until the request arrives, and the answer after that. */
  readonly upMs: number;
  readonly downMs: number;
  readonly kind: "fine" | "reset" | "lost" | "silent" | "truncated" | "forged";
  readonly forged?: Answered;
}

const HTML = "<!DOCTYPE html><html><body>Not what you want</body></html>";

/** Made once: an error takes long to make. */
const RESET = new TypeError("The connection was reset");

/** Carries requests and answers. */
export class Network {
  /** How it is now. */
  weather: Weather = "calm";
  /** Which endpoints meet the weather; all if undefined. */
  target: RegExp | undefined;
  /** Requests that clients wait for. */
  readonly open: Set<SentRequest> = new Set();
  /** Requests that the server is at work on. */
  busy = 0;
  readonly #server: SimulatedServer;
  readonly #time: VirtualTime;
  readonly #random: () => Random;
  readonly #watch: NetworkWatch;
  readonly #timers: Map<SentRequest, Timer | undefined> = new Map();
  #count = 0;

  constructor(
    server: SimulatedServer,
    time: VirtualTime,
    random: () => Random,
    watch: NetworkWatch,
  ) {
    this.#server = server;
    this.#time = time;
    this.#random = random;
    this.#watch = watch;
  }

  /** What `fetch` is for a tab. */
  fetch(tab: Tab, url: string, init: RequestInit): Promise<Response> {
    // The deadline of a request is started right before it: with the tab it dies.
    const timer = this.#time.latest;
    if (tab.isDead) {
      timer?.clear();
      return new Promise(() => {});
    }
    const request = this.#describe(tab, url, init);
    this.#timers.set(request, timer);
    this.open.add(request);
    this.#watch.onSend(request);
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => {
        if (!request.isOpen || tab.isDead) return;
        this.#close(request);
        request.hasFailed = true;
        // A caller's own abort has a reason of its own.
        const isLate = init.signal?.reason?.name === "AbortError";
        if (isLate) this.#watch.count("request timed out");
        this.#watch.onAnswer(request);
        reject(init.signal?.reason);
      });
      this.#carry(request, resolve, reject);
    });
  }

  /** The tab is gone: nobody waits for its requests, and nobody gives up on them. */
  forget(tab: Tab): void {
    for (const [request, timer] of [...this.#timers]) {
      if (request.tab !== tab) continue;
      timer?.clear();
      this.#close(request);
    }
  }

  #describe(tab: Tab, url: string, init: RequestInit): SentRequest {
    const headers = init.headers as Record<string, string>;
    const body = typeof init.body === "string" ? init.body : undefined;
    const method = init.method ?? "GET";
    const [path = "", query = ""] = url.slice(tab.world.url.length).split("?");
    const grant = /grant_type=(\w+)/.exec(query)?.[1];
    const isRefresh = grant === "refresh_token";
    const callId = headers["x-call"];
    return {
      id: ++this.#count,
      tab,
      outgoing: { method, url, headers, body },
      endpoint: `${method} ${path}${grant ? ` ${grant}` : ""}`,
      refreshToken: isRefresh && body !== undefined
        ? String(JSON.parse(body).refresh_token)
        : undefined,
      accessToken: headers["authorization"]?.slice(7),
      callId: callId === undefined ? undefined : Number(callId),
      sentAt: this.#time.now,
      sentAwake: this.#time.awake,
      isOpen: true,
    };
  }

  #carry(
    request: SentRequest,
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
  ): void {
    const fate = this.#fateOf(request);
    const fail = () => {
      if (!this.#close(request)) return;
      request.hasFailed = true;
      this.#watch.onAnswer(request);
      reject(RESET);
    };
    const deliver = (answer: Answered) => {
      if (!this.#close(request)) return;
      request.answer = answer;
      request.code = readCode(answer);
      request.hasFailed = fate.kind === "truncated";
      this.#watch.onAnswer(request);
      resolve(toResponse(answer));
    };
    const later = (run: () => void) => this.#time.schedule(fate.downMs, run);
    if (fate.kind === "silent") return;
    this.#time.schedule(fate.upMs, async () => {
      if (fate.kind === "reset") return fail();
      if (fate.forged) return later(() => deliver(fate.forged!));
      this.busy++;
      const answer = await this.#server.answer(request.outgoing);
      this.busy--;
      this.#watch.onServed(request, answer);
      if (fate.kind === "lost") later(fail);
      else if (fate.kind === "truncated") {
        const text = answer.text.slice(0, answer.text.length >> 1);
        later(() => deliver({ ...answer, text }));
      } else later(() => deliver(answer));
    });
  }

  /** @returns Whether the client was still waiting. */
  #close(request: SentRequest): boolean {
    if (!request.isOpen || request.tab.isDead) {
      request.isOpen = false;
      this.open.delete(request);
      this.#timers.delete(request);
      return false;
    }
    request.isOpen = false;
    this.open.delete(request);
    this.#timers.delete(request);
    return true;
  }

  #fateOf(request: SentRequest): Fate {
    const random = this.#random();
    const isHit = !this.target || this.target.test(request.endpoint);
    const weather = isHit ? this.weather : "calm";
    const concrete = weather === "mixed"
      ? random.weighted({
        calm: 5,
        slow: 2,
        lossy: 2,
        offline: 1,
        stalled: 1,
        limited: 1,
        gateway: 1,
        lying: 1,
      })
      : weather;
    const fate = fateIn(concrete, random, this.#time.now);
    this.#watch.count(nameOf(concrete, fate));
    return fate;
  }
}

/** What is counted of a fate. */
function nameOf(weather: Weather, { kind, forged }: Fate): string {
  if (kind === "lost" || kind === "truncated") return `answer ${kind}`;
  if (kind === "silent") return "request stalled";
  if (weather === "slow") return "request slow";
  if (!forged) return `request ${kind}`;
  if (weather === "lying") return "answer lying";
  const { status, headers } = forged;
  if (weather === "gateway") return `answer ${status} HTML`;
  const retryAfter = headers.get("retry-after");
  if (retryAfter === null) return "answer 429 alone";
  return `answer 429 with ${/^\d+$/.test(retryAfter) ? "seconds" : "a date"}`;
}

function fateIn(weather: Weather, random: Random, now: number): Fate {
  const upMs = random.chance(30) ? 0 : random.whole(1, 40);
  const downMs = random.whole(1, 40);
  switch (weather) {
    case "slow":
      return {
        kind: "fine",
        upMs: random.whole(0, 6_000),
        downMs: random.whole(0, 6_000),
      };
    case "lossy":
      return {
        kind: random.pick(["fine", "lost", "lost", "truncated"]),
        upMs,
        downMs: random.chance(30) ? random.whole(0, 20_000) : downMs,
      };
    case "offline":
      return { kind: "reset", upMs, downMs };
    case "stalled":
      return { kind: "silent", upMs, downMs };
    case "limited":
      return { kind: "forged", upMs, downMs, forged: limited(random, now) };
    case "gateway":
      return { kind: "forged", upMs, downMs, forged: gateway(random) };
    case "lying":
      return { kind: "forged", upMs, downMs, forged: lying(random) };
    default:
      return { kind: "fine", upMs, downMs };
  }
}

function limited(random: Random, now: number): Answered {
  const seconds = random.whole(1, 90);
  const value = random.pick([
    undefined,
    String(seconds),
    String(seconds),
    new Date(now + seconds * 1000).toUTCString(),
  ]);
  const headers = new Headers({ "content-type": "application/json" });
  if (value !== undefined) headers.set("retry-after", value);
  const body = {
    code: 429,
    error_code: "over_request_rate_limit",
    msg: "Request rate limit reached",
  };
  return { status: 429, headers, text: JSON.stringify(body) };
}

function gateway(random: Random): Answered {
  const status = random.pick([500, 502, 503, 504, 521, 403, 404, 200]);
  const headers = new Headers({ "content-type": "text/html" });
  return { status, headers, text: random.chance(80) ? HTML : "" };
}

/** Answers with the words of a refusal that are none. */
function lying(random: Random): Answered {
  const error_code = random.pick([
    "refresh_token_not_found",
    "session_not_found",
    "user_not_found",
    "user_banned",
    "conflict",
    "unexpected_failure",
  ]);
  const status = error_code === "conflict"
    ? 409
    : random.pick([500, 503, 429, 409]);
  const body = { code: status, error_code, msg: "A gateway says so" };
  const headers = new Headers({ "content-type": "application/json" });
  return { status, headers, text: JSON.stringify(body) };
}

function readCode({ status, text }: Answered): string | undefined {
  if (status < 400) return undefined;
  try {
    const { error_code, code, error } = JSON.parse(text);
    return error_code ?? (typeof code === "string" ? code : error);
  } catch {
    return undefined;
  }
}

/** As much of a response as the library uses. */
function toResponse({ status, headers, text }: Answered): Response {
  return {
    ok: status >= 200 && status < 300,
    status,
    headers,
    body: null,
    text: () => Promise.resolve(text),
  } as unknown as Response;
}
