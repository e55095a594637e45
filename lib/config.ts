import { addHeaders } from "./headers.ts";
import { createMetadataParser } from "./metadata.ts";

/** What the auth server stores about a user on behalf of the application. */
export interface Metadata {
  /** Written by the user: never a ground for access. */
  readonly user_metadata: object;
  /** Written by trusted servers only. */
  readonly app_metadata: object;
}

/** Metadata of which nothing is known: every member is `unknown`. */
export interface UnknownMetadata extends Metadata {
  /** Written by the user: never a ground for access. */
  readonly user_metadata: Readonly<Record<string, unknown>>;
  /** Written by trusted servers only. */
  readonly app_metadata: AppMetadata;
}

/** What the server itself writes into `app_metadata`, and whatever else. */
export interface AppMetadata {
  /** The provider of the first sign-in. */
  readonly provider?: string;
  /** The providers of all linked identities. */
  readonly providers?: readonly string[];
  /** What trusted servers have stored. */
  readonly [name: string]: unknown;
}

/** Metadata as schemas give it. */
export interface ParsedMetadata<User extends object, App extends object>
  extends Metadata {
  /** Written by the user: never a ground for access. */
  readonly user_metadata: User;
  /** Written by trusted servers only. */
  readonly app_metadata: App;
}

/**
 * The part of the Standard Schema interface that is used here; schemas of
 * valibot, zod, arktype and others have it.
 *
 * @see {@link https://standardschema.dev}
 */
export interface StandardSchema<Output> {
  /** The interface's only member. */
  readonly "~standard": {
    /** Its version. */
    readonly version: 1;
    /** Which library made the schema. */
    readonly vendor: string;
    /** Checks a value; must answer at once, not by a promise. */
    readonly validate: (value: unknown) => unknown;
    /** The types, for inference only. */
    readonly types?:
      | { readonly input: unknown; readonly output: Output }
      | undefined;
  };
}

/** A schema for each part of the metadata, all optional. */
export interface MetadataSchemas<M extends Metadata> {
  /** Parses `user_metadata` of every user that is received. */
  readonly user_metadata?: StandardSchema<M["user_metadata"]>;
  /** Parses `app_metadata` of every user that is received. */
  readonly app_metadata?: StandardSchema<M["app_metadata"]>;
}

/** Headers, as a record or as anything that lists pairs, such as `Headers`. */
export type HeaderRecord =
  | Readonly<Record<string, string>>
  | Iterable<readonly [string, string]>;

/** Anything with the call signature of `fetch`. */
export type Fetch = (
  input: string,
  init: RequestInit,
) => Promise<Response>;

/**
 * What can be told about a client's inner life; holds no secret.
 *
 * - `…-failed`, `…-threw`, `callback-error`: what went wrong beside a call.
 * - `session-adopted`, `session-dropped`: it came from elsewhere; it went, why.
 * - `answer-discarded`: an answer came too late for the session it was for.
 * - `clock-skew`: the server's clock against this one, in milliseconds.
 * - `storage-invalid`: what is stored under the key is no session.
 * - `keys-stale`: the key set could not be fetched; the last one stays in use.
 */
export type AuthDiagnostic =
  | { readonly type: "subscriber-threw"; readonly error: unknown }
  | {
    readonly type: "refresh-failed";
    readonly error: unknown;
    /** When the next try may be made, in milliseconds since 1970. */
    readonly nextAttemptAt: number;
  }
  | {
    readonly type: "session-adopted";
    readonly from: "storage" | "other-tab" | "refresh";
  }
  | { readonly type: "session-dropped"; readonly reason: string }
  | { readonly type: "answer-discarded"; readonly endpoint: string }
  | { readonly type: "clock-skew"; readonly offsetMs: number }
  | {
    readonly type: "storage-failed";
    readonly operation: "get" | "set" | "remove";
    readonly error: unknown;
  }
  | { readonly type: "storage-invalid"; readonly key: string }
  | { readonly type: "channel-failed"; readonly error: unknown }
  | { readonly type: "callback-error"; readonly error: unknown }
  | { readonly type: "sign-out-failed"; readonly error: unknown }
  | { readonly type: "keys-refreshed"; readonly url: string }
  | {
    readonly type: "keys-stale";
    readonly url: string;
    readonly error: unknown;
  };

/** Receives diagnostics. It must not throw; if it does, that is ignored. */
export type OnDiagnostic = (event: AuthDiagnostic) => void;

