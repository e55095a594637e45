/** One run of requests against one emulator, all of it from one seed. */
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import { type Change, Store } from "../../lib/emulator/store.ts";
import { Table } from "../../lib/emulator/table.ts";
import { totpCode } from "../../lib/emulator/totp.ts";
import { Random } from "../simulation/random.ts";
import { judgeStatus, judgeWrites, type Outcome, read } from "./fuzz_judge.ts";
import { Memory } from "./fuzz_memory.ts";
import {
  describe,
  type Drawn,
  drawRequest,
  type Source,
} from "./fuzz_requests.ts";
import { answerOutside, SETTINGS } from "./fuzz_settings.ts";
import { type NextStep, STORIES, tell as tellStep } from "./fuzz_stories.ts";
import { oddTokens } from "./fuzz_tokens.ts";
import type { Loose } from "./helpers.ts";

const START = Date.UTC(2026, 0, 1);
const PATIENCE_MS = 5000;
/** How many requests come at once, and how often. */
const CROWD = 8;
const CROWD_EVERY = 50;
const LISTS = [
  "users",
  "audit",
  "oauth/clients",
  "custom-providers",
  "sso/providers",
];
const ANN = { email: "ann@example.com", password: "password-1234" };

/** A run. The same name and seed give the same requests, so that a fault comes again. */
export class Run {
  readonly #name: string;
  readonly #seed: number;
  readonly #random: Random;
  readonly #memory = new Memory();
  readonly #store = new Store();
  readonly #emulator: Emulator;
  readonly #reports: string[] = [];
  #changes: Change[] = [];
  #source!: Source;
  #now = START;
  #secret = "";
  #story: NextStep[] = [];

