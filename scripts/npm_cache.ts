/**
 * Finds npm packages in Deno's cache, for tools that know only `node_modules`.
 */
import { readDenoJson, ROOT } from "./sources.ts";

/**
 * Makes a folder like `node_modules` with links to these packages, each of the
 * version that `deno.json` asks for unless another one is named.
 */
export async function linkPackages(
  names: string[],
  versions: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "packages-" });
  addEventListener(
    "unload",
    () => Deno.removeSync(folder, { recursive: true }),
  );
  for (const name of names) {
    const found = await findPackage(name, versions[name]);
    await Deno.symlink(found, `${folder}/${name}`);
  }
  return folder;
}

/** The folder of a version, usually the one that `deno.json` asks for. */
export async function findPackage(
  name: string,
  version?: string,
): Promise<string> {
  const specifier = version
    ? `npm:${name}@${version}`
    : readDenoJson().imports[name];
  if (!specifier) throw new Error(`deno.json does not import ${name}`);
  await run(["cache", "--quiet", "--no-lock", "--no-config", specifier]);
  const { npmCache } = JSON.parse(await run(["info", "--json"]));
  const { npmPackages } = JSON.parse(
    await run(["info", "--json", "--no-lock", "--no-config", specifier]),
  );
  const found = Object.values<{ name: string; version: string }>(npmPackages)
    .find((each) => each.name === name);
  for (const registry of Deno.readDirSync(npmCache)) {
    const folder = `${npmCache}/${registry.name}/${name}/${found?.version}`;
    if (isFolder(folder)) return folder;
  }
  throw new Error(`${specifier} is not in the cache`);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

async function run(args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
