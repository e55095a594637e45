/** A person in front of the emulator's page: finds things by what they are called. */
import { listen } from "../../lib/emulator/main.ts";
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
} from "../../lib/emulator/mod.ts";
import type {
  Browser,
  BrowserContext,
  ElementHandle,
  Page,
} from "puppeteer-core";

const PATIENCE_MS = 10_000;

/** One tab. */
export class Tab {
  readonly page: Page;
  /** What went wrong in it: errors, refusals of the content security policy. */
  readonly problems: string[] = [];
  /** Where it has sent requests to. */
  readonly origins: Set<string> = new Set();

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("console", (message) => {
      // A refusal of the auth server is an answer like any other.
      const text = message.text();
      const isAnswer = text.startsWith("Failed to load resource");
      if (message.type() === "error" && !isAnswer) this.problems.push(text);
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol !== "data:") this.origins.add(url.origin);
    });
    page.on("dialog", (dialog) => dialog.accept());
  }

  /** Chooses a panel. */
  async choose(title: string): Promise<void> {
    const link = await this.page.$(`nav a[href="#${title.toLowerCase()}"]`);
    await link!.click();
    await this.until(
      (title) => document.querySelector("h1")?.textContent === title,
      title,
    );
  }

  async press(name: string): Promise<void> {
    await this.#use("button", name, click);
  }

  async tick(name: string): Promise<void> {
    await this.#use("input[type=checkbox]", name, click);
  }

  /** Types into a field in place of what is there. */
  async type(name: string, text: string): Promise<void> {
    await this.#use("input", name, async (field) => {
      await field.evaluate((input) => (input as HTMLInputElement).select());
      await field.type(text);
    });
  }

  /** Uses a control by what it is called, once it is there to be used. */
  async #use(
    kind: string,
    name: string,
    work: (control: ElementHandle<Element>) => Promise<void>,
  ): Promise<void> {
    let isTried = false;
    for (const end = Date.now() + PATIENCE_MS;;) {
      const handle = await this.page.evaluateHandle(findControl, kind, name);
      const control = handle.asElement() as ElementHandle<Element> | null;
      // Gone after a click that seemed to miss: it has led there, and what the
      // test expects next tells whether it was the right place.
      if (!control && isTried) return;
      const failure = control
        ? await work(control).catch((error: Error) => error)
        : new Error(`There is no ${kind} ${name}`);
      if (!failure) return;
      isTried ||= /missed/.test(failure.message);
      // A line that has just changed is another one, and may be elsewhere.
      const isPassing = !control || /detached|missed/.test(failure.message);
      if (!isPassing || Date.now() > end) throw failure;
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** Waits until a text can be read. */
  async reads(text: string): Promise<void> {
    await this.until((text) => document.body.innerText.includes(text), text);
  }

  /** Waits until something holds in the page. */
  async until(holds: (text: string) => unknown, text = ""): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!await this.page.evaluate(holds, text).catch(() => false)) {
      if (Date.now() > end) {
        const seen = await this.page.evaluate(() => document.body.innerText);
        throw new Error(`Waited in vain for ${text || holds} in:\n${seen}`);
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** The events that the playground shows, newest first. */
  events(): Promise<string[]> {
    return this.page.$$eval(
      ".events li",
      (lines) =>
        lines.map((line) =>
          [...line.querySelectorAll("code, .badge")]
            .map(({ textContent }) => textContent).join(" ")
        ),
    );
  }
}

/**
 * Clicks where a control is, and tells when it was no longer there. One of the
 * same name in its place is as good: its line has changed meanwhile.
 */
async function click(control: ElementHandle<Element>): Promise<void> {
  await control.evaluate((element) => {
    const nameOf = (each: Element) => each.ariaLabel || each.textContent;
    delete document.documentElement.dataset["clicked"];
    document.addEventListener("click", ({ target }) => {
      const hit = (target as Element).closest(element.localName);
      const isHit = hit === element ||
        hit && nameOf(hit) && nameOf(hit) === nameOf(element);
      if (isHit) document.documentElement.dataset["clicked"] = "";
    }, { capture: true, once: true });
  });
  await control.click();
  const isHit = await control.evaluate(
    () => "clicked" in document.documentElement.dataset,
  ).catch(() => true); // A click that has led elsewhere.
  if (!isHit) throw new Error("The click has missed");
}

/** Runs in the page. */
function findControl(kind: string, name: string): Element | undefined {
  return [...document.querySelectorAll<HTMLInputElement>(`${kind}:enabled`)]
    .find((control) => {
      const called = control.ariaLabel || control.labels?.[0]?.textContent ||
        control.textContent;
      return called?.trim() === name && control.checkVisibility();
    });
}

/** An emulator with its page, and a browser profile of its own. */
export class Visit implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly url: string;
  readonly tabs: Tab[] = [];
  readonly #context: BrowserContext;
  readonly #close: () => Promise<void>;

  private constructor(
    emulator: Emulator,
    port: number,
    context: BrowserContext,
    close: () => Promise<void>,
  ) {
    this.emulator = emulator;
    this.url = `http://localhost:${port}/_emulator/`;
    this.#context = context;
    this.#close = close;
  }

  static async begin(
    browser: Browser,
    options: EmulatorOptions,
  ): Promise<Visit> {
    const emulator = createEmulator(options);
    const server = await listen(emulator, { port: 0, control: true });
    const context = await browser.createBrowserContext();
    return new Visit(emulator, server.port, context, server.close);
  }

  /** Opens the page, or another address, in a new tab. */
  async open(panel = "", url: string = this.url): Promise<Tab> {
    const tab = new Tab(await this.#context.newPage());
    this.tabs.push(tab);
    await tab.page.goto(panel ? `${url}#${panel}` : url);
    await tab.reads("live");
    return tab;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    await this.#close();
  }
}
