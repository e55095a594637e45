import type { ProviderSettings } from "../settings.ts";
import { type Definition, resolveEndpoint } from "./definitions.ts";
import { exchangeCode, readProfile } from "./exchange.ts";
import { type Provider, unsupported } from "./provider.ts";

/** A built-in provider with its settings; refuses incomplete ones. */
export function builtInProvider(
  name: string,
  definition: Definition,
  settings: ProviderSettings,
): Provider {
  const clientId = checkSettings(settings);
  const { url } = settings;
  if (definition.authorize[0] === "" && url === "") {
    unsupported(`unable to find URL for the ${title(name)} provider`);
  }
  const profileUrls = definition.profile.map((endpoint) =>
    resolveEndpoint(endpoint, url, definition.profilePrefix)
  );
  const client = {
    clientId,
    secret: settings.secret,
    redirectUri: settings.redirectUri,
    tokenUrl: resolveEndpoint(definition.token, url),
    basic: definition.basic ?? false,
  };
  return {
    authorizeUrl: resolveEndpoint(definition.authorize, url),
    clientId,
    redirectUri: settings.redirectUri,
    scopes: definition.scopes,
    scopeSeparator: ",",
    parameters: definition.parameters ?? {},
    pkce: definition.pkce ?? false,
    emailOptional: settings.emailOptional,
    exchange: (context, code, verifier) =>
      exchangeCode(context, client, code, verifier),
    profile: async (context, tokens) =>
      definition.read({
        answers: await readProfile(context, profileUrls, tokens.access, {
          "Client-Id": clientId,
        }),
        tokens: tokens.answer,
        issuer: issuerOf(definition, url),
      }),
  };
}

/** Refuses settings that are not complete; gives the client's id. */
export function checkSettings(settings: ProviderSettings): string {
  const [clientId] = settings.clientIds;
  if (clientId === undefined) unsupported("missing OAuth client ID");
  if (settings.secret === "") unsupported("missing OAuth secret");
  if (settings.redirectUri === "") unsupported("missing redirect URI");
  return clientId;
}

function title(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** The claim `iss` of a profile: the address of the provider's interface. */
function issuerOf(definition: Definition, url: string): string {
  const [host] = definition.profile[0] ?? definition.token;
  return resolveEndpoint([host, ""], url, definition.profilePrefix);
}
