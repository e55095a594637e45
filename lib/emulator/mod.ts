/**
 * A faithful auth server in memory: sign-up, sign-in, one-time codes, second factors, sessions and administration, with really signed
 * tokens, a mailbox, a controllable clock and failures on demand. It runs wherever `fetch` exists and answers any client.
 *
 * @example Sign in a user that exists already
 * ```ts
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * await emulator.users.seed({ email: "ann@example.com", password: "correct horse" });
 * const answer = await emulator.fetch(`${emulator.url}/token?grant_type=password`, {
 *   method: "POST",
 *   body: JSON.stringify({ email: "ann@example.com", password: "correct horse" }),
 * });
 * const { access_token } = await answer.json();
 * ```
 *
 * @module
 */

export { createEmulator, createStore } from "./emulator.ts";
export type { Clock } from "./clock.ts";
export { connectEmulator } from "./connect.ts";
export type {
  ConnectOptions,
  RemoteClock,
  RemoteEmulator,
  RemoteFaults,
  RemoteInbox,
  RemoteKeys,
  RemoteUsers,
} from "./connect.ts";
export type { Control, SeedUser, UserEvent, Users } from "./control.ts";
export type { Fault, Faults } from "./faults.ts";
export type {
  AttemptReply,
  CustomAccessTokenPayload,
  CustomAccessTokenReply,
  EmulatorHooks,
  HookAnswer,
  HookMetadata,
  HookRefusal,
  MfaVerificationPayload,
  PasswordVerificationPayload,
  SendEmailPayload,
  SendSmsPayload,
  UserCreatedPayload,
} from "./hooks/types.ts";
export type { Inbox, Mail, NextOptions, TextMessage } from "./inboxes.ts";
export type { EmulatorKeys, Jwks, RotateOptions } from "./keys.ts";
export type {
  ClientOptions,
  Emulator,
  EmulatorDiagnostic,
  EmulatorFetch,
  EmulatorOptions,
  EmulatorStore,
} from "./options.ts";
export type { Profile } from "./profiles.ts";
export type { JsonObject } from "./records.ts";
export type { Environment } from "./settings.ts";
export type { StorageState, StorageStateOptions } from "./storage_state.ts";
