/**
 * Reads and closes sections of `CHANGELOG.md`.
 *
 * Every change that a user can notice adds a line below `## Unreleased`; a
 * release gives that heading its version and date, and opens a new one.
 */

const UNRELEASED = /^## \[?Unreleased\]?[^\n]*$/m;

/** The text below the heading of a version, or of what is unreleased. */
export function readSection(
  changelog: string,
  version: string,
): string | undefined {
  const heading = version === "Unreleased" ? UNRELEASED : new RegExp(
    `^## \\[?${version.replaceAll(".", "\\.")}\\]?(\\s[^\n]*)?$`,
    "m",
  );
  const start = heading.exec(changelog);
  if (!start) return undefined;
  const rest = changelog.slice(start.index + start[0].length);
  const end = rest.search(/^## /m);
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}

/** Turns what is unreleased into the section of a version. */
export function closeSection(
  changelog: string,
  version: string,
  date: string,
): string {
  if (!readSection(changelog, "Unreleased")) {
    throw new Error("CHANGELOG.md: nothing is listed as unreleased");
  }
  return changelog.replace(
    UNRELEASED,
    `## Unreleased\n\n## ${version} (${date})`,
  );
}
