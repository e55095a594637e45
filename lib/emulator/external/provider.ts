import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { externalUrl } from "../links.ts";
import type { ExternalProfile } from "./profile.ts";

/** What a provider gives for a code. */
export interface ExternalTokens {
  /** The provider's access token. */
  readonly access: string;
  /** Its refresh token, "" when there is none. */
  readonly refresh: string;
  /** The whole answer. */
  readonly answer: unknown;
}

/** An external provider, ready for use. */
export interface Provider {
  /** Where a person consents. */
  readonly authorizeUrl: string;
  /** The client at the provider. */
  readonly clientId: string;
  /** The address of the callback. */
  readonly redirectUri: string;
  /** The scopes that are always asked for. */
  readonly scopes: readonly string[];
  /** What separates the scopes of a request. */
  readonly scopeSeparator: "," | " ";
  /** Further parameters of the first URL. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the provider wants a code challenge from the server. */
  readonly pkce: boolean;
  /** Whether people without an address are let in. */
  readonly emailOptional: boolean;
  /** Asks the provider where the person is to be sent, and for the secret of the exchange. */
  begin?(
    context: Context,
    state: string,
  ): Promise<{ readonly url: string; readonly secret: string }>;
  /** Turns a code into tokens; `verifier` is the verifier of PKCE or the secret of the beginning. */
  exchange(
    context: Context,
    code: string,
    verifier: string,
  ): Promise<ExternalTokens>;
  /** Reads who the tokens are about. */
  profile(context: Context, tokens: ExternalTokens): Promise<ExternalProfile>;
}

/** Refuses a provider. */
export function unsupported(reason: string): never {
  fail(400, "validation_failed", `Unsupported provider: ${reason}`);
}

/** The address of the callback, for providers whose settings do not name it. */
export function callbackUrl(context: Context): string {
  return `${externalUrl(context).replace(/\/+$/, "")}/callback`;
}
