/** Metadata parsed by the application's own schema, if it gave one. */
import type { Metadata, MetadataSchemas, StandardSchema } from "../config.ts";
import { invalid, isObject, type JsonObject } from "./json.ts";

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
  const value = user[name] ?? {};
  if (!isObject(value)) throw invalid(`${name} must be an object`);
  if (!schema) return value;
  const result = schema["~standard"].validate(value);
  if (!isObject(result) || result instanceof Promise) {
    throw new TypeError(
      `Cannot use the schema of ${name}: it must answer synchronously`,
    );
  }
  if (Array.isArray(result["issues"])) {
    throw invalid(`the schema refuses ${pathOf(name, result["issues"][0])}`);
  }
  return result["value"];
}

function pathOf(name: string, issue: unknown): string {
  const path = isObject(issue) && Array.isArray(issue["path"])
    ? issue["path"]
    : [];
  const keys = path.map((part) => isObject(part) ? part["key"] : part);
  return [name, ...keys].map(String).join(".");
}
