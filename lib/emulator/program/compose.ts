import type { Environment } from "../settings.ts";
import { parseEnvFile } from "./env_file.ts";
import { interpolate, type Lookup } from "./interpolation.ts";
import { parsePort } from "./flags.ts";
import { publishedPort } from "./ports.ts";
import { giveUp, messageOf, ProgramProblem } from "./problem.ts";
import { asList, asMap, mapTexts, parseYaml, type Yaml } from "./yaml.ts";

/** An auth server that a compose file describes. */
export interface ComposeService {
  /** Its name in the file. */
  readonly name: string;
  /** The port under which it is reached; undefined when it publishes none. */
  readonly port: number | undefined;
  /** Its whole environment. */
  readonly env: Environment;
}

/** What reading a compose file takes. */
export interface ComposeSource {
  /** The path, for messages. */
  readonly path: string;
  /** The text. */
  readonly text: string;
  /** The services to take; all whose image is the auth server when there are none. */
  readonly services: readonly string[];
  /** The variables that the file may use. */
  readonly lookup: Lookup;
  /** Reads a file named in it; undefined when there is none. */
  readonly readText: (path: string) => Promise<string | undefined>;
}

type Service = Readonly<Record<string, Yaml>>;

const AUTH_IMAGE = /(^|\/)supabase\/(gotrue|auth)([:@]|$)/;

/** The auth servers of a compose file. Gives up when there are none, or where it cannot be read. */
export async function readCompose(
  source: ComposeSource,
): Promise<ComposeService[]> {
  const file = asMap(await parseYaml(source.path, source.text));
  const services = asMap(file?.["services"]);
  if (services === undefined) {
    return giveUp(`${source.path} has no services`);
  }
  const found: ComposeService[] = [];
  for (const name of chooseServices(source, services)) {
    found.push(await readService(source, services, name));
  }
  return found;
}

function chooseServices(source: ComposeSource, services: Service): string[] {
  for (const name of source.services) {
    if (!Object.hasOwn(services, name)) {
      giveUp(`${source.path} has no service ${name}`);
    }
  }
  if (source.services.length > 0) return [...new Set(source.services)];
  const chosen = Object.keys(services).filter((name) =>
    AUTH_IMAGE.test(imageOf(source, services, name))
  );
  return chosen.length > 0 ? chosen : giveUp(
    `${source.path} has no service with the image supabase/auth or supabase/gotrue; name one by --service`,
  );
}

function imageOf(
  source: ComposeSource,
  services: Service,
  name: string,
): string {
  const image = extended(source, services, name)["image"];
  return typeof image === "string" ? interpolate(image, source.lookup) : "";
}

async function readService(
  source: ComposeSource,
  services: Service,
  name: string,
): Promise<ComposeService> {
  try {
    const service = asMap(
      mapTexts(
        pickUsed(extended(source, services, name)),
        (text) => interpolate(text, source.lookup),
      ),
    )!;
    const env = {
      ...await readEnvFiles(source, service["env_file"]),
      ...readEnvironment(service["environment"], source.lookup),
    };
    const listensOn = parsePort("GOTRUE_API_PORT", env["GOTRUE_API_PORT"]) ??
      parsePort("PORT", env["PORT"]);
    const port = service["network_mode"] === "host"
      ? listensOn
      : publishedPort(name, service["ports"], listensOn);
    return { name, port, env };
  } catch (error) {
    if (!(error instanceof ProgramProblem)) throw error;
    return giveUp(`${source.path}: ${name}: ${messageOf(error)}`, error);
  }
}

const USED = ["environment", "env_file", "ports", "network_mode"];

/** Only what is used is looked at: a variable that another part demands is none of ours. */
function pickUsed(service: Service): Service {
  return Object.fromEntries(
    Object.entries(service).filter(([key]) => USED.includes(key)),
  );
}

/** A service on top of the one that it extends. */
function extended(
  source: ComposeSource,
  services: Service,
  name: string,
  trail: readonly string[] = [],
): Service {
  const service = asMap(services[name]) ?? {};
  const base = service["extends"];
  if (base === undefined) return service;
  const { file, service: baseName = base } = asMap(base) ?? {};
  if (file !== undefined || typeof baseName !== "string") {
    return giveUp(
      `${source.path}: ${name} extends a service of another file, which is not read`,
    );
  }
  if (trail.includes(name) || !Object.hasOwn(services, baseName)) {
    return giveUp(`${source.path}: ${name} extends no service of this file`);
  }
  const below = extended(source, services, baseName, [...trail, name]);
  return {
    ...below,
    ...service,
    environment: {
      ...toPairs(below["environment"]),
      ...toPairs(service["environment"]),
    },
    ports: [...asList(service["ports"]), ...asList(below["ports"])],
    env_file: [...asList(below["env_file"]), ...asList(service["env_file"])],
  };
}

async function readEnvFiles(
  source: ComposeSource,
  files: Yaml | undefined,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const file of asList(files)) {
    const { path = file, required = "true" } = asMap(file) ?? {};
    const text = await source.readText(String(path));
    if (text === undefined && required === "false") continue;
    if (text === undefined) {
      return giveUp(`The file ${path} cannot be read`);
    }
    Object.assign(values, parseEnvFile(String(path), text, source.lookup));
  }
  return values;
}

/** Names without a value take it from outside, or stay unset. */
function readEnvironment(
  environment: Yaml | undefined,
  lookup: Lookup,
): Record<string, string> {
  const pairs = Object.entries(toPairs(environment)).flatMap(
    ([name, value]) => {
      const text = value === null ? lookup(name) : String(value);
      return text === undefined ? [] : [[name, text]];
    },
  );
  return Object.fromEntries(pairs);
}

/** The map form of an environment, whichever form it has. */
function toPairs(environment: Yaml | undefined): Record<string, Yaml> {
  const map = asMap(environment);
  if (map !== undefined) return { ...map };
  const pairs = asList(environment).map((item): [string, Yaml] => {
    const text = String(item);
    const equals = text.indexOf("=");
    return equals < 0
      ? [text, null]
      : [text.slice(0, equals), text.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}
