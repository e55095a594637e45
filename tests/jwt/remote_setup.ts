/** A server of keys, a clock, and a verifier that asks the one by the other. */
import type { AuthDiagnostic } from "../../lib/config.ts";
import { createVerifier, type Verifier } from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  createClock,
  createKeyServer,
  createSigner,
  type KeyServer,
  type Members,
  once,
  type Signer,
  type TestClock,
  URL_,
} from "./support.ts";

export const signers: () => Promise<[Signer, Signer, Signer]> = once(() =>
  Promise.all([
    createSigner("ES256", "one"),
    createSigner("ES256", "two"),
    createSigner("RS256", "three"),
  ])
);

/** What a test works with. */
export interface Setup {
  readonly one: Signer;
  readonly two: Signer;
  readonly server: KeyServer;
  readonly clock: TestClock;
  readonly events: AuthDiagnostic[];
  readonly verifier: Verifier;
  /** A new token, good for a day. */
  token(signer?: Signer, header?: Members): Promise<string>;
}

let serial = 0;

/** Makes all of it; the server knows the first signer only. */
export async function setUp(options: Members = {}): Promise<Setup> {
  const [one, two] = await signers();
  const server = createKeyServer(one);
  const clock = createClock();
  const events: AuthDiagnostic[] = [];
  const verifier = createVerifier({
    url: URL_,
    fetch: server.fetch,
    now: clock.now,
    onDiagnostic: (event) => void events.push(event),
    ...options,
  });
  const token = (signer = one, header = {}) => {
    const iat = Math.floor(clock.ms / 1000);
    const jti = `${serial++}`;
    return signer.sign(claimsOf({ exp: iat + 86_400, iat, jti }), header);
  };
  return { one, two, server, clock, events, verifier, token };
}
