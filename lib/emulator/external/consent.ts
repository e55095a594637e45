import type { Context } from "../context.ts";
import {
  fromBase64Url,
  fromUtf8,
  toBase64Url,
  toHex,
  utf8,
} from "../encoding.ts";
import { sha256 } from "../hash.ts";
import { externalUrl } from "../links.ts";
import type { ExternalProfile } from "./profile.ts";
import { callbackUrl, type ExternalTokens, type Provider } from "./provider.ts";

/** Whom a person on the emulator's own page says to be. */
export interface Consent {
  /** The id at the provider. */
  readonly id: string;
  /** The address, "" for none. */
  readonly email: string;
  /** Whether the provider has verified the address. */
  readonly verified: boolean;
  /** The full name, "" for none. */
  readonly name: string;
}

/** A provider played by the emulator's own page: whoever comes can be anybody. */
export function consentProvider(
  context: Context,
  name: string,
  emailOptional: boolean,
): Provider {
  const authorizeUrl = consentUrl(context, name);
  return {
    authorizeUrl,
    clientId: "emulator",
    redirectUri: callbackUrl(context),
    scopes: ["email", "profile"],
    scopeSeparator: ",",
    parameters: {},
    pkce: false,
    emailOptional,
    exchange: (context, code) => Promise.resolve(readCode(context, code)),
    profile: (_context, tokens) =>
      Promise.resolve(describe(authorizeUrl, tokens.answer as Consent)),
  };
}

/** The address of the page for a provider. */
export function consentUrl(context: Context, name: string): string {
  const base = externalUrl(context).replace(/\/+$/, "");
  return `${base}/_emulator/provider/${encodeURIComponent(name)}`;
}

/** The code that stands for a consent. */
export function consentCode(consent: Consent): string {
  return toBase64Url(utf8(JSON.stringify(consent)));
}

/** A consent with the id that belongs to its address, unless it has one: the same address is the same person. */
export function completeConsent(provider: string, consent: Consent): Consent {
  if (consent.id !== "") return consent;
  const digest = sha256(utf8(`${provider} ${consent.email.toLowerCase()}`));
  return { ...consent, id: toHex(digest.slice(0, 8)) };
}

function readCode(context: Context, code: string): ExternalTokens {
  const { random } = context.server;
  const answer = JSON.parse(fromUtf8(fromBase64Url(code) ?? new Uint8Array()));
  const isConsent = ["id", "email", "name"].every((name) =>
    typeof answer?.[name] === "string"
  );
  if (!isConsent || typeof answer.verified !== "boolean") {
    throw new Error("The code was not made by the emulator's own provider");
  }
  return { access: random.text(40), refresh: random.text(40), answer };
}

function describe(issuer: string, consent: Consent): ExternalProfile {
  const { id, email, verified, name } = consent;
  const username = email.replace(/@.*$/s, "");
  return {
    subject: id,
    emails: email === "" ? [] : [{ email, verified, primary: true }],
    claims: {
      iss: issuer,
      name,
      full_name: name,
      provider_id: id,
      preferred_username: username,
      user_name: username,
    },
  };
}
