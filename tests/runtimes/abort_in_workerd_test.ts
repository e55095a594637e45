// A request that is gone must not take others with it: workerd stops
// everything that a request has begun when its client hangs up, so that a fetch
// of keys may never settle.
import { assertEquals, assertRejects } from "@std/assert";
import { build, stop } from "esbuild";
import workerd from "workerd";
import { linkPackages } from "../../scripts/npm_cache.ts";
import { findPort } from "../../scripts/runtimes/command.ts";
import { claimsOf, createSigner, type Signer } from "../jwt/support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const START_TIMEOUT_MS = 60_000;

Deno.test("verify() in workerd outlives a request that is aborted in mid-fetch", async () => {
  const signer = await createSigner("ES256", "one");
  const keys = serveKeys(signer);
  const worker = await startWorker(keys.url);
  try {
    const now = Math.floor(Date.now() / 1000);
    const token = await signer.sign(
      claimsOf({ iss: keys.url, iat: now, exp: now + 3600 }),
    );
    const headers = { authorization: `Bearer ${token}` };
    const ask = (signal: AbortSignal | null = null) =>
      fetch(worker.url, { headers, signal });
    const controller = new AbortController();
    const gone = assertRejects(() => ask(controller.signal), DOMException);
    await until(() => Promise.resolve(keys.asked() === 1));
    const waiting = ask();
    await until(async () => await worker.countRequests() === 2);
    controller.abort();
    await gone;
    keys.answer();
    // The first fetch never settles: whoever goes on waiting for it fails.
    for (const answer of await Promise.all([waiting, ask(), ask()])) {
      const text = await answer.text();
      assertEquals([answer.status, text], [200, claimsOf()["sub"]]);
    }
    const fetches = keys.asked();
    assertEquals(await (await ask()).text(), claimsOf()["sub"]);
    assertEquals(keys.asked(), fetches);
  } finally {
    await worker.stop();
    await keys.stop();
  }
});

interface KeyServer {
  readonly url: string;
  asked(): number;
  /** From now on; what was asked before stays open. */
  answer(): void;
  stop(): Promise<void>;
}

function serveKeys(signer: Signer): KeyServer {
  const end = Promise.withResolvers<Response>();
  let asked = 0, isHanging = true;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => {
      asked++;
      return isHanging ? end.promise : Response.json({ keys: [signer.jwk] });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked: () => asked,
    answer: () => void (isHanging = false),
    async stop() {
      end.resolve(new Response());
      await server.shutdown();
    },
  };
}

interface Worker {
  readonly url: string;
  /** Those with a token that have arrived. */
  countRequests(): Promise<number>;
  stop(): Promise<void>;
}

async function startWorker(issuer: string): Promise<Worker> {
  const folder = await Deno.makeTempDir({ prefix: "abort-" });
  const address = `127.0.0.1:${findPort()}`;
  await bundleWorker(folder, issuer);
  await Deno.writeTextFile(`${folder}/worker.capnp`, configOf(address));
  const child = new Deno.Command(programPath(), {
    args: ["serve", "worker.capnp"],
    cwd: folder,
  }).spawn();
  const url = `http://${address}`;
  const countRequests = async () =>
    Number(await (await fetch(`${url}/count`)).text());
  await until(async () => await countRequests().catch(() => -1) === 0);
  return {
    url,
    countRequests,
    async stop() {
      child.kill();
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function bundleWorker(folder: string, issuer: string): Promise<void> {
  const contents =
    `import { createVerifier, getBearerToken, toResponse } from "./lib/jwt/mod.ts";
const verifier = createVerifier({ url: ${JSON.stringify(issuer)} });
let count = 0;
export default {
  async fetch(request) {
    if (request.url.endsWith("/count")) return new Response(count);
    count++;
    try {
      const { claims } = await verifier.verify(getBearerToken(request));
      return new Response(claims.sub);
    } catch (error) {
      return toResponse(error);
    }
  },
};`;
  try {
    await build({
      stdin: { contents, resolveDir: ROOT },
      outfile: `${folder}/worker.js`,
      bundle: true,
      format: "esm",
      target: "es2022",
      nodePaths: [await linkPackages(["jose"])],
      preserveSymlinks: true,
      logLevel: "error",
    });
  } finally {
    await stop();
  }
}

function configOf(address: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["local", "private", "public"])),
  ],
  sockets = [(name = "http", address = "${address}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-04-01",
);
`;
}

/** The module's types leave out one level that Deno adds. */
function programPath(): string {
  const module = workerd as unknown as string | { default: string };
  return typeof module === "string" ? module : module.default;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!await isSo()) {
    if (Date.now() > deadline) throw new Error("It has not come to that");
    await new Promise((done) => setTimeout(done, 20));
  }
}
