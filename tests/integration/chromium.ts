/** A browser with an application in its tabs and an auth server beside it. */
import { build, stop } from "esbuild";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { Browser, type Page } from "../../scripts/runtimes/devtools.ts";
import { startEmulator } from "./support.ts";

/** Where the tabs store the session; also the name of its lock. */
export const KEY = "app";

/**
 * A path whose page the browser gives an origin of its own at each visit, with
 * neither storage nor locks.
 */
export const SANDBOX = "/sandbox";

/** Whether there is a Chromium on this machine; says so where there is none. */
export async function findChromium(): Promise<boolean> {
  try {
    const program = Deno.env.get("CHROMIUM") ?? "chromium";
    const { success } = await new Deno.Command(program, {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).output();
    if (success) return true;
  } catch {
    // Told below.
  }
  console.log(
    "The tests in Chromium are skipped: install chromium, or name one by CHROMIUM",
  );
  return false;
}

let scripts: Promise<ReadonlyMap<string, string>> | undefined;

/** The application as a browser gets it, by path; what is lazy is a file of its own. */
async function bundle(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [new URL("./page.ts", import.meta.url).pathname],
    bundle: true,
    format: "esm",
    splitting: true,
    write: false,
    outdir: "/",
    // Reached by getClaims() alone.
    external: ["jose/*"],
  });
  await stop();
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}

/** Serves the application and the auth server at one origin, to a browser. */
export class Site implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly browser: Browser;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #scripts: ReadonlyMap<string, string>;
  #refreshes = 0;
  #held: Promise<void> | undefined;

  private constructor(
    emulator: Emulator,
    browser: Browser,
    scripts: ReadonlyMap<string, string>,
  ) {
    this.emulator = emulator;
    this.browser = browser;
    this.#scripts = scripts;
    this.#server = Deno.serve(
      { hostname: "localhost", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** A server that accepts no refresh token twice, and a browser that knows no site. */
  static async start(): Promise<Site> {
    const emulator = await startEmulator({
      GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "0",
    });
    scripts ??= bundle();
    return new Site(emulator, await Browser.launch(), await scripts);
  }

  get origin(): string {
    return `http://localhost:${this.#server.addr.port}`;
  }

  /** How often the server was asked to refresh. */
  get refreshes(): number {
    return this.#refreshes;
  }

  /**
   * Holds the next refresh up before it reaches the server.
   *
   * @returns Lets it go on.
   */
  holdRefresh(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/auth/v1/")) return await this.#ask(request);
    const script = this.#scripts.get(pathname);
    return new Response(script ?? "<!doctype html><title>tab</title>", {
      headers: {
        "content-type": script ? "text/javascript" : "text/html",
        "access-control-allow-origin": "*",
        ...pathname === SANDBOX && {
          "content-security-policy": "sandbox allow-scripts",
        },
      },
    });
  }

  async #ask(request: Request): Promise<Response> {
    const { url, method, headers } = request;
    // Without the signal: whether the browser still waits makes no difference.
    const body = method === "POST" || method === "PUT"
      ? await request.arrayBuffer()
      : null;
    if (method === "POST" && url.endsWith("?grant_type=refresh_token")) {
      const held = this.#held;
      this.#held = undefined;
      await held;
      this.#refreshes++;
    }
    return await this.emulator.fetch(
      new Request(url, { method, headers, body }),
    );
  }

  /** Opens a tab without the application. */
  openBlank(path = "/"): Promise<Page> {
    return this.browser.open(this.origin + path);
  }

  /** Opens a tab and, in it, the application as `tab`. */
  async open(options = "", path?: string): Promise<Page> {
    const page = await this.openBlank(path);
    await this.run(page, options);
    return page;
  }

  /** Starts the application in a tab. */
  async run(page: Page, options = ""): Promise<void> {
    const { anonKey } = this.emulator;
    await page.evaluate(`import("${this.origin}/page.js").then(({ open }) => {
      globalThis.tab = open({ url: "${this.origin}/auth/v1",
        key: "${anonKey}", storageKey: "${KEY}", ${options} });
    })`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]();
    await this.#server.shutdown();
  }
}

/** Waits until something holds in a page, however busy the machine is. */
export async function until(page: Page, condition: string): Promise<void> {
  for (let turn = 0; turn < 3_000; turn++) {
    // While another page loads, there is nothing to ask.
    const holds = await page.evaluate<boolean>(`!!(${condition})`)
      .catch(() => false);
    if (holds) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`It never came to this in a page: ${condition}`);
}
