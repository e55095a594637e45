import { isUuid } from "../body.ts";
import type { Context } from "../context.ts";
import { equalBytes, fromBase64, fromUtf8, utf8 } from "../encoding.ts";
import { fail } from "../errors.ts";
import type { ClientAuthMethod, OAuthClient } from "../records_oauth.ts";
import { findClient, hashSecret } from "./clients.ts";

/** The members of a request to the token endpoint, from a form or from JSON. */
export type TokenParams = Readonly<Record<string, string>>;

interface Credentials {
  readonly id: string;
  readonly secret: string;
  readonly method: ClientAuthMethod;
}

/** Reads the members of a request to the token endpoint. */
export function readTokenParams(context: Context): TokenParams {
  const type = context.headers.get("Content-Type") ?? "";
  if (context.form !== null || !/^application\/json\b/i.test(type)) {
    return Object.fromEntries([
      ...context.query,
      ...context.form ?? [],
      // A form cannot name the resource.
      ["resource", ""],
    ]);
  }
  const members = Object.entries(parseObject(context.body));
  return Object.fromEntries(
    members.filter(([, value]) => typeof value === "string"),
  ) as TokenParams;
}

function parseObject(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Refused below, like JSON of another kind.
  }
  return refuse("Invalid client credentials: failed to parse JSON body");
}

/** The client that sends a request, once it has proved itself (auth-server §19.5). */
export function authenticateClient(
  context: Context,
  params: TokenParams,
): OAuthClient {
  const { id, secret, method } = readCredentials(context, params);
  if (id === "") {
    refuse("Invalid client credentials: client_id is required");
  }
  if (!isUuid(id)) refuse("Invalid client_id format");
  const client = findClient(context, id) ??
    refuse("Invalid client credentials");
  const registered = client.token_endpoint_auth_method;
  if (method !== registered) {
    refuse(
      `invalid authentication method: client is registered for '${registered}' but '${method}' was used`,
    );
  }
  checkSecret(client, secret);
  return client;
}

function readCredentials(context: Context, params: TokenParams): Credentials {
  const header = context.headers.get("Authorization") ?? "";
  if (header.startsWith("Basic ")) return readBasic(header.slice(6));
  const { client_id: id = "", client_secret: secret = "" } = params;
  return {
    id,
    secret,
    method: secret === "" ? "none" : "client_secret_post",
  };
}

function readBasic(encoded: string): Credentials {
  const bytes = fromBase64(encoded);
  if (bytes === undefined) {
    refuse("Invalid client credentials: invalid basic auth encoding");
  }
  const text = fromUtf8(bytes);
  const colon = text.indexOf(":");
  if (colon < 0) {
    refuse("Invalid client credentials: invalid basic auth format");
  }
  return {
    id: text.slice(0, colon),
    secret: text.slice(colon + 1),
    method: "client_secret_basic",
  };
}

function checkSecret(client: OAuthClient, secret: string): void {
  if (client.client_type === "public") {
    if (secret !== "") refuse("public clients must not provide client_secret");
    return;
  }
  if (secret === "") refuse("confidential clients must provide client_secret");
  const given = utf8(hashSecret(secret));
  if (!equalBytes(given, utf8(client.client_secret_hash))) {
    refuse("invalid client credentials");
  }
}

function refuse(message: string): never {
  fail(400, "invalid_credentials", message);
}
