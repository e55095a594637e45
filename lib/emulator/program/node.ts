import type { NodeRequest, NodeResponse } from "./serve.ts";

/** As much of `node:fs` as the program uses. */
export interface NodeFiles {
  readFileSync(path: string): Uint8Array;
  openSync(path: string, flags: string, mode?: number): number;
  writeSync(file: number, bytes: Uint8Array, from: number): number;
  ftruncateSync(file: number, length: number): void;
  fsyncSync(file: number): void;
  closeSync(file: number): void;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
}

/** As much of `node:path` as the program uses. */
export interface NodePaths {
  resolve(...parts: string[]): string;
  dirname(path: string): string;
}

/** As much of a `node:http` server as the program uses. */
export interface NodeServer {
  listen(port: number, hostname: string, ready: () => void): void;
  once(event: "error", listener: (error: Error) => void): void;
  off(event: "error", listener: (error: Error) => void): void;
  address(): { readonly port: number };
  close(done: () => void): void;
  closeAllConnections?(): void;
}

/** As much of `node:http` as the program uses. */
export interface NodeHttp {
  createServer(
    listener: (request: NodeRequest, response: NodeResponse) => void,
  ): NodeServer;
}

/** As much of `process` as the program uses: Node, Deno and Bun have it alike. */
export interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  readonly pid: number;
  readonly stdout: { write(text: string): void };
  readonly stderr: { write(text: string): void };
  exit(code: number): never;
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): void;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): void;
  kill(pid: number, signal: 0): void;
  getBuiltinModule?(name: string): unknown;
}
