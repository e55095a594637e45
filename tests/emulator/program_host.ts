import { parseFlags } from "../../lib/emulator/program/flags.ts";
import type { Host } from "../../lib/emulator/program/host.ts";
import { type Program, start } from "../../lib/emulator/program/run.ts";
import { MemoryFiles } from "./memory_files.ts";

/** A machine in memory: files by path, ports that are functions, lines that were written. */
export interface FakeHost extends Host {
  readonly files: MemoryFiles;
  readonly ports: Map<number, (request: Request) => Promise<Response>>;
  readonly printed: string[];
  readonly warned: string[];
}

export function fakeHost(
  texts: Record<string, string> = {},
  env: Record<string, string> = {},
): FakeHost {
  const files = new MemoryFiles(texts);
  const ports: FakeHost["ports"] = new Map();
  const printed: string[] = [];
  const warned: string[] = [];
  let free = 40_000;
  return {
    env,
    files,
    ports,
    printed,
    warned,
    readText: (path) => Promise.resolve(files.text(path)),
    resolve: (from, path) => from.replace(/[^/]*$/, "") + path,
    serve: (handler, { port, hostname }) => {
      const bound = port === 0 ? free++ : port;
      if (ports.has(bound)) {
        return Promise.reject(new Error(`Port ${bound} is in use`));
      }
      ports.set(bound, handler);
      return Promise.resolve({
        url: `http://${hostname}:${bound}`,
        port: bound,
        close: () => Promise.resolve(void ports.delete(bound)),
      });
    },
    print: (line) => void printed.push(line),
    warn: (line) => void warned.push(line),
  };
}

/** Starts the program with a command line. */
export async function startProgram(
  host: FakeHost,
  ...args: string[]
): Promise<Program> {
  return await start(parseFlags(args), host);
}

/** What a port answers. */
export async function ask(
  host: FakeHost,
  port: number,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  // deno-lint-ignore no-explicit-any -- tests reach into answers of every shape.
): Promise<{ status: number; body: any }> {
  const response = await host.ports.get(port)!(
    new Request(`http://127.0.0.1:${port}${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    body: readJson(text),
  };
}

/** The JSON of a text; what is none, such as the short page of a redirect, stays a text. */
function readJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
