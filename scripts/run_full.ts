/**
 * Runs what is too long for every change: all tests, 50,000 seeds of the
 * simulation and what it is to notice, then the npm package in every runtime and
 * with every compiler. Closes with the sum of all.
 */
const TASKS = [
  ["check"],
  ["test"],
  ["simulate", "--seeds", "50000"],
  ["mutants"],
  ["build:npm"],
  ["test:npm", "--full"],
];

const total = { passed: 0, failed: 0 };
for (const task of TASKS) await runTask(task);
console.log(`${total.passed} passed, ${total.failed} failed`);
Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** A task that fails without a failed test counts as one. */
async function runTask(args: string[]): Promise<void> {
  console.log(`\n=== deno task ${args.join(" ")}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", ...args],
    // Tests that start other runtimes are told how to get this one.
    env: { BUN: Deno.env.get("BUN") ?? "npx -y bun@1" },
    stdout: "piped",
  }).spawn();
  const [said, { success }] = await Promise.all([
    relay(child.stdout),
    child.status,
  ]);
  const closing = [...said.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1);
  const failed = Number(closing?.[2] ?? 0);
  total.passed += Number(closing?.[1] ?? 0);
  total.failed += success ? failed : Math.max(failed, 1);
}

/** Passes the output on and keeps it. */
async function relay(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let said = "";
  for await (const chunk of stream) {
    await Deno.stdout.write(chunk);
    said += decoder.decode(chunk, { stream: true });
  }
  return said;
}
