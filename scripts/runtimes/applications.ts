/**
 * Runs the applications of `tests/runtimes/applications`, which were written
 * from the README alone: each in a folder of its own that holds nothing else
 * but the packed package and what the application asks npm for.
 */
import { ROOT } from "../sources.ts";
import { runCommand } from "./command.ts";
import type { Installation, SuiteResult } from "./installation.ts";

const APPLICATIONS = `${ROOT}/tests/runtimes/applications`;

/** An application passes when its `npm test` does. */
export async function runApplications(
  { archive }: Installation,
): Promise<SuiteResult> {
  const names = [...Deno.readDirSync(APPLICATIONS)].map(({ name }) => name);
  const lines: string[] = [];
  let failed = 0;
  for (const name of names.sort()) {
    const problem = await runApplication(name, archive);
    lines.push(`${name}: ${problem ?? "ok"}`);
    if (problem !== undefined) failed++;
  }
  return { passed: names.length - failed, failed, lines };
}

/** What went wrong, if anything did. */
async function runApplication(
  name: string,
  archive: string,
): Promise<string | undefined> {
  const folder = await Deno.makeTempDir({ prefix: `application-${name}-` });
  try {
    await copyFiles(`${APPLICATIONS}/${name}`, folder);
    const install = ["install", "--no-audit", "--no-fund", archive];
    await runCommand("npm", install, folder);
    await runCommand("npm", ["test"], folder);
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copyFiles(from: string, to: string): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
