/** What one seed makes of the world: few features at a time, so that checks bite. */
import type { ChannelKind } from "./channel.ts";
import type { LocksKind } from "./locks.ts";
import type { Random } from "./random.ts";
import type { StorageKind } from "./storage.ts";

/** How a world is set up. */
export interface Setup {
  readonly tabs: number;
  readonly processes: number;
  readonly locks: LocksKind;
  readonly channel: ChannelKind;
  readonly storage: StorageKind;
  /** Whether storage may fail, be full, tear or hang. */
  readonly hasStorageTrouble: boolean;
  /** Whether somebody writes garbage into storage and addresses. */
  readonly hasGarbage: boolean;
  /** Whether the user is stored apart from the tokens. */
  readonly hasUserStorage: boolean;
  readonly hasNetworkTrouble: boolean;
  /** How far the local clock is from the true time at first. */
  readonly skewMs: number;
  /** Whether the local clock is set while the world goes on. */
  readonly hasClockJumps: boolean;
  readonly hasCrashes: boolean;
  /** Whether the server ends sessions, bans and deletes users. */
  readonly hasRevocations: boolean;
  /** Whether callers give tokens that are long superseded. */
  readonly hasStaleTokens: boolean;
  readonly hasHostility: boolean;
  /** Whether there are pages, with addresses and visibility. */
  readonly hasPages: boolean;
  /** Percentage of tabs that refresh in the background. */
  readonly autoPercent: number;
  /** How the first tab finds the storage. */
  readonly beginning: "empty" | "fresh" | "expired" | "foreign" | "garbage";
  /** The server's settings. */
  readonly env: Readonly<Record<string, string>>;
}

/** Two or three show most; each further one costs as much. */
const TABS = { "1": 4, "2": 7, "3": 5, "4": 2, "5": 1, "6": 1 } as const;

/** Draws a setup. */
export function drawSetup(random: Random): Setup {
  const hasGarbage = random.chance(12);
  return {
    tabs: Number(random.weighted(TABS)),
    processes: random.whole(1, 3),
    locks: random.pick([
      "absent",
      "absent",
      "good",
      "good",
      "good",
      "stolen",
      "throwing",
      "rejecting",
      "silent",
    ]),
    channel: random.pick([
      "absent",
      "good",
      "good",
      "good",
      "unopenable",
      "mute",
    ]),
    storage: {
      isAsync: random.chance(35),
      latencyMs: random.pick([0, 0, 5, 20, 200, 2_000]),
    },
    hasStorageTrouble: random.chance(15),
    hasGarbage,
    hasUserStorage: random.chance(15),
    hasNetworkTrouble: random.chance(65),
    skewMs: drawSkew(random),
    hasClockJumps: random.chance(12),
    hasCrashes: random.chance(25),
    hasRevocations: random.chance(30),
    hasStaleTokens: random.chance(12),
    hasHostility: random.chance(30),
    hasPages: random.chance(50),
    autoPercent: random.pick([0, 0, 0, 30, 100]),
    beginning: hasGarbage
      ? random.pick(["garbage", "empty", "fresh"])
      : random.pick(["empty", "fresh", "fresh", "expired", "foreign"]),
    env: drawEnv(random),
  };
}

function drawSkew(random: Random): number {
  if (random.chance(55)) return 0;
  const size = random.pick([1_000, 60_000, 300_000, 7_200_000, 200_000_000]);
  return Math.round(size * (random.fraction() * 2 - 1));
}

/** Few combinations, since each is prepared once. */
function drawEnv(random: Random): Record<string, string> {
  const reuse = random.pick(["0", "0", "10"]);
  return {
    API_EXTERNAL_URL: "https://auth.example",
    GOTRUE_SITE_URL: "https://app.example",
    GOTRUE_JWT_AUD: "authenticated",
    GOTRUE_JWT_DEFAULT_GROUP_NAME: "authenticated",
    GOTRUE_MAILER_AUTOCONFIRM: "true",
    GOTRUE_SMTP_MAX_FREQUENCY: "1s",
    GOTRUE_MFA_TOTP_ENROLL_ENABLED: "true",
    GOTRUE_MFA_TOTP_VERIFY_ENABLED: "true",
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
    GOTRUE_JWT_EXP: random.pick(["3600", "3600", "3600", "300", "60"]),
    GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: reuse,
    GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION: random.pick([
      "0",
      "0",
      "2",
    ]),
  };
}
