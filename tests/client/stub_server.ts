/**
 * An auth server of a few lines that answers at once: sessions, refresh tokens
 * with rotation, users, sign-out. For tests that move time by themselves, which
 * the emulator's real signatures do not wait for.
 */
import type { Fetch } from "../../lib/config.ts";

/** A session as `POST /token` answers it. */
export interface StubSession {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly expires_at: number;
  readonly user: StubUser;
}

/** A user as `GET /user` answers it. */
export interface StubUser {
  readonly id: string;
  readonly created_at: string;
  readonly user_metadata: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** One request, taken apart. */
export interface StubRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The bearer token. */
  readonly token: string;
  readonly signal: AbortSignal | null | undefined;
}

/** Goes in between: may let the server work, before, after or not at all. */
export type Interference = (
  request: StubRequest,
  work: () => Response,
) => Response | Promise<Response>;

interface RefreshToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly parent: string;
  usedAt: number | undefined;
}

export const STUB_URL = "https://auth.example/auth/v1";

/** The server. */
export class StubServer {
  readonly requests: StubRequest[] = [];
  readonly users: Map<string, StubUser> = new Map();
  readonly sessions: Set<string> = new Set();
  /** Goes in between, while there is one. */
  interfere: Interference | undefined;
  /** Lifetime of access tokens, in seconds. */
  lifetime = 3600;
  /** How long a used refresh token is accepted, in milliseconds. */
  reuseWindow = 0;
  readonly #now: () => number;
  readonly #tokens: Map<string, RefreshToken> = new Map();
  #count = 0;

  /** @param now The server's clock, in milliseconds. */
  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /** Answers. */
  readonly fetch: Fetch = async (input, init) => {
    const url = new URL(input);
    const headers = init.headers as Record<string, string>;
    const request: StubRequest = {
      method: init.method ?? "GET",
      path: url.pathname.replace("/auth/v1", ""),
      query: url.searchParams,
      body: init.body ? JSON.parse(init.body as string) : {},
      token: (headers["authorization"] ?? "").replace("Bearer ", ""),
      signal: init.signal,
    };
    this.requests.push(request);
    const work = () => this.#answer(request);
    return await (this.interfere?.(request, work) ?? work());
  };

  /** How often the refresh endpoint was asked. */
  get refreshes(): number {
    return this.requests.filter((r) => r.path === "/token").length;
  }

  /** A new session of a user, who is made if need be. */
  signIn(name = "ada"): StubSession {
    const id = `00000000-0000-4000-8000-${
      [...name].map((c) => c.charCodeAt(0).toString(16)).join("")
        .slice(0, 12).padEnd(12, "0")
    }`;
    if (!this.users.has(id)) {
      this.users.set(id, {
        id,
        aud: "authenticated",
        role: "authenticated",
        email: `${name}@example.com`,
        app_metadata: {},
        user_metadata: {},
        identities: [],
        created_at: "2026-11-23T17:54:37.928365Z",
        updated_at: "2026-11-23T17:54:37.928365Z",
      });
    }
    const sessionId = `session-${++this.#count}`;
    this.sessions.add(sessionId);
    return this.#issue(sessionId, id, "");
  }

  #issue(sessionId: string, userId: string, parent: string): StubSession {
    const refreshToken = `refresh-token-${++this.#count}`;
    const usedAt = undefined;
    this.#tokens.set(refreshToken, { sessionId, userId, parent, usedAt });
    return this.#toSession(sessionId, userId, refreshToken);
  }

  #toSession(
    session_id: string,
    sub: string,
    refresh_token: string,
  ): StubSession {
    const iat = Math.floor(this.#now() / 1000);
    const exp = iat + this.lifetime;
    const jti = ++this.#count;
    return {
      access_token: writeToken({ sub, session_id, iat, exp, jti }),
      token_type: "bearer",
      expires_in: this.lifetime,
      expires_at: exp,
      refresh_token,
      user: this.users.get(sub)!,
    };
  }

  #answer(request: StubRequest): Response {
    const { method, path } = request;
    if (path === "/token") return this.#refresh(request);
    const claims = readToken(request.token);
    if (Number(claims["exp"]) * 1000 <= this.#now()) {
      return refuse(403, "bad_jwt", "token is expired");
    }
    const sessionId = String(claims["session_id"]);
    if (!this.sessions.has(sessionId)) {
      return refuse(403, "session_not_found", "Session does not exist");
    }
    const user = this.users.get(String(claims["sub"]));
    if (!user) return refuse(403, "user_not_found", "User does not exist");
    if (path === "/logout") return this.#logout(sessionId, request);
    if (method === "PUT") return this.#update(user, request);
    return Response.json(user);
  }

  #refresh({ body }: StubRequest): Response {
    const value = String(body["refresh_token"]);
    const token = this.#tokens.get(value);
    if (!token || !this.sessions.has(token.sessionId)) {
      return refuse(400, "refresh_token_not_found", "Refresh Token Not Found");
    }
    const { sessionId, userId, usedAt } = token;
    const now = this.#now();
    if (usedAt === undefined) {
      token.usedAt = now;
      return Response.json(this.#issue(sessionId, userId, value));
    }
    const active = [...this.#tokens].findLast(([, t]) =>
      t.sessionId === sessionId && t.usedAt === undefined
    );
    if (active?.[1].parent === value) {
      return Response.json(this.#toSession(sessionId, userId, active[0]));
    }
    if (now <= usedAt + this.reuseWindow && this.reuseWindow > 0) {
      return Response.json(this.#issue(sessionId, userId, value));
    }
    for (const other of this.#tokens.values()) {
      if (other.sessionId === sessionId) other.usedAt ??= now;
    }
    return refuse(400, "refresh_token_already_used", "Already Used");
  }

  #update(user: StubUser, { body }: StubRequest): Response {
    const { data } = body as { data?: Record<string, unknown> };
    const user_metadata = { ...user.user_metadata, ...data };
    const changed = { ...user, user_metadata };
    this.users.set(user.id, changed);
    return Response.json(changed);
  }

  #logout(sessionId: string, { query }: StubRequest): Response {
    const scope = query.get("scope");
    for (const id of [...this.sessions]) {
      const isOwn = id === sessionId;
      if (scope === "local" ? isOwn : scope === "global" || !isOwn) {
        this.sessions.delete(id);
      }
    }
    return new Response(null, { status: 204 });
  }
}

/** A refusal as the server writes it. */
export function refuse(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ code, message }, { status, headers });
}

/** An unsigned token of the usual shape. */
export function writeToken(
  claims: object,
  header: object = { alg: "ES256", typ: "JWT" },
): string {
  return `${encode(header)}.${encode(claims)}.c2lnbmF0dXJl`;
}

function encode(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll("=", "");
}

function readToken(token: string): Record<string, unknown> {
  try {
    const segment = token.split(".")[1] ?? "";
    return JSON.parse(atob(segment.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}
