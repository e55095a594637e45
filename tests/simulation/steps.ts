/** What happens in a world, one step after the other. */
import { act, type Method, perform } from "./actions.ts";
import { drawAddress, drawSmallText, drawText } from "./garbage.ts";
import type { Weather } from "./network.ts";
import type { Random } from "./random.ts";
import type { Tab } from "./tab.ts";
import { PASSWORD, type World } from "./world.ts";

type Step = (world: World, random: Random) => void | Promise<void>;

const HOUR = 3_600_000;

const LENGTHS = {
  "an hour": HOUR,
  "a day": 26 * HOUR,
  "a week": 24 * 8 * HOUR,
} as const;

const STEPS = {
  act: 48,
  open: 2,
  close: 1.5,
  moment: 20,
  while: 6,
  expiry: 6,
  sleep: 1.5,
  weather: 7,
  subscribe: 3,
  visibility: 2,
  mail: 2,
  trouble: 3,
  garbage: 3,
  crash: 1.5,
  revoke: 1.2,
  jump: 2,
  steal: 5,
} as const;

type StepName = keyof typeof STEPS;

/** Steps that only some worlds have. */
const NEEDS: Partial<Record<StepName, (world: World) => boolean>> = {
  weather: ({ setup }) => setup.hasNetworkTrouble,
  visibility: ({ setup }) => setup.hasPages,
  trouble: ({ setup }) => setup.hasStorageTrouble,
  garbage: ({ setup }) => setup.hasGarbage,
  crash: ({ setup }) => setup.hasCrashes,
  revoke: ({ setup }) => setup.hasRevocations,
  jump: ({ setup }) => setup.hasClockJumps,
  steal: ({ setup }) => setup.locks === "stolen",
};

/** Takes one step. */
export async function takeStep(world: World, random: Random): Promise<void> {
  const name = random.weighted<StepName>(STEPS);
  const isPossible = NEEDS[name]?.(world) ?? true;
  const step = isPossible ? name : "act";
  world.log(() => `-- ${step}`);
  await RUN[step](world, random);
}

const RUN: Readonly<Record<StepName, Step>> = {
  act: (world, random) => {
    const { usable } = world;
    if (usable.length > 0) act(random.pick(usable), random);
  },
  open: (world, random) => {
    if (world.usable.length < 6) openTab(world, random);
  },
  close: (world, random) => {
    const { usable } = world;
    if (usable.length < 2) return;
    const tab = random.pick(usable);
    world.count("tab closed");
    tab.isDisposed = true;
    void tab.call("dispose", () => tab.client.dispose());
  },
  moment: (world, random) => world.advance(random.whole(1, 4_000)),
  while: (world, random) => world.advance(random.whole(5_000, 90_000)),
  expiry: async (world, random) => {
    const { issue } = world.facts.stored;
    const left = issue ? issue.expiresAt * 1000 - world.time.now : 0;
    if (left > 0) {
      world.count("slept to expiry");
      sleep(world, left + random.whole(-120_000, 20_000));
    }
    await world.advance(random.whole(1, 2_000));
  },
  sleep: async (world, random) => {
    const length = random.weighted({ "an hour": 1, "a day": 1, "a week": 1 });
    world.count(`slept for ${length}`);
    sleep(world, LENGTHS[length]);
    await world.advance(random.whole(1, 2_000));
  },
  weather: (world, random) => {
    world.network.weather = random.weighted<Weather>({
      calm: 9,
      slow: 2,
      lossy: 2,
      offline: 2,
      stalled: 1,
      limited: 2,
      gateway: 2,
      lying: 2,
      mixed: 3,
    });
    world.network.target = random.pick([
      undefined,
      undefined,
      /^POST \/token refresh/,
      /^POST \/logout/,
      /\/user/,
    ]);
    world.log(() => `weather: ${world.network.weather}`);
  },
  subscribe: (world, random) => {
    const { usable } = world;
    if (usable.length === 0) return;
    const tab = random.pick(usable);
    const isHostile = world.setup.hasHostility && random.chance(60);
    tab.subscribe(isHostile ? harm : undefined);
  },
  visibility: (world, random) => {
    const paged = world.usable.filter(({ page }) => page);
    if (paged.length === 0) return;
    const isShown = random.chance(60);
    world.count(isShown ? "page shown" : "page hidden");
    random.pick(paged).page?.show(isShown);
  },
  mail: followMail,
  trouble: (world, random) => {
    const { isAsync } = world.setup.storage;
    const kinds = ["failing", "full", "torn"] as const;
    world.storage.trouble = random.chance(50)
      ? undefined
      : random.pick(isAsync ? [...kinds, "hanging"] : kinds);
    if (world.users) world.users.trouble = world.storage.trouble;
    world.log(() => `storage trouble: ${world.storage.trouble}`);
  },
  garbage: (world, random) => {
    const { storage, key, facts } = world;
    const place = random.pick([
      "",
      "",
      "",
      "-clock",
      "-user",
      "-code-verifier",
      "-flows-code-verifier",
    ]);
    const text = place === ""
      ? drawText(random, facts.issues.at(-1))
      : drawSmallText(random);
    world.count(place ? "garbage beside it" : "garbage in the session");
    storage.put(key + place, text);
    if (place === "-user") world.users?.put(key + place, text);
  },
  crash: (world, random) => {
    const { usable } = world;
    const busy = usable.filter((tab) => tab.pending.size > 0);
    if (usable.length === 0) return;
    const tab = random.pick(busy.length > 0 ? busy : usable);
    world.log(() => `${tab.id} crashes`);
    tab.die();
  },
  revoke: (world, random) => {
    const { issues } = world.facts;
    if (issues.length === 0) return;
    const issue = random.chance(70)
      ? world.facts.stored.issue ?? random.pick(issues)
      : random.pick(issues);
    world.log(() => `revokes ${issue.refresh}`);
    revoke(world, random, issue);
  },
  jump: (world, random) => {
    const size = random.pick([30_000, 600_000, 2 * HOUR, 50 * HOUR]);
    const changeMs = Math.round(size * (random.fraction() * 2 - 1));
    world.count(`clock set ${changeMs < 0 ? "back" : "ahead"}`);
    world.skewMs += changeMs;
    world.jumps++;
    world.log(() => `local clock is ahead by ${world.skewMs} ms`);
  },
  steal: (world) => {
    if (world.locks.steal()) world.count("lock stolen while held");
  },
};

