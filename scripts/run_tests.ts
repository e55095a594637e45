/**
 * Runs the tests, and the examples of the documentation among them, and closes
 * with one line, `N passed, N failed`, that people and machines can read.
 *
 *   deno task test                     everything
 *   deno task test tests/api           a part
 *   deno task test examples            the examples alone
 */
import { writeExamples } from "./write_examples.ts";

const SPY = "tests/console_spy.ts";
const EVERYTHING = ["--reporter=dot", "tests", "--ignore=tests/bench"];

const wanted = Deno.args.length > 0 ? Deno.args : [...EVERYTHING, "examples"];
const parts: string[] = [];
for (const part of wanted) {
  parts.push(part === "examples" ? await writeExamples() : part);
}
const { counts, success } = await runDenoTest(parts);
const failed = counts.failed + (success || counts.failed > 0 ? 0 : 1);
console.log(`${counts.passed} passed, ${failed} failed`);
Deno.exit(failed > 0 || counts.passed === 0 ? 1 : 0);

interface Counts {
  passed: number;
  failed: number;
}

async function runDenoTest(
  args: string[],
): Promise<{ counts: Counts; success: boolean }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--parallel", `--preload=${SPY}`, ...args],
    stdout: "piped",
  }).spawn();
  const counts = await relay(child.stdout);
  const { success } = await child.status;
  return { counts, success };
}

/** Passes the output on and reads the counts from Deno's last line. */
async function relay(stream: ReadableStream<Uint8Array>): Promise<Counts> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of stream) {
    await Deno.stdout.write(chunk);
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4000);
  }
  return readCounts(tail);
}

function readCounts(output: string): Counts {
  const summary = /\| (\d+) passed.*? \| (\d+) failed/g;
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const last = [...plain.matchAll(summary)].at(-1);
  return { passed: Number(last?.[1] ?? 0), failed: Number(last?.[2] ?? 0) };
}
