import { assertEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  type Answer,
  call,
  callAsAdmin,
  type CallOptions,
  type Loose,
} from "./helpers.ts";

/** Switches the server on. */
export const ON = {
  GOTRUE_OAUTH_SERVER_ENABLED: "true",
  GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH: "/consent",
  GOTRUE_SITE_URL: "http://localhost:3000/",
};
/** Where clients are. */
export const REDIRECT = "https://app.example.com/cb?x=1";
/** The verifier of all flows, which is its own challenge. */
export const VERIFIER: string = "v".repeat(43);

/** Registers a client; a public one unless told otherwise. */
export async function register(
  emulator: Emulator,
  members: Loose = { client_type: "public" },
): Promise<Loose> {
  const body = { redirect_uris: [REDIRECT], ...members };
  return (await callAsAdmin(emulator, "POST", "/admin/oauth/clients", body))
    .body;
}

/** Begins an authorization and gives the address it leads to. */
export async function authorize(
  emulator: Emulator,
  client: Loose,
  members: Record<string, string> = {},
): Promise<URL> {
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    code_challenge: VERIFIER,
    code_challenge_method: "plain",
    ...members,
  });
  const answer = await call(emulator, "GET", `/oauth/authorize?${query}`);
  assertEquals(answer.status, 302);
  return new URL(answer.headers.get("Location")!);
}

/** Begins an authorization and gives its path. */
export async function pending(
  emulator: Emulator,
  client: Loose,
  members: Record<string, string> = {},
): Promise<string> {
  const url = await authorize(emulator, client, members);
  return `/oauth/authorizations/${url.searchParams.get("authorization_id")}`;
}

/** Has a user approve all that a client asks for; the address of the client. */
export async function approved(
  emulator: Emulator,
  token: string,
  client: Loose,
  members: Record<string, string> = {},
): Promise<URL> {
  const path = await pending(emulator, client, members);
  const { body } = await call(emulator, "GET", path, { token });
  if (body.redirect_url !== undefined) return new URL(body.redirect_url);
  const answer = await call(emulator, "POST", `${path}/consent`, {
    token,
    body: { action: "approve" },
  });
  return new URL(answer.body.redirect_url);
}

/** Exchanges a code. */
export function exchange(
  emulator: Emulator,
  client: Loose,
  code: string,
  options: { form?: Record<string, string> } & CallOptions = {},
): Promise<Answer> {
  const form = {
    grant_type: "authorization_code",
    client_id: client.client_id,
    code,
    code_verifier: VERIFIER,
    ...options.form,
  };
  return call(emulator, "POST", "/oauth/token", { ...options, form });
}

/** Does a whole flow. */
export async function tokens(
  emulator: Emulator,
  token: string,
  client: Loose,
  members: Record<string, string> = {},
): Promise<Loose> {
  const url = await approved(emulator, token, client, members);
  return (await exchange(emulator, client, url.searchParams.get("code")!))
    .body;
}

/** The claims of a token. */
export function claimsOf(token: string): Loose {
  return JSON.parse(atob(token.split(".")[1]!));
}
