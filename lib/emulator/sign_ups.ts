import { startSession } from "./access_tokens.ts";
import { checkEmail, checkPhone } from "./addresses.ts";
import { audit } from "./audit.ts";
import { requestAudience } from "./auth.ts";
import type { Context } from "./context.ts";
import { fail, invalid, PanicError } from "./errors.ts";
import { checkPkce, createMailFlow, type PkceParams } from "./flow_states.ts";
import { sendConfirmation } from "./mail.ts";
import { afterSignUp, beforeUserCreated } from "./hooks/users.ts";
import { checkPassword, hashPassword, randomPassword } from "./passwords.ts";
import type { Identity, JsonObject, User } from "./records.ts";
import { checkChannel, sendPhoneCode } from "./sms.ts";
import {
  confirmEmail,
  confirmPhone,
  createIdentity,
  findDuplicate,
  findUserByPhone,
  identityOf,
  mergeMetadata,
  removeUnconfirmedIdentities,
  saveNewUser,
} from "./users.ts";

/** The members of a sign-up. */
export const SIGN_UP_SHAPE = {
  email: "string",
  phone: "string",
  password: "string",
  data: "map",
  channel: "string",
  code_challenge: "string",
  code_challenge_method: "string",
} as const;

/** What a sign-up asks for. */
export interface SignUpParams extends PkceParams {
  readonly email: string;
  readonly phone: string;
  readonly password: string;
  readonly data: JsonObject | null;
  readonly channel: string;
}

/** What came of a sign-up. */
export interface SignUp {
  /** `decoy`: the address was taken and nothing happened; `pending`: a code was sent; `confirmed`: a session may begin. */
  readonly kind: "decoy" | "pending" | "confirmed";
  /** The user as it is now. */
  readonly user: User;
  /** The identity of the address; undefined for a decoy. */
  readonly identity?: Identity;
  /** Whether the user was made by this request. */
  readonly isNew: boolean;
}

type Provider = "email" | "phone";

interface Address {
  readonly provider: Provider;
  readonly value: string;
  readonly aud: string;
}

/** Refuses all new users where the settings say so. */
export function checkSignUpEnabled(context: Context): void {
  if (context.settings.GOTRUE_DISABLE_SIGNUP) {
    fail(422, "signup_disabled", "Signups not allowed for this instance");
  }
}

/** Registers an e-mail address or a phone number (auth-server §9.1). */
export async function signUp(
  context: Context,
  params: SignUpParams,
): Promise<SignUp> {
  checkSignUpEnabled(context);
  if (params.password === "") invalid("Signup requires a valid password");
  await checkPassword(context, params.password);
  const address = checkAddress(context, params);
  const existing = address.provider === "email"
    ? findDuplicate(context, address.value, address.aud)
    : findUserByPhone(context, address.value, address.aud);
  if (existing !== undefined && isConfirmed(existing, address.provider)) {
    return repeatSignUp(context, existing);
  }
  const user = existing ?? await createNewUser(context, params, address);
  const identity = ensureIdentity(context, user, params, address);
  const current = existing === undefined
    ? user
    : dropOthers(context, user, identity);
  const result = await confirmOrAsk(context, params, address, {
    user: current,
    identity,
    isNew: existing === undefined,
  });
  if (result.isNew && result.kind === "pending") {
    await afterSignUp(context, result.user);
  }
  return result;
}

function checkAddress(context: Context, params: SignUpParams): Address {
  const { email, phone } = params;
  if (email !== "" && phone !== "") {
    invalid(
      "Only an email address or phone number should be provided on signup.",
    );
  }
  const provider: Provider = email === "" ? "phone" : "email";
  if (provider === "phone") {
    checkChannel(context, params.channel || "sms");
    if (params.code_challenge !== "") {
      invalid("PKCE not supported for phone signups");
    }
  }
  checkPkce(params);
  checkProvider(context, provider);
  const value = provider === "email" ? checkEmail(email) : checkPhone(phone);
  return { provider, value, aud: requestAudience(context) };
}

function checkProvider(context: Context, provider: Provider): void {
  if (provider === "email" && !context.settings.GOTRUE_EXTERNAL_EMAIL_ENABLED) {
    fail(400, "email_provider_disabled", "Email signups are disabled");
  }
  if (provider === "phone" && !context.settings.GOTRUE_EXTERNAL_PHONE_ENABLED) {
    fail(400, "phone_provider_disabled", "Phone signups are disabled");
  }
}

