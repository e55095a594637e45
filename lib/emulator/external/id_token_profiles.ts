import type { JsonObject } from "../records.ts";
import { audiences } from "./id_token.ts";
import type { ExternalProfile } from "./profile.ts";
import { oneEmail } from "./reading.ts";

/** The claims that an identity takes over from an id token of any issuer. */
const KNOWN = [
  "iss",
  "iat",
  "exp",
  "name",
  "family_name",
  "given_name",
  "middle_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "updated_at",
  "phone",
  "phone_verified",
  "custom_claims",
  "full_name",
  "avatar_url",
  "slug",
  "provider_id",
  "user_name",
];
/** The claims of Azure that are no custom ones. */
const STANDARD = [
  "acr",
  "amr",
  "aud",
  "azp",
  "email",
  "exp",
  "iat",
  "iss",
  "name",
  "nbf",
  "nonce",
  "preferred_username",
  "sub",
];

/** Turns the claims of a checked id token into a profile. */
export function describeIdToken(
  provider: string,
  claims: JsonObject,
): ExternalProfile {
  const describe = Object.hasOwn(DESCRIBERS, provider)
    ? DESCRIBERS[provider]!
    : describeAny;
  return describe(claims);
}

const DESCRIBERS: Readonly<
  Record<string, (claims: JsonObject) => ExternalProfile>
> = {
  apple: describeApple,
  azure: describeAzure,
  google: describeGoogle,
  kakao: describeKakao,
};

function text(claims: JsonObject, name: string): string {
  const value = claims[name];
  return typeof value === "string" ? value : "";
}

function isTrue(value: unknown): boolean {
  return [true, 1, "1", "true"].includes(value as string);
}

function person(
  claims: JsonObject,
  verified: boolean,
  more: JsonObject,
): ExternalProfile {
  const subject = text(claims, "sub");
  return {
    subject,
    emails: oneEmail(text(claims, "email"), verified),
    claims: { iss: claims["iss"], provider_id: subject, ...more },
  };
}

function describeApple(claims: JsonObject): ExternalProfile {
  const custom = ["is_private_email", "auth_time"].filter((name) =>
    claims[name] !== undefined
  ).map((name) => [name, claims[name]]);
  return person(claims, true, { custom_claims: Object.fromEntries(custom) });
}

function describeAzure(claims: JsonObject): ExternalProfile {
  const custom = Object.entries(claims).filter(([name]) =>
    !STANDARD.includes(name)
  );
  return person(claims, isTrue(claims["xms_edov"]), {
    full_name: claims["name"],
    preferred_username: claims["preferred_username"],
    custom_claims: Object.fromEntries(custom),
  });
}

function describeGoogle(claims: JsonObject): ExternalProfile {
  const { name, picture, hd } = claims;
  return person(claims, isTrue(claims["email_verified"]), {
    name,
    picture,
    full_name: name,
    avatar_url: picture,
    custom_claims: hd === undefined ? {} : { hd },
  });
}

function describeKakao(claims: JsonObject): ExternalProfile {
  const { nickname, picture } = claims;
  return person(claims, true, {
    name: nickname,
    full_name: nickname,
    preferred_username: nickname,
    picture,
    avatar_url: picture,
  });
}

function describeAny(claims: JsonObject): ExternalProfile {
  const known = KNOWN.map((name) => [name, claims[name]] as const);
  return {
    subject: text(claims, "sub"),
    emails: oneEmail(text(claims, "email"), isTrue(claims["email_verified"])),
    claims: { ...Object.fromEntries(known), aud: audiences(claims) },
  };
}
