/**
 * Speaks the DevTools protocol with a headless Chromium, as far as the tests
 * need it and without a package.
 */

// deno-lint-ignore no-explicit-any
type Answer = any;

/** A page of the browser. */
export interface Page {
  send(method: string, params?: object): Promise<Answer>;
  evaluate<T>(expression: string): Promise<T>;
}

/** A running browser; disposing of it ends it. */
export class Browser {
  readonly #process: Deno.ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(
    process: Deno.ChildProcess,
    profile: string,
    socket: WebSocket,
  ) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
  }

  /** Starts `CHROMIUM`, or the `chromium` of the machine. */
  static async launch(): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "chromium-" });
    const process = new Deno.Command(Deno.env.get("CHROMIUM") ?? "chromium", {
      args: [
        "--headless",
        "--disable-gpu",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        // The sandbox refuses to run as root, as in most containers.
        ...(Deno.uid() === 0 ? ["--no-sandbox"] : []),
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const socket = new WebSocket(await readAddress(process.stderr));
    await new Promise((opened, failed) => {
      socket.onopen = opened;
      socket.onerror = failed;
    });
    return new Browser(process, profile, socket);
  }

  #receive(message: Answer): void {
    this.#pending.get(message.id)?.(message);
    this.#pending.delete(message.id);
  }

  async #call(
    method: string,
    params: object,
    sessionId?: string,
  ): Promise<Answer> {
    const id = ++this.#lastId;
    const answer = await new Promise<Answer>((resolve) => {
      this.#pending.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  /** Calls a method of the browser itself. */
  send(method: string, params: object = {}): Promise<Answer> {
    return this.#call(method, params);
  }

  /** Opens a page and waits until it has loaded. */
  async open(url: string): Promise<Page> {
    const { targetId } = await this.#call("Target.createTarget", { url });
    const { sessionId } = await this.#call("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const send = (method: string, params: object = {}): Promise<Answer> =>
      this.#call(method, params, sessionId);
    const page: Page = {
      send,
      evaluate: async (expression) =>
        valueOf(
          await send("Runtime.evaluate", {
            expression,
            awaitPromise: true,
            returnByValue: true,
            userGesture: true,
          }),
        ),
    };
    const isReady = `document.readyState === "complete" &&
      location.href === ${JSON.stringify(url)}`;
    // Between two documents there is none to ask.
    while (!await page.evaluate<boolean>(isReady).catch(() => false)) {
      await new Promise((done) => setTimeout(done, 20));
    }
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#call("Browser.close", {});
    this.#socket.close();
    await this.#process.status;
    await Deno.remove(this.#profile, { recursive: true });
  }
}

function valueOf({ exceptionDetails, result }: Answer): Answer {
  if (!exceptionDetails) return result.value;
  const { exception, text } = exceptionDetails;
  throw new Error(exception?.description ?? text);
}

/** Reads on standard error where the browser listens. */
async function readAddress(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<string> {
  let said = "";
  const [reading, rest] = stream.tee();
  rest.pipeTo(new WritableStream()).catch(() => {});
  for await (const text of reading.pipeThrough(new TextDecoderStream())) {
    said += text;
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (address) return address;
  }
  throw new Error(`Chromium did not start\n${said}`);
}
