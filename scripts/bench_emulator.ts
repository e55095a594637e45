/**
 * Measures the emulator: how soon it answers, how fast it takes sign-ups, what
 * `GET /user` costs beside a handler that does nothing, and whether 100,000
 * users slow it down.
 *
 *   deno task bench:emulator            everything
 *   deno task bench:emulator --quick    only to see that it works
 *
 * Starts are measured in fresh processes; the rest in this one, where what is
 * compared takes turns, so that what else the machine does disturbs both
 * alike. Closes with the budgets of the design, and fails when one is exceeded.
 */
import {
  createCrowdPairs,
  createUserPair,
  measurePairs,
  median,
  type PairResult,
  type StartTimes,
  timeSignatures,
  timeSignUps,
  timeStart,
} from "../tests/bench/emulator/cases.ts";
import { runCommand } from "./runtimes/command.ts";
import { ROOT } from "./sources.ts";

const FULL = { starts: 15, many: 100_000, rounds: 21, sliceMs: 20 };
const QUICK = { starts: 3, many: 20_000, rounds: 3, sliceMs: 5 };
const SIGN_UPS = 1000;
const FEW = 1000;
const MAX_START_MS = 10;
const MAX_SIGN_UPS_MS = 1000;
/** What varies from run to run by itself is less. */
const MAX_GROWTH = 1.5;

interface Judged {
  readonly what: string;
  readonly isKept: boolean;
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--start")) {
    console.log(JSON.stringify(await timeStart()));
    return;
  }
  const isQuick = args.includes("--quick");
  const options = isQuick ? QUICK : FULL;
  const judged = [
    await judgeStart(options.starts),
    await judgeSignUps("supabase"),
    await judgeSignUps("server"),
  ];
  const single = await measurePairs([await createUserPair()], options);
  console.log(formatTable(single));
  const crowd = await createCrowdPairs(options.many, FEW);
  const results = await measurePairs(crowd, options);
  console.log(formatTable(results));
  judged.push(...results.map(judgeGrowth));
  for (const { what, isKept } of judged) {
    console.log(`${isKept ? "kept    " : "EXCEEDED"} ${what}`);
  }
  Deno.exit(judged.every(({ isKept }) => isKept) || isQuick ? 0 : 1);
}

async function judgeStart(count: number): Promise<Judged> {
  const script = `${ROOT}/scripts/bench_emulator.ts`;
  const times: StartTimes[] = [];
  for (let i = 0; i < count; i++) {
    const args = ["run", "-A", "--quiet", script, "--start"];
    times.push(JSON.parse(await runCommand(Deno.execPath(), args, ROOT)));
  }
  const time = median(times.map(({ emulator }) => emulator));
  const platform = median(times.map(({ platform }) => platform)).toFixed(1);
  const code = median(times.map(({ code }) => code)).toFixed(1);
  return {
    what: `start to the first answer: ${
      time.toFixed(1)
    } ms, at most ${MAX_START_MS} (after ${code} ms, once in a process, for loading its modules from their sources, and ${platform} ms for the platform's own first answer)`,
    isKept: time < MAX_START_MS,
  };
}

async function judgeSignUps(profile: "supabase" | "server"): Promise<Judged> {
  const times: number[] = [];
  const signatures: number[] = [];
  for (let i = 0; i < 3; i++) {
    times.push(await timeSignUps(SIGN_UPS, profile));
    signatures.push(await timeSignatures(SIGN_UPS));
  }
  const time = median(times);
  const bare = median(signatures).toFixed(0);
  const share = profile === "supabase"
    ? ` (${bare} ms for the platform's signatures alone)`
    : "";
  return {
    what: `${SIGN_UPS} sign-ups, profile ${profile}: ${
      time.toFixed(0)
    } ms, at most ${MAX_SIGN_UPS_MS}${share}`,
    isKept: time < MAX_SIGN_UPS_MS,
  };
}

function judgeGrowth({ name, otherName, oursUs, otherUs }: PairResult): Judged {
  const ratio = oursUs / otherUs;
  return {
    what: `${name}: ${
      ratio.toFixed(2)
    } of what it takes with ${otherName}, at most ${MAX_GROWTH}`,
    isKept: ratio <= MAX_GROWTH,
  };
}

function formatTable(results: readonly PairResult[]): string {
  const lines = [
    "",
    "| what | µs | beside | µs | ratio |",
    "|---|---:|---|---:|---:|",
  ];
  for (const { name, otherName, oursUs, otherUs } of results) {
    const cells = [
      name,
      oursUs.toFixed(1),
      otherName,
      otherUs.toFixed(1),
      (oursUs / otherUs).toFixed(2),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return [...lines, ""].join("\n");
}

await main(Deno.args);
