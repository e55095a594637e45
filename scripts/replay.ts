/**
 * Replays recorded exchanges of the real auth server against the emulator (or, with `--url`, against any server) and compares every
 * answer: this is how the emulator is kept true.
 *
 * Usage: `deno task replay DIR [--flow F] [--group G] [--url URL]`
 *
 * With `--url` the server must have the settings of the recorded instance (`_instances.json`), its JWT secret included, and an empty
 * database; the flows of one instance are run, and steps that need its clock, its mail or its hooks are left out.
 *
 * @module
 */
import { loadTranscripts } from "./replay/load.ts";
import { createRemoteSystem } from "./replay/remote.ts";
import {
  failedIds,
  type KnownDifference,
  type Report,
  reportLines,
} from "./replay/report.ts";
import { flowsOfOneInstance, replay, selectFlows } from "./replay/run.ts";

interface Options {
  directory: string;
  flow?: string;
  group?: string;
  url?: string;
}

function parseArguments(args: readonly string[]): Options | undefined {
  const options: Partial<Options> = {};
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^--(flow|group|url)(?:=(.*))?$/.exec(args[i]!) ??
      [];
    if (name !== undefined) {
      options[name as "flow" | "group" | "url"] = inline ?? args[++i] ?? "";
    } else if (options.directory === undefined && !args[i]!.startsWith("--")) {
      options.directory = args[i]!;
    } else return undefined;
  }
  return options.directory === undefined ? undefined : options as Options;
}

async function run(options: Options): Promise<Report> {
  const transcripts = await loadTranscripts(options.directory);
  const flows = selectFlows(transcripts.flows, options);
  if (flows.length === 0) throw new Error("No such flow or group");
  const { url } = options;
  if (url !== undefined) {
    const chosen = flowsOfOneInstance(flows);
    const report = await replay(
      transcripts,
      chosen.flows,
      () => createRemoteSystem(url),
      false,
    );
    return { ...report, notes: [...chosen.notes, ...report.notes] };
  }
  const { createEmulatorSystem } = await import("./replay/emulator.ts");
  return await replay(
    transcripts,
    flows,
    (issuer) => createEmulatorSystem(transcripts.instances, issuer),
  );
}

async function knownDifferences(): Promise<KnownDifference[]> {
  const file = new URL(
    "../tests/transcripts/known_differences.json",
    import.meta.url,
  );
  return JSON.parse(await Deno.readTextFile(file));
}

if (import.meta.main) {
  const options = parseArguments(Deno.args);
  if (options === undefined) {
    console.error("Usage: replay.ts DIR [--flow F] [--group G] [--url URL]");
    Deno.exit(2);
  }
  const known = await knownDifferences();
  const report = await run(options);
  for (const line of reportLines(report, known)) console.log(line);
  const listed = known.map(({ id }) => id);
  const isTrue = failedIds(report).every((id) => listed.includes(id));
  Deno.exit(isTrue && report.main.length > 0 ? 0 : 1);
}
