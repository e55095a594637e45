/** What applications do with a client. */
import type { UserAttributes } from "../../lib/api/user_update.ts";
import { totpCode } from "../../lib/emulator/totp.ts";
import type { Issue } from "./facts.ts";
import type { Random } from "./random.ts";
import type { Tab } from "./tab.ts";
import { PASSWORD } from "./world.ts";

type Headers = Readonly<Record<string, string>>;

/** How one call is made. */
interface Request {
  readonly headers: Headers;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const METHODS = {
  getSession: 14,
  getAccessToken: 9,
  getUser: 4,
  refreshSession: 3,
  refreshToken: 1,
  setSession: 2,
  signInWithPassword: 6,
  signUp: 1,
  signInAnonymously: 0.5,
  signOut: 2.5,
  updateUser: 2,
  getUserIdentities: 0.5,
  reauthenticate: 0.3,
  signInWithOtp: 1,
  resetPasswordForEmail: 0.5,
  verifyOtp: 1,
  exchangeCodeForSession: 1,
  assurance: 1,
  listFactors: 0.5,
  secondFactor: 1.2,
  initialize: 0.5,
  startAutoRefresh: 1.5,
  stopAutoRefresh: 1,
} as const;

/** A method that a simulated application calls. */
export type Method = keyof typeof METHODS;

/** Calls some method of a tab's client. */
export function act(tab: Tab, random: Random): void {
  void perform(tab, random.weighted<Method>(METHODS), random);
}

/** Calls one method of a tab's client. */
export function perform(
  tab: Tab,
  method: Method,
  random: Random,
): Promise<void> {
  const bounds = drawBounds(tab, random);
  const isBounded = Object.keys(bounds).length > 0;
  const call = (
    run: (request: Request) => Promise<unknown>,
    info: { explicit?: string; scope?: string } = {},
  ) =>
    tab.call(method, (headers) => run({ ...bounds, headers }), {
      ...info,
      isBounded,
    });
  return CALLS[method](tab, random, call);
}

function drawBounds(tab: Tab, random: Random): Omit<Request, "headers"> {
  if (random.chance(92)) return {};
  if (random.chance(50)) {
    tab.world.count("caller's deadline");
    return { timeoutMs: random.whole(1, 3_000) };
  }
  tab.world.count("caller aborts");
  const controller = new AbortController();
  const delayMs = random.chance(20) ? 0 : random.whole(0, 3_000);
  const abort = () => controller.abort(new Error("Had enough"));
  if (delayMs === 0) abort();
  else tab.world.time.schedule(delayMs, abort);
  return { signal: controller.signal };
}

type Caller = (
  run: (request: Request) => Promise<unknown>,
  info?: { explicit?: string; scope?: string },
) => Promise<void>;

type Action = (tab: Tab, random: Random, call: Caller) => Promise<void>;

const CALLS: Readonly<Record<Method, Action>> = {
  getSession: ({ client }, _random, call) => call((r) => client.getSession(r)),
  getAccessToken: ({ client }, _random, call) =>
    call((r) => client.getAccessToken(r)),
  getUser: ({ client }, _random, call) =>
    call((r) => client.getUser(undefined, r)),
  refreshSession: ({ client }, _random, call) =>
    call((r) => client.refreshSession({}, r)),
  refreshToken: (tab, random, call) => {
    const issue = drawIssue(tab, random);
    if (!issue) return perform(tab, "refreshSession", random);
    const { refresh } = issue;
    const run = (r: Request) =>
      tab.client.refreshSession({ refresh_token: refresh }, r);
    return call(run, { explicit: refresh });
  },
  setSession: (tab, random, call) => {
    const issue = drawIssue(tab, random);
    if (!issue) return perform(tab, "getSession", random);
    const tokens = {
      access_token: issue.access,
      refresh_token: issue.refresh,
    };
    const run = (r: Request) => tab.client.setSession(tokens, r);
    return call(run, { explicit: issue.refresh });
  },
  signInWithPassword: ({ client }, random, call) => {
    const credentials = {
      email: random.pick([
        "u0@example.com",
        "u0@example.com",
        "u1@example.com",
      ]),
      password: random.chance(90) ? PASSWORD : "wrong",
    };
    return call((r) => client.signInWithPassword(credentials, r));
  },
  signUp: ({ client, world }, _random, call) => {
    const email = `new${world.nextId()}@example.com`;
    return call((r) => client.signUp({ email, password: PASSWORD }, r));
  },
  signInAnonymously: ({ client }, _random, call) =>
    call((r) => client.signInAnonymously({}, r)),
  signOut: ({ client }, random, call) => {
    const scope = random.pick(["global", "local", "local", "others"] as const);
    return call((r) => client.signOut({ scope }, r), { scope });
  },
  updateUser: ({ client, world }, random, call) => {
    const attributes: UserAttributes = random.chance(80)
      ? { data: { n: world.nextId() } }
      : { password: PASSWORD };
    return call((r) => client.updateUser(attributes, {}, r));
  },
  getUserIdentities: ({ client }, _random, call) =>
    call((r) => client.getUserIdentities(r)),
  reauthenticate: ({ client }, _random, call) =>
    call((r) => client.reauthenticate(r)),
  signInWithOtp: ({ client }, random, call) => {
    const email = random.pick(["u0@example.com", "u1@example.com"]);
    return call((r) => client.signInWithOtp({ email }, r));
  },
  resetPasswordForEmail: ({ client }, _random, call) =>
    call((r) => client.resetPasswordForEmail("u0@example.com", {}, r)),
  verifyOtp: (tab, random, call) => {
    const mails = [...tab.world.server.server.store.tables.mails.all()];
    const mail = mails.length > 0 ? random.pick(mails) : undefined;
    const params = {
      email: mail?.to ?? "u0@example.com",
      token: mail?.code ?? "000000",
      type: mail?.type === "recovery" ? "recovery" : "email",
    } as const;
    return call((r) => tab.client.verifyOtp(params, r));
  },
  exchangeCodeForSession: (tab, random, call) => {
    const states = [...tab.world.server.server.store.tables.flowStates.all()];
    const codes = states.map((state) => state.auth_code ?? "none");
    const code = codes.length > 0 ? random.pick(codes) : "none";
    return call((r) => tab.client.exchangeCodeForSession(code, {}, r));
  },
  assurance: ({ client }, _random, call) =>
    call((r) => client.mfa.getAuthenticatorAssuranceLevel(undefined, r)),
  listFactors: ({ client }, _random, call) =>
    call((r) => client.mfa.listFactors(r)),
  secondFactor: (tab, random, call) => {
    const { facts, server, time } = tab.world;
    const factor = server.addFactor(facts.stored.issue?.user ?? "");
    if (!factor) return perform(tab, "listFactors", random);
    const { factorId, secret } = factor;
    const code = totpCode(secret, time.now);
    const params = { factorId, code };
    return call((r) => tab.client.mfa.challengeAndVerify(params, r));
  },
  initialize: ({ client }, _random, call) => call(() => client.initialize()),
  startAutoRefresh: (tab, _random, call) => {
    tab.isAuto = tab.wasAuto = true;
    return call(() => tab.client.startAutoRefresh());
  },
  stopAutoRefresh: (tab, _random, call) => {
    tab.isAuto = false;
    return call(() => tab.client.stopAutoRefresh());
  },
};

/** Tokens that an application may hold: good ones, unless the world allows more. */
function drawIssue({ world }: Tab, random: Random): Issue | undefined {
  const { delivered } = world.facts;
  if (delivered.length === 0) return undefined;
  const issue = random.pick(delivered);
  if (world.setup.hasStaleTokens) return issue;
  return delivered.findLast(({ family }) => family === issue.family);
}
