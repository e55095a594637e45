/** What is measured. */
import { createVerifier } from "../../../lib/jwt/mod.ts";
import { createFixture, type Fixture, URL_ } from "./fixtures.ts";
import {
  type Adapter,
  createAdapters,
  createFastJwt,
  createJose,
  createOurs,
  type Peers,
} from "./peers.ts";

/** One figure of the table. */
export interface Case {
  /** Cases of one group are compared with each other. */
  readonly group: string;
  readonly name: string;
  /** Verifies so many tokens. */
  run(count: number): unknown;
}

const ALGORITHMS = ["HS256", "RS256", "ES256", "EdDSA"];
export const STUBBED = "ES256 without cryptography";
export const HITS = "ES256 remembered";
/** One after the other would measure how fast threads wake up. */
const IN_FLIGHT = 64;

/** Makes all cases; each has proved that it tells good tokens from bad ones. */
export async function createCases(peers: Peers): Promise<Case[]> {
  const cases: Case[] = [];
  for (const alg of ALGORITHMS) {
    const fixture = await createFixture(alg);
    for (const adapter of createAdapters(fixture, peers)) {
      if (adapter.name !== "raw") await prove(adapter, fixture);
      cases.push(toCase(alg, adapter, fixture));
    }
    if (alg !== "ES256") continue;
    cases.push(...stubbedCases(fixture, peers));
    cases.push(...await hitCases(fixture, peers));
  }
  return cases;
}

async function prove(
  { name, verify }: Adapter,
  { tokens }: Fixture,
): Promise<void> {
  const token = tokens[0] as string;
  const claims = await verify(token) as { aud?: string } | undefined;
  const at = token.length - 20;
  const other = token[at] === "A" ? "B" : "A";
  const forged = token.slice(0, at) + other + token.slice(at + 1);
  const isRefused = await (async () => await verify(forged))()
    .then(() => false, () => true);
  if (claims?.aud !== "authenticated" || !isRefused) {
    throw new Error(`${name} does not verify as it should`);
  }
}

function toCase(
  group: string,
  { name, verify, isSync }: Adapter,
  { tokens }: Fixture,
): Case {
  const at = (i: number) => tokens[i % tokens.length] as string;
  const runSync = (count: number) => {
    for (let i = 0; i < count; i++) verify(at(i));
  };
  const runAsync = async (count: number) => {
    for (let i = 0; i < count; i += IN_FLIGHT) {
      const batch: unknown[] = [];
      for (let j = i; j < Math.min(count, i + IN_FLIGHT); j++) {
        batch.push(verify(at(j)));
      }
      await Promise.all(batch);
    }
  };
  return { group, name, run: isSync ? runSync : runAsync };
}

/** What libraries do besides: the platform says yes to every signature. */
function stubbedCases(fixture: Fixture, peers: Peers): Case[] {
  const adapters: Adapter[] = [{ name: "ours", verify: createOurs(fixture) }];
  if (peers.jose) {
    const verify = createJose(fixture, peers);
    adapters.push({ name: "jose, CryptoKey", verify });
  }
  return adapters.map((adapter) => {
    const { group, name, run } = toCase(STUBBED, adapter, fixture);
    return { group, name, run: withStub(run) };
  });
}

function withStub(run: Case["run"]): Case["run"] {
  return async (count) => {
    const { subtle } = crypto;
    const own = Object.getOwnPropertyDescriptor(subtle, "verify");
    const verify = () => Promise.resolve(true);
    Object.defineProperty(subtle, "verify", {
      value: verify,
      configurable: true,
      writable: true,
    });
    try {
      await run(count);
    } finally {
      if (own) Object.defineProperty(subtle, "verify", own);
      else delete (subtle as { verify?: unknown }).verify;
    }
  };
}

/** Each token is a new string, as in a header; making it is a case of its own. */
async function hitCases(fixture: Fixture, peers: Peers): Promise<Case[]> {
  const { jwk, tokens } = fixture;
  const verifier = createVerifier({
    url: URL_,
    jwks: { keys: jwk ? [jwk] : [] },
  });
  for (const token of tokens) await verifier.verify(token);
  const bytes = tokens.map((token) => new TextEncoder().encode(token));
  const decoder = new TextDecoder();
  const fresh = (i: number) => decoder.decode(bytes[i % bytes.length]);
  let sum = 0;
  const loop = (use: (token: string) => unknown) => (count: number) => {
    for (let i = 0; i < count; i++) sum += use(fresh(i)) ? 1 : 0;
    return sum;
  };
  const cases: Case[] = [
    {
      group: HITS,
      name: "the string alone",
      run: loop((token) => token.charCodeAt(token.length - 1)),
    },
    {
      group: HITS,
      name: "ours, peek",
      run: loop((token) => verifier.peek(token)),
    },
    {
      group: HITS,
      name: "ours, verify",
      run: async (count) => {
        for (let i = 0; i < count; i++) await verifier.verify(fresh(i));
      },
    },
  ];
  if (peers.fastJwt) {
    const verify = createFastJwt(fixture, peers, true);
    for (const token of tokens) verify(token);
    cases.push({ group: HITS, name: "fast-jwt, cache", run: loop(verify) });
  }
  return cases;
}
