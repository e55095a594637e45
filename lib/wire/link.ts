import type { Metadata, UnknownMetadata } from "../config.ts";
import type { MetadataParser } from "../metadata.ts";
import { readObject, readString } from "./json.ts";
import { readUser, type User } from "./user.ts";

/** The parts of a link that the server has made but not sent. */
export interface GeneratedLink {
  /** The link as a mail would hold it. */
  readonly action_link: string;
  /** The code as a mail would hold it. */
  readonly email_otp: string;
  /**
   * For `verifyOtp({ token_hash, type })`; of type `email_change_new`, the hash
   * in `action_link` is the one that works.
   */
  readonly hashed_token: string;
  /** Where the link leads back to. */
  readonly redirect_to: string;
  /** What the link is for; `signup` where the user is new. */
  readonly verification_type: string;
}

const NAMES = [
  "action_link",
  "email_otp",
  "hashed_token",
  "redirect_to",
  "verification_type",
] as const;

/** A link and the user it is for. */
export interface GenerateLinkResult<M extends Metadata = UnknownMetadata> {
  /** The link, its code and its hash. */
  readonly properties: GeneratedLink;
  /** Whom the link signs in; made now where the type makes users. */
  readonly user: User<M>;
}

/**
 * Parses the answer of `POST /admin/generate_link`, in which the members of the
 * link and of the user are mixed.
 *
 * @param json As the server sends it.
 * @param parseMetadata Parses the metadata further.
 * @returns The link and the user, apart.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseGeneratedLink<M extends Metadata>(
  json: unknown,
  parseMetadata?: MetadataParser<M>,
): GenerateLinkResult<M> {
  const rest = { ...readObject(json, "link") };
  const properties: Record<string, string> = {};
  for (const name of NAMES) {
    properties[name] = readString(rest, name);
    delete rest[name];
  }
  const user = readUser(rest, parseMetadata);
  return { properties: properties as unknown as GeneratedLink, user };
}
