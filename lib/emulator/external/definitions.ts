import { READERS } from "./readers.ts";
import type { Reader } from "./reading.ts";

/** A URL in two parts: what `GOTRUE_EXTERNAL_<NAME>_URL` replaces, and the rest. */
type Endpoint = readonly [host: string, path: string];

/** What is particular about a built-in provider. */
export interface Definition {
  /** Where a person consents. */
  readonly authorize: Endpoint;
  /** Where a code becomes tokens. */
  readonly token: Endpoint;
  /** Where the profile is read, in the order that the reader expects. */
  readonly profile: readonly Endpoint[];
  /** What comes before the paths of the profile when the host is replaced. */
  readonly profilePrefix?: string;
  /** The scopes that are always asked for. */
  readonly scopes: readonly string[];
  /** Further parameters of the first URL. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether the provider wants a code challenge from the server. */
  readonly pkce?: true;
  /** Whether the client authenticates by `Authorization: Basic` instead of the form. */
  readonly basic?: true;
  /** Turns the answers into a profile. */
  readonly read: Reader;
}

const SNAPCHAT_SCOPE = "https://auth.snapchat.com/oauth2/api/user.";
const SNAPCHAT_QUERY =
  "/v1/me?query=%7Bme%7BexternalId%20displayName%20bitmoji%7Bavatar%20id%7D%7D%7D";

