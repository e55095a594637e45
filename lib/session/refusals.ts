/** Why a call cannot be made, or its answer not be used. */
import { AuthSessionError } from "../errors.ts";

/**
 * The error for a call that needs somebody to be signed in.
 *
 * @returns The error, to be thrown.
 */
export function sessionMissing(): AuthSessionError {
  return new AuthSessionError(
    "session_missing",
    "Cannot do this: nobody is signed in",
  );
}

/**
 * The error for a call in the course of which somebody else has signed in.
 *
 * @returns The error, to be thrown.
 */
export function sessionSuperseded(): AuthSessionError {
  return new AuthSessionError(
    "session_superseded",
    "Cannot go on: the session it was for has been replaced",
  );
}
