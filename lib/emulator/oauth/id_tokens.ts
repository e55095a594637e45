import { unixSeconds } from "../clock.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import type { JsonObject, Session, User } from "../records.ts";
import type { OAuthAuthorization } from "../records_oauth.ts";
import { signToken } from "../tokens.ts";
import { splitScope } from "./authorizations.ts";

const LIFE = 3600;

/** Signs an id token (OpenID Connect Core section 2); impossible where only the secret signs. */
export async function createIdToken(
  context: Context,
  user: User,
  session: Session,
  request: OAuthAuthorization,
): Promise<string> {
  const { keys } = context.server;
  if ((await keys.signer()).kty === "oct") {
    fail(500, "unexpected_failure", "Error generating ID token", {
      keepWrites: true,
    });
  }
  return await signToken(keys, idClaims(context, user, session, request));
}

function idClaims(
  context: Context,
  user: User,
  session: Session,
  request: OAuthAuthorization,
): JsonObject {
  const iat = unixSeconds(context.server.clock.now());
  const scopes = splitScope(request.scope);
  const iss = context.settings.GOTRUE_JWT_ISSUER;
  return {
    ...(iss === "" ? {} : { iss }),
    sub: user.id,
    aud: request.client_id,
    exp: iat + LIFE,
    iat,
    auth_time: unixSeconds(session.created_at),
    client_id: request.client_id,
    ...(request.nonce === "" ? {} : { nonce: request.nonce }),
    ...(scopes.includes("email") && user.email !== ""
      ? { email: user.email }
      : {}),
    email_verified: scopes.includes("email") &&
      user.email_confirmed_at !== null,
    ...(scopes.includes("phone") && user.phone !== ""
      ? { phone_number: user.phone }
      : {}),
    phone_number_verified: scopes.includes("phone") &&
      user.phone_confirmed_at !== null,
    ...(scopes.includes("profile") ? profileClaims(user) : {}),
  };
}

/** What the profile scope tells of a user (OpenID Connect Core section 5.1). */
export function profileClaims(user: User): JsonObject {
  const { name, picture, avatar_url, preferred_username } = user.user_metadata;
  return {
    ...text("name", name),
    ...text("picture", picture || avatar_url),
    ...text("preferred_username", preferred_username),
    updated_at: unixSeconds(user.updated_at),
  };
}

function text(name: string, value: unknown): JsonObject {
  return typeof value === "string" && value !== "" ? { [name]: value } : {};
}
