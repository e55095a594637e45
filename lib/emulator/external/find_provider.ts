import type { Context } from "../context.ts";
import { builtInProvider } from "./built_in.ts";
import { consentProvider } from "./consent.ts";
import { customProvider, findCustomProvider, isCustomName } from "./custom.ts";
import { DEFINITIONS } from "./definitions.ts";
import { type Provider, unsupported } from "./provider.ts";
import { twitterProvider } from "./twitter.ts";

/** A provider by its name; refuses unknown and disabled ones (auth-server §14.1). */
export function findProvider(context: Context, name: string): Provider {
  const { consentPage } = context.server;
  if (isCustomName(name)) {
    const record = findCustomProvider(context, name);
    return consentPage
      ? consentProvider(context, name, record.email_optional)
      : customProvider(context, record);
  }
  const settings = context.settings.providers[name];
  const definition = Object.hasOwn(DEFINITIONS, name)
    ? DEFINITIONS[name]
    : undefined;
  const isKnown = definition !== undefined || name === "twitter" ||
    (consentPage && settings !== undefined);
  if (!isKnown) {
    unsupported(`Provider ${name} could not be found`);
  }
  if (!settings?.enabled) unsupported("provider is not enabled");
  if (consentPage) {
    return consentProvider(context, name, settings.emailOptional);
  }
  return definition === undefined
    ? twitterProvider(settings)
    : builtInProvider(name, definition, settings);
}
