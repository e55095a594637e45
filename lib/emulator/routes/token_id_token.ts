import { signInResponse } from "../access_tokens.ts";
import { requireUser } from "../auth.ts";
import type { Context } from "../context.ts";
import { toHex, utf8 } from "../encoding.ts";
import { OAuthError } from "../errors.ts";
import {
  asLoaded,
  type ExternalSignIn,
  signInExternally,
} from "../external/accounts.ts";
import { audiences, verifyIdToken } from "../external/id_token.ts";
import { describeIdToken } from "../external/id_token_profiles.ts";
import { type Issuer, resolveIssuer } from "../external/issuers.ts";
import { linkExternally } from "../external/links.ts";
import type { ExternalProfile } from "../external/profile.ts";
import { sha256 } from "../hash.ts";
import type { JsonObject } from "../records.ts";
import { orServerError } from "../server_errors.ts";

const SHAPE = {
  id_token: "string",
  access_token: "string",
  nonce: "string",
  provider: "string",
  client_id: "string",
  issuer: "string",
  link_identity: "bool",
} as const;

interface IdTokenParams {
  readonly id_token: string;
  readonly access_token: string;
  readonly nonce: string;
  readonly provider: string;
  readonly client_id: string;
  readonly issuer: string;
  readonly link_identity: boolean;
}

/** `POST /token?grant_type=id_token` (auth-server §14.5). */
export async function idTokenGrant(context: Context): Promise<Response> {
  const params = context.decode("IdTokenGrantParams", SHAPE);
  checkParams(params);
  if (params.link_identity) await requireLinkTarget(context);
  const issuer = resolveIssuer(context, params);
  const claims = await checkToken(context, issuer, params);
  const profile = describeIdToken(issuer.provider, claims);
  return await orServerError(context, async () => {
    const signed = await settle(context, issuer, params, profile);
    return await signInResponse(context, signed.user, "oauth", signed.loaded);
  });
}

function refuse(description: string): never {
  throw new OAuthError("invalid request", description);
}

function checkParams(params: IdTokenParams): void {
  if (params.id_token === "") refuse("id_token required");
  const isNamed = params.client_id !== "" && params.issuer !== "";
  if (params.provider === "" && !isNamed) {
    refuse("provider or client_id and issuer required");
  }
}

async function requireLinkTarget(context: Context): Promise<void> {
  if (!context.headers.has("Authorization")) {
    refuse("Linking requires a valid user access token in Authorization");
  }
  await requireUser(context);
}

async function checkToken(
  context: Context,
  issuer: Issuer,
  params: IdTokenParams,
): Promise<JsonObject> {
  const token = await verifyIdToken(
    context,
    issuer.issuer,
    params.id_token,
    params.access_token,
  );
  if (token === undefined) refuse("Bad ID token");
  const { claims } = token;
  if (typeof claims["sub"] !== "string" || claims["sub"] === "") {
    refuse("Missing sub claim in id_token");
  }
  const given = audiences(claims);
  const accepted = issuer.audiences.filter((audience) => audience !== "");
  if (!given.some((audience) => accepted.includes(audience))) {
    refuse(`Unacceptable audience in id_token: [${given.join(" ")}]`);
  }
  if (!issuer.skipNonce) checkNonce(params.nonce, claims["nonce"]);
  return claims;
}

function checkNonce(given: string, claim: unknown): void {
  const expected = typeof claim === "string" ? claim : "";
  if ((given === "") !== (expected === "")) {
    refuse(
      "Passed nonce and nonce in id_token should either both exist or not.",
    );
  }
  if (given !== "" && toHex(sha256(utf8(given))) !== expected) {
    throw new OAuthError("invalid nonce", "Nonces mismatch");
  }
}

async function settle(
  context: Context,
  issuer: Issuer,
  params: IdTokenParams,
  profile: ExternalProfile,
): Promise<ExternalSignIn> {
  const { provider, emailOptional } = issuer;
  if (!params.link_identity) {
    return await signInExternally(context, provider, profile, {
      emailOptional,
    });
  }
  const target = context.user;
  const loaded = asLoaded(context, target);
  const user = await linkExternally(context, target, provider, profile);
  return { user, loaded };
}
