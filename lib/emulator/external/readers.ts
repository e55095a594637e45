import { decodeIdToken } from "./id_token.ts";
import type { ExternalProfile } from "./profile.ts";
import {
  at,
  describe,
  list,
  oneEmail,
  type ProfileAnswers,
  type Reader,
  simple,
  text,
} from "./reading.ts";

function readApple({ tokens }: ProfileAnswers): ExternalProfile {
  const claims = decodeIdToken(text(tokens, "id_token"))?.claims ?? {};
  const id = text(claims, "sub");
  return {
    subject: id,
    emails: oneEmail(text(claims, "email"), true),
    claims: { iss: claims["iss"], provider_id: id },
  };
}

function readAzure({ tokens, issuer }: ProfileAnswers): ExternalProfile {
  const claims = decodeIdToken(text(tokens, "id_token"))?.claims ?? {};
  const verified = [true, 1, "1", "true"].includes(
    claims["xms_edov"] as string,
  );
  return describe(text(claims, "iss") || issuer, {
    id: text(claims, "sub"),
    name: text(claims, "name"),
    emails: oneEmail(text(claims, "email"), verified),
    more: { preferred_username: claims["preferred_username"] },
  });
}

function readBitbucket({ answers, issuer }: ProfileAnswers): ExternalProfile {
  const [user, emails] = answers;
  return describe(issuer, {
    id: text(user, "uuid"),
    name: text(user, "display_name"),
    avatar: text(user, "links.avatar.href"),
    emails: list(emails, "values").map((one) => ({
      email: text(one, "email"),
      verified: at(one, "is_confirmed") === true,
      primary: at(one, "is_primary") === true,
    })),
  });
}

function readDiscord(
  { answers: [user], issuer }: ProfileAnswers,
): ExternalProfile {
  const id = text(user, "id");
  const discriminator = text(user, "discriminator");
  const username = text(user, "username");
  const avatar = text(user, "avatar");
  const extension = avatar.startsWith("a_") ? "gif" : "png";
  return describe(issuer, {
    id,
    name: discriminator === "" ? username : `${username}#${discriminator}`,
    avatar: avatar === ""
      ? ""
      : `https://cdn.discordapp.com/avatars/${id}/${avatar}.${extension}`,
    emails: oneEmail(text(user, "email"), at(user, "verified") === true),
    more: { custom_claims: { global_name: at(user, "global_name") } },
  });
}

function readGithub({ answers, issuer }: ProfileAnswers): ExternalProfile {
  const [user, emails] = answers;
  return describe(issuer, {
    id: text(user, "id"),
    name: text(user, "name"),
    avatar: text(user, "avatar_url"),
    username: text(user, "login"),
    emails: list(emails, "").map((one) => ({
      email: text(one, "email"),
      verified: at(one, "verified") === true,
      primary: at(one, "primary") === true,
    })).filter(({ email }) => email !== ""),
    more: { picture: "" },
  });
}

function readGitlab({ answers, issuer }: ProfileAnswers): ExternalProfile {
  const [user, emails] = answers;
  const others = list(emails, "").map((one) => text(one, "email")).filter((
    email,
  ) => email !== "");
  return describe(issuer, {
    id: text(user, "id"),
    name: text(user, "name"),
    avatar: text(user, "avatar_url"),
    emails: [
      // GitLab does not say of further addresses whether they are confirmed.
      ...others.map((email) => ({ email, verified: false, primary: false })),
      ...oneEmail(text(user, "email"), text(user, "confirmed_at") !== ""),
    ],
  });
}

function readKakao(
  { answers: [user], issuer }: ProfileAnswers,
): ExternalProfile {
  const account = at(user, "kakao_account");
  const name = text(account, "profile.nickname");
  const verified = at(account, "is_email_valid") === true &&
    at(account, "is_email_verified") === true;
  return describe(issuer, {
    id: text(user, "id"),
    name,
    avatar: text(account, "profile.profile_image_url"),
    username: name,
    emails: oneEmail(text(account, "email"), verified),
  });
}

function readKeycloak(
  { answers: [user], issuer }: ProfileAnswers,
): ExternalProfile {
  const username = text(user, "preferred_username");
  return describe(issuer, {
    id: text(user, "sub"),
    name: text(user, "name"),
    emails: oneEmail(text(user, "email"), at(user, "email_verified") === true),
    more: username === ""
      ? {}
      : { custom_claims: { preferred_username: username } },
  });
}

function readLinkedin({ answers, issuer }: ProfileAnswers): ExternalProfile {
  const [user, emails] = answers;
  const first = text(user, "localizedFirstName");
  return describe(issuer, {
    id: text(user, "id"),
    name: `${first} ${text(user, "localizedLastName")}`.trim(),
    emails: oneEmail(text(emails, "elements.0.handle~.emailAddress"), true),
  });
}

