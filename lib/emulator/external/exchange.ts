import type { Context } from "../context.ts";
import { utf8 } from "../encoding.ts";
import { queryEscape } from "../go_url.ts";
import { fetchAny, fetchJson } from "./fetch_json.ts";
import type { ExternalTokens } from "./provider.ts";

/** Who asks a provider for tokens, and where. */
export interface ProviderClient {
  /** The client's id. */
  readonly clientId: string;
  /** Its secret. */
  readonly secret: string;
  /** The address of the callback, as in the first URL. */
  readonly redirectUri: string;
  /** The token endpoint. */
  readonly tokenUrl: string;
  /** Whether the client authenticates by `Authorization: Basic` instead of the form. */
  readonly basic: boolean;
}

/** Turns a code into tokens (RFC 6749 section 4.1.3). Throws when the provider refuses. */
export async function exchangeCode(
  context: Context,
  client: ProviderClient,
  code: string,
  verifier: string,
): Promise<ExternalTokens> {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: client.redirectUri,
  });
  const headers = new Headers({ Accept: "application/json" });
  if (verifier !== "") form.set("code_verifier", verifier);
  if (client.basic) {
    headers.set("Authorization", basicCredentials(client));
  } else {
    form.set("client_id", client.clientId);
    form.set("client_secret", client.secret);
  }
  const request = new Request(client.tokenUrl, {
    method: "POST",
    headers,
    body: form,
  });
  return readTokens(await fetchJson(context, request));
}

function basicCredentials({ clientId, secret }: ProviderClient): string {
  const pair = utf8(`${queryEscape(clientId)}:${queryEscape(secret)}`);
  return `Basic ${btoa(String.fromCharCode(...pair))}`;
}

function readTokens(answer: Readonly<Record<string, unknown>>): ExternalTokens {
  const { access_token: access, refresh_token: refresh } = answer;
  if (typeof access !== "string" || access === "") {
    throw new Error("The provider gave no access token");
  }
  return {
    access,
    refresh: typeof refresh === "string" ? refresh : "",
    answer,
  };
}

/** The answers of the profile endpoints. */
export async function readProfile(
  context: Context,
  urls: readonly string[],
  token: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const url of urls) {
    const request = new Request(url, {
      headers: {
        ...headers,
        Accept: "application/json",
        Authorization: `Bearer ${token}`,
      },
    });
    answers.push(await fetchAny(context, request));
  }
  return answers;
}
