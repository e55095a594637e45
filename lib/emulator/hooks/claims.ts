import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import type { JsonObject } from "../records.ts";
import type { Claims } from "../signing.ts";
import { callHook, hasHook } from "./calls.ts";

type Type = "string" | "integer" | "boolean" | "array" | "object";

/** The claims that a hook's answer is checked for, with their types. */
const SCHEMA: Readonly<Record<string, readonly Type[]>> = {
  aud: ["string", "array"],
  exp: ["integer"],
  iat: ["integer"],
  sub: ["string"],
  email: ["string"],
  phone: ["string"],
  role: ["string"],
  aal: ["string"],
  session_id: ["string"],
  is_anonymous: ["boolean"],
  iss: ["string"],
  jti: ["string"],
  nbf: ["integer"],
  app_metadata: ["object"],
  user_metadata: ["object"],
  amr: ["array"],
};
const REQUIRED = Object.keys(SCHEMA).slice(0, 10);

/** The claims of an access token, as the `custom_access_token` hook wants them (auth-server §22). */
export async function customClaims(
  context: Context,
  claims: Claims,
  method: string,
): Promise<Claims> {
  if (!hasHook(context, "custom_access_token")) return claims;
  const answer = await callHook(context, "custom_access_token", {
    user_id: claims["sub"],
    claims,
    authentication_method: method,
  });
  const output = answer["claims"];
  if (typeof output !== "object" || output === null) {
    fail(500, "unexpected_failure", "output claims field is missing");
  }
  const problems = findProblems(output as JsonObject);
  if (problems.length > 0) {
    const list = problems.map((problem) => `- ${problem}\n`).join("");
    fail(
      500,
      undefined,
      `output claims do not conform to the expected schema: \n${list}`,
    );
  }
  return sorted(output as JsonObject);
}

/** What is wrong with claims, in the words of the server's schema validator. */
function findProblems(claims: JsonObject): string[] {
  const missing = REQUIRED.filter((name) => !Object.hasOwn(claims, name))
    .map((name) => `(root): ${name} is required`);
  const wrong = Object.entries(SCHEMA).flatMap(([name, types]) => {
    if (!Object.hasOwn(claims, name)) return [];
    const given = typeOf(claims[name]);
    return types.includes(given as Type) ? [] : [
      `${name}: Invalid type. Expected: ${types.join("/")}, given: ${given}`,
    ];
  });
  return [...missing, ...wrong];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** The server keeps the answer in a map, which it writes in alphabetical order. */
function sorted(claims: JsonObject): Claims {
  const entries = Object.entries(claims);
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}