/** What is common to the ways of naming the server. */
export interface AuthConfigBase<M extends Metadata = UnknownMetadata> {
  /**
   * The project's API key: sent as `apikey`, and as bearer token too when it
   * is a JWT (the legacy anon and service_role keys).
   */
  readonly key?: string;
  /** Sent with every request; names in any case. */
  readonly headers?: HeaderRecord;
  /** Makes the requests. @default {globalThis.fetch, looked up at each call} */
  readonly fetch?: Fetch;
  /** The clock, in milliseconds since 1970. @default {Date.now} */
  readonly now?: () => number;
  /** Deadline of one request, in milliseconds. @default {10_000} */
  readonly timeoutMs?: number;
  /** Told what happens inside; the library writes to no console. */
  readonly onDiagnostic?: OnDiagnostic;
  /** Parses the metadata of every user that is received. */
  readonly metadata?: MetadataSchemas<M>;
}

/** How to reach an auth server: exactly one of `url` and `projectUrl`. */
export type AuthConfigOptions<M extends Metadata = UnknownMetadata> =
  & AuthConfigBase<M>
  & (
    | {
      /** The auth server itself, such as `https://x.supabase.co/auth/v1`. */
      readonly url: string;
      readonly projectUrl?: never;
    }
    | {
      /** The project, such as `https://x.supabase.co`; `/auth/v1` is appended. */
      readonly projectUrl: string;
      readonly url?: never;
    }
  );

/** A checked configuration: what every function takes first. */
export interface AuthConfig<M extends Metadata = UnknownMetadata> {
  /** The auth server, without trailing slash. */
  readonly url: string;
  /** Sent with every request; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Given by the caller, else the platform's is looked up at each call. */
  readonly fetch?: Fetch | undefined;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Deadline of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Told what happens inside. */
  readonly onDiagnostic?: OnDiagnostic | undefined;
  /** Parses the metadata of every user that is received. */
  readonly parseMetadata?:
    | ((user: Readonly<Record<keyof Metadata, unknown>>) => M)
    | undefined;
  /** The user on whose behalf requests are made: {@link withAccessToken}. */
  readonly accessToken?: string | undefined;
}

/** A configuration that acts for a user. */
export interface UserConfig<M extends Metadata = UnknownMetadata>
  extends AuthConfig<M> {
  /** The user's access token. */
  readonly accessToken: string;
}

/** The version of the server's API that is asked for. */
export const API_VERSION = "2024-01-01";

const URL_SHAPE = /^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/i;
const BARE_PROJECT = /^https?:\/\/[^/]+\.supabase\.(co|in|red)\/?$/i;

/**
 * Checks how to reach an auth server and puts it into the form that every
 * function of `./api` and `./admin` takes. Does nothing else: no request, no
 * timer, no access to any platform API.
 *
 * @param options Where the server is and how to call it.
 * @returns A frozen plain object.
 * @throws {TypeError} When an option has a wrong type or an address cannot be
 * that of an auth server.
 *
 * @example
 * ```ts
 * import { createAuthConfig } from "@gotrue/edge";
 *
 * const config = createAuthConfig({
 *   projectUrl: "https://project.supabase.co",
 *   key: "sb_publishable_example",
 * });
 * console.log(config.url); // https://project.supabase.co/auth/v1
 * ```
 */
export function createAuthConfig<
  User extends object = UnknownMetadata["user_metadata"],
  App extends object = UnknownMetadata["app_metadata"],
