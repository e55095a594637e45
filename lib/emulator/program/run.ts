import { createEmulator, createStore } from "../emulator.ts";
import { listenOn } from "../listen.ts";
import type { EmulatorDiagnostic, EmulatorStore } from "../options.ts";
import type { Profile } from "../profiles.ts";
import type { Environment } from "../settings.ts";
import { parseEnvFile } from "./env_file.ts";
import { type Flags, parsePort } from "./flags.ts";
import type { Host, Listening } from "./host.ts";
import { giveUp, messageOf } from "./problem.ts";

/** What runs. */
export interface Program {
  /** Where it listens. */
  readonly servers: readonly Listening[];
  /** Ends it. */
  close(): Promise<void>;
}

/** One server that the program is asked for. */
export interface Plan {
  /** The service of the compose file; undefined when there is none. */
  readonly name: string | undefined;
  readonly profile: Profile;
  readonly port: number;
  readonly hostname: string | undefined;
  readonly env: Environment;
}

const USUAL_PORT = 9999;
const SETTING = /^(GOTRUE_\w+|API_EXTERNAL_URL|REQUEST_ID_HEADER)$/;

/** Starts what the command line asks for. Gives up with one line when that is impossible; nothing listens then. */
export async function start(flags: Flags, host: Host): Promise<Program> {
  const plans = await makePlans(flags, host);
  const store = createStore();
  const servers: Listening[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (const plan of plans) {
      servers.push(await startServer(plan, store, flags, host));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { servers, close };
}

async function makePlans(flags: Flags, host: Host): Promise<Plan[]> {
  const variables = { ...await readEnvFiles(flags, host), ...host.env };
  return [planOne(flags, variables)];
}

async function readEnvFiles(
  flags: Flags,
  host: Host,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const path of flags.envFiles) {
    const text = await readFile(host, path);
    const lookup = (name: string) => host.env[name] ?? values[name];
    Object.assign(values, parseEnvFile(path, text, lookup));
  }
  return values;
}

/** Reads a file that has to be there. */
export async function readFile(host: Host, path: string): Promise<string> {
  try {
    return await host.readText(path);
  } catch (error) {
    return giveUp(`The file ${path} cannot be read`, error);
  }
}

function planOne(flags: Flags, variables: Environment): Plan {
  const env = pickSettings(variables);
  const port = flags.port ??
    parsePort("GOTRUE_API_PORT", env["GOTRUE_API_PORT"]);
  return {
    name: undefined,
    profile: flags.profile ?? "supabase",
    port: port ?? USUAL_PORT,
    hostname: flags.hostname ?? (env["GOTRUE_API_HOST"] || undefined),
    env,
  };
}

/** The settings among variables. The address has two names; the emulator's profiles know one. */
export function pickSettings(variables: Environment): Environment {
  const env = Object.fromEntries(
    Object.entries(variables).filter(([name]) => SETTING.test(name)),
  );
  const { GOTRUE_API_EXTERNAL_URL: url, ...others } = env;
  const own = others["API_EXTERNAL_URL"] || url;
  const { API_EXTERNAL_URL: _, ...rest } = others;
  return own ? { ...rest, API_EXTERNAL_URL: own } : rest;
}

async function startServer(
  plan: Plan,
  store: EmulatorStore,
  flags: Flags,
  host: Host,
): Promise<Listening> {
  const label = plan.name === undefined ? "" : `${plan.name}: `;
  const { port, hostname } = plan;
  try {
    const emulator = createEmulator({
      profile: plan.profile,
      env: plan.env,
      store,
      onDiagnostic: (event) => host.warn(label + describe(event)),
    });
    const server = await listenOn(host, emulator, {
      port,
      ...(hostname === undefined ? {} : { hostname }),
      control: flags.control,
    });
    host.print(
      `${label}Listening on ${server.url} (profile ${plan.profile}, known as ${emulator.url})`,
    );
    return server;
  } catch (error) {
    return giveUp(label + messageOf(error), error);
  }
}

function describe(event: EmulatorDiagnostic): string {
  switch (event.type) {
    case "unknown-settings":
      return `Unknown settings: ${event.names.join(", ")}`;
    case "unexpected-failure":
      return `A request failed inside the emulator: ${messageOf(event.error)}`;
  }
}
