import { Timeline } from "./indexes.ts";
import type {
  AuditEntry,
  Challenge,
  Factor,
  FlowState,
  Identity,
  MailRecord,
  OneTimeToken,
  RefreshToken,
  Session,
  SmsRecord,
  User,
} from "./records.ts";
import { type Journal, Table } from "./table.ts";
import {
  createExternalTables,
  type ExternalTables,
} from "./tables_external.ts";
import { createOAuthTables, type OAuthTables } from "./tables_oauth.ts";
import { createPasskeyTables, type PasskeyTables } from "./tables_passkeys.ts";

/** All tables. A feature adds its own table here and in {@linkcode createTables}. */
export interface Tables extends OAuthTables, PasskeyTables, ExternalTables {
  /** Users; an address is unique among those that do not come from single sign-on. */
  readonly users: Table<
    User,
    "email" | "phone" | "email_change" | "phone_change"
  >;
  /** Users by audience in the order of their creation. */
  readonly userTimeline: Timeline<User>;
  /** Identities of users; `provider` is the provider, a space and the subject. */
  readonly identities: Table<Identity, "user" | "provider" | "email">;
  /** Signed-in sessions. */
  readonly sessions: Table<Session, "user" | "factor" | "client">;
  /** Refresh tokens of version 1. */
  readonly refreshTokens: Table<RefreshToken, "session">;
  /** What links refer to. */
  readonly oneTimeTokens: Table<OneTimeToken, "user" | "hash">;
  /** Flow states; they survive their user. */
  readonly flowStates: Table<FlowState, "code" | "user">;
  /** Second factors. */
  readonly factors: Table<Factor, "user" | "name" | "phone" | "unverified">;
  /** Challenges of factors. */
  readonly challenges: Table<Challenge, "factor">;
  /** The audit log. */
  readonly audit: Table<AuditEntry>;
  /** The audit log in order; its one group is "". */
  readonly auditTimeline: Timeline<AuditEntry>;
  /** Mails that were sent, by lower-case address. */
  readonly mails: Table<MailRecord, "to">;
  /** Text messages that were sent, by number without "+". */
  readonly messages: Table<SmsRecord, "to">;
}

/** Makes empty tables. */
export function createTables(journal: Journal): Tables {
  return {
    ...createUserTables(journal),
    ...createFlowTables(journal),
    ...createLogs(journal),
    ...createOAuthTables(journal),
    ...createPasskeyTables(journal),
    ...createExternalTables(journal),
  };
}

type UserTables = Pick<
  Tables,
  "users" | "userTimeline" | "identities" | "sessions" | "refreshTokens"
>;

function createUserTables(journal: Journal): UserTables {
  const userTimeline = new Timeline<User>((user) => user.aud);
  return {
    userTimeline,
    users: new Table("users", journal, {
      email: {
        key: (user) => user.is_sso_user ? null : lower(user.email),
        unique: { name: "users_email_partial_key", columns: ["email"] },
      },
      phone: {
        key: (user) => user.phone || null,
        unique: { name: "users_phone_key", columns: ["phone"] },
      },
      email_change: { key: (user) => lower(user.email_change) },
      phone_change: { key: (user) => user.phone_change || null },
    }, { index: userTimeline }),
    identities: new Table("identities", journal, {
      user: { key: (identity) => identity.user_id },
      provider: {
        key: (identity) => `${identity.provider} ${identity.provider_id}`,
        unique: {
          name: "identities_provider_id_provider_unique",
          columns: ["provider_id", "provider"],
        },
      },
      email: { key: identityEmail },
    }, {
      place: (identity) => `${identity.provider_id} ${identityEmail(identity)}`,
    }),
    sessions: new Table("sessions", journal, {
      user: { key: (session) => session.user_id },
      factor: { key: (session) => session.factor_id },
      client: { key: (session) => session.oauth_client_id },
    }),
    refreshTokens: new Table("refresh_tokens", journal, {
      session: { key: (token) => token.session_id },
    }),
  };
}

type FlowTables = Pick<
  Tables,
  "oneTimeTokens" | "flowStates" | "factors" | "challenges"
>;

function createFlowTables(journal: Journal): FlowTables {
  return {
    oneTimeTokens: new Table("one_time_tokens", journal, {
      user: { key: (token) => token.user_id },
      hash: { key: (token) => token.token_hash },
    }),
    flowStates: new Table("flow_states", journal, {
      code: { key: (state) => state.auth_code },
      user: { key: (state) => state.user_id },
    }),
    factors: new Table("factors", journal, {
      user: { key: (factor) => factor.user_id },
      unverified: {
        key: (factor) => factor.status === "unverified" ? "" : null,
      },
      name: {
        key: (factor) => scoped(factor, factor.friendly_name),
        unique: {
          name: "mfa_factors_user_friendly_name_unique",
          columns: ["friendly_name", "user_id"],
        },
      },
      phone: {
        key: (factor) => scoped(factor, factor.phone),
        unique: {
          name: "unique_phone_factor_per_user",
          columns: ["user_id", "phone"],
        },
      },
    }, {
      place: (factor) =>
        `${factor.friendly_name} ${factor.phone} ${factor.last_challenged_at}`,
    }),
    challenges: new Table("challenges", journal, {
      factor: { key: (challenge) => challenge.factor_id },
    }),
  };
}

type Logs = Pick<Tables, "audit" | "auditTimeline" | "mails" | "messages">;

function createLogs(journal: Journal): Logs {
  const auditTimeline = new Timeline<AuditEntry>(() => "");
  return {
    auditTimeline,
    audit: new Table("audit", journal, {}, { index: auditTimeline }),
    mails: new Table("mails", journal, {
      to: { key: (mail) => lower(mail.to) },
    }),
    messages: new Table("messages", journal, {
      to: { key: (message) => message.to },
    }),
  };
}

function identityEmail(identity: Identity): string | null {
  return lower(identity.identity_data["email"]);
}

function lower(text: unknown): string | null {
  return typeof text === "string" && text !== "" ? text.toLowerCase() : null;
}

function scoped(
  owner: { readonly user_id: string },
  name: string,
): string | null {
  return name.trim() === "" ? null : `${owner.user_id} ${name}`;
}
