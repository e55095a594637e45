import { isUuid } from "./body.ts";
import type { Context } from "./context.ts";
import { fail } from "./errors.ts";
import type {
  Challenge,
  Factor,
  FactorType,
  JsonObject,
  Session,
  User,
} from "./records.ts";
import { updateSession } from "./sessions.ts";
import { PHONE } from "./phone_factors.ts";
import { TOTP } from "./totp_factors.ts";
import { WEBAUTHN } from "./webauthn_factors.ts";
import { deleteFactor } from "./users.ts";

/** What a new factor is made of. */
export interface EnrollParams {
  readonly factor_type: string;
  readonly friendly_name: string;
  readonly issuer: string;
  readonly phone: string;
}

/** What the body of a verification may hold. */
export interface VerifyFactorParams {
  readonly challenge_id: string;
  readonly code: string;
  readonly webauthn: JsonObject | null;
}

/** A challenge that has been made: what to store, and what to answer beside id, type and expiry. */
export interface NewChallenge {
  readonly values?: Partial<Pick<Challenge, "otp_code" | "web_authn_session">>;
  readonly answer?: JsonObject;
}

/** How one kind of factor works. */
export interface FactorMethods {
  /** The name of the method in `amr`. */
  readonly amr: string;
  /** Whether users may enrol such a factor; refuses if not. */
  readonly checkEnroll: (context: Context) => void;
  /** Whether such factors may be challenged and verified; refuses if not. */
  readonly checkVerify: (context: Context) => void;
  /** The columns of a new factor; checks what was given, before anything else is looked at. */
  readonly prepare: (
    context: Context,
    user: User,
    params: EnrollParams,
  ) => Partial<Pick<Factor, "secret" | "phone">>;
  /** What the answer to an enrolment holds beside id, type and name. */
  readonly enrolled: (
    context: Context,
    user: User,
    factor: Factor,
    params: EnrollParams,
  ) => JsonObject;
  /** Makes a challenge. */
  readonly challenge: (
    context: Context,
    user: User,
    factor: Factor,
  ) => NewChallenge | Promise<NewChallenge>;
  /** Refuses an impossible body of a verification, besides a missing code. */
  readonly checkParams?: (params: VerifyFactorParams) => void;
  /** Whether the answer to a challenge is right; a change of the factor may come with it. */
  readonly verify: (
    context: Context,
    factor: Factor,
    challenge: Challenge,
    params: VerifyFactorParams,
  ) => FactorVerdict | Promise<FactorVerdict>;
}

/** What came of a verification. */
export interface FactorVerdict {
  /** Whether it was right. */
  readonly valid: boolean;
  /** What the server says when it was not. */
  readonly refusal: () => never;
  /** What changes in the factor. */
  readonly patch?: Partial<
    Pick<
      Factor,
      | "web_authn_credential"
      | "web_authn_aaguid"
      | "last_webauthn_challenge_data"
    >
  >;
}

/** The kinds of factors, one line each. */
const METHODS: Readonly<Partial<Record<FactorType, FactorMethods>>> = {
  totp: TOTP,
  phone: PHONE,
  webauthn: WEBAUTHN,
};

/** How a kind of factor works; undefined for an unknown kind. */
export function methodsOf(type: string): FactorMethods | undefined {
  return Object.hasOwn(METHODS, type) ? METHODS[type as FactorType] : undefined;
}

/** How a stored factor works. */
export function methodsOfFactor(factor: Factor): FactorMethods {
  const methods = methodsOf(factor.factor_type);
  if (methods === undefined) throw new Error("Unknown kind of factor");
  return methods;
}

/** Refuses when the factor of the path is not the user's; runs for everything below it. */
export function requireFactor(context: Context): void {
  findFactor(context, context.user);
}

/** The factor of the path. */
export function findFactor(context: Context, user: User): Factor {
  const id = context.params["factor_id"]!;
  if (!isUuid(id)) fail(404, "validation_failed", "factor_id must be an UUID");
  const factor = context.db.factors.get(id.toLowerCase());
  if (factor?.user_id !== user.id) {
    fail(404, "mfa_factor_not_found", "Factor not found");
  }
  return factor;
}

/** Deletes a factor; sessions that were raised by it fall back to one factor. */
export function removeFactor(context: Context, factor: Factor): void {
  const { amr } = methodsOfFactor(factor);
  for (const session of context.db.sessions.list("factor", factor.id)) {
    updateSession(context, session, {
      aal: "aal1",
      factor_id: null,
      amr: session.amr.filter((claim) => claim.method !== amr),
    });
  }
  deleteFactor(context, factor.id);
}

/** The session of the token, which managing factors needs. */
export function factorSession(context: Context): Session {
  const { session } = context;
  if (session === undefined) {
    fail(
      500,
      "unexpected_failure",
      "A valid session and a registered user are required to enroll a factor",
    );
  }
  return session;
}
