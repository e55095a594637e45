/** The program as a process of its own. */

const PROGRAM = new URL("../../lib/emulator/main.ts", import.meta.url).pathname;

/** The program with a command line, not yet started. */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROGRAM, ...args],
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  });
}

/** The addresses in the first lines, as many as are awaited; the rest is dropped. */
export async function readUrls(
  stream: ReadableStream<Uint8Array>,
  count: number,
): Promise<string[]> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  const urls = () => [...text.matchAll(/Listening on (http:\/\/[\w.:]+) /g)];
  while (urls().length < count) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The program ended: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return urls().map(([, url]) => url!);
}
