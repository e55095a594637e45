/**
 * The fake OAuth provider of the recording (GitLab, GitHub, Keycloak): the authorization code is base64url of the profile in JSON, and the
 * access token is the code itself.
 *
 * @module
 */
import { fromBase64, fromUtf8 } from "./encoding.ts";

/** What a code encodes. */
interface Profile {
  id: number | string;
  email?: string;
  verified?: boolean;
  name?: string;
  username?: string;
}

const AVATAR = "/a.png";
const TOKEN =
  /^\/(?:gitlab\/oauth\/token|github\/login\/oauth\/access_token|realms\/[^/]+\/protocol\/openid-connect\/token)$/;

/** Answers the token and profile requests of the auth server; `undefined` for any other path. */
export async function answerProvider(
  request: Request,
): Promise<Response | undefined> {
  const url = new URL(request.url);
  if (TOKEN.test(url.pathname)) return await answerToken(request);
  const describe = profileForms(url);
  if (describe === undefined) return undefined;
  const profile = decodeProfile(
    (request.headers.get("authorization") ?? "").replace(
      /^(?:bearer|token) /i,
      "",
    ),
  );
  if (profile === undefined) {
    return Response.json({ message: "Unauthorized" }, { status: 401 });
  }
  return Response.json(describe(profile));
}

async function answerToken(request: Request): Promise<Response> {
  const code = await codeOf(request);
  if (decodeProfile(code) === undefined) {
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  }
  const tokens = {
    access_token: code,
    refresh_token: `idp-refresh-${code.length}`,
    token_type: "bearer",
    expires_in: 3600,
  };
  return Response.json(tokens);
}

async function codeOf(request: Request): Promise<string> {
  const text = await request.text();
  if (!(request.headers.get("content-type") ?? "").includes("json")) {
    return new URLSearchParams(text).get("code") ?? "";
  }
  return String((JSON.parse(text) as { code?: unknown }).code ?? "");
}

/** The profile in a code, or `undefined`. */
export function decodeProfile(code: string): Profile | undefined {
  try {
    const profile = JSON.parse(fromUtf8(fromBase64(code)));
    return typeof profile === "object" && profile !== null
      ? profile as Profile
      : undefined;
  } catch {
    return undefined;
  }
}

function profileForms(url: URL): ((profile: Profile) => unknown) | undefined {
  const avatar_url = url.origin + AVATAR;
  switch (url.pathname.replace(/^\/realms\/[^/]+/, "")) {
    case "/gitlab/api/v4/user":
      return ({ id, email, name, verified }) => ({
        id,
        email,
        name,
        avatar_url,
        confirmed_at: verified ? "2020-01-01T00:00:00Z" : null,
      });
    case "/gitlab/api/v4/user/emails":
      return () => [];
    case "/github/api/v3/user":
      return ({ id, email, name, username }) => ({
        id,
        email,
        name,
        login: username,
        avatar_url,
      });
    case "/github/api/v3/user/emails":
      return (
        { email, verified },
      ) => [{ email, primary: true, verified: verified === true }];
    case "/protocol/openid-connect/userinfo":
      return ({ id, email, name, username, verified }) => ({
        sub: String(id),
        name,
        email,
        email_verified: verified === true,
        preferred_username: username,
      });
  }
  return undefined;
}
