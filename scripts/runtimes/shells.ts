/**
 * The runtimes that run a file: Node in several versions, Deno and Bun.
 */
import { runCommand } from "./command.ts";
import type { Installation, SuiteResult } from "./installation.ts";

/** Runs the suites in the Node of this machine. */
export function runNode(installed: Installation): Promise<SuiteResult> {
  return run(installed, "node", ["cli.js"]);
}

/** Runs the suites in another version of Node. */
export function runNodeVersion(
  version: number,
): (installed: Installation) => Promise<SuiteResult> {
  return (installed) =>
    run(installed, "npx", ["-y", `node@${version}`, "cli.js"]);
}

export function runDeno(installed: Installation): Promise<SuiteResult> {
  return run(installed, Deno.execPath(), [
    "run",
    "-A",
    "--no-lock",
    "--no-config",
    "--node-modules-dir=manual",
    "cli.js",
  ]);
}

export function runBun(installed: Installation): Promise<SuiteResult> {
  return run(installed, "npx", ["-y", "bun@1", "cli.js"]);
}

async function run(
  { folder }: Installation,
  command: string,
  args: string[],
): Promise<SuiteResult> {
  const output = await runCommand(command, args, folder);
  return JSON.parse(output.trim().split("\n").at(-1)!);
}
