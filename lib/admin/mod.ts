/**
 * Administration of users, for trusted servers that hold a secret or
 * service_role key: {@link AdminClient}, and the same as pure functions.
 *
 * Besides the codes named at each function, any call may be refused with
 * `request_timeout`, `unexpected_failure`, a `hook_…` code where the server
 * calls hooks, and `unknown` by a gateway.
 *
 * @example
 * ```ts
 * import { AdminClient } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const admin = new AdminClient({
 *   ...emulator.clientOptions(),
 *   key: emulator.serviceRoleKey,
 * });
 * const { user } = await admin.createUser({
 *   email: "ada@example.com",
 *   email_confirm: true,
 * });
 * console.log(user.id, user.created_at.toISOString());
 * ```
 *
 * @module
 */
export { createAuthConfig } from "../config.ts";
export type {
  AppMetadata,
  AuthConfig,
  AuthConfigBase,
  AuthConfigOptions,
  AuthDiagnostic,
  Fetch,
  HeaderRecord,
  Metadata,
  MetadataSchemas,
  OnDiagnostic,
  ParsedMetadata,
  StandardSchema,
  UnknownMetadata,
} from "../config.ts";
export type {
  AuthErrorCode,
  CeremonyErrorCode,
  ClientErrorCode,
  NetworkErrorCode,
  ResponseErrorCode,
  ServerErrorCode,
  SessionErrorCode,
  TokenErrorCode,
} from "../error_codes.ts";
export {
  AuthApiError,
  AuthError,
  AuthNetworkError,
  AuthResponseError,
  AuthWeakPasswordError,
  isAuthError,
} from "../errors.ts";
export type { AuthErrorDetails } from "../errors.ts";
export type { RequestOptions } from "../request.ts";
export type { Factor, FactorType } from "../wire/factor.ts";
export type { GeneratedLink, GenerateLinkResult } from "../wire/link.ts";
export type { PageInfo } from "../wire/page.ts";
export type { Passkey } from "../wire/passkey.ts";
export type { User, UserIdentity } from "../wire/user.ts";

export { AdminClient } from "./client.ts";
export type {
  AdminClientOptions,
  AdminMfa,
  AdminPasskey,
  UsersParams,
} from "./client.ts";
export { generateLink, inviteUserByEmail } from "./links.ts";
export type {
  GenerateLinkParams,
  InvitedUser,
  InviteOptions,
  LinkOptions,
} from "./links.ts";
export { signOut } from "./logout.ts";
export { mfaDeleteFactor, mfaListFactors } from "./user_factors.ts";
export { passkeyDeletePasskey, passkeyListPasskeys } from "./user_passkeys.ts";
export {
  createUser,
  deleteUser,
  getUserById,
  listUsers,
  updateUserById,
} from "./users.ts";
export type {
  AdminUserAttributes,
  AdminUserResult,
  ListUsersParams,
  UserPage,
} from "./users.ts";
