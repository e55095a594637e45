/** Runs seeds: one world each. */
import { AuthClient } from "../../lib/client/auth_client.ts";
import type { Counts } from "./coverage.ts";
import { watchAll } from "./promises/mod.ts";
import { Random } from "./random.ts";
import { begin, takeStep } from "./steps.ts";
import { install, turn } from "./time.ts";
import { type Violation, World } from "./world.ts";

/**
 * How many steps worlds have, and how often: half of what can go wrong shows
 * soon, in a world that nobody has seen before, and the rest needs a long story.
 */
const LENGTHS = { "20": 5, "50": 3, "150": 2 } as const;

/** How many steps a seed has unless told otherwise. */
export function stepsOf(seed: number): number {
  const random = new Random(seed ^ 0x57e95);
  return Number(random.weighted(LENGTHS));
}

/** So often it is looked whether a rejection was heard by nobody. */
const STEPS_PER_TURN = 10;

/** How a seed is run. */
export interface RunOptions {
  /** How many steps there are; the seed decides if undefined. */
  readonly steps?: number | undefined;
  /** Steps that are left out, to find out which ones matter. */
  readonly without?: ReadonlySet<number>;
  /** Whether to write down what happens. */
  readonly isTraced?: boolean;
}

/** What became of a seed. */
export interface RunResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  /** The step at which the promise was broken. */
  readonly step: number;
  readonly trace: readonly string[];
  /** What has occurred, and how often. */
  readonly counts: Counts;
}

let world: World | undefined;
let isWarm = false;

/** Parts that are loaded at first use would make the first seed another one. */
async function warmUp(): Promise<void> {
  isWarm = true;
  const client = new AuthClient({
    url: "https://auth.example",
    fetch: () => Promise.reject(new TypeError("There is no network")),
  });
  await client.signInWithOtp({ email: "u0@example.com" }).catch(() => {});
  await client.mfa.getAuthenticatorAssuranceLevel();
  client.dispose();
}

/** Runs one seed. */
export async function runSeed(
  seed: number,
  options: RunOptions = {},
): Promise<RunResult> {
  const { steps = stepsOf(seed), without, isTraced = false } = options;
  if (!isWarm) await warmUp();
  const restore = install(
    () => world!.time,
    (bytes) => world!.random.fill(bytes),
    isTraced,
  );
  const current = world = new World(seed, watchAll);
  if (isTraced) current.trace = [JSON.stringify(current.setup)];
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    current.fail(9, "nothing is rejected unheard", String(event.reason));
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  let step = 0;
  try {
    await begin(current, current.random);
    await current.rest();
    for (; step < steps && !current.violation; step++) {
      if (without?.has(step)) continue;
      current.random = new Random(seed * 1_000_003 + step + 1);
      await takeStep(current, current.random);
      await current.rest();
      if (step % STEPS_PER_TURN === 0) await turn();
    }
    if (!current.violation) await current.end();
    await turn();
  } catch (error) {
    // What hears news, timers and visibility has nobody to throw at.
    current.fail(9, "nothing is thrown unheard", String(error));
  } finally {
    restore();
    globalThis.removeEventListener("unhandledrejection", onRejection);
  }
  const { violation, trace = [], counts } = current;
  return { seed, violation, step, trace, counts };
}
