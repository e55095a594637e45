import type { Context } from "../context.ts";
import { utf8 } from "../encoding.ts";
import { hostname, parseGoUrl } from "../go_url.ts";
import type { ClientAuthMethod, ClientType } from "../records_oauth.ts";

/** The members of a client's registration or change. */
export const CLIENT_SHAPE = {
  redirect_uris: "strings?",
  client_type: "string",
  token_endpoint_auth_method: "string?",
  grant_types: "strings?",
  client_name: "string?",
  client_uri: "string?",
  logo_uri: "string?",
} as const;

/** What a registration or a change says of a client; null where it says nothing. */
export interface ClientParams {
  readonly redirect_uris: readonly string[] | null;
  readonly client_type: string;
  readonly token_endpoint_auth_method: string | null;
  readonly grant_types: readonly string[] | null;
  readonly client_name: string | null;
  readonly client_uri: string | null;
  readonly logo_uri: string | null;
}

const GRANT_TYPES = ["authorization_code", "refresh_token"];
const METHODS = ["none", "client_secret_basic", "client_secret_post"];
const DANGEROUS = ["javascript", "data", "file", "vbscript", "about", "blob"];
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"];

/** Reads the body of a registration or a change. */
export function readClientParams(context: Context): ClientParams {
  return context.decode("OAuthServerClientParams", CLIENT_SHAPE, {
    message: "Invalid JSON body",
  });
}

/** What is wrong with a registration; undefined when nothing is. */
export function registrationProblem(params: ClientParams): string | undefined {
  if ((params.redirect_uris ?? []).length === 0) {
    return "redirect_uris is required";
  }
  return commonProblem(params) ?? typeProblem(params);
}

/** What is wrong with a change of a client of a type; undefined when nothing is. */
export function changeProblem(
  params: ClientParams,
  type: ClientType,
): string | undefined {
  if (params.redirect_uris?.length === 0) {
    return "redirect_uris cannot be empty";
  }
  if (params.grant_types?.length === 0) return "grant_types cannot be empty";
  return commonProblem(params) ??
    methodProblem(params.token_endpoint_auth_method, type);
}

/** What both have in common. */
function commonProblem(params: ClientParams): string | undefined {
  const uris = params.redirect_uris ?? [];
  if (uris.length > 10) return "redirect_uris cannot exceed 10 items";
  for (const uri of uris) {
    const reason = redirectProblem(uri);
    if (reason !== undefined) return `invalid redirect_uri '${uri}': ${reason}`;
  }
  const grants = params.grant_types ?? [];
  if (!grants.every((grant) => GRANT_TYPES.includes(grant))) {
    return "grant_types must only contain 'authorization_code' and/or 'refresh_token'";
  }
  if (utf8(params.client_name ?? "").length > 1024) {
    return "client_name cannot exceed 1024 characters";
  }
  return pageProblem("client_uri", params.client_uri) ??
    pageProblem("logo_uri", params.logo_uri);
}

function redirectProblem(uri: string): string | undefined {
  if (uri === "") return "redirect URI cannot be empty";
  const url = parseGoUrl(uri);
  if (url === undefined) return "invalid URL format";
  if (url.scheme === "" || url.host === "") return "must have scheme and host";
  if (DANGEROUS.includes(url.scheme)) {
    return `scheme '${url.scheme}' is not allowed for security reasons`;
  }
  if (url.scheme === "http" && !LOCAL_HOSTS.includes(hostname(url))) {
    return "HTTP scheme only allowed for localhost";
  }
  return (url.fragment ?? "") === ""
    ? undefined
    : "fragment not allowed in redirect URI";
}

function pageProblem(name: string, uri: string | null): string | undefined {
  if (uri === null || uri === "") return undefined;
  if (utf8(uri).length > 2048) return `${name} cannot exceed 2048 characters`;
  const url = parseGoUrl(uri);
  const isAbsolute = url !== undefined && url.scheme !== "" && url.host !== "";
  return isAbsolute ? undefined : `${name} must be a valid URL`;
}

function typeProblem(params: ClientParams): string | undefined {
  const { client_type: type } = params;
  const method = params.token_endpoint_auth_method ?? "";
  if (!["", "public", "confidential"].includes(type)) {
    return "client_type must be 'public' or 'confidential'";
  }
  if (method !== "" && !METHODS.includes(method)) {
    return `token_endpoint_auth_method must be one of: [${METHODS.join(" ")}]`;
  }
  const expected = typeOfMethod(method);
  if (type === "" || method === "" || type === expected) return undefined;
  return `client_type '${type}' is inconsistent with token_endpoint_auth_method '${method}' (expected client_type '${expected}')`;
}

function methodProblem(
  method: string | null,
  type: ClientType,
): string | undefined {
  if (method === null) return undefined;
  if (!METHODS.includes(method)) {
    return `invalid token_endpoint_auth_method: must be one of [${
      METHODS.join(" ")
    }]`;
  }
  if (typeOfMethod(method) === type) return undefined;
  const valid = METHODS.filter((one) => typeOfMethod(one) === type);
  return `token_endpoint_auth_method '${method}' is not valid for client_type '${type}'; valid methods: [${
    valid.join(" ")
  }]`;
}

function typeOfMethod(method: string): ClientType {
  return method === "none" ? "public" : "confidential";
}

/** The type and the method of a new client, with the defaults filled in. */
export function clientKind(
  params: ClientParams,
): { readonly type: ClientType; readonly method: ClientAuthMethod } {
  const given = params.token_endpoint_auth_method || undefined;
  const type = (params.client_type || typeOfMethod(given ?? "")) as ClientType;
  const usual = type === "public" ? "none" : "client_secret_basic";
  return { type, method: (given ?? usual) as ClientAuthMethod };
}
