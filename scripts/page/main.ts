/** The page of the emulator: panels, the way between them, and what keeps them up to date. */
import { connectEmulator } from "../../lib/emulator/connect.ts";
import { call, type Counts, type Panel, type Workbench } from "./api.ts";
import { clockPanel } from "./clock.ts";
import { h } from "./dom.ts";
import { factorsPanel } from "./factors.ts";
import { faultsPanel } from "./faults.ts";
import { inboxPanel } from "./inbox.ts";
import { keysPanel } from "./keys.ts";
import { coalesce, follow } from "./live.ts";
import { makeClient } from "./playground/client.ts";
import { playgroundPanel } from "./playground/playground.ts";
import { requestsPanel } from "./requests.ts";
import { sessionsPanel } from "./sessions.ts";
import { createShell, type Shell } from "./shell.ts";
import { emulatorNow, setTime } from "./time.ts";
import { usersPanel } from "./users.ts";

const REFRESH_DELAY_MS = 60;
const CLOCK_CHECK_MS = 10_000;

await start().catch((error) => {
  document.body.append(
    h("p", { role: "alert" }, `The emulator does not answer: ${error.message}`),
  );
});

async function start(): Promise<void> {
  setTime(await call("inspect/clock"));
  const emulator = await connectEmulator(location.href);
  const workbench: Workbench = {
    emulator,
    now: emulatorNow,
    show: (name) => location.hash = name,
    announce: (text) => shell.announce(text),
  };
  const playground = playgroundPanel(workbench, await makeClient(emulator));
  const panels: readonly Panel[] = [
    inboxPanel(workbench),
    usersPanel(workbench, playground.signInAs),
    sessionsPanel(),
    factorsPanel(workbench),
    keysPanel(workbench),
    clockPanel(workbench),
    faultsPanel(workbench),
    requestsPanel(),
    playground,
  ];
  const shell = createShell(emulator, panels, firstPanel());
  document.body.append(...shell.elements);
  keepCurrent(shell, panels);
}

/** Links and providers lead back to the playground. */
function firstPanel(): string {
  const isCallback = /[?&#](code|error|error_code|access_token|token_hash)=/
    .test(location.search + location.hash);
  return isCallback ? "playground" : "inbox";
}

function keepCurrent(shell: Shell, panels: readonly Panel[]): void {
  const stale = new Set<string>();
  const inbox = panels[0]!;
  const refresh = coalesce(async () => {
    const topics = new Set(stale);
    stale.clear();
    if (["*", "control", "clock"].some((topic) => topics.has(topic))) {
      setTime(await call("inspect/clock"));
      shell.tick();
    }
    const concerns = ({ topics: own }: Panel) =>
      topics.has("*") || own.some((topic) => topics.has(topic));
    const wanted = [shell.current(), inbox].filter(concerns);
    await Promise.all([
      ...[...new Set(wanted)].map((panel) => panel.refresh(topics)),
      call("inspect/counts").then((counts) => shell.count(toBadges(counts))),
    ]);
  }, REFRESH_DELAY_MS);
  const changed = (topics: readonly string[]) => {
    if (topics.length === 0) return;
    for (const topic of topics) stale.add(topic);
    refresh();
  };
  follow({ changed, state: shell.state });
  shell.onShow(() => changed(["*"]));
  // A test in the emulator's own process moves the clock without telling.
  setInterval(() => {
    if (!document.hidden) changed(["clock"]);
  }, CLOCK_CHECK_MS);
}

function toBadges(counts: Counts): Record<string, number> {
  return {
    inbox: counts.mails + counts.texts,
    users: counts.users,
    sessions: counts.sessions,
    factors: counts.factors + counts.passkeys,
  };
}
