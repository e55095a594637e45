/** What a sign-up gives. */
import type { AuthConfig, Metadata } from "../config.ts";
import { isObject } from "./json.ts";
import {
  type Body,
  type NotSignedIn,
  parseSignedIn,
  type SignedIn,
} from "./session.ts";
import { readUser } from "./user.ts";

/**
 * Reads an answer that holds a session, or else a user.
 *
 * @param answer The server's.
 * @param config The clock, and schemas of metadata.
 * @returns The user, and the session where there is one.
 * @throws {AuthResponseError} `invalid_response` when it holds neither.
 */
export function parseSignUp<M extends Metadata>(
  answer: Body,
  config: Pick<AuthConfig<M>, "now" | "parseMetadata">,
): SignedIn<M> | NotSignedIn<M> {
  const { body } = answer;
  if (isObject(body) && "access_token" in body) {
    return parseSignedIn(answer, config);
  }
  return { user: readUser(body, config.parseMetadata), session: null };
}
