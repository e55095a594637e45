// `Deno.test` for Node: collects tests with their steps and runs them in turn.

const collected = [];
let file = "";

/** Says to which file the tests that follow belong. */
export function startFile(path) {
  file = path;
}

function test(first, second, third) {
  const fn = [first, second, third].find((arg) => typeof arg === "function");
  const options = [first, second].find((arg) => typeof arg === "object") ?? {};
  const name = typeof first === "string" ? first : options.name ?? fn?.name;
  collected.push({
    ignore: false,
    ...options,
    name,
    file,
    fn: fn ?? options.fn,
  });
}

test.ignore = (name, fn) => test({ name, fn, ignore: true });

/** All that the platform-neutral tests use of Deno. */
export const Deno = { test };

const counts = { passed: 0, failed: 0, ignored: 0 };

/** Runs what was collected and ends the process. */
export async function runAll() {
  for (const each of collected) await runOne(each);
  console.log(
    `${counts.passed} passed, ${counts.failed} failed` +
      (counts.ignored > 0 ? ` (${counts.ignored} ignored)` : ""),
  );
  process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
}

async function runOne({ name, file, fn, ignore }) {
  if (ignore) {
    counts.ignored++;
    return;
  }
  try {
    await fn(contextOf(name));
    counts.passed++;
  } catch (error) {
    counts.failed++;
    console.error(`not ok ${file}: ${name}\n${error?.stack ?? error}`);
  }
}

function contextOf(name) {
  return {
    name,
    async step(first, second) {
      const options = typeof first === "object" ? first : {};
      const fn = second ?? options.fn ?? first;
      if (options.ignore) return false;
      await fn(contextOf(options.name ?? String(first.name ?? first)));
      return true;
    },
  };
}
