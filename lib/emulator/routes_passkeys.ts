import { requireNotAnonymous, requireUser } from "./auth.ts";
import {
  postAuthenticationOptions,
  postAuthenticationVerify,
} from "./routes/passkey_authentication.ts";
import {
  postRegistrationOptions,
  postRegistrationVerify,
} from "./routes/passkey_registration.ts";
import { deletePasskey, getPasskeys, patchPasskey } from "./routes/passkeys.ts";
import { deleteUserPasskey, getUserPasskeys } from "./routes/user_passkeys.ts";
import type { Route, Subtree } from "./router.ts";
import { requirePasskeys } from "./webauthn/passkeys.ts";

const OWN = { slash: true, guards: [requireUser] } as const;
const OF_USER = "/admin/users/{user_id}/passkeys";
const REGISTRATION = "/passkeys/registration";
const AUTHENTICATION = "/passkeys/authentication";
const NAMED = { guards: [requireNotAnonymous] };

/** The routes of passkeys. */
export function passkeyRoutes(): Route[] {
  return [
    ["POST", `${REGISTRATION}/options`, postRegistrationOptions, NAMED],
    ["POST", `${REGISTRATION}/verify`, postRegistrationVerify, NAMED],
    ["POST", `${AUTHENTICATION}/options`, postAuthenticationOptions],
    ["POST", `${AUTHENTICATION}/verify`, postAuthenticationVerify],
    ["GET", "/passkeys", getPasskeys, { ...OWN, reads: true }],
    ["PATCH", "/passkeys/{passkey_id}", patchPasskey, OWN],
    ["DELETE", "/passkeys/{passkey_id}", deletePasskey, OWN],
    ["GET", OF_USER, getUserPasskeys, { slash: true, reads: true }],
    ["DELETE", `${OF_USER}/{passkey_id}`, deleteUserPasskey, { slash: true }],
  ];
}

/** Their sub-tree, which says so where they are off. */
export function passkeySubtrees(): Subtree[] {
  return [["/passkeys", requirePasskeys]];
}
