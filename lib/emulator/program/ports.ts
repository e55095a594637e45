import { giveUp } from "./problem.ts";
import { asList, asMap, type Yaml } from "./yaml.ts";

interface Mapping {
  /** The port of this machine; 0 for any. */
  readonly published: number;
  /** The port in the container. */
  readonly target: number;
}

const SHORT =
  /^(?:(?:\[[\da-f:.]+\]|\d+\.[\d.]+|localhost):)?(?:(\d*)(?:-\d+)?:)?(\d+)(?:-\d+)?(?:\/(tcp|udp))?$/i;

/** The port under which a service is reached: of several the one that leads to the port it listens on, else the first. */
export function publishedPort(
  service: string,
  ports: Yaml | undefined,
  listensOn: number | undefined,
): number | undefined {
  const mappings = asList(ports).flatMap((port) => readMapping(service, port));
  const fitting = mappings.find(({ target }) => target === listensOn);
  return (fitting ?? mappings[0])?.published;
}

function readMapping(service: string, port: Yaml): Mapping[] {
  const long = asMap(port);
  const [published, target, protocol] = long === undefined
    ? readShort(service, port)
    : [long["published"], long["target"], long["protocol"]];
  if (protocol === "udp") return [];
  return [{
    published: number(service, published ?? "0"),
    target: number(service, target ?? ""),
  }];
}

function readShort(service: string, port: Yaml): (string | undefined)[] {
  const found = typeof port === "string" ? SHORT.exec(port) : null;
  if (found === null) return unreadable(service);
  const [, published, target, protocol] = found;
  return [published || undefined, target, protocol?.toLowerCase()];
}

function number(service: string, value: Yaml): number {
  const [, digits] = /^(\d{1,5})(?:-\d+)?$/.exec(String(value)) ?? [];
  return digits === undefined ? unreadable(service) : Number(digits);
}

function unreadable(service: string): never {
  return giveUp(`The service ${service} publishes a port that cannot be read`);
}
