import type { Profile } from "../profiles.ts";
import { giveUp } from "./problem.ts";

/** What the command line says. */
export interface Flags {
  /** `--help` */
  readonly help: boolean;
  /** `--port` */
  readonly port: number | undefined;
  /** `--hostname` */
  readonly hostname: string | undefined;
  /** `--profile` */
  readonly profile: Profile | undefined;
  /** `--env-file`: several, the later ones on top. */
  readonly envFiles: readonly string[];
  /** `--compose` */
  readonly compose: string | undefined;
  /** `--service`: several. */
  readonly services: readonly string[];
  /** `--data` */
  readonly data: string | undefined;
  /** `--control` */
  readonly control: boolean;
}

/** What `--help` prints. */
export const HELP = `gotrue-emulator: an auth server in memory

  --port PORT        where to listen (default 9999; 0 takes any free port)
  --hostname HOST    the interface to listen on (default 127.0.0.1)
  --profile NAME     supabase: what "supabase start" sets (default);
                     server: the auth server's own defaults (default with --compose)
  --env-file FILE    settings by their real names; the environment goes before it
  --compose FILE     one server for each auth service of a compose file, with its
                     settings and on its published port, all over the same users
  --service NAME     only this service of the compose file; may be repeated
  --data FILE        keeps the data in a file
  --control          answers connectEmulator(), and shows a page at /_emulator/;
                     on loopback addresses only
  --help             prints this

Settings are read from the environment by their real names (GOTRUE_..., API_EXTERNAL_URL).`;

const VALUES = [
  "port",
  "hostname",
  "profile",
  "env-file",
  "compose",
  "service",
  "data",
];
const SWITCHES = ["control", "help"];

/** Reads the command line. Gives up where it makes no sense. */
export function parseFlags(args: readonly string[]): Flags {
  const given = collect(args);
  const last = (name: string) => given.get(name)?.at(-1);
  const flags: Flags = {
    help: given.has("help"),
    port: parsePort("--port", last("port")),
    hostname: last("hostname"),
    profile: parseProfile(last("profile")),
    envFiles: given.get("env-file") ?? [],
    compose: last("compose"),
    services: given.get("service") ?? [],
    data: last("data"),
    control: given.has("control"),
  };
  if (flags.services.length > 0 && flags.compose === undefined) {
    giveUp("--service needs --compose");
  }
  return flags;
}

function collect(args: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  const rest = args.map((arg) => arg === "-h" ? "--help" : arg);
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = "", assigned] = /^--([a-z-]+)(?:=([\s\S]*))?$/.exec(arg) ??
      [];
    const value = SWITCHES.includes(name)
      ? switchValue(name, assigned)
      : VALUES.includes(name)
      ? assigned ?? nextValue(name, rest)
      : giveUp(`There is no option ${arg.split("=")[0]}; see --help`);
    given.set(name, [...given.get(name) ?? [], value]);
  }
  return given;
}

function switchValue(name: string, assigned: string | undefined): string {
  return assigned === undefined ? "" : giveUp(`--${name} takes no value`);
}

function nextValue(name: string, rest: string[]): string {
  const value = rest.shift();
  return value === undefined || value === "" || value.startsWith("--")
    ? giveUp(`--${name} needs a value`)
    : value;
}

/** Reads a port; undefined for none. */
export function parsePort(
  name: string,
  text: string | undefined,
): number | undefined {
  if (text === undefined || text === "") return undefined;
  return /^\d{1,5}$/.test(text) && Number(text) < 65536
    ? Number(text)
    : giveUp(`${name} must be a port from 0 to 65535`);
}

function parseProfile(text: string | undefined): Profile | undefined {
  if (text === undefined || text === "supabase" || text === "server") {
    return text;
  }
  return giveUp("--profile must be supabase or server");
}
