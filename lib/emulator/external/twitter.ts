import type { Context } from "../context.ts";
import type { JsonObject } from "../records.ts";
import type { ProviderSettings } from "../settings.ts";
import { fetchAny } from "./fetch_json.ts";
import { signedRequest, type Signer } from "./oauth1.ts";
import { checkSettings } from "./built_in.ts";
import type { Provider } from "./provider.ts";
import { READERS } from "./readers.ts";
import { at } from "./reading.ts";

const HOST = "https://api.twitter.com";

/** Twitter, the one provider with OAuth 1.0: a token is fetched before anybody is sent there. */
export function twitterProvider(settings: ProviderSettings): Provider {
  const clientId = checkSettings(settings);
  const host = settings.url.replace(/\/+$/, "") || HOST;
  const client: Signer = {
    key: clientId,
    secret: settings.secret,
    token: "",
    tokenSecret: "",
  };
  return {
    authorizeUrl: `${host}/oauth/authenticate`,
    clientId,
    redirectUri: settings.redirectUri,
    scopes: [],
    scopeSeparator: ",",
    parameters: {},
    pkce: false,
    emailOptional: settings.emailOptional,
    begin: async (context, state) => {
      const callback = `${settings.redirectUri}?state=${state}`;
      const { token, tokenSecret } = await fetchToken(
        context,
        `${host}/oauth/request_token`,
        client,
        { oauth_callback: callback },
      );
      return {
        url: `${host}/oauth/authenticate?oauth_token=${token}`,
        secret: `${token} ${tokenSecret}`,
      };
    },
    exchange: async (context, code, secret) => {
      const [token = "", tokenSecret = ""] = secret.split(" ");
      const answer = await fetchToken(
        context,
        `${host}/oauth/access_token`,
        { ...client, token, tokenSecret },
        { oauth_verifier: code },
      );
      return { access: answer.token, refresh: "", answer };
    },
    profile: async (context, { answer }) => {
      const signer = { ...client, ...answer as Token };
      const address =
        `${host}/1.1/account/verify_credentials.json?include_email=true`;
      const request = signedRequest(context, "GET", address, signer);
      const person = await fetchAny(context, request);
      return READERS.twitter({ answers: [person], tokens: null, issuer: host });
    },
  };
}

type Token = Pick<Signer, "token" | "tokenSecret">;

async function fetchToken(
  context: Context,
  address: string,
  signer: Signer,
  protocol: Readonly<Record<string, string>>,
): Promise<Token> {
  const request = signedRequest(context, "POST", address, signer, protocol);
  const answer = await fetchAny(context, request) as JsonObject;
  const token = at(answer, "oauth_token");
  const tokenSecret = at(answer, "oauth_token_secret");
  if (typeof token !== "string" || typeof tokenSecret !== "string") {
    throw new Error("The provider gave no token");
  }
  return { token, tokenSecret };
}
