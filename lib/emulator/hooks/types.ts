import type { JsonObject } from "../records.ts";

/** What every hook is told about its call. */
export interface HookMetadata {
  /** Different in every call. */
  readonly uuid: string;
  /** RFC 3339. */
  readonly time: string;
  /** The kind of the call, as the server names it: `before-user-created`, `customize-access-token`, … */
  readonly name: string;
  /** The address of the client. */
  readonly ip_address: string;
}

/** A hook that refuses: the request ends with this status and message. */
export interface HookRefusal {
  /** What the client is told. */
  readonly error: {
    /** The HTTP status; 500 when it is missing. */
    readonly http_code?: number;
    /** Must not be empty: a refusal without a message is none. */
    readonly message: string;
  };
}

/** What `beforeUserCreated` and `afterUserCreated` get. */
export interface UserCreatedPayload {
  /** The call. */
  readonly metadata: HookMetadata;
  /** The user. */
  readonly user: JsonObject;
}

/** What `customAccessToken` gets. */
export interface CustomAccessTokenPayload {
  /** The call. */
  readonly metadata: HookMetadata;
  /** Whose token it is. */
  readonly user_id: string;
  /** The claims that the token would have. */
  readonly claims: JsonObject;
  /** How the user signed in; `token_refresh` when a session is refreshed. */
  readonly authentication_method: string;
}

/** What `customAccessToken` answers. */
export interface CustomAccessTokenReply {
  /** All claims of the token; those of the payload that are left out are gone. */
  readonly claims: JsonObject;
}

/** What `sendEmail` gets. */
export interface SendEmailPayload {
  /** The call. */
  readonly metadata: HookMetadata;
  /** Who is written to. */
  readonly user: JsonObject;
  /** Codes, hashes and addresses of the mail or, for a secure change of address, of both mails. */
  readonly email_data: {
    readonly token: string;
    readonly token_hash: string;
    readonly redirect_to: string;
    readonly email_action_type: string;
    readonly site_url: string;
    readonly token_new: string;
    readonly token_hash_new: string;
    readonly old_email: string;
    readonly old_phone: string;
    readonly provider: string;
    readonly factor_type: string;
  };
}

/** What `sendSms` gets. */
export interface SendSmsPayload {
  /** The call. */
  readonly metadata: HookMetadata;
  /** Who is written to. */
  readonly user: JsonObject;
  /** The code and the number; `sms_type` is "mfa" for the code of a second factor. */
  readonly sms: {
    readonly otp: string;
    readonly phone: string;
    readonly sms_type?: "mfa";
  };
}

/** What `mfaVerificationAttempt` gets. */
export interface MfaVerificationPayload {
  /** The call. */
  readonly metadata: HookMetadata;
  /** Who tries. */
  readonly user_id: string;
  /** The factor. */
  readonly factor_id: string;
  /** totp, phone or webauthn. */
  readonly factor_type: string;
  /** Whether the code was right. */
  readonly valid: boolean;
}

/** What `passwordVerificationAttempt` gets. */
export interface PasswordVerificationPayload {
  /** The call. */
  readonly metadata: HookMetadata;
  /** Who tries. */
  readonly user_id: string;
  /** Whether the password was right. */
  readonly valid: boolean;
}

/** What a hook of attempts answers. */
export interface AttemptReply {
  /** "reject" refuses the attempt, right or wrong. */
  readonly decision: "continue" | "reject";
  /** What the client is told when it is refused. */
  readonly message?: string;
  /** Ends all sessions of the user; passwords only. */
  readonly should_logout_user?: boolean;
}

/** What a hook may give: its reply or a refusal, at once or later. */
export type HookAnswer<T> = T | HookRefusal | Promise<T | HookRefusal>;

/** The server's hooks as functions; one that is given is called, whatever the settings say. */
export interface EmulatorHooks {
  /** Before a user is stored; a refusal prevents it. */
  readonly beforeUserCreated?: (
    payload: UserCreatedPayload,
  ) => HookAnswer<void | Readonly<Record<string, never>>>;
  /** After a user was stored; a refusal fails the request, and the user stays. */
  readonly afterUserCreated?: (
    payload: UserCreatedPayload,
  ) => HookAnswer<void | Readonly<Record<string, never>>>;
  /** Decides the claims of every access token. */
  readonly customAccessToken?: (
    payload: CustomAccessTokenPayload,
  ) => HookAnswer<CustomAccessTokenReply>;
  /** Sends mails; the mailbox gets none then. */
  readonly sendEmail?: (
    payload: SendEmailPayload,
  ) => HookAnswer<void | Readonly<Record<string, never>>>;
  /** Sends text messages. */
  readonly sendSms?: (
    payload: SendSmsPayload,
  ) => HookAnswer<void | Readonly<Record<string, never>>>;
  /** Judges attempts at second factors. */
  readonly mfaVerificationAttempt?: (
    payload: MfaVerificationPayload,
  ) => HookAnswer<AttemptReply>;
  /** Judges attempts at passwords. */
  readonly passwordVerificationAttempt?: (
    payload: PasswordVerificationPayload,
  ) => HookAnswer<AttemptReply>;
}

/** A hook's name in the settings, in lower case. */
export type HookName =
  | "before_user_created"
  | "after_user_created"
  | "custom_access_token"
  | "send_email"
  | "send_sms"
  | "mfa_verification_attempt"
  | "password_verification_attempt";

/** What a hook is called as a function, and in the metadata of its payload. */
type HookNames = readonly [callback: keyof EmulatorHooks, title: string];

/** The hooks by the names that they have in the settings. */
export const HOOKS: Readonly<Record<HookName, HookNames>> = {
  before_user_created: ["beforeUserCreated", "before-user-created"],
  after_user_created: ["afterUserCreated", "after-user-created"],
  custom_access_token: ["customAccessToken", "customize-access-token"],
  send_email: ["sendEmail", "send-email"],
  send_sms: ["sendSms", "send-sms"],
  mfa_verification_attempt: ["mfaVerificationAttempt", "mfa-verification"],
  password_verification_attempt: [
    "passwordVerificationAttempt",
    "password-verification",
  ],
};
