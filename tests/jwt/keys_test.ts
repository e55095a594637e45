import { assertEquals, assertStrictEquals } from "@std/assert";
import { KeySet } from "../../lib/jwt/keys.ts";
import { createSigner, jwksOf, SECRET } from "./support.ts";

Deno.test("KeySet makes one key of a secret, whatever its tokens call it", async () => {
  const set = new KeySet(SECRET);
  const header = (i: number) => ({ alg: "HS256", kid: `forged-${i}` });
  const keys = await Promise.all(
    Array.from({ length: 50 }, (_, i) => set.find(header(i))),
  );
  assertEquals(new Set(keys).size, 1);
  assertStrictEquals(await set.find({ alg: "HS256" }), keys[0]);
});

Deno.test("KeySet makes a key once for all who ask at the same time", async () => {
  const one = await createSigner("ES256", "one");
  const set = new KeySet(jwksOf(one).keys);
  const header = { alg: "ES256", kid: "one" };
  const keys = await Promise.all([1, 2, 3].map(() => set.find(header)));
  assertEquals(new Set(keys).size, 1);
  assertStrictEquals(set.peek(header), keys[0]);
});

Deno.test("KeySet keeps a key that the next set holds too, and no other", async () => {
  const [one, two] = [
    await createSigner("ES256", "one"),
    await createSigner("ES256", "two"),
  ];
  const set = new KeySet(jwksOf(one, two).keys);
  const [first, second] = [
    { alg: "ES256", kid: "one" },
    { alg: "ES256", kid: "two" },
  ];
  const kept = await set.find(first);
  await set.find(second);
  const other = await createSigner("ES256", "two");
  const next = new KeySet(jwksOf(other, one).keys, set);
  assertStrictEquals(next.peek(first), kept);
  assertEquals(next.peek(second), undefined);
  assertEquals(await next.find({ alg: "ES256", kid: "three" }), undefined);
});
