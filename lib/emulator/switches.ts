import { serverOf } from "./instances.ts";
import { isLocalUrl } from "./loopback.ts";
import type { Emulator } from "./options.ts";
import type { JsonObject } from "./records.ts";

/** Settings that the page turns on and off while the emulator runs. */
const SWITCHES = [
  "GOTRUE_MAILER_AUTOCONFIRM",
  "GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED",
  "GOTRUE_PASSKEY_ENABLED",
] as const;

type Switch = typeof SWITCHES[number];

/** What the page has to know of the settings. */
export function showSettings(emulator: Emulator): JsonObject {
  const { settings } = serverOf(emulator);
  return {
    issuer: settings.GOTRUE_JWT_ISSUER,
    audience: settings.GOTRUE_JWT_AUD,
    providers: Object.keys(settings.providers).filter((name) =>
      settings.providers[name]?.enabled
    ),
    passkeyOrigins: settings.GOTRUE_WEBAUTHN_RP_ORIGINS,
    switches: Object.fromEntries(
      SWITCHES.map((name) => [name, settings[name]]),
    ),
  };
}

/** Turns a setting on or off. Passkeys are for the page itself, where no settings say for whom. */
export function turnSwitch(
  emulator: Emulator,
  name: string,
  isOn: boolean,
  origin: string,
): void {
  const { settings } = serverOf(emulator);
  if (!isSwitch(name)) throw new TypeError(`${name} cannot be switched`);
  const needsParty = isOn && name === "GOTRUE_PASSKEY_ENABLED" &&
    settings.GOTRUE_WEBAUTHN_RP_ID === "";
  Object.assign(settings, needsParty ? relyingParty(origin) : {}, {
    [name]: isOn,
  });
}

function isSwitch(name: string): name is Switch {
  return (SWITCHES as readonly string[]).includes(name);
}

function relyingParty(origin: string): JsonObject {
  if (!isLocalUrl(origin)) {
    throw new TypeError("options.origin must be a page of this machine");
  }
  const url = new URL(origin);
  // A number is no domain, and passkeys belong to domains.
  const isNumber = /^[\d.]+$|^\[/.test(url.hostname);
  if (isNumber) url.hostname = "localhost";
  return {
    GOTRUE_WEBAUTHN_RP_ID: url.hostname,
    GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "gotrue-emulator",
    GOTRUE_WEBAUTHN_RP_ORIGINS: [url.origin],
  };
}
