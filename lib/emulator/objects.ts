import { formatTime } from "./clock.ts";
import type { Factor, Identity, JsonObject, Time, User } from "./records.ts";
import type { Tables } from "./tables.ts";

/** What of a user's JSON is not as it stands in the store (auth-server §5.1). */
export interface UserJsonOptions {
  /** The derived `confirmed_at` as it was when the record was loaded. */
  readonly confirmedAt?: Time | null;
  /** The identities as they were loaded; null is written as `null`. */
  readonly identities?: readonly Identity[] | null;
  /** The factors as they were loaded. */
  readonly factors?: readonly Factor[];
}

/** The earlier of the two confirmations. */
export function confirmedAt(user: User): Time | null {
  const { email_confirmed_at: email, phone_confirmed_at: phone } = user;
  if (email === null || phone === null) return email ?? phone;
  return Math.min(email, phone);
}

/** A user as the server shows it. */
export function userJson(
  db: Tables,
  user: User,
  options: UserJsonOptions = {},
): JsonObject {
  const identities = options.identities === undefined
    ? db.identities.list("user", user.id)
    : options.identities;
  const factors = options.factors ?? db.factors.list("user", user.id);
  return {
    id: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email,
    ...times({
      email_confirmed_at: user.email_confirmed_at,
      invited_at: user.invited_at,
    }),
    phone: user.phone,
    ...times({
      phone_confirmed_at: user.phone_confirmed_at,
      confirmation_sent_at: user.confirmation_sent_at,
      confirmed_at: options.confirmedAt === undefined
        ? confirmedAt(user)
        : options.confirmedAt,
      recovery_sent_at: user.recovery_sent_at,
    }),
    ...texts({ new_email: user.email_change }),
    ...times({ email_change_sent_at: user.email_change_sent_at }),
    ...texts({ new_phone: user.phone_change }),
    ...times({
      phone_change_sent_at: user.phone_change_sent_at,
      reauthentication_sent_at: user.reauthentication_sent_at,
      last_sign_in_at: user.last_sign_in_at,
    }),
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    ...(factors.length > 0 ? { factors: factors.map(factorJson) } : {}),
    identities: identities?.map(identityJson) ?? null,
    created_at: formatTime(user.created_at),
    updated_at: formatTime(user.updated_at),
    ...times({ banned_until: user.banned_until, deleted_at: user.deleted_at }),
    is_anonymous: user.is_anonymous,
  };
}

/** An identity as the server shows it (auth-server §5.2). */
export function identityJson(identity: Identity): JsonObject {
  const data = identity.identity_data;
  const email = typeof data["email"] === "string"
    ? data["email"].toLowerCase()
    : "";
  return {
    identity_id: identity.id,
    id: identity.provider_id,
    user_id: identity.user_id,
    ...(Object.keys(data).length > 0 ? { identity_data: data } : {}),
    provider: identity.provider,
    ...times({ last_sign_in_at: identity.last_sign_in_at }),
    created_at: formatTime(identity.created_at),
    updated_at: formatTime(identity.updated_at),
    ...texts({ email }),
  };
}

/** A factor as the server shows it (auth-server §5.4). */
export function factorJson(factor: Factor): JsonObject {
  const challenged = factor.last_challenged_at;
  return {
    id: factor.id,
    created_at: formatTime(factor.created_at),
    updated_at: formatTime(factor.updated_at),
    status: factor.status,
    ...texts({ friendly_name: factor.friendly_name }),
    factor_type: factor.factor_type,
    phone: factor.phone,
    last_challenged_at: challenged === null ? null : formatTime(challenged),
    ...texts({ web_authn_aaguid: factor.web_authn_aaguid ?? "" }),
    ...(factor.last_webauthn_challenge_data === undefined ? {} : {
      last_webauthn_challenge_data: factor.last_webauthn_challenge_data,
    }),
  };
}

function times(values: Readonly<Record<string, Time | null>>): JsonObject {
  const texts: Record<string, string> = {};
  for (const name in values) {
    const time = values[name] ?? null;
    if (time !== null) texts[name] = formatTime(time);
  }
  return texts;
}

function texts(values: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter(([, text]) => text !== ""),
  );
}
