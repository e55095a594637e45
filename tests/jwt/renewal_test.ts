/** What renewing keys must not be talked into, nor kept from. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import type { Fetch } from "../../lib/config.ts";
import {
  createVerifier,
  type FetchedKeys,
  type KeyCache,
} from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  codeOf,
  createSecretSigner,
  jwksOf,
  NOW,
  URL_,
} from "./support.ts";
import { setUp } from "./remote_setup.ts";

const NO_SETS: unknown[] = [
  null,
  {},
  { keys: {} },
  { keys: "[]" },
  { keys: new Uint8Array(40) },
  { keys: [null] },
  { keys: [7] },
];
for (const jwks of NO_SETS) {
  Deno.test(`createVerifier() takes ${JSON.stringify(jwks)} for no key set`, () => {
    assertThrows(
      () => createVerifier({ url: URL_, jwks: jwks as never }),
      TypeError,
      "Cannot use jwks",
    );
  });
}

Deno.test("verify() takes no public text for a secret, whatever the algorithm", async () => {
  const { one } = await setUp();
  const text = JSON.stringify([one.jwk]);
  const forger = await createSecretSigner(text);
  for (const alg of ["ES256", "RS256", "EdDSA", "HS256"]) {
    const token = await forger.sign(claimsOf(), { alg, kid: "one" });
    const verifier = createVerifier({
      url: URL_,
      jwks: jwksOf(one),
      now: () => NOW,
    });
    assert(await codeOf(verifier.verify(token)) !== "accepted", alg);
  }
});

Deno.test("verify() refuses a key with a member that JSON cannot tell", async () => {
  const { one } = await setUp();
  const jwks = { keys: [{ ...one.jwk, size: 1n }] };
  const verifier = createVerifier({ url: URL_, jwks, now: () => NOW });
  const token = await one.sign(claimsOf());
  assertEquals(await codeOf(verifier.verify(token)), "jwt_key_unsuitable");
});

Deno.test("verify() accepts nothing without a clock", async () => {
  const { one } = await setUp();
  const token = await one.sign(claimsOf());
  const verifier = createVerifier({
    url: URL_,
    jwks: jwksOf(one),
    now: () => NaN,
  });
  assertEquals(await codeOf(verifier.verify(token)), "jwt_expired");
});

Deno.test("verify() gives a header that nobody can change", async () => {
  const { one } = await setUp();
  const options = { url: URL_, jwks: jwksOf(one), now: () => NOW };
  const verifier = createVerifier({ ...options, cache: false });
  const { header } = await verifier.verify(await one.sign(claimsOf()));
  assert(Object.isFrozen(header));
});

Deno.test("verify() sees that a key was repaired once its keys are old", async () => {
  const { one, server, clock, verifier, token } = await setUp();
  server.keys = [{ ...one.jwk, use: "enc" }];
  assertEquals(
    await codeOf(verifier.verify(await token())),
    "jwt_key_unsuitable",
  );
  server.keys = [one.jwk];
  clock.ms += 601_000;
  await verifier.verify(await token());
  assertEquals(server.requests.length, 2);
});

Deno.test("verify() that is aborted again and again is held off by the cooldown", async () => {
  const { one, server, clock, verifier, token } = await setUp();
  await verifier.verify(await token());
  clock.ms += 60_000;
  server.trouble = "hang";
  for (let i = 0; i < 20; i++) {
    const controller = new AbortController();
    const { signal } = controller;
    const forged = await token(one, { kid: `forged-${i}` });
    const attempt = codeOf(verifier.verify(forged, { signal }));
    await token();
    controller.abort();
    await attempt;
  }
  assertEquals(server.requests.length, 3);
});

Deno.test("verify() keeps newer keys when an older answer comes late", async () => {
  const { one, two, clock, token } = await setUp();
  const answers: ((keys: Response) => void)[] = [];
  const fetch: Fetch = () => new Promise((resolve) => answers.push(resolve));
  const verifier = createVerifier({ url: URL_, fetch, now: clock.now });
  const tokens = await Promise.all([token(), token(two), token(two)]);
  const [old, fresh, again] = tokens as [string, string, string];
  using time = new FakeTime(clock.ms);
  const first = codeOf(verifier.verify(old));
  await time.tickAsync(1);
  clock.ms += 3_000;
  const second = codeOf(verifier.verify(fresh));
  while (answers.length < 2) await time.tickAsync(1);
  answers[1]?.(Response.json(jwksOf(two)));
  assertEquals(await second, "accepted");
  answers[0]?.(Response.json(jwksOf(one)));
  assertEquals(await first, "jwt_key_not_found");
  assertEquals(await codeOf(verifier.verify(again)), "accepted");
  assertEquals(answers.length, 2);
});

Deno.test("verify() asks a cache once that knows old keys only", async () => {
  const { one, token } = await setUp();
  let loads = 0;
  const keyCache: KeyCache = {
    async load(): Promise<FetchedKeys> {
      loads++;
      await Promise.resolve();
      return { jwks: jwksOf(one), fetchedAt: NOW - 9e6, expiresAt: NOW - 8e6 };
    },
  };
  const { verifier } = await setUp({ keyCache });
  const text = await token();
  await Promise.all(
    Array.from({ length: 100 }, () => verifier.verify(text, { cache: false })),
  );
  assertEquals(loads, 1);
});

Deno.test("verify() believes no cache that returns something else than keys", async () => {
  const { token } = await setUp();
  const keyCache = {
    load: () =>
      Promise.resolve({
        jwks: { keys: "text" },
        fetchedAt: NOW,
        expiresAt: NOW + 1,
      }),
  };
  const { verifier } = await setUp({ keyCache });
  assertEquals(
    await codeOf(verifier.verify(await token())),
    "AuthResponseError invalid_response",
  );
});

Deno.test("verify() tells no query of the keys' address", async () => {
  const jwks = "https://keys.example/set.json?tenant=secret";
  const { server, clock, events, verifier, token } = await setUp({ jwks });
  await verifier.verify(await token());
  server.trouble = 503;
  clock.ms += 601_000;
  await verifier.verify(await token());
  assertEquals(events.map(({ type }) => type), [
    "keys-refreshed",
    "keys-stale",
  ]);
  assert(!JSON.stringify(events).includes("secret"));
});
