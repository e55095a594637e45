import type { Emulator, EmulatorOptions } from "./options.ts";
import { profileEnvironment } from "./profiles.ts";
import type { Server } from "./server.ts";
import { readSettings } from "./settings.ts";

interface Instance {
  readonly server: Server;
  readonly options: EmulatorOptions;
}

const INSTANCES = new WeakMap<Emulator, Instance>();

/** Notes what is behind an emulator. */
export function rememberInstance(emulator: Emulator, instance: Instance): void {
  INSTANCES.set(emulator, instance);
}

/** What is behind an emulator. */
export function serverOf(emulator: Emulator): Server {
  return find(emulator).server;
}

/** Lets links and tokens name the address where an emulator really is, unless its settings name another. */
export function adoptAddress(emulator: Emulator, origin: string): void {
  const { server, options } = find(emulator);
  const { profile = "supabase", env = {} } = options;
  if (env["API_EXTERNAL_URL"] || env["GOTRUE_API_EXTERNAL_URL"]) return;
  const url = profile === "supabase" ? `${origin}/auth/v1` : origin;
  const settings = readSettings(
    profileEnvironment(profile, { ...env, API_EXTERNAL_URL: url }),
  );
  Object.assign(server.settings, settings);
}

/** Lets links and providers lead to addresses that the settings do not allow. */
export function allowRedirects(emulator: Emulator, pattern: string): void {
  const { settings } = find(emulator).server;
  const allowed = [...settings.GOTRUE_URI_ALLOW_LIST, pattern];
  Object.assign(settings, { GOTRUE_URI_ALLOW_LIST: allowed });
}

/**
 * Takes the page away that stands in for external providers: there whoever comes can be anybody.
 *
 * @throws {TypeError} when the page was asked for.
 */
export function closeConsentPage(emulator: Emulator, hostname: string): void {
  const { server, options } = find(emulator);
  if (options.consentPage) {
    throw new TypeError(
      `The consent page is for loopback addresses only, and ${hostname} is none`,
    );
  }
  Object.assign(server, { consentPage: false });
}

function find(emulator: Emulator): Instance {
  const instance = INSTANCES.get(emulator);
  if (instance === undefined) {
    throw new TypeError("The emulator must come from createEmulator()");
  }
  return instance;
}
