/**
 * The shape of recorded exchanges, as `tests/transcripts/README.md` describes it.
 *
 * @module
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** A JSON object. */
export type JsonObject = { [member: string]: Json };

/** A request as recorded; in a template every string may hold `${…}`. */
export interface RecordedRequest {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: Json;
  form?: Record<string, string>;
  rawBody?: string;
  rawBodyNote?: string;
}

/** A URL taken apart, with its parameters decoded. */
export interface UrlParts {
  base: string;
  query?: Record<string, string>;
  fragment?: Record<string, string>;
}

/** A decoded, unverified token. */
export interface DecodedToken {
  header: JsonObject;
  payload: JsonObject;
}

/** A response as recorded, or as observed in the same form. */
export interface RecordedResponse {
  status: number;
  headers: Record<string, string>;
  body: Json;
  location?: UrlParts;
  url?: UrlParts;
  jwt?: Record<string, DecodedToken>;
}

/** A mail as recorded. */
export interface RecordedMail {
  to: string[];
  from: string;
  subject: string;
  type: string | null;
  link: string | null;
  linkParts: UrlParts | null;
  code: string | null;
  token_hash: string | null;
  html?: string;
}

/** One step of a flow. */
export interface Entry {
  id: string;
  group: string;
  flow: string;
  step: number;
  name: string;
  config: string;
  kind:
    | "http"
    | "mail"
    | "sms"
    | "hook"
    | "computed"
    | "clock"
    | "wait"
    | "note";
  description: string;
  request?: RecordedRequest;
  requestTemplate?: RecordedRequest;
  response?: RecordedResponse;
  responseWithoutApiVersion?: RecordedResponse;
  mail?: RecordedMail | null;
  sms?: { phone: string; otp: string };
  hook?: { name: string; headers: Record<string, string>; body: JsonObject };
  values?: JsonObject;
  advanceSeconds?: number;
  ms?: number;
  volatile?: string[];
  unordered?: string[];
  caveat?: string;
}

/** One server of the recording. */
export interface Instance {
  port: number;
  baseUrl: string;
  database: string;
  jwks: { keys: JsonObject[] };
  env: Record<string, string>;
}

/** The fixed values of a recording. */
export interface Constants {
  jwtSecret: string;
  jwt: Record<string, { value: string }>;
  /** The key under which the recorded tokens of the fake issuer verify. */
  idpPublicKey?: JsonWebKey;
}

/** The steps of one flow, in order. */
export interface Flow {
  name: string;
  group: string;
  entries: Entry[];
}

/** A whole directory of recorded exchanges. */
export interface Transcripts {
  flows: Flow[];
  instances: Record<string, Instance>;
  constants: Constants;
}

/** One difference between what was recorded and what was observed. */
export interface Mismatch {
  path: string;
  expected: string;
  got: string;
}
