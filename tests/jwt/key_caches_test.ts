import { assert, assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import type { AuthDiagnostic } from "../../lib/config.ts";
import {
  cacheApiKeyCache,
  createKeyCache,
  createVerifier,
  denoKvKeyCache,
  type FetchedKeys,
  type KeyCache,
  memoryKeyCache,
  type Verifier,
  workersKvKeyCache,
} from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  codeOf,
  createClock,
  createKeyServer,
  createSigner,
  type KeyServer,
  NOW,
  once,
  type Signer,
  type TestClock,
  URL_,
} from "./support.ts";

const signers = once(() =>
  Promise.all([createSigner("ES256", "one"), createSigner("ES256", "two")])
);
const ADDRESS = `${URL_}/.well-known/jwks.json`;

interface Setup {
  readonly one: Signer;
  readonly two: Signer;
  readonly server: KeyServer;
  readonly clock: TestClock;
  readonly events: AuthDiagnostic[];
  /** A verifier in a process of its own. */
  start(): Verifier;
  token(signer?: Signer): Promise<string>;
}

async function setUp(keyCache: KeyCache): Promise<Setup> {
  const [one, two] = await signers();
  const server = createKeyServer(one);
  const clock = createClock();
  const events: AuthDiagnostic[] = [];
  const start = () =>
    createVerifier({
      url: URL_,
      // Keys are shared by what fetches them: another function, another process.
      fetch: (url, init) => server.fetch(url, init),
      now: clock.now,
      onDiagnostic: (event) => void events.push(event),
      keyCache,
      cache: false,
    });
  const token = (signer = one) => {
    const iat = Math.floor(clock.ms / 1000);
    return signer.sign(claimsOf({ iat, exp: iat + 86_400 }));
  };
  return { one, two, server, clock, events, start, token };
}

/** Stands in for Workers KV, Deno KV and the Cache API, and counts. */
function createStores() {
  const kv = new Map<string, string>();
  const calls: unknown[][] = [];
  return {
    kv,
    calls,
    workers: {
      get: (key: string, type: "json") => {
        calls.push(["get", key, type]);
        return Promise.resolve(JSON.parse(kv.get(key) ?? "null") as unknown);
      },
      put: (key: string, value: string, options: object) => {
        calls.push(["put", key, options]);
        kv.set(key, value);
        return Promise.resolve();
      },
    },
    deno: {
      get: (key: string[]) => {
        calls.push(["get", key]);
        const text = kv.get(key.join());
        return Promise.resolve({ value: text ? JSON.parse(text) : null });
      },
      set: (key: string[], value: unknown, options: object) => {
        calls.push(["set", key, options]);
        kv.set(key.join(), JSON.stringify(value));
        return Promise.resolve({ ok: true });
      },
    },
    cacheApi: {
      match: (url: string) => {
        calls.push(["match", url]);
        const text = kv.get(url);
        return Promise.resolve(text ? new Response(text) : undefined);
      },
      put: async (url: string, response: Response) => {
        calls.push(["put", url, response.headers.get("cache-control")]);
        kv.set(url, await response.text());
      },
    },
  };
}

const ADAPTERS: [
  name: string,
  make: (stores: ReturnType<typeof createStores>) => KeyCache,
  expected: unknown[],
][] = [
  ["memoryKeyCache", () => memoryKeyCache(), []],
  ["workersKvKeyCache", ({ workers }) => workersKvKeyCache(workers), [
    ["get", `gotrue-edge-keys:${ADDRESS}`, "json"],
    ["put", `gotrue-edge-keys:${ADDRESS}`, { expirationTtl: 87_000 }],
    ["get", `gotrue-edge-keys:${ADDRESS}`, "json"],
  ]],
  ["denoKvKeyCache", ({ deno }) => denoKvKeyCache(deno), [
    ["get", ["gotrue-edge-keys", ADDRESS]],
    ["set", ["gotrue-edge-keys", ADDRESS], { expireIn: 87_000_000 }],
    ["get", ["gotrue-edge-keys", ADDRESS]],
  ]],
  ["cacheApiKeyCache", ({ cacheApi }) => cacheApiKeyCache(cacheApi), [
    ["match", `${ADDRESS}?gotrue-edge-keys`],
    ["put", `${ADDRESS}?gotrue-edge-keys`, "max-age=87000"],
    ["match", `${ADDRESS}?gotrue-edge-keys`],
  ]],
];
for (const [name, make, expected] of ADAPTERS) {
  Deno.test(`${name}() spares the next process the fetch`, async () => {
    const stores = createStores();
    const { server, start, token, clock } = await setUp(make(stores));
    await start().verify(await token());
    await start().verify(await token());
    assertEquals(server.requests.length, 1);
    assertEquals(stores.calls, expected);
    clock.ms += 600_000;
    await start().verify(await token());
    assertEquals(server.requests.length, 2);
  });
}

Deno.test("a key cache is read once a process, not for each token", async () => {
  const stores = createStores();
  const { start, token } = await setUp(workersKvKeyCache(stores.workers));
  const verifier = start();
  const tokens = await Promise.all(Array.from({ length: 100 }, () => token()));
  await Promise.all(tokens.map((one) => verifier.verify(one)));
  for (const one of tokens) await verifier.verify(one);
  assertEquals(stores.calls.length, 2);
});

