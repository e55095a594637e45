/** What the program tells a person in one line before it ends. */
export class ProgramProblem extends Error {
  override readonly name = "ProgramProblem";
}

/** Gives up with one line. */
export function giveUp(message: string, cause?: unknown): never {
  throw new ProgramProblem(message, { cause });
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
