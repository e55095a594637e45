import type { Context } from "./context.ts";
import { invalid } from "./errors.ts";
import { parseDuration } from "./go_duration.ts";
import type { Time } from "./records.ts";

/** When a ban of a duration ends: null for `none`, undefined when nothing was said. */
export function readBan(
  context: Context,
  text: string,
): Time | null | undefined {
  if (text === "") return undefined;
  if (text === "none") return null;
  const result = parseDuration(text);
  if ("problem" in result) {
    invalid(`invalid format for ban duration: ${result.problem}`);
  }
  return result.milliseconds === 0 ? null : context.now() + result.milliseconds;
}