>(
  options:
    & AuthConfigOptions<ParsedMetadata<User, App>>
    & Required<Pick<AuthConfigBase<ParsedMetadata<User, App>>, "metadata">>,
): AuthConfig<ParsedMetadata<User, App>>;
/** The same, with the types of the metadata given and not taken from schemas. */
export function createAuthConfig<M extends Metadata = UnknownMetadata>(
  options: AuthConfigOptions<M>,
): AuthConfig<M>;
export function createAuthConfig<M extends Metadata>(
  options: AuthConfigOptions<M>,
): AuthConfig<M> {
  checkAuthOptions(options);
  const { url, projectUrl = "", key, headers, now = systemNow } = options;
  return Object.freeze({
    url: url?.replace(/\/+$/, "") ??
      projectUrl.replace(/(\/auth\/v1)?\/*$/, "/auth/v1"),
    headers: buildHeaders(key, headers),
    fetch: options.fetch,
    now,
    timeoutMs: checkTimeout(options.timeoutMs ?? 10_000),
    onDiagnostic: options.onDiagnostic,
    parseMetadata: options.metadata && createMetadataParser(options.metadata),
  });
}

/**
 * Checks all but the headers, which may be something that can be gone through
 * only once.
 *
 * @param options Where the server is and how to call it.
 * @throws {TypeError} As {@link createAuthConfig} does.
 */
export function checkAuthOptions<M extends Metadata>(
  options: AuthConfigOptions<M>,
): void {
  checkUrl(options);
  checkFunction("fetch", options.fetch);
  checkFunction("now", options.now);
  checkFunction("onDiagnostic", options.onDiagnostic);
  if (options.timeoutMs !== undefined) checkTimeout(options.timeoutMs);
  if (options.key !== undefined) addHeaders({}, { apikey: options.key });
}

/**
 * The same configuration, acting for a user.
 *
 * @param config The server.
 * @param accessToken The user's access token, as the server issued it.
 * @returns A frozen plain object.
 * @throws {TypeError} When the token is not a non-empty string without spaces.
 *
 * @example
 * ```ts
 * import { createAuthConfig, withAccessToken } from "@gotrue/edge";
 * import { getUser } from "@gotrue/edge/api";
 *
 * const config = createAuthConfig({
 *   url: "https://auth.example",
 *   fetch: () =>
 *     Promise.resolve(Response.json({
 *       id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
 *       aud: "authenticated",
 *       app_metadata: {},
 *       user_metadata: {},
 *       created_at: "2026-11-23T10:00:00Z",
 *     })),
 * });
 * const { user } = await getUser(withAccessToken(config, "header.payload.signature"));
 * console.log(user.created_at.getFullYear()); // 2026
 * ```
 */
export function withAccessToken<M extends Metadata>(
  config: AuthConfig<M>,
  accessToken: string,
): UserConfig<M> {
  if (typeof accessToken !== "string" || !/^[!-~]+$/.test(accessToken)) {
    throw new TypeError(
      "Cannot use the access token: it must be a non-empty string without spaces",
    );
  }
  const authorization = `Bearer ${accessToken}`;
  const headers = Object.freeze({ ...config.headers, authorization });
  return Object.freeze({ ...config, headers, accessToken });
}

/**
 * Reports to the application without letting it disturb the work under way.
 *
 * @param config Whose `onDiagnostic` to call.
 * @param event What happened.
 */
export function report(
  config: { readonly onDiagnostic?: OnDiagnostic | undefined },
  event: AuthDiagnostic,
): void {
  try {
    config.onDiagnostic?.(event);
  } catch {
    // An observer must not change what it observes.
  }
}

function systemNow(): number {
  return Date.now();
}

function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") {
    throw new TypeError(`Cannot use ${name}: it must be a function`);
  }
}

/**
 * Checks a deadline and bounds it by what timers can count.
 *
 * @param timeoutMs In milliseconds; `Infinity` for none.
 * @returns The deadline to give to a timer.
 * @throws {TypeError} When it is no positive number.
 */
export function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs !== "number" || !(timeoutMs > 0)) {
    throw new TypeError("Cannot use timeoutMs: it must be a positive number");
  }
  // Given more than 2³¹, platforms' timers fire at once.
  return Math.min(timeoutMs, 2e9);
}

function checkUrl(
  { url, projectUrl }: { url?: string; projectUrl?: string },
): void {
  if ((url === undefined) === (projectUrl === undefined)) {
    throw new TypeError(
      "Cannot use options: give either url or projectUrl",
    );
  }
  const name = url === undefined ? "projectUrl" : "url";
  const given = url ?? projectUrl;
  if (typeof given !== "string" || !URL_SHAPE.test(given)) {
    throw new TypeError(
      `Cannot use ${name}: it must be an absolute http or https address without user, query and hash`,
    );
  }
  if (name === "url" && BARE_PROJECT.test(given)) {
    throw new TypeError(
      "Cannot use url: it is a project's: pass it as projectUrl, or append /auth/v1",
    );
  }
}

function buildHeaders(
  key: string | undefined,
  given: HeaderRecord = {},
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    "x-client-info": "gotrue-edge/0.1.0",
    "x-supabase-api-version": API_VERSION,
  };
  if (key !== undefined) {
    headers["apikey"] = key;
    const isJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(key);
    if (isJwt) headers["authorization"] = `Bearer ${key}`;
  }
  addHeaders(
    headers,
    Symbol.iterator in given ? Object.fromEntries(given) : given,
  );
  return Object.freeze(headers);
}
