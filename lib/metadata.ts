/** Metadata parsed by the application's own schemas. */
import type {
  AuthConfig,
  Metadata,
  MetadataSchemas,
  StandardSchema,
} from "./config.ts";
import { AuthResponseError } from "./errors.ts";

/** What schemas make of a user's two members of metadata, which are objects. */
export type MetadataParser<M extends Metadata> = NonNullable<
  AuthConfig<M>["parseMetadata"]
>;

type User = Parameters<MetadataParser<Metadata>>[0];

/**
 * Makes a parser of the two metadata members of a user. It throws
 * `AuthResponseError` `invalid_response`, naming the path that a schema refuses.
 *
 * @param schemas The application's schemas.
 * @returns The parser.
 */
export function createMetadataParser<M extends Metadata>(
  schemas: MetadataSchemas<M>,
): MetadataParser<M> {
  return (user) =>
    ({
      user_metadata: parse(user, "user_metadata", schemas.user_metadata),
      app_metadata: parse(user, "app_metadata", schemas.app_metadata),
    }) as unknown as M;
}

function parse(
  user: User,
  name: keyof Metadata,
  schema: StandardSchema<unknown> | undefined,
): unknown {
  const value = user[name];
  if (!schema) return value;
  const { issues, value: parsed } = Object(schema["~standard"].validate(value));
  if (issues) {
    const path = [issues[0]?.path ?? []].flat().map((part) => part.key ?? part);
    throw new AuthResponseError(
      "invalid_response",
      `Cannot understand the answer: the schema refuses ${
        [name, ...path].join(".")
      }`,
    );
  }
  if (parsed === undefined) {
    throw new TypeError(
      `Cannot use the schema of ${name}: it must answer synchronously`,
    );
  }
  return parsed;
}
