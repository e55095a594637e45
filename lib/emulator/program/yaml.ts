import { giveUp, messageOf } from "./problem.ts";

/** What a YAML file of texts, lists and maps holds; numbers and switches stay the texts they are written as. */
export type Yaml =
  | string
  | null
  | readonly Yaml[]
  | { readonly [key: string]: Yaml };

/** Reads YAML with the package `yaml`, which is loaded here and nowhere else. */
export async function parseYaml(path: string, text: string): Promise<Yaml> {
  const { parse } = await load();
  try {
    return parse(text, {
      schema: "failsafe",
      customTags: ["null"],
      merge: true,
      logLevel: "error",
    });
  } catch (error) {
    const [line] = messageOf(error).split("\n");
    return giveUp(`${path} is no YAML: ${line?.replace(/:$/, "")}`, error);
  }
}

async function load(): Promise<typeof import("yaml")> {
  try {
    return await import("yaml");
  } catch (cause) {
    return giveUp("--compose needs the package yaml: add it", cause);
  }
}

/** A map, or nothing where there is none. */
export function asMap(
  value: Yaml | undefined,
): Readonly<Record<string, Yaml>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Readonly<Record<string, Yaml>>
    : undefined;
}

/** The items of a list; a single value counts as a list of one, nothing as an empty one. */
export function asList(value: Yaml | undefined): readonly Yaml[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Yaml];
}

/** A copy with every text replaced, keys excepted. */
export function mapTexts(value: Yaml, change: (text: string) => string): Yaml {
  if (typeof value === "string") return change(value);
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]),
  );
}