const PAST = {
  end: "ended",
  ban: "banned",
  unban: "unbanned",
  delete: "deleted",
} as const;

function revoke(
  world: World,
  random: Random,
  issue: { readonly family: string; readonly user: string },
): void {
  const { server, time } = world;
  const { family, user } = issue;
  const how = random.weighted({ end: 40, ban: 20, unban: 20, delete: 6 });
  world.count(`${how === "end" ? "session" : "user"} ${PAST[how]}`);
  if (how === "end") server.endSession(family);
  else if (how === "delete") server.deleteUser(user);
  else server.ban(user, how === "ban" ? time.now + HOUR : null);
}

function sleep(world: World, durationMs: number): void {
  if (durationMs <= 0) return;
  world.time.sleep(durationMs);
  world.wokeAt = world.time.now;
  world.log(() => `slept for ${durationMs} ms`);
}

/** Opens a tab, in a page or not. */
export function openTab(world: World, random: Random, address?: string): Tab {
  const { setup, processes } = world;
  const blank = setup.hasPages && random.chance(70)
    ? "https://app.example/"
    : undefined;
  const isGarbage = setup.hasGarbage && random.chance(30);
  if (isGarbage && !address) world.count("address of garbage");
  const tab = world.openTab({
    process: random.pick(processes),
    autoRefreshToken: random.chance(setup.autoPercent),
    flowType: random.chance(85) ? "pkce" : "implicit",
    address: address ?? (isGarbage ? drawAddress(random) : blank),
  });
  if (random.chance(70)) tab.subscribe();
  if (setup.hasHostility && random.chance(50)) tab.subscribe(harm);
  return tab;
}

/** Follows the link of the newest mail: the code comes to a new tab. */
async function followMail(world: World, random: Random): Promise<void> {
  const { server } = world;
  const mails = [...server.server.store.tables.mails.all()];
  const link = mails.at(-1)?.link;
  if (!link || !world.setup.hasPages || world.usable.length >= 6) return;
  const answer = await server.answer({
    method: "GET",
    url: link,
    headers: {},
    body: undefined,
  });
  const address = answer.headers.get("location");
  if (!address) return;
  const kind = address.includes("#access_token") ? "tokens" : "a code";
  world.count(`address with ${kind}`);
  world.facts.learnAddress(address);
  const tab = openTab(world, random, address);
  void perform(tab, "initialize", random);
}

/** Made once: an error takes as long to make as many steps of a subscriber. */
const HOSTILE = new Error("A hostile subscriber");

/** What a subscriber can do to others. */
function harm(tab: Tab): unknown {
  const { world } = tab;
  const { random } = world;
  if (tab.malice > 0 && tab.isUsable) {
    tab.malice--;
    const methods: readonly Method[] = [
      "getSession",
      "getAccessToken",
      "getUser",
      "refreshSession",
      "updateUser",
      "signOut",
      "signInWithPassword",
      "stopAutoRefresh",
      "startAutoRefresh",
    ];
    const method = random.pick(methods);
    world.count(`subscriber calls ${method}`);
    void perform(tab, method, random);
  }
  const deed = random.pick(["throws", "hangs", "rejects", "returns"]);
  world.count(`subscriber ${deed}`);
  if (deed === "throws") throw HOSTILE;
  if (deed === "hangs") return new Promise(() => {});
  return deed === "rejects" ? Promise.reject(HOSTILE) : undefined;
}

/** How the first tab finds the storage. */
export async function begin(world: World, random: Random): Promise<void> {
  const { setup, storage, key } = world;
  await world.seedUsers();
  if (setup.beginning === "garbage") {
    storage.put(key, drawText(random, undefined));
  }
  if (["fresh", "expired", "foreign"].includes(setup.beginning)) {
    await storeSession(world, random);
  }
  if (setup.beginning === "expired") {
    world.time.sleep(random.whole(1, 5) * 24 * HOUR);
  }
  for (let i = 0; i < setup.tabs; i++) openTab(world, random);
}

/** A session that another client has stored before. */
async function storeSession(world: World, random: Random): Promise<void> {
  const answer = await world.server.answer({
    method: "POST",
    url: `${world.url}/token?grant_type=password`,
    headers: {},
    body: JSON.stringify({ email: "u0@example.com", password: PASSWORD }),
  });
  world.facts.learn(answer.text, undefined);
  world.facts.deliver(answer.text);
  const session = JSON.parse(answer.text);
  const { storage, users, key, setup } = world;
  const { user } = session;
  if (setup.beginning === "foreign") {
    session.provider_token = "p";
    if (random.chance(30)) delete session.expires_in;
    if (random.chance(30)) delete session.expires_at;
  }
  if (users) {
    delete session.user;
    users.put(`${key}-user`, JSON.stringify({ user }));
  }
  const indent = setup.beginning === "foreign" && random.chance(30) ? 2 : 0;
  const text = JSON.stringify(session, null, indent);
  storage.put(key, text);
}