  constructor(name: string, seed: number) {
    this.#name = name;
    this.#seed = seed;
    this.#random = new Random(seed);
    const outside = new Random(seed + 1);
    this.#emulator = createEmulator({
      ...SETTINGS[name]!,
      seed,
      store: this.#store,
      now: () => this.#now,
      fetch: (request) => answerOutside(outside, request),
      onDiagnostic: (event) => {
        if (event.type === "unexpected-failure") {
          this.#reports.push(messageOf(event.error));
        }
      },
    });
    this.#store.subscribe((changes) => {
      this.#changes.push(...changes);
      for (const { table, row } of changes) {
        if (table === "mails" || table === "messages") this.#learnMail(row);
      }
    });
  }

  /** Sends so many requests and tells each fault, with what repeats it. */
  async go(steps: number, tell: (fault: string) => void): Promise<void> {
    await this.#prepare();
    for (let step = 0; step < steps; step++) {
      const isLater = this.#pass();
      if (isLater || step % 20 === 0) await this.#signIn();
      const isCrowd = step % CROWD_EVERY === 0 && step + CROWD <= steps;
      const drawns = Array.from(
        { length: isCrowd ? CROWD : 1 },
        () => this.#draw(),
      );
      const faults = await this.#send(drawns);
      const place = `with ${this.#name}, seed ${this.#seed}, step ${step}`;
      for (const fault of faults) tell(`${fault}\n${place}`);
      step += drawns.length - 1;
    }
    const broken = await this.#findBroken();
    if (broken !== "") tell(`${this.#name}, seed ${this.#seed}: ${broken}`);
  }

  /** The next step of a story that has begun, or anything. */
  #draw(): Drawn {
    const next = this.#story.shift();
    if (next !== undefined) return tellStep(next, this.#source);
    if (this.#random.chance(5)) {
      this.#story = this.#random.pick(STORIES)();
    }
    return drawRequest(this.#source);
  }

  async #prepare(): Promise<void> {
    const { users } = this.#emulator;
    const people = await users.seed(
      { email: "bob@example.com", password: "password-1234" },
      { email: "new@example.com", password: "password-1234", confirmed: false },
      { phone: "4915112345678", password: "password-1234" },
      {},
    );
    const ids = people.map((user) => String(user["id"]));
    const guest = await this.#begin(ids[3]!);
    const { anonKey, serviceRoleKey, secretKey, publishableKey } =
      this.#emulator;
    this.#source = {
      random: this.#random,
      memory: this.#memory,
      admin: serviceRoleKey,
      tokens: [
        ...oddTokens(this.#emulator, ids),
        ...guest === undefined ? [] : [String(guest["access_token"])],
        anonKey,
        secretKey,
        publishableKey,
      ],
    };
  }

  /** Begins a session; undefined where a hook refuses it. */
  async #begin(id: string): Promise<Loose> {
    try {
      return await this.#emulator.signIn(id);
    } catch {
      return undefined;
    }
  }

  async #signIn(): Promise<void> {
    const { users } = this.#emulator;
    if (users.get(ANN.email) === undefined) await users.seed(ANN);
    this.#memory.learn(await this.#begin(ANN.email));
  }

  /** Lets time pass; says whether tokens have expired. */
  #pass(): boolean {
    const kind = this.#random.whole(0, 99);
    if (kind > 30) this.#now += this.#random.whole(1, 1500);
    if (kind > 94) this.#now += 61_000;
    if (kind === 99) this.#now += 3_700_000;
    if (this.#secret !== "") {
      this.#memory.remember("code", totpCode(this.#secret, this.#now));
    }
    return kind === 99;
  }

  /** Sends requests at the same time and tells what is wrong with what came of them. */
  async #send(drawns: readonly Drawn[]): Promise<string[]> {
    const before = sizeOf(this.#store);
    this.#changes = [];
    this.#reports.length = 0;
    const faults = drawns.map(async (drawn) => {
      const fault = await this.#judge(drawn, drawns.length === 1, before)
        .catch(messageOf);
      return fault === undefined ? [] : [`${fault}\n${describe(drawn)}`];
    });
    return (await Promise.all(faults)).flat();
  }

  async #judge(
    drawn: Drawn,
    isAlone: boolean,
    before: number,
  ): Promise<string | undefined> {
    const { method, url, headers, body } = drawn;
    const request = new Request(url, {
      method,
      headers,
      body: method === "GET" || method === "HEAD" ? null : body,
    });
    const response = await withPatience(this.#emulator.fetch(request));
    const text = await response.text();
    const outcome: Outcome = {
      settings: this.#name,
      route: `${method} ${new URL(url).pathname}`,
      status: response.status,
      location: response.headers.get("Location") ?? "",
      answer: read(response, text),
      reports: this.#reports,
      isAlone,
    };
    this.#learn(outcome);
    const growth = sizeOf(this.#store) - before;
    return judgeStatus(outcome) ??
      judgeWrites(outcome, growth, this.#changes);
  }

  /** What can no longer be read, though it has been accepted. */
  async #findBroken(): Promise<string> {
    const headers = { Authorization: `Bearer ${this.#source.admin}` };
    const problems: unknown[] = [];
    for (const path of LISTS) {
      const { status } = await this.#emulator.fetch(
        `http://localhost:9999/admin/${path}?per_page=1000`,
        { headers },
      );
      if (status !== 200 && status !== 404) problems.push(path, status);
    }
    const saved = JSON.stringify([...this.#store.snapshot()]);
    const copy = new Store();
    copy.restore(JSON.parse(saved));
    if (JSON.stringify([...copy.snapshot()]) !== saved) {
      problems.push("the records do not survive JSON");
    }
    this.#emulator.users.list();
    return problems.join(" ");
  }

  #learn({ answer, location }: Outcome): void {
    this.#memory.learn(answer);
    this.#memory.learnAddress(location);
    if (answer?.totp?.secret) this.#secret = answer.totp.secret;
  }

  #learnMail(row: Loose): void {
    const verified = { confirmation: "signup", magic_link: "magiclink" };
    const { type = "sms" } = row;
    this.#memory.remember("type", (verified as Loose)[type] ?? type);
    for (const name of ["code", "token_hash"]) {
      this.#memory.remember(name, row[name] ?? "");
    }
    this.#memory.remember(row.html === undefined ? "phone" : "email", row.to);
  }
}

async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("It hangs")), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sizeOf(store: Store): number {
  let size = 0;
  for (const table of Object.values(store.tables)) {
    if (table instanceof Table) size += table.size;
  }
  return size;
}