function isConfirmed(user: User, provider: Provider): boolean {
  return (provider === "email"
    ? user.email_confirmed_at
    : user.phone_confirmed_at) !== null;
}

function repeatSignUp(context: Context, user: User): SignUp {
  audit(context, user, "user_repeated_signup");
  const { GOTRUE_MAILER_AUTOCONFIRM, GOTRUE_SMS_AUTOCONFIRM } =
    context.settings;
  if (GOTRUE_MAILER_AUTOCONFIRM || GOTRUE_SMS_AUTOCONFIRM) {
    fail(422, "user_already_exists", "User already registered");
  }
  return { kind: "decoy", user, isNew: false };
}

async function createNewUser(
  context: Context,
  params: SignUpParams,
  address: Address,
): Promise<User> {
  const { provider, value, aud } = address;
  const isImpossible = provider === "phone" &&
    !["string", "undefined"].includes(typeof params.data?.["email"]);
  if (isImpossible) throw new PanicError();
  const id = context.server.random.uuid();
  const values = {
    id,
    aud,
    [provider]: value,
    app_metadata: { provider, providers: [provider] },
  };
  const user_metadata = params.data ?? {};
  await beforeUserCreated(context, { ...values, user_metadata });
  return saveNewUser(context, {
    ...values,
    encrypted_password: hashPassword(context.server.random, params.password),
    user_metadata: mergeMetadata({}, identityData(id, params, address)),
  });
}

/** The identity's data; it also becomes the metadata of a new user. */
function identityData(
  id: string,
  params: SignUpParams,
  address: Address,
): JsonObject {
  const known = { sub: id, email_verified: false, phone_verified: false };
  return {
    ...params.data,
    ...known,
    ...(address.provider === "email" ? { email: address.value } : {}),
  };
}

function ensureIdentity(
  context: Context,
  user: User,
  params: SignUpParams,
  address: Address,
): Identity {
  return identityOf(context, user, address.provider) ??
    createIdentity(
      context,
      user,
      address.provider,
      identityData(user.id, params, address),
    );
}

function dropOthers(context: Context, user: User, keep: Identity): User {
  const others = context.db.identities.list("user", user.id).length > 1;
  return others ? removeUnconfirmedIdentities(context, user, keep) : user;
}

async function confirmOrAsk(
  context: Context,
  params: SignUpParams,
  address: Address,
  found: Omit<SignUp, "kind">,
): Promise<SignUp> {
  const { user } = found;
  const isEmail = address.provider === "email";
  const { GOTRUE_MAILER_AUTOCONFIRM, GOTRUE_SMS_AUTOCONFIRM } =
    context.settings;
  if (isEmail ? GOTRUE_MAILER_AUTOCONFIRM : GOTRUE_SMS_AUTOCONFIRM) {
    audit(context, user, "user_signedup", {
      traits: { provider: address.provider },
    });
    const confirmed = isEmail
      ? confirmEmail(context, user)
      : confirmPhone(context, user);
    return { ...found, kind: "confirmed", user: confirmed };
  }
  audit(context, user, "user_confirmation_requested", {
    traits: { provider: address.provider },
  });
  if (isEmail) {
    createMailFlow(context, params, "email/signup", user.id);
    const sent = await sendConfirmation(
      context,
      user,
      params.code_challenge !== "",
    );
    return { ...found, kind: "pending", user: sent };
  }
  const channel = params.channel || "sms";
  const sent = await sendPhoneCode(
    context,
    user,
    address.value,
    "confirmation",
    channel,
  );
  return { ...found, kind: "pending", user: sent.user };
}

/**
 * Registers an address on the way to a one-time code. Gives the user when it needs no
 * confirmation and can be sent the code at once; the session that its sign-up begins is never shown.
 */
export async function signUpForOtp(
  context: Context,
  params: Omit<SignUpParams, "password">,
): Promise<User | undefined> {
  const password = randomPassword(context.settings, context.server.random, 33);
  const { kind, user, identity } = await signUp(context, {
    ...params,
    password,
  });
  if (kind !== "confirmed") return undefined;
  audit(context, user, "login", { traits: { provider: identity!.provider } });
  const started = startSession(context, user, "password");
  context.transaction.keep();
  return started.user;
}
