/**
 * Tests what users install: packs `npm/` (`deno task build:npm` makes it),
 * installs it in an empty folder and tries it there.
 *
 *   deno task test:npm                   what every change must pass
 *   deno task test:npm --full            every runtime and compiler
 *   deno task test:npm node chromium     some, by name
 */
import { runApplications } from "./runtimes/applications.ts";
import { runChromium } from "./runtimes/chromium.ts";
import { checkTypes } from "./runtimes/compilers.ts";
import {
  type Installation,
  installPackage,
  type SuiteResult,
} from "./runtimes/installation.ts";
import { checkPackaging } from "./runtimes/packaging.ts";
import { runBun, runDeno, runNode, runNodeVersion } from "./runtimes/shells.ts";
import { runWorkerd } from "./runtimes/workerd.ts";

type Trial = (installed: Installation) => Promise<SuiteResult>;

const DAILY: Record<string, Trial> = {
  packaging: checkPackaging,
  types: checkTypes(["5.9"]),
  node: runNode,
  deno: runDeno,
  workerd: runWorkerd,
  chromium: runChromium,
};
const FURTHER: Record<string, Trial> = {
  bun: runBun,
  node20: runNodeVersion(20),
  node22: runNodeVersion(22),
  node24: runNodeVersion(24),
  applications: runApplications,
  compilers: checkTypes(["5.4", "5.5", "5.6", "5.7", "5.8", "latest"]),
};

const all = { ...DAILY, ...FURTHER };
const names = Deno.args.filter((name) => name !== "--full");
const wanted = names.length > 0
  ? names
  : Object.keys(Deno.args.includes("--full") ? all : DAILY);

const installed = await installPackage();
const total = { passed: 0, failed: 0 };
try {
  for (const name of wanted) await runTrial(name);
} finally {
  await Deno.remove(installed.folder, { recursive: true });
}
console.log(`${total.passed} passed, ${total.failed} failed`);
Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

async function runTrial(name: string): Promise<void> {
  const start = performance.now();
  const { passed, failed, lines } = await settle(name);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`== ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
  for (const line of lines) console.log(line);
  total.passed += passed;
  total.failed += failed;
}

/** A trial that cannot even run counts as one failure. */
async function settle(name: string): Promise<SuiteResult> {
  try {
    const trial = all[name];
    if (!trial) throw new Error(`There is no trial ${name}`);
    const result = await trial(installed);
    if (result.passed + result.failed > 0) return result;
    throw new Error("No test ran");
  } catch (error) {
    return { passed: 0, failed: 1, lines: [String(error)] };
  }
}
