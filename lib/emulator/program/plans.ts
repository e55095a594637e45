import type { Profile } from "../profiles.ts";
import type { Environment } from "../settings.ts";
import { readCompose } from "./compose.ts";
import { parseEnvFile } from "./env_file.ts";
import { type Flags, parsePort } from "./flags.ts";
import type { Host } from "./host.ts";
import { giveUp } from "./problem.ts";

/** One server that the program is asked for. */
export interface Plan {
  /** The service of the compose file; "" when there is none. */
  readonly name: string;
  /** Whose defaults it starts from. */
  readonly profile: Profile;
  /** Where it listens. */
  readonly port: number;
  /** The interface; the usual one when undefined. */
  readonly hostname: string | undefined;
  /** Its settings. */
  readonly env: Environment;
}

const USUAL_PORT = 9999;
const SETTING = /^(GOTRUE_\w+|API_EXTERNAL_URL|REQUEST_ID_HEADER)$/;

/** What to start. Gives up when that cannot be known. */
export async function makePlans(flags: Flags, host: Host): Promise<Plan[]> {
  return flags.compose === undefined
    ? [planOne(flags, await readVariables(flags.envFiles, host))]
    : await planCompose(flags.compose, flags, host);
}

function planOne(flags: Flags, variables: Environment): Plan {
  const env = pickSettings(variables);
  const port = flags.port ??
    parsePort("GOTRUE_API_PORT", env["GOTRUE_API_PORT"]);
  return {
    name: "",
    profile: flags.profile ?? "supabase",
    port: port ?? USUAL_PORT,
    hostname: flags.hostname ?? (env["GOTRUE_API_HOST"] || undefined),
    env,
  };
}

async function planCompose(
  path: string,
  flags: Flags,
  host: Host,
): Promise<Plan[]> {
  const text = await readFile(host, path);
  const beside = host.resolve(path, ".env");
  const hasOwn = flags.envFiles.length > 0 ||
    await tryRead(host, beside) === undefined;
  const variables = await readVariables(
    hasOwn ? flags.envFiles : [beside],
    host,
  );
  const services = await readCompose({
    path,
    text,
    services: flags.services,
    lookup: (name) => variables[name],
    readText: (file) => tryRead(host, host.resolve(path, file)),
  });
  if (flags.port !== undefined && services.length > 1) {
    giveUp("--port is for one service: choose it by --service");
  }
  return services.map(({ name, port, env }) => ({
    name,
    profile: flags.profile ?? "server",
    port: flags.port ?? port ?? giveUp(
      `${path}: ${name} publishes no port: choose it by --service and give it one by --port`,
    ),
    hostname: flags.hostname,
    env: pickSettings(env),
  }));
}

/** The variables of files, below those of the process. */
async function readVariables(
  paths: readonly string[],
  host: Host,
): Promise<Environment> {
  const values: Record<string, string> = {};
  for (const path of paths) {
    const text = await readFile(host, path);
    const lookup = (name: string) => host.env[name] ?? values[name];
    Object.assign(values, parseEnvFile(path, text, lookup));
  }
  return { ...values, ...host.env };
}

async function readFile(host: Host, path: string): Promise<string> {
  return await tryRead(host, path) ??
    giveUp(`The file ${path} cannot be read`);
}

async function tryRead(host: Host, path: string): Promise<string | undefined> {
  try {
    return await host.readText(path);
  } catch {
    return undefined;
  }
}

/** The settings among variables. The address has two names; the emulator's profiles know one. */
function pickSettings(variables: Environment): Environment {
  const {
    API_EXTERNAL_URL: plain,
    GOTRUE_API_EXTERNAL_URL: prefixed,
    ...others
  } = variables;
  const settings = Object.fromEntries(
    Object.entries(others).filter(([name]) => SETTING.test(name)),
  );
  const url = plain || prefixed;
  return url ? { ...settings, API_EXTERNAL_URL: url } : settings;
}
