import { assertEquals, assertThrows } from "@std/assert";
import { closeSection, readSection } from "../../scripts/changelog.ts";

const CHANGELOG = `# Changes

## Unreleased

- New

## 0.1.0 (2026-01-02)

- First
`;

Deno.test("readSection() gives the text of one version", () => {
  assertEquals(readSection(CHANGELOG, "Unreleased"), "- New");
  assertEquals(readSection(CHANGELOG, "0.1.0"), "- First");
  assertEquals(readSection(CHANGELOG, "0.1"), undefined);
  assertEquals(readSection(CHANGELOG, "0.10"), undefined);
});

Deno.test("closeSection() moves what is unreleased to a version", () => {
  const closed = closeSection(CHANGELOG, "0.2.0", "2026-02-03");
  assertEquals(readSection(closed, "Unreleased"), "");
  assertEquals(readSection(closed, "0.2.0"), "- New");
  assertThrows(() => closeSection(closed, "0.3.0", "2026-02-03"), Error);
});
