import { assertEquals, assertThrows } from "@std/assert";
import { extractExamples } from "../../scripts/write_examples.ts";

const FENCE = "```";

Deno.test("extractExamples() finds the blocks of Markdown with their lines", () => {
  const text = `# A\n\n${FENCE}ts\nconst a = 1;\n${FENCE}\n\n${FENCE}sh\nls\n` +
    `${FENCE}\n${FENCE}ts ignore\nb\n${FENCE}\n`;
  assertEquals(extractExamples("README.md", text), [
    { path: "README.md", line: 3, code: "const a = 1;", ignored: false },
    { path: "README.md", line: 10, code: "b", ignored: true },
  ]);
});

Deno.test("extractExamples() finds the blocks of docstrings only", () => {
  const text = `const s = "${FENCE}ts";\n/**\n * Does.\n *\n * ${FENCE}ts\n` +
    ` * f({\n *   a: 1,\n * });\n * ${FENCE}\n */\nfunction f() {}\n` +
    `// ${FENCE}ts\n`;
  assertEquals(extractExamples("lib/a.ts", text), [
    { path: "lib/a.ts", line: 5, code: "f({\n  a: 1,\n});", ignored: false },
  ]);
});

Deno.test("extractExamples() refuses a block without an end", () => {
  assertThrows(
    () => extractExamples("README.md", `${FENCE}ts\na\n`),
    Error,
    ":1",
  );
});
