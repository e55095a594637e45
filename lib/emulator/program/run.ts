import { createEmulator } from "../emulator.ts";
import { listenOn } from "../listen.ts";
import { serverOf } from "../instances.ts";
import { Journal } from "../journal.ts";
import type { Emulator, EmulatorDiagnostic } from "../options.ts";
import { pageAddress } from "../page_files.ts";
import { Store } from "../store.ts";
import type { Flags } from "./flags.ts";
import type { Host, Listening } from "./host.ts";
import { makePlans, type Plan } from "./plans.ts";
import { giveUp, messageOf } from "./problem.ts";

/** What runs. */
export interface Program {
  /** Where it listens. */
  readonly servers: readonly Listening[];
  /** Ends it. */
  close(): Promise<void>;
}

interface Setting {
  readonly flags: Flags;
  readonly host: Host;
  readonly store: Store;
  readonly journal: Journal | undefined;
}

/** Starts what the command line asks for. Gives up with one line when that is impossible; nothing listens then. */
export async function start(flags: Flags, host: Host): Promise<Program> {
  const plans = await makePlans(flags, host);
  const store = new Store();
  const journal = openJournal(flags.data, host, store);
  const servers: Listening[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
    journal?.close();
  };
  try {
    for (const plan of plans) {
      servers.push(await startServer(plan, { flags, host, store, journal }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { servers, close };
}

function openJournal(
  path: string | undefined,
  host: Host,
  store: Store,
): Journal | undefined {
  if (path === undefined) return undefined;
  const { files } = host;
  try {
    return new Journal({ files, path, store, onProblem: host.warn });
  } catch (error) {
    return giveUp(messageOf(error), error);
  }
}

async function startServer(plan: Plan, setting: Setting): Promise<Listening> {
  const { flags, host } = setting;
  const { name, profile, port, hostname } = plan;
  const label = name === "" ? "" : `${name}: `;
  try {
    const emulator = makeEmulator(plan, label, setting);
    const { consentPage: hadPage } = serverOf(emulator);
    const server = await listenOn(host, emulator, {
      port,
      ...(hostname === undefined ? {} : { hostname }),
      control: flags.control,
    });
    host.print(
      `${label}Listening on ${server.url} (profile ${profile}, known as ${emulator.url})`,
    );
    if (hadPage && !serverOf(emulator).consentPage) {
      host.print(
        `${label}Others can reach ${hostname}: no page stands in for external providers`,
      );
    }
    if (flags.control) {
      host.print(`${label}Page at ${pageAddress(server.url)}`);
      host.print(`${label}Control at ${server.url}/_emulator/`);
    }
    return server;
  } catch (error) {
    return giveUp(label + messageOf(error), error);
  }
}

function makeEmulator(plan: Plan, label: string, setting: Setting): Emulator {
  const { store, host, journal } = setting;
  const emulator = createEmulator({
    profile: plan.profile,
    env: plan.env,
    store,
    onDiagnostic: (event) => host.warn(label + describe(event)),
  });
  if (journal !== undefined) {
    serverOf(emulator).keys.persist(`${plan.profile} ${plan.name}`, {
      load: (name) => journal.loadKeys(name),
      save: (name, keys) => journal.saveKeys(name, keys),
    });
  }
  return emulator;
}

function describe(event: EmulatorDiagnostic): string {
  switch (event.type) {
    case "unknown-settings":
      return `Unknown settings: ${event.names.join(", ")}`;
    case "unexpected-failure":
      return `A request failed inside the emulator: ${messageOf(event.error)}`;
  }
}
