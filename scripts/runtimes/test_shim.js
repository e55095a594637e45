// `Deno.test` for every other runtime: collects tests and runs them in turn.
// Bundled with the tests by scripts/bundle_tests.ts.

// Tests use it; Node 20 does not have it yet. The library does not use it.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => {
    Object.assign(parts, { resolve, reject });
  });
  return parts;
};

const collected = [];
let file = "";

/** Says to which file the tests that follow belong. */
export function startFile(path) {
  file = path;
}

function test(...args) {
  const fn = args.find((arg) => typeof arg === "function");
  const options = args.find((arg) => typeof arg === "object") ?? {};
  const name = args.find((arg) => typeof arg === "string");
  collected.push({
    file,
    name: name ?? fn?.name,
    fn,
    ignore: false,
    ...options,
  });
}

test.ignore = (...args) => test({ ignore: true }, ...args);

/** All that the platform-neutral tests use of Deno. */
export const Deno = { test };

/** Runs what was collected; `lines` names every failure. */
export async function runAll() {
  const result = { passed: 0, failed: 0, ignored: 0, lines: [] };
  for (const each of collected.splice(0)) await runOne(each, result);
  return result;
}

async function runOne({ name, file, fn, ignore }, result) {
  if (ignore) {
    result.ignored++;
    return;
  }
  try {
    await fn(contextOf(name));
    result.passed++;
  } catch (error) {
    result.failed++;
    result.lines.push(`not ok ${file}: ${name}\n${error?.stack ?? error}`);
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
