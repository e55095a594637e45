/**
 * The emulator's own handlers, store and rules under virtual time. What would
 * wait for a thread pool or cost time without changing behaviour is replaced:
 * the signature of access tokens, and the source of chance.
 */
import { createClock } from "../../lib/emulator/clock.ts";
import { createInternalContext } from "../../lib/emulator/control_work.ts";
import { toBase32, toBase64Url } from "../../lib/emulator/encoding.ts";
import { createServer } from "../../lib/emulator/emulator.ts";
import { readAddress } from "../../lib/emulator/address.ts";
import { handle } from "../../lib/emulator/handle.ts";
import { Rates } from "../../lib/emulator/limits/rates.ts";
import { Random as EmulatorRandom } from "../../lib/emulator/random.ts";
import { Router, routes, subtrees } from "../../lib/emulator/router.ts";
import type { Server } from "../../lib/emulator/server.ts";
import { Store } from "../../lib/emulator/store.ts";
import { deleteSession, deleteUser } from "../../lib/emulator/users.ts";
import { type Jwk, KeyRing } from "../../lib/emulator/keys.ts";
import type { Random } from "./random.ts";

/** A request as it leaves a client. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** An answer as it leaves the server. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const KEY: Jwk = {
  kty: "simulated",
  kid: "simulation",
  alg: "ES256",
  key_ops: ["sign", "verify"],
};

/** Signs and checks at once, with what is no signature at all. */
class SimulatedKeys extends KeyRing {
  override signer(): Promise<Jwk> {
    return Promise.resolve(KEY);
  }

  override accepts(alg: string): Promise<boolean> {
    return Promise.resolve(alg === KEY.alg);
  }

  override find(alg: string): Jwk | undefined {
    return alg === KEY.alg ? KEY : undefined;
  }

  override sign(_key: Jwk, data: string): Uint8Array {
    return checksum(data);
  }

  override verify(_key: Jwk, token: string): Promise<boolean> {
    const end = token.lastIndexOf(".");
    const expected = toBase64Url(checksum(token.slice(0, end)));
    return Promise.resolve(token.slice(end + 1) === expected);
  }
}

function checksum(text: string): Uint8Array {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return new Uint8Array(new Uint32Array([hash, ~hash]).buffer);
}

/** The emulator's forms of chance, out of the simulation's. */
class ServerRandom extends EmulatorRandom {
  readonly #random: Random;

  constructor(random: Random) {
    super(0);
    this.#random = random;
  }

  override bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.#random.fill(bytes);
    return bytes;
  }
}

const encoder = new TextEncoder();
const bases = new Map<string, Server>();
let router: Router | undefined;

function baseOf(env: Readonly<Record<string, string>>): Server {
  const name = JSON.stringify(env);
  const base = bases.get(name) ?? createServer({ profile: "server", env });
  bases.set(name, base);
  return base;
}

/** One server with data of its own, and what only the simulation may know. */
export class SimulatedServer {
  /** The emulator's insides. */
  readonly server: Server;
  /** Errors that no handler meant: a bug of the emulator. */
  readonly failures: unknown[] = [];

  /**
   * @param env Settings by their real names.
   * @param random The source of chance.
   * @param now The true time, in milliseconds.
   */
  constructor(
    env: Readonly<Record<string, string>>,
    random: Random,
    now: () => number,
  ) {
    const base = baseOf(env);
    const chance = new ServerRandom(random);
    this.server = {
      ...base,
      store: new Store(),
      clock: createClock(now),
      random: chance,
      keys: new SimulatedKeys(base.settings, chance, false),
      gateway: (headers) => headers,
      rates: new Rates(now()),
      report: (error) => void this.failures.push(error),
    };
  }

  /** Answers a request. */
  async answer(request: Outgoing): Promise<Answered> {
    router ??= new Router(routes(), subtrees());
    const { method, url, headers, body } = request;
    const bytes = body === undefined ? null : encoder.encode(body);
    const incoming = {
      method,
      headers: new Headers(headers),
      body: bytes,
      arrayBuffer: () => Promise.resolve(bytes?.buffer),
    } as unknown as Request;
    const address = readAddress(url);
    const response = await handle(this.server, router, incoming, address);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  }

  /**
   * Prepares a second factor, as its user may have done elsewhere: drawing its
   * picture here would take longer than a hundred other requests.
   *
   * @returns Its id and secret; undefined where the user is gone.
   */
  addFactor(
    userId: string,
  ): { readonly factorId: string; readonly secret: string } | undefined {
    const { random, clock } = this.server;
    const { db } = createInternalContext(this.server);
    if (!db.users.get(userId)) return undefined;
    const now = clock.stamp();
    const factorId = random.uuid();
    const secret = toBase32(random.bytes(20));
    db.factors.insert({
      id: factorId,
      user_id: userId,
      friendly_name: "",
      factor_type: "totp",
      status: "unverified",
      phone: "",
      secret,
      last_challenged_at: null,
      web_authn_credential: null,
      web_authn_aaguid: null,
      created_at: now,
      updated_at: now,
    });
    return { factorId, secret };
  }

  /** Ends a session, as an administrator or another device would. */
  endSession(id: string): void {
    const context = createInternalContext(this.server);
    if (context.db.sessions.get(id)) deleteSession(context, id);
  }

  /** Deletes a user. */
  deleteUser(id: string): void {
    const context = createInternalContext(this.server);
    const user = context.db.users.get(id);
    if (user) deleteUser(context, user);
  }

  /** Bans a user until a point in time, or lifts the ban. */
  ban(id: string, until: number | null): void {
    const { users } = this.server.store.tables;
    if (users.get(id)) users.update(id, { banned_until: until });
  }
}