/** A provider whose answer, or id token, has the claims of OpenID Connect. */
function readOidc(given: ProfileAnswers): ExternalProfile {
  const claims = given.answers[0] ??
    decodeIdToken(text(given.tokens, "id_token"))?.claims;
  return READ_CLAIMS({ ...given, answers: [claims] });
}

const READ_CLAIMS = simple({
  id: "sub",
  email: "email",
  verified: "email_verified",
});

function readSlackOidc(given: ProfileAnswers): ExternalProfile {
  const profile = READ_CLAIMS(given);
  const team = at(given.answers[0], "https://slack.com/team_id");
  const custom = { "https://slack.com/team_id": team };
  return team === undefined
    ? profile
    : { ...profile, claims: { ...profile.claims, custom_claims: custom } };
}

function readSnapchat(
  { answers: [answer], issuer }: ProfileAnswers,
): ExternalProfile {
  const me = at(answer, "data.me");
  const id = text(me, "externalId");
  return describe(issuer, {
    id,
    name: text(me, "displayName"),
    avatar: text(me, "bitmoji.avatar"),
    // Snapchat gives no address, and the server makes one up that is never verified.
    emails: oneEmail(id === "" ? "" : `${id}@snapchat.id`, false),
  });
}

function readWorkos({ tokens, issuer }: ProfileAnswers): ExternalProfile {
  const profile = at(tokens, "profile");
  const first = text(profile, "first_name");
  const custom = ["connection_id", "organization_id"].map((name) =>
    [name, text(profile, name)] as const
  ).filter(([, value]) => value !== "");
  return describe(issuer, {
    id: text(profile, "id"),
    name: `${first} ${text(profile, "last_name")}`.trim(),
    emails: oneEmail(text(profile, "email"), true),
    more: { custom_claims: Object.fromEntries(custom) },
  });
}

function readZoom(
  { answers: [user], issuer }: ProfileAnswers,
): ExternalProfile {
  const first = text(user, "first_name");
  return describe(issuer, {
    id: text(user, "id"),
    name: `${first} ${text(user, "last_name")}`.trim(),
    avatar: text(user, "pic_url"),
    emails: oneEmail(text(user, "email"), at(user, "verified") === 1),
  });
}

/** The names of the readers. */
type ReaderName =
  | "apple"
  | "azure"
  | "bitbucket"
  | "discord"
  | "facebook"
  | "figma"
  | "fly"
  | "github"
  | "gitlab"
  | "google"
  | "kakao"
  | "keycloak"
  | "linkedin"
  | "notion"
  | "oidc"
  | "slack"
  | "slackOidc"
  | "snapchat"
  | "spotify"
  | "twitch"
  | "twitter"
  | "workos"
  | "x"
  | "zoom";

/** The readers, by provider or by kind of answer. */
export const READERS: Readonly<Record<ReaderName, Reader>> = {
  apple: readApple,
  azure: readAzure,
  bitbucket: readBitbucket,
  discord: readDiscord,
  facebook: simple({
    id: "id",
    avatar: "picture.data.url",
    email: "email",
    verified: true,
  }),
  figma: simple({
    id: "id",
    name: "handle",
    avatar: "img_url",
    email: "email",
    verified: true,
  }),
  fly: simple({
    id: "user_id",
    name: "user_name",
    email: "email",
    verified: true,
  }),
  github: readGithub,
  gitlab: readGitlab,
  google: READ_CLAIMS,
  kakao: readKakao,
  keycloak: readKeycloak,
  linkedin: readLinkedin,
  notion: simple({
    id: "bot.owner.user.id",
    name: "bot.owner.user.name",
    avatar: "bot.owner.user.avatar_url",
    email: "bot.owner.user.person.email",
    verified: true,
  }),
  oidc: readOidc,
  slack: simple({
    id: "user.id",
    name: "user.name",
    avatar: "user.image_192",
    email: "user.email",
    verified: true,
  }),
  slackOidc: readSlackOidc,
  snapchat: readSnapchat,
  spotify: simple({
    id: "id",
    name: "display_name",
    avatar: "images.0.url",
    email: "email",
    verified: false,
  }),
  twitch: simple({
    id: "data.0.id",
    name: "data.0.login",
    avatar: "data.0.profile_image_url",
    username: "data.0.display_name",
    email: "data.0.email",
    verified: true,
  }),
  twitter: simple({
    id: "id_str",
    avatar: "profile_image_url_https",
    username: "screen_name",
    email: "email",
    verified: true,
  }),
  workos: readWorkos,
  x: simple({
    id: "data.id",
    name: "data.name",
    avatar: "data.profile_image_url",
    username: "data.username",
    email: "data.confirmed_email",
    verified: true,
  }),
  zoom: readZoom,
};