Deno.test("a key cache that lacks a new key does not hide it", async () => {
  const { one, two, server, clock, start, token } = await setUp(
    memoryKeyCache(),
  );
  await start().verify(await token());
  server.keys = [one.jwk, two.jwk];
  await start().verify(await token(two));
  assertEquals(server.requests.length, 2);
  clock.ms += 1;
  await start().verify(await token(two));
  assertEquals(server.requests.length, 2);
});

Deno.test("a key cache helps a process to keys that another has fetched", async () => {
  const { one, two, server, clock, start, token } = await setUp(
    memoryKeyCache(),
  );
  const [old, other] = [start(), start()];
  await old.verify(await token());
  clock.ms += 60_000;
  server.keys = [one.jwk, two.jwk];
  await other.verify(await token(two));
  await old.verify(await token(two));
  assertEquals(server.requests.length, 2);
});

Deno.test("a cold process uses old keys of the cache while the server is down", async () => {
  const { server, clock, events, start, token } = await setUp(memoryKeyCache());
  await start().verify(await token());
  clock.ms += 3_600_000;
  server.trouble = new TypeError("down");
  const verifier = start();
  await verifier.verify(await token());
  await verifier.verify(await token());
  assertEquals(server.requests.length, 2);
  const types = events.map(({ type }) => type);
  assertEquals(types, ["keys-refreshed", "keys-stale"]);
});

Deno.test("a key cache that fails is reported, and as good as none", async () => {
  const fail = () => Promise.reject(new Error("store"));
  const { server, events, start, token } = await setUp(
    createKeyCache({ get: fail, set: fail }),
  );
  await start().verify(await token());
  await start().verify(await token());
  assertEquals(server.requests.length, 2);
  const failures = events.filter(({ type }) => type === "storage-failed");
  assertEquals(failures.length, 4);
  const broken = createKeyCache({
    get: () => {
      throw new Error("store");
    },
    set: () => {
      throw new Error("store");
    },
  });
  const other = await setUp(broken);
  await other.start().verify(await other.token());
});

Deno.test("what a key cache holds is not believed", async () => {
  const [one] = await signers();
  const times = { fetchedAt: NOW, expiresAt: NOW + 1000 };
  const jwks = { keys: [one.jwk] };
  const contents: unknown[] = [
    undefined,
    null,
    7,
    "text",
    [],
    {},
    { ...times, jwks: {} },
    { ...times, jwks: { keys: [7] } },
    { jwks },
    { jwks, fetchedAt: "x", expiresAt: "y" },
    { jwks, fetchedAt: NaN, expiresAt: NaN },
    { jwks, fetchedAt: NOW + 1, expiresAt: NOW + 1000 },
    { jwks, fetchedAt: NOW, expiresAt: NOW - 1 },
  ];
  for (const content of contents) {
    const keyCache = createKeyCache({ get: () => content, set: () => {} });
    const { server, start, token } = await setUp(keyCache);
    await start().verify(await token());
    assertEquals(server.requests.length, 1, JSON.stringify(content));
  }
});

Deno.test("a key cache is written after the answer when there is waitUntil", async () => {
  const written = Promise.withResolvers<void>();
  const stored: FetchedKeys[] = [];
  const keyCache = createKeyCache({
    get: () => undefined,
    set: async (_, keys) => {
      await written.promise;
      stored.push(keys);
    },
  });
  const { start, token } = await setUp(keyCache);
  const work: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
  await start().verify(await token(), { waitUntil });
  assertEquals([stored.length, work.length], [0, 1]);
  written.resolve();
  await Promise.all(work);
  assertEquals(stored[0]?.fetchedAt, NOW);
});

Deno.test("forged key names cause one read of the key cache in a cooldown", async () => {
  const stores = createStores();
  const { one, server, clock, start } = await setUp(
    workersKvKeyCache(stores.workers),
  );
  const verifier = start();
  await verifier.prefetch();
  clock.ms += 60_000;
  for (let i = 0; i < 50; i++) {
    const token = await one.sign(claimsOf(), { kid: `forged-${i}` });
    assertEquals(await codeOf(verifier.verify(token)), "jwt_key_not_found");
  }
  assertEquals(server.requests.length, 2);
  assert(stores.calls.length <= 4, `${stores.calls.length}`);
});

Deno.test("a key cache that is older than a day helps nobody", async () => {
  const keyCache = memoryKeyCache();
  const { server, clock, start, token } = await setUp(keyCache);
  await start().verify(await token());
  server.trouble = 503;
  clock.ms += 86_400_001;
  const verifier = start();
  for (let i = 0; i < 2; i++) {
    assertEquals(
      await codeOf(verifier.verify(await token())),
      "AuthResponseError invalid_response",
    );
  }
});

Deno.test("a key cache that never answers is as good as none", async () => {
  const keyCache = createKeyCache({
    get: () => new Promise(() => {}),
    set: () => new Promise(() => {}),
  });
  const { clock, events, start, token } = await setUp(keyCache);
  const one = await token();
  using time = new FakeTime(clock.ms);
  const verified = start().verify(one);
  await time.tickAsync(2_000);
  await time.tickAsync(2_000);
  await verified;
  assertEquals(
    events.map((event) => [
      event.type,
      "operation" in event ? event.operation : "",
    ]),
    [["storage-failed", "get"], ["keys-refreshed", ""], [
      "storage-failed",
      "set",
    ]],
  );
});
