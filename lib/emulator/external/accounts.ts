import { audit } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { afterUserCreated, beforeUserCreated } from "../hooks/users.ts";
import { sendConfirmation } from "../mail.ts";
import { confirmedAt, type UserJsonOptions } from "../objects.ts";
import { notifyByMail } from "../notifications.ts";
import type { Identity, User } from "../records.ts";
import { checkSignUpEnabled } from "../sign_ups.ts";
import {
  confirmEmail,
  createIdentity,
  findDuplicate,
  findUserByEmail,
  linkingDomain,
  mergeMetadata,
  removeUnconfirmedIdentities,
  saveNewUser,
  updateProviders,
  updateUser,
} from "../users.ts";
import {
  candidateEmail,
  type ExternalProfile,
  identityData,
} from "./profile.ts";

/** How an external sign-in differs from the usual one. */
export interface ExternalOptions {
  /** Whether people without an address are let in. */
  readonly emailOptional?: boolean;
}

/** What came of an external sign-in. */
export interface ExternalSignIn {
  /** The user as it is now. */
  readonly user: User;
  /** What the server shows as it was loaded, before this sign-in linked or confirmed anything. */
  readonly loaded: UserJsonOptions;
}

/** What the server shows of a user as it is loaded now, whatever changes later in the request. */
export function asLoaded(context: Context, user: User): UserJsonOptions {
  return {
    identities: context.db.identities.list("user", user.id),
    confirmedAt: confirmedAt(user),
  };
}

type Decision =
  | { readonly kind: "exists"; readonly identity: Identity }
  | { readonly kind: "link"; readonly user: User }
  | { readonly kind: "create"; readonly email: string };

/** Signs somebody in whom a provider vouches for: finds, links or makes the account (auth-server §14.4). */
export async function signInExternally(
  context: Context,
  provider: string,
  profile: ExternalProfile,
  options: ExternalOptions = {},
): Promise<ExternalSignIn> {
  await askHook(context, provider, profile);
  const decision = decide(context, provider, profile);
  const applied = apply(context, provider, profile, decision);
  const { user, identity } = applied;
  if ((user.banned_until ?? 0) > context.server.clock.now()) {
    fail(403, "user_banned", "User is banned");
  }
  const { email } = candidateEmail(profile);
  const hasEmails = provider !== "web3" &&
    !(options.emailOptional && email === "");
  const signedIn = hasEmails && user.email_confirmed_at === null
    ? await confirm(context, provider, profile, user, identity)
    : user;
  if (signedIn === user) {
    audit(context, user, "login", { traits: { provider } });
  }
  if (decision.kind === "create") await afterUserCreated(context, signedIn);
  return { ...applied, user: signedIn };
}

/** Lets the hook judge a sign-up before anything is written. */
async function askHook(
  context: Context,
  provider: string,
  profile: ExternalProfile,
): Promise<void> {
  const decision = decide(context, provider, profile);
  if (decision.kind !== "create") return;
  checkSignUpEnabled(context);
  await beforeUserCreated(context, {
    id: context.server.random.uuid(),
    aud: requestAudience(context),
    email: decision.email,
    app_metadata: { provider, providers: [provider] },
    user_metadata: identityData(profile),
  });
}

/** Whose account a profile belongs to. */
function decide(
  context: Context,
  provider: string,
  profile: ExternalProfile,
): Decision {
  const { identities } = context.db;
  const key = `${provider} ${profile.subject}`;
  const identity = identities.first("provider", key);
  if (identity !== undefined) return { kind: "exists", identity };
  const aud = requestAudience(context);
  const owners = findOwners(context, provider, profile, aud);
  if (owners.length > 1) {
    fail(
      500,
      "unexpected_failure",
      `Multiple accounts with the same email address in the same linking domain detected: ${
        linkingDomain(context, provider)
      }`,
    );
  }
  const [user] = owners;
  if (user !== undefined) return { kind: "link", user };
  const email = candidateEmail(profile).email.toLowerCase();
  const isTaken = email !== "" &&
    findDuplicate(context, email, aud) !== undefined;
  return { kind: "create", email: isTaken ? "" : email };
}

