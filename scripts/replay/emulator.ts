/**
 * The emulator as the system under test: one instance per server of the recording, one store per database.
 *
 * @module
 */
import { createEmulator, createStore } from "../../lib/emulator/mod.ts";
import type { Issuer } from "./issuer.ts";
import { createOutside } from "./outside.ts";
import type { System } from "./system.ts";
import type { Instance } from "./types.ts";

type Emulator = ReturnType<typeof createEmulator>;

/** Starts emulators for all instances over fresh stores. Nothing is left running: an emulator is only a function. */
export function createEmulatorSystem(
  instances: Record<string, Instance>,
  issuer: Issuer,
): System {
  const emulators = new Map<string, Emulator>();
  const stores = new Map<string, ReturnType<typeof createStore>>();
  const outside = createOutside(issuer, () => first(emulators).clock.now());
  for (const [name, instance] of Object.entries(instances)) {
    const { database, env } = instance;
    let store = stores.get(database);
    if (store === undefined) stores.set(database, store = createStore());
    const fetch = (request: Request): Promise<Response> =>
      outside.answer(request, env);
    emulators.set(
      name,
      createEmulator({ profile: "server", env, store, fetch }),
    );
  }
  return {
    send: (entry, request) => emulators.get(entry.config)!.fetch(request),
    now: () => first(emulators).clock.now(),
    pass: (ms) => {
      for (const { clock } of emulators.values()) clock.advance(ms);
    },
    control: {
      calls: outside.calls,
      mails: (config) => emulators.get(config)!.mailbox.list(),
    },
  };
}

function first(emulators: ReadonlyMap<string, Emulator>): Emulator {
  for (const emulator of emulators.values()) return emulator;
  throw new Error("No instances");
}
