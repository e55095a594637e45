import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  createVerifier,
  type TokenCacheOptions,
  type Verifier,
} from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  codeOf,
  createClock,
  createSecretSigner,
  createSigner,
  jwksOf,
  type Members,
  once,
  SECONDS,
  SECRET,
  type TestClock,
  URL_,
} from "./support.ts";

const signer = once(() => createSigner("ES256", "one"));

let serial = 0;

async function tokenOf(claims: Members = {}): Promise<string> {
  return await (await signer()).sign(claimsOf({ jti: serial++, ...claims }));
}

async function setUp(
  cache?: false | TokenCacheOptions,
  more: Members = {},
): Promise<{ verifier: Verifier; clock: TestClock }> {
  const clock = createClock();
  const verifier = createVerifier({
    url: URL_,
    jwks: jwksOf(await signer()),
    now: clock.now,
    cache,
    ...more,
  });
  return { verifier, clock };
}

/** How many of some tokens are remembered. */
function countKept(verifier: Verifier, tokens: readonly string[]): number {
  return tokens.filter((token) => verifier.peek(token) !== undefined).length;
}

Deno.test("peek() gives what verify() gave, without cryptography", async () => {
  const { verifier } = await setUp();
  const token = await tokenOf();
  assertEquals(verifier.peek(token), undefined);
  const result = await verifier.verify(token);
  const { subtle } = crypto;
  const verify = subtle.verify;
  subtle.verify = () =>
    Promise.reject(new Error("No cryptography is expected"));
  try {
    assertStrictEquals(verifier.peek(token), result);
    assertStrictEquals(await verifier.verify(token), result);
  } finally {
    subtle.verify = verify;
  }
});

Deno.test("peek() finds an equal token that is another string", async () => {
  const { verifier } = await setUp();
  const token = await tokenOf();
  const result = await verifier.verify(token);
  const copy = new TextDecoder().decode(new TextEncoder().encode(token));
  assertStrictEquals(verifier.peek(copy), result);
});

Deno.test("peek() does not take a token for another with the same end", async () => {
  const { verifier } = await setUp();
  const token = await tokenOf();
  await verifier.verify(token);
  const [header, , signature] = token.split(".");
  const forged = await tokenOf({ role: "service_role" });
  const payload = forged.split(".")[1];
  const mixed = `${header}.${payload}.${signature}`;
  assertEquals(verifier.peek(mixed), undefined);
  assertEquals(await codeOf(verifier.verify(mixed)), "jwt_signature_invalid");
  assert(verifier.peek(token), "a refused token must not push another out");
});

Deno.test("peek() and verify() check the times at each hit", async () => {
  const { verifier, clock } = await setUp();
  const token = await tokenOf({ exp: SECONDS + 60 });
  await verifier.verify(token);
  clock.ms += 64_999;
  assert(verifier.peek(token));
  clock.ms += 1;
  assertEquals(verifier.peek(token), undefined);
  assertEquals(await codeOf(verifier.verify(token)), "jwt_expired");
  clock.ms -= 86_400_000;
  assertEquals(verifier.peek(token), undefined);
  assertEquals(await codeOf(verifier.verify(token)), "jwt_issued_in_future");
});

Deno.test("verify() remembers successes only", async () => {
  const { verifier } = await setUp();
  const refused = [
    await tokenOf({ exp: SECONDS - 60 }),
    await tokenOf({ iss: "https://other.example" }),
    (await tokenOf()).slice(0, -86) + "A".repeat(86),
  ];
  for (const token of refused) {
    await codeOf(verifier.verify(token));
    assertEquals(verifier.peek(token), undefined);
  }
});

Deno.test("verify() neither reads nor writes a cache that is off", async () => {
  const { verifier } = await setUp(false);
  const token = await tokenOf();
  const first = await verifier.verify(token);
  assertEquals(verifier.peek(token), undefined);
  assert(await verifier.verify(token) !== first);
  const usual = (await setUp()).verifier;
  await usual.verify(token, { cache: false });
  assertEquals(usual.peek(token), undefined);
});

Deno.test("verify() remembers at most maxEntries tokens, the newest", async () => {
  const { verifier } = await setUp({ maxEntries: 5 });
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf()));
  for (const token of tokens) {
    await verifier.verify(token);
    await verifier.verify(token);
  }
  assertEquals(countKept(verifier, tokens), 5);
  assertEquals(countKept(verifier, tokens.slice(-5)), 5);
});

Deno.test("verify() remembers at most maxBytes, whatever the number", async () => {
  const { verifier } = await setUp({ maxBytes: 20_000 });
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf()));
  for (const token of tokens) await verifier.verify(token);
  const kept = tokens.filter((token) => verifier.peek(token));
  const characters = kept.reduce((sum, token) => sum + token.length, 0);
  assert(kept.length > 0 && characters * 4 <= 20_000, `${characters}`);
  const large = await tokenOf({ note: "x".repeat(10_000) });
  await verifier.verify(large);
  assertEquals(countKept(verifier, [...tokens, large]), 0);
  const small = await tokenOf();
  await verifier.verify(small);
  assertEquals(countKept(verifier, [small]), 1);
});

Deno.test("verify() counts a token once that was verified many times at once", async () => {
  const { verifier } = await setUp({ maxBytes: 20_000 });
  const [token, other] = [await tokenOf(), await tokenOf()];
  await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)));
  assert(verifier.peek(token));
  await verifier.verify(other);
  assertEquals(countKept(verifier, [token, other]), 2);
});

Deno.test("verifiers with bounds of their own do not share tokens", async () => {
  const token = await tokenOf();
  const own = (await setUp({ maxEntries: 5 })).verifier;
  await own.verify(token);
  assertEquals((await setUp()).verifier.peek(token), undefined);
});

Deno.test("verifiers of one secret share tokens, those of others do not", async () => {
  const token = await (await createSecretSigner()).sign(claimsOf());
  const options = { url: URL_, now: createClock().now };
  const one = createVerifier({ ...options, secret: SECRET });
  await one.verify(token);
  const same = createVerifier({ ...options, secret: SECRET });
  const other = createVerifier({ ...options, secret: `${SECRET}!` });
  assert(same.peek(token));
  assertEquals(other.peek(token), undefined);
  assertEquals(await codeOf(other.verify(token)), "jwt_signature_invalid");
  assertEquals(createVerifier(options).peek(token), undefined);
});