/** The accounts that have one of the verified addresses, within the linking domain. */
function findOwners(
  context: Context,
  provider: string,
  profile: ExternalProfile,
  aud: string,
): readonly User[] {
  const domain = linkingDomain(context, provider);
  const trustAll = context.settings.GOTRUE_MAILER_AUTOCONFIRM;
  const emails = profile.emails.filter(({ verified }) => verified || trustAll)
    .map(({ email }) => email.toLowerCase());
  const ids = emails.flatMap((email) =>
    context.db.identities.list("email", email)
  ).filter((one) => linkingDomain(context, one.provider) === domain)
    .map((one) => one.user_id);
  const owners = [...new Set(ids)].flatMap((id) =>
    context.db.users.get(id) ?? []
  );
  if (owners.length > 0 || domain !== "default") return owners;
  const users = emails.flatMap((email) =>
    findUserByEmail(context, email, aud) ?? []
  );
  return [...new Set(users)].slice(0, 1);
}

interface Applied extends ExternalSignIn {
  readonly identity: Identity;
}

function apply(
  context: Context,
  provider: string,
  profile: ExternalProfile,
  decision: Decision,
): Applied {
  if (decision.kind === "exists") return renew(context, profile, decision);
  return decision.kind === "link"
    ? link(context, provider, profile, decision.user)
    : create(context, provider, profile, decision.email);
}

function renew(
  context: Context,
  profile: ExternalProfile,
  { identity }: { readonly identity: Identity },
): Applied {
  const user = context.db.users.must(identity.user_id);
  const loaded = asLoaded(context, user);
  const data = identityData(profile);
  const renewed = context.db.identities.update(identity.id, {
    identity_data: data,
    updated_at: context.now(),
  });
  return {
    user: updateProviders(context, withMetadata(context, user, profile)),
    identity: renewed,
    loaded,
  };
}

function link(
  context: Context,
  provider: string,
  profile: ExternalProfile,
  user: User,
): Applied {
  const loaded = asLoaded(context, user);
  const identity = createIdentity(
    context,
    user,
    provider,
    identityData(profile),
    profile.subject,
  );
  const linked = withMetadata(context, user, profile);
  audit(context, linked, "identity_linked", { traits: { provider } });
  notifyByMail(context, linked, "identity_linked", { provider });
  return {
    user: updateProviders(context, linked),
    identity,
    loaded,
  };
}

function withMetadata(
  context: Context,
  user: User,
  profile: ExternalProfile,
): User {
  return updateUser(context, user, {
    user_metadata: mergeMetadata(user.user_metadata, identityData(profile)),
  });
}

function create(
  context: Context,
  provider: string,
  profile: ExternalProfile,
  email: string,
): Applied {
  checkSignUpEnabled(context);
  const data = identityData(profile);
  const user = saveNewUser(context, {
    aud: requestAudience(context),
    email,
    app_metadata: { provider, providers: [provider] },
    user_metadata: data,
    is_sso_user: linkingDomain(context, provider) !== "default",
  });
  const identity = createIdentity(
    context,
    user,
    provider,
    data,
    profile.subject,
  );
  return { user, identity, loaded: asLoaded(context, user) };
}

/** Confirms the address of an account, or asks for it; what the account was before is forgotten. */
async function confirm(
  context: Context,
  provider: string,
  profile: ExternalProfile,
  unconfirmed: User,
  identity: Identity,
): Promise<User> {
  const user = removeUnconfirmedIdentities(context, unconfirmed, identity);
  const { email, verified } = candidateEmail(profile);
  const {
    GOTRUE_MAILER_AUTOCONFIRM,
    GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS,
  } = context.settings;
  if (verified || GOTRUE_MAILER_AUTOCONFIRM) {
    audit(context, user, "user_signedup", { traits: { provider } });
    return confirmEmail(context, user);
  }
  const asked = email === ""
    ? user
    : await sendConfirmation(context, user, false);
  if (GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS) return asked;
  const advice = email === ""
    ? `Verify the email with ${provider} in order to sign in`
    : `A confirmation email has been sent to your ${provider} email`;
  fail(
    422,
    "provider_email_needs_verification",
    `Unverified email with ${provider}. ${advice}`,
    { keepWrites: true },
  );
}
