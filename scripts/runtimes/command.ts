/**
 * Runs other programs and keeps what they say for the case that they fail.
 */

/** Runs a command to its end and returns its output; throws with all of it. */
export async function runCommand(
  command: string,
  args: string[],
  cwd: string,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    env: { NO_COLOR: "1", npm_config_loglevel: "error" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (success) return text;
  const why = new TextDecoder().decode(stderr);
  throw new Error(`${command} ${args.join(" ")}\n${text}${why}`);
}

/** A port that was free a moment ago. */
export function findPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
