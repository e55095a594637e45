import { createEmulator, createStore } from "../emulator.ts";
import { listenOn } from "../listen.ts";
import type { EmulatorDiagnostic, EmulatorStore } from "../options.ts";
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

/** Starts what the command line asks for. Gives up with one line when that is impossible; nothing listens then. */
export async function start(flags: Flags, host: Host): Promise<Program> {
  const plans = await makePlans(flags, host);
  const store = createStore();
  const servers: Listening[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (const plan of plans) {
      servers.push(await startServer(plan, store, flags, host));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { servers, close };
}

async function startServer(
  plan: Plan,
  store: EmulatorStore,
  flags: Flags,
  host: Host,
): Promise<Listening> {
  const { name, profile, env, port, hostname } = plan;
  const label = name === "" ? "" : `${name}: `;
  try {
    const emulator = createEmulator({
      profile,
      env,
      store,
      onDiagnostic: (event) => host.warn(label + describe(event)),
    });
    const server = await listenOn(host, emulator, {
      port,
      ...(hostname === undefined ? {} : { hostname }),
      control: flags.control,
    });
    host.print(
      `${label}Listening on ${server.url} (profile ${profile}, known as ${emulator.url})`,
    );
    return server;
  } catch (error) {
    return giveUp(label + messageOf(error), error);
  }
}

function describe(event: EmulatorDiagnostic): string {
  switch (event.type) {
    case "unknown-settings":
      return `Unknown settings: ${event.names.join(", ")}`;
    case "unexpected-failure":
      return `A request failed inside the emulator: ${messageOf(event.error)}`;
  }
}
