/**
 * Runs the suites in workerd, the runtime of Cloudflare's Workers.
 */
import workerd from "workerd";
import { findPort } from "./command.ts";
import {
  bundleWithPackage,
  type Installation,
  type SuiteResult,
} from "./installation.ts";

const WORKER = `import { run } from "./suites_workerd.js";
export default {
  async fetch() {
    return Response.json(await run());
  },
};
`;
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .suites)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const suites :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "suites_workerd.js", esModule = embed "suites_workerd.js"),
  ],
  compatibilityDate = "2026-04-01",
);
`;
const START_TIMEOUT_MS = 60_000;

export async function runWorkerd(
  installed: Installation,
): Promise<SuiteResult> {
  const { folder } = installed;
  await bundleWithPackage(installed, "suites_workerd.js", {
    conditions: ["workerd", "worker", "browser"],
  });
  await Deno.writeTextFile(`${folder}/worker.js`, WORKER);
  await Deno.writeTextFile(`${folder}/worker.capnp`, CONFIG);
  const address = `127.0.0.1:${findPort()}`;
  const server = new Deno.Command(programPath(), {
    args: ["serve", "worker.capnp", `--socket-addr=http=${address}`],
    cwd: folder,
  }).spawn();
  try {
    return await askFor(`http://${address}/`);
  } finally {
    server.kill();
    await server.status;
  }
}

/** The module's types leave out one level that Deno adds. */
function programPath(): string {
  const module = workerd as unknown as string | { default: string };
  return typeof module === "string" ? module : module.default;
}

/** Asks until the server listens. */
async function askFor(url: string): Promise<SuiteResult> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const response = await fetch(url);
      if (response.ok) return await response.json();
      throw new Error(await response.text());
    } catch (error) {
      if (!(error instanceof TypeError) || Date.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