/** The built-in providers by name. Keycloak has no address of its own: the first part is a setting. */
export const DEFINITIONS: Readonly<Record<string, Definition>> = {
  apple: {
    authorize: ["https://appleid.apple.com", "/auth/authorize"],
    token: ["https://appleid.apple.com", "/auth/token"],
    profile: [],
    scopes: ["email", "name"],
    parameters: { response_mode: "form_post" },
    read: READERS.apple,
  },
  azure: {
    authorize: [
      "https://login.microsoftonline.com/common",
      "/oauth2/v2.0/authorize",
    ],
    token: ["https://login.microsoftonline.com/common", "/oauth2/v2.0/token"],
    profile: [],
    scopes: ["openid"],
    read: READERS.azure,
  },
  bitbucket: {
    authorize: ["https://bitbucket.org", "/site/oauth2/authorize"],
    token: ["https://bitbucket.org", "/site/oauth2/access_token"],
    profile: [
      ["https://api.bitbucket.org", "/2.0/user"],
      ["https://api.bitbucket.org", "/2.0/user/emails"],
    ],
    scopes: ["account", "email"],
    read: READERS.bitbucket,
  },
  discord: {
    authorize: ["https://discord.com", "/api/oauth2/authorize"],
    token: ["https://discord.com", "/api/oauth2/token"],
    profile: [["https://discord.com", "/api/users/@me"]],
    scopes: ["email", "identify"],
    read: READERS.discord,
  },
  facebook: {
    authorize: ["https://www.facebook.com", "/dialog/oauth"],
    token: ["https://graph.facebook.com", "/oauth/access_token"],
    profile: [[
      "https://graph.facebook.com",
      "/me?fields=email,first_name,last_name,name,picture",
    ]],
    scopes: ["email"],
    read: READERS.facebook,
  },
  figma: {
    authorize: ["https://www.figma.com", "/oauth"],
    token: ["https://api.figma.com", "/v1/oauth/token"],
    profile: [["https://api.figma.com", "/v1/me"]],
    scopes: ["current_user:read"],
    read: READERS.figma,
  },
  fly: {
    authorize: ["https://api.fly.io", "/oauth/authorize"],
    token: ["https://api.fly.io", "/oauth/token"],
    profile: [["https://api.fly.io", "/oauth/token/info"]],
    scopes: ["read"],
    read: READERS.fly,
  },
  github: {
    authorize: ["https://github.com", "/login/oauth/authorize"],
    token: ["https://github.com", "/login/oauth/access_token"],
    profile: [
      ["https://api.github.com", "/user"],
      ["https://api.github.com", "/user/emails"],
    ],
    profilePrefix: "/api/v3",
    scopes: ["user:email"],
    read: READERS.github,
  },
  gitlab: {
    authorize: ["https://gitlab.com", "/oauth/authorize"],
    token: ["https://gitlab.com", "/oauth/token"],
    profile: [
      ["https://gitlab.com", "/api/v4/user"],
      ["https://gitlab.com", "/api/v4/user/emails"],
    ],
    scopes: ["read_user"],
    read: READERS.gitlab,
  },
  google: {
    authorize: ["https://accounts.google.com", "/o/oauth2/v2/auth"],
    token: ["https://oauth2.googleapis.com", "/token"],
    profile: [["https://openidconnect.googleapis.com", "/v1/userinfo"]],
    scopes: ["email", "profile"],
    read: READERS.google,
  },
  kakao: {
    authorize: ["https://kauth.kakao.com", "/oauth/authorize"],
    token: ["https://kauth.kakao.com", "/oauth/token"],
    profile: [["https://kapi.kakao.com", "/v2/user/me"]],
    scopes: ["account_email", "profile_image", "profile_nickname"],
    read: READERS.kakao,
  },
  keycloak: {
    authorize: ["", "/protocol/openid-connect/auth"],
    token: ["", "/protocol/openid-connect/token"],
    profile: [["", "/protocol/openid-connect/userinfo"]],
    scopes: ["profile", "email"],
    read: READERS.keycloak,
  },
  linkedin: {
    authorize: ["https://api.linkedin.com", "/oauth/v2/authorization"],
    token: ["https://api.linkedin.com", "/oauth/v2/accessToken"],
    profile: [
      ["https://api.linkedin.com", "/v2/me"],
      [
        "https://api.linkedin.com",
        "/v2/emailAddress?q=members&projection=(elements*(handle~))",
      ],
    ],
    scopes: ["r_emailaddress", "r_liteprofile"],
    read: READERS.linkedin,
  },
  linkedin_oidc: {
    authorize: ["https://api.linkedin.com", "/oauth/v2/authorization"],
    token: ["https://api.linkedin.com", "/oauth/v2/accessToken"],
    profile: [["https://api.linkedin.com", "/v2/userinfo"]],
    scopes: ["openid", "email", "profile"],
    read: READERS.oidc,
  },
  notion: {
    authorize: ["https://api.notion.com", "/v1/oauth/authorize"],
    token: ["https://api.notion.com", "/v1/oauth/token"],
    profile: [["https://api.notion.com", "/v1/users/me"]],
    scopes: [],
    basic: true,
    read: READERS.notion,
  },
  slack: {
    authorize: ["https://slack.com", "/oauth/authorize"],
    token: ["https://slack.com", "/api/oauth.access"],
    profile: [["https://slack.com", "/api/users.identity"]],
    scopes: ["profile", "email", "openid"],
    read: READERS.slack,
  },
  slack_oidc: {
    authorize: ["https://slack.com", "/openid/connect/authorize"],
    token: ["https://slack.com", "/api/openid.connect.token"],
    profile: [["https://slack.com", "/api/openid.connect.userInfo"]],
    scopes: ["profile", "email", "openid"],
    read: READERS.slackOidc,
  },
  snapchat: {
    authorize: ["https://accounts.snapchat.com", "/accounts/oauth2/auth"],
    token: ["https://accounts.snapchat.com", "/accounts/oauth2/token"],
    profile: [["https://kit.snapchat.com", SNAPCHAT_QUERY]],
    scopes: ["external_id", "display_name", "bitmoji.avatar"].map((name) =>
      SNAPCHAT_SCOPE + name
    ),
    read: READERS.snapchat,
  },
  spotify: {
    authorize: ["https://accounts.spotify.com", "/authorize"],
    token: ["https://accounts.spotify.com", "/api/token"],
    profile: [["https://api.spotify.com", "/v1/me"]],
    scopes: ["user-read-email"],
    read: READERS.spotify,
  },
  twitch: {
    authorize: ["https://id.twitch.tv", "/oauth2/authorize"],
    token: ["https://id.twitch.tv", "/oauth2/token"],
    profile: [["https://api.twitch.tv", "/helix/users"]],
    scopes: ["user:read:email"],
    read: READERS.twitch,
  },
  vercel_marketplace: {
    authorize: ["https://api.vercel.com", "/oauth/v2/authorization"],
    token: ["https://api.vercel.com", "/oauth/v2/accessToken"],
    profile: [],
    scopes: [],
    read: READERS.oidc,
  },
  workos: {
    authorize: ["https://api.workos.com", "/sso/authorize"],
    token: ["https://api.workos.com", "/sso/token"],
    profile: [],
    scopes: [],
    read: READERS.workos,
  },
  x: {
    authorize: ["https://x.com", "/i/oauth2/authorize"],
    token: ["https://api.x.com", "/2/oauth2/token"],
    profile: [[
      "https://api.x.com",
      "/2/users/me?user.fields=confirmed_email,profile_image_url",
    ]],
    scopes: ["users.email", "tweet.read", "users.read", "offline.access"],
    pkce: true,
    basic: true,
    read: READERS.x,
  },
  zoom: {
    authorize: ["https://zoom.us", "/oauth/authorize"],
    token: ["https://zoom.us", "/oauth/token"],
    profile: [["https://api.zoom.us", "/v2/users/me"]],
    scopes: [],
    read: READERS.zoom,
  },
};

/** An endpoint with its host, or with the one that the settings name. */
export function resolveEndpoint(
  [host, path]: Endpoint,
  override: string,
  prefix = "",
): string {
  const base = override.replace(/\/+$/, "");
  return base === "" ? host + path : base + prefix + path;
}
