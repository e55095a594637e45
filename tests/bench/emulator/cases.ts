/** Cases of the emulator: what they do, not how they are measured. */
import { createEmulator, type Emulator } from "../../../lib/emulator/mod.ts";
import {
  type Figures,
  measureInTurns,
  type MeasureOptions,
  type Meter,
} from "../jwt/measure.ts";

const ORIGIN = "http://localhost:9999";
const PER_PAGE = 50;
const BATCH = 1000;

/** Something that is done again and again. */
export interface Case {
  readonly name: string;
  run(): Promise<unknown>;
}

/** Something compared with something else, both measured in turns. */
export interface Pair {
  readonly ours: Case;
  readonly other: Case;
}

/** A pair with its medians, in microseconds. */
export interface PairResult {
  readonly name: string;
  readonly otherName: string;
  readonly oursUs: number;
  readonly otherUs: number;
}

/** Milliseconds until the first answer. */
export interface StartTimes {
  /** What the platform takes for its own first request and response. */
  readonly platform: number;
  /** Loading the code of the handlers, which the first request asks for. */
  readonly code: number;
  /** From making an emulator to its answer, after both. */
  readonly emulator: number;
}

/** Measures a start; only the first one in a process is one. */
export async function timeStart(): Promise<StartTimes> {
  const url = `${ORIGIN}/health`;
  const begin = performance.now();
  await answerBare(new Request(url)).text();
  const answered = performance.now();
  await import("../../../lib/emulator/handler.ts");
  const loaded = performance.now();
  const response = await createEmulator().fetch(url);
  await response.text();
  const end = performance.now();
  return {
    platform: answered - begin,
    code: loaded - answered,
    emulator: end - loaded,
  };
}

function answerBare(_request: Request): Response {
  return Response.json({ name: "nothing" });
}

/** How long the signatures of so many tokens take by themselves, in milliseconds. */
export async function timeSignatures(count: number): Promise<number> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const usages: KeyUsage[] = ["sign", "verify"];
  const pair = await crypto.subtle.generateKey(algorithm, true, usages);
  const { privateKey } = pair as CryptoKeyPair;
  const token = new Uint8Array(700);
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    await crypto.subtle.sign(algorithm, privateKey, token);
  }
  return performance.now() - start;
}

/** How long so many sign-ups take one after the other, in milliseconds. */
export async function timeSignUps(
  count: number,
  profile: "supabase" | "server",
): Promise<number> {
  const env = { GOTRUE_RATE_LIMIT_EMAIL_SENT: "1000000" };
  const emulator = createEmulator({ profile, env });
  const start = performance.now();
  for (let i = 0; i < count; i++) await signUp(emulator, i);
  return performance.now() - start;
}

async function signUp(emulator: Emulator, number: number): Promise<void> {
  const email = `new${number}@example.com`;
  const response = await emulator.fetch(`${ORIGIN}/signup`, {
    method: "POST",
    body: JSON.stringify({ email, password: "password-1234" }),
  });
  await response.text();
  if (response.status !== 200) throw new Error("A sign-up was refused");
}

/** `GET /user` beside a handler that does nothing but answer. */
export async function createUserPair(): Promise<Pair> {
  const emulator = createEmulator();
  const [user] = await emulator.users.seed({ email: "ann@example.com" });
  const session = await emulator.signIn("ann@example.com");
  const headers = { Authorization: `Bearer ${session["access_token"]}` };
  const bare = (_request: Request) => Promise.resolve(Response.json(user));
  const ask = (fetch: (request: Request) => Promise<Response>) => async () => {
    const response = await fetch(new Request(`${ORIGIN}/user`, { headers }));
    return await response.text();
  };
  return {
    ours: { name: "GET /user", run: ask(emulator.fetch) },
    other: { name: "a bare Response.json", run: ask(bare) },
  };
}

/** An emulator with so many users, and ways to ask it for them. */
async function createCrowd(size: number): Promise<Case[]> {
  const emulator = createEmulator({
    env: {
      GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED: "true",
      GOTRUE_RATE_LIMIT_EMAIL_SENT: "1000000",
    },
  });
  await seed(emulator, size);
  const last = Math.ceil(size / PER_PAGE);
  const id = String(emulator.users.get(addressOf(size >> 1))!["id"]);
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { Authorization: `Bearer ${emulator.serviceRoleKey}` };
    const response = await emulator.fetch(ORIGIN + path, { headers, ...init });
    return await response.json();
  };
  const cursor = await middleCursor(ask, size);
  const paths = {
    "a user by id": `/admin/users/${id}`,
    "the first page": `/admin/users?per_page=${PER_PAGE}&page=1`,
    "the last page": `/admin/users?per_page=${PER_PAGE}&page=${last}`,
    "a page from a cursor": `/admin/users?limit=${PER_PAGE}&cursor=${cursor}`,
  };
  let added = 0;
  return [
    {
      name: "a user by e-mail address (a wrong password)",
      run: () =>
        ask("/token?grant_type=password", {
          method: "POST",
          body: JSON.stringify({ email: addressOf(7), password: "wrong" }),
        }),
    },
    ...Object.entries(paths).map(([name, path]) => ({
      name,
      run: () => ask(path),
    })),
    { name: "a sign-up", run: () => signUp(emulator, added++) },
  ];
}

type Ask = (path: string) => Promise<Record<string, unknown>>;

/** The cursor after the younger half of the users. */
async function middleCursor(ask: Ask, size: number): Promise<string> {
  let cursor = "";
  for (let at = 0; at < size / 2; at += BATCH / 2) {
    const limit = BATCH / 2;
    const page = await ask(`/admin/users?limit=${limit}&cursor=${cursor}`);
    const { next_cursor } = page["pagination"] as { next_cursor: string };
    cursor = next_cursor;
  }
  return cursor;
}

async function seed(emulator: Emulator, size: number): Promise<void> {
  for (let at = 0; at < size; at += BATCH) {
    const users = Array.from({ length: BATCH }, (_, i) => ({
      email: addressOf(at + i),
    }));
    await emulator.users.seed(...users);
  }
  await emulator.users.seed({ email: "eve@example.com", password: "password" });
}

function addressOf(number: number): string {
  return `user${number}@example.com`;
}

/** The same requests with many users and with few. */
export async function createCrowdPairs(
  many: number,
  few: number,
): Promise<Pair[]> {
  const others = await createCrowd(few);
  const ours = await createCrowd(many);
  return ours.map((one, i) => ({
    ours: one,
    other: { ...others[i]!, name: `${few} users` },
  }));
}

const METER: Meter<Case> = {
  async measure({ run }, count) {
    const start = performance.now();
    for (let i = 0; i < count; i++) await run();
    const wall = (performance.now() - start) * 1000;
    return { wall, cpu: wall };
  },
};

/** Measures pairs, all of them in turns. */
export async function measurePairs(
  pairs: readonly Pair[],
  options: MeasureOptions,
): Promise<PairResult[]> {
  const cases = pairs.flatMap(({ ours, other }) => [ours, other]);
  const figures: Figures[] = await measureInTurns(cases, METER, options);
  return pairs.map(({ ours, other }, i) => ({
    name: ours.name,
    otherName: other.name,
    oursUs: figures[2 * i]!.medianWall,
    otherUs: figures[2 * i + 1]!.medianWall,
  }));
}

/** The middle one of some measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
