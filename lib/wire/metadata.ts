/** Metadata parsed by the application's own schema, if it gave one. */
import type { Metadata, MetadataSchemas, StandardSchema } from "../config.ts";
import { invalid, type JsonObject, readObject } from "./json.ts";

/**
 * The two metadata members of a user, parsed.
 *
 * @param user The user's JSON.
 * @param schemas The application's schemas.
 * @returns Both members; `{}` where the server sent none.
 * @throws {AuthResponseError} `invalid_response`, naming the path that a schema
 * refuses.
 */
export function parseMetadata<M extends Metadata>(
  user: JsonObject,
  schemas: MetadataSchemas<M> | undefined,
): M {
  return {
    user_metadata: parse(user, "user_metadata", schemas?.user_metadata),
    app_metadata: parse(user, "app_metadata", schemas?.app_metadata),
  } as unknown as M;
}

function parse(
  user: JsonObject,
  name: string,
  schema: StandardSchema<unknown> | undefined,
): unknown {
  const value = readObject(user[name] ?? {}, name);
  if (!schema) return value;
  const { issues, value: parsed } = Object(schema["~standard"].validate(value));
  if (issues) {
    const path = [issues[0]?.path ?? []].flat().map((part) => part.key ?? part);
    throw invalid(`the schema refuses ${[name, ...path].join(".")}`);
  }
  if (parsed === undefined) {
    throw new TypeError(
      `Cannot use the schema of ${name}: it must answer synchronously`,
    );
  }
  return parsed;
}
