/**
 * The emulator as a program, and on a port: `deno run -A jsr:@gotrue/edge/emulator/main --port 9999`, or `npx gotrue-emulator`.
 * This is the one module that touches the machine it runs on: Deno, Node (20.16 or later) or Bun.
 *
 * @example Give an emulator a port for the time of a test
 * ```ts
 * import { createEmulator } from "@gotrue/edge/emulator";
 * import { listen } from "@gotrue/edge/emulator/main";
 *
 * const server = await listen(createEmulator(), { port: 0 });
 * const answer = await fetch(`${server.url}/health`);
 * await answer.body?.cancel();
 * await server.close();
 * ```
 *
 * @module
 */

import { listenOn } from "./listen.ts";
import type { Emulator } from "./options.ts";
import { HELP, parseFlags } from "./program/flags.ts";
import type { Host, Listening, ListenOptions } from "./program/host.ts";
import type {
  NodeFiles,
  NodeHttp,
  NodePaths,
  NodeProcess,
  NodeServer,
} from "./program/node.ts";
import { createJournalFiles, hasCode } from "./program/node_files.ts";
import { messageOf, ProgramProblem } from "./program/problem.ts";
import { type Program, start } from "./program/run.ts";
import { answerNode } from "./program/serve.ts";

export type { Listening, ListenOptions } from "./program/host.ts";

/** The code of a program that could not begin. */
const MISUSE = 2;

/**
 * Serves an emulator on a port. Links in mails and the issuer of tokens name the real address, unless the
 * emulator's `API_EXTERNAL_URL` was set.
 *
 * @throws {Error} when the port is taken or the address is none of this machine's.
 * @throws {TypeError} when `control` or the emulator's `consentPage` is asked for on an address that others can reach.
 *
 * @example
 * ```ts
 * import { createEmulator } from "@gotrue/edge/emulator";
 * import { listen } from "@gotrue/edge/emulator/main";
 *
 * const emulator = createEmulator();
 * const server = await listen(emulator, { port: 0 });
 * // Now emulator.url is below server.url.
 * await server.close();
 * ```
 */
export function listen(
  emulator: Emulator,
  options: ListenOptions,
): Promise<Listening> {
  return listenOn({ serve }, emulator, options);
}

/**
 * Runs the program with the given command line until the process is told to end (SIGINT, SIGTERM), and ends
 * the process: with 0, or with 2 and one line when it could not begin. `--help` tells the options.
 *
 * @example
 * ```ts ignore
 * import { main } from "@gotrue/edge/emulator/main";
 *
 * await main(["--port", "9999", "--data", "users.journal"]);
 * ```
 */
export async function main(args: readonly string[]): Promise<void> {
  const process = findProcess();
  const ended = new Promise<void>((resolve) => {
    process.on("SIGINT", resolve);
    process.on("SIGTERM", resolve);
  });
  process.exit(await run(args, ended));
}

async function run(
  args: readonly string[],
  ended: Promise<void>,
): Promise<number> {
  const host = createHost();
  let program: Program;
  try {
    const flags = parseFlags(args);
    if (flags.help) {
      host.print(HELP);
      return 0;
    }
    program = await start(flags, host);
  } catch (error) {
    if (!(error instanceof ProgramProblem)) throw error;
    host.warn(error.message);
    return MISUSE;
  }
  await ended;
  await program.close();
  return 0;
}

function findProcess(): NodeProcess {
  const { process } = globalThis as { process?: NodeProcess };
  if (process?.getBuiltinModule === undefined) {
    throw new Error(
      "The emulator listens in Deno 2, Bun and Node 20.16 or later only",
    );
  }
  return process;
}

function load<T>(name: string): T {
  return findProcess().getBuiltinModule!(name) as T;
}

function createHost(): Host {
  const process = findProcess();
  const fs = load<NodeFiles>("node:fs");
  const paths = load<NodePaths>("node:path");
  return {
    env: { ...process.env },
    readText: async (path) => await new Blob([read(fs, path)]).text(),
    resolve: (from, path) => paths.resolve(paths.dirname(from), path),
    files: createJournalFiles(fs, process),
    serve,
    print: (line) => process.stdout.write(`${line}\n`),
    warn: (line) => process.stderr.write(`gotrue-emulator: ${line}\n`),
  };
}

function read(fs: NodeFiles, path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(fs.readFileSync(path));
}

const serve: Host["serve"] = async (handler, { port, hostname }) => {
  let origin = "";
  const server = load<NodeHttp>("node:http").createServer(
    (request, response) => void answerNode(handler, origin, request, response),
  );
  await bind(server, port, hostname);
  const bound = server.address().port;
  origin = `http://${hostInUrl(hostname)}:${bound}`;
  return { url: origin, port: bound, close: () => close(server) };
};

function bind(
  server: NodeServer,
  port: number,
  hostname: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new Error(bindProblem(error, port, hostname), { cause: error }));
    server.once("error", fail);
    server.listen(port, hostname, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function bindProblem(error: Error, port: number, hostname: string): string {
  if (hasCode(error, "EADDRINUSE")) return `Port ${port} is in use`;
  if (hasCode(error, "EACCES")) return `Port ${port} is not allowed`;
  return `${hostname} is no address to listen on: ${messageOf(error)}`;
}

/** Every interface can be reached at this machine's own address. */
function hostInUrl(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  if (hostname === "::") return "[::1]";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

function close(server: NodeServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}

const { main: isProgram } = import.meta as { readonly main?: boolean };
if (isProgram) void main(findProcess().argv.slice(2));
