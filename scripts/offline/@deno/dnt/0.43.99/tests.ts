// Runs the tests of the project in Node against the built package. The
// bundling is the project's own, loaded at run time as it is no part of a
// registry.
const BUNDLER = new URL("../../../../bundle_tests.ts", import.meta.url);

const RUNNER = `import { run } from "./bundle.js";
const { passed, failed, lines } = await run();
for (const line of lines) console.error(line);
console.log(\`\${passed} passed, \${failed} failed\`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
`;

/** Throws when a test fails. */
export async function runNodeTests(
  outDir: string,
  pattern: string,
): Promise<void> {
  const packageFolder = await Deno.realPath(outDir);
  const folder = `${packageFolder}/.tests`;
  await Deno.mkdir(folder, { recursive: true });
  const { bundleTests } = await import(BUNDLER.href);
  await bundleTests({
    patterns: [pattern],
    packageFolder,
    outfile: `${folder}/bundle.js`,
    external: true,
    esbuild: { platform: "node" },
  });
  await Deno.writeTextFile(`${folder}/run.js`, RUNNER);
  const { success } = await new Deno.Command("node", {
    args: ["--no-warnings", `${folder}/run.js`],
  }).spawn().status;
  if (!success) throw new Error("tests fail in Node");
}
