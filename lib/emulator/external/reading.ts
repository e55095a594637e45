import type { ExternalEmail, ExternalProfile } from "./profile.ts";

/** What a reader gets: the answers of the profile endpoints, the token answer, and the address that was asked. */
export interface ProfileAnswers {
  /** The answers, in the order of the definition's endpoints. */
  readonly answers: readonly unknown[];
  /** The answer of the token endpoint. */
  readonly tokens: unknown;
  /** The address of the provider's interface, which becomes the claim `iss`. */
  readonly issuer: string;
}

/** Turns a provider's answers into a profile. */
export type Reader = (given: ProfileAnswers) => ExternalProfile;

/** The value at a path of names and indexes such as `data.0.id`; a member with just that name comes first. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  if (typeof value === "object" && value !== null && path in value) {
    return (value as Readonly<Record<string, unknown>>)[path];
  }
  for (const name of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

/** The text at a path; numbers count as text, "" stands for anything else. */
export function text(value: unknown, path: string): string {
  const found = at(value, path);
  return typeof found === "string" || typeof found === "number"
    ? String(found)
    : "";
}

/** An address, when there is one. */
export function oneEmail(email: string, verified: boolean): ExternalEmail[] {
  return email === "" ? [] : [{ email, verified, primary: true }];
}

/** A person, as far as most providers tell alike. */
export interface Person {
  readonly id: string;
  readonly name?: string;
  readonly avatar?: string;
  readonly username?: string;
  readonly emails: readonly ExternalEmail[];
  /** Further claims, or others than the usual ones. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The claims that nearly all providers have in common. */
export function describe(issuer: string, person: Person): ExternalProfile {
  const { id, name = "", avatar = "", username = "" } = person;
  const names = username === ""
    ? {}
    : { preferred_username: username, user_name: username };
  return {
    subject: id,
    emails: person.emails,
    claims: {
      iss: issuer,
      name,
      picture: avatar,
      full_name: name,
      avatar_url: avatar,
      provider_id: id,
      ...names,
      ...person.more,
    },
  };
}

/** A reader for answers that hold everything in one object. */
export function simple(paths: {
  readonly id: string;
  readonly name?: string;
  readonly avatar?: string;
  readonly username?: string;
  readonly email: string;
  /** A path, or what holds for all addresses of the provider. */
  readonly verified: string | boolean;
}): Reader {
  return ({ answers: [answer], issuer }) => {
    const { verified } = paths;
    const isVerified = typeof verified === "boolean"
      ? verified
      : at(answer, verified) === true || at(answer, verified) === "true" ||
        at(answer, verified) === 1;
    return describe(issuer, {
      id: text(answer, paths.id),
      name: text(answer, paths.name ?? "name"),
      avatar: text(answer, paths.avatar ?? "picture"),
      username: paths.username === undefined
        ? ""
        : text(answer, paths.username),
      emails: oneEmail(text(answer, paths.email), isVerified),
    });
  };
}

/** The list at a path, empty when there is none. */
export function list(value: unknown, path: string): readonly unknown[] {
  const found = path === "" ? value : at(value, path);
  return Array.isArray(found) ? found : [];
}
