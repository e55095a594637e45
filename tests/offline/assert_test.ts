// The stand-in of @std/assert must refuse whatever the original refuses.
import * as real from "@std/assert";

// Loaded at run time, as Deno refuses a module of the registry in use by path.
const STAND_IN = "../../scripts/offline/@std/assert/1.0.99/mod.ts";
const ours: typeof real = await import(import.meta.resolve(STAND_IN));

class Point {
  #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

const SAME: [unknown, unknown][] = [
  [1, 1],
  [NaN, NaN],
  ["a", "a"],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
  [new Date(5), new Date(5)],
  [new Date(NaN), new Date(NaN)],
  [/a/g, /a/g],
  [new URL("http://a/b"), new URL("http://a/b")],
  [new Map([["k", { v: 1 }]]), new Map([["k", { v: 1 }]])],
  [new Set([1, 2]), new Set([2, 1])],
  [new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1)],
  [new Point(1), new Point(1)],
  [new URLSearchParams("a=1"), new URLSearchParams({ a: "1" })],
  [{ a: undefined }, { a: undefined }],
];

const DIFFERENT: [unknown, unknown][] = [
  [1, "1"],
  [null, undefined],
  [{}, []],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [[1, 2], [2, 1]],
  [new Date(5), new Date(6)],
  [/a/g, /a/i],
  [new Map([["k", 1]]), new Map([["k", 2]])],
  [new Set([1]), new Set([2])],
  [new Set([1, 2]), new Set([1])],
  [new Uint8Array([1]), new Uint8Array([2])],
  [new Uint8Array([1]), [1]],
  [new Point(1), new Point(2)],
  [new Point(1), { x: 1 }],
  [new Error("a"), new Error("b")],
  [new Error("a"), new TypeError("a")],
  [() => 1, () => 1],
  [Symbol("a"), Symbol("a")],
  [new URL("http://a/b"), new URL("http://a/c")],
];

/** Pairs which readers may call equal or not: no test may depend on them. */
const DOUBTFUL: [unknown, unknown][] = [
  [0, -0],
  [Object.create(null), {}],
  [new Error("a"), new Error("a")],
  [new Headers({ a: "1" }), new Headers({ A: "1" })],
  [Promise.resolve(1), Promise.resolve(2)],
];

for (const [at, [a, b]] of SAME.entries()) {
  Deno.test(`assertEquals() accepts equal pair ${at}`, () => {
    ours.assertEquals(a, b);
    real.assertThrows(() => ours.assertNotEquals(a, b), ours.AssertionError);
  });
}

for (const [at, [a, b]] of DIFFERENT.entries()) {
  Deno.test(`assertEquals() refuses different pair ${at}`, () => {
    real.assertThrows(() => ours.assertEquals(a, b), ours.AssertionError);
    real.assertThrows(() => ours.assertEquals({ a }, { a: b }));
    real.assertFalse(ours.equal(b, a));
  });
}

for (const [at, [a, b]] of DOUBTFUL.entries()) {
  Deno.test(`assertEquals() and assertNotEquals() refuse doubtful pair ${at}`, () => {
    real.assertThrows(() => ours.assertEquals(a, b), ours.AssertionError);
    real.assertThrows(() => ours.assertNotEquals(a, b), ours.AssertionError);
  });
}

Deno.test("assertEquals() compares objects that contain themselves", () => {
  const [a, b, c]: Record<string, unknown>[] = [{ n: 1 }, { n: 1 }, { n: 2 }];
  for (const each of [a!, b!, c!]) each.self = each;
  ours.assertEquals(a, b);
  real.assertThrows(() => ours.assertEquals(a, c));
});

Deno.test("assertEquals() shows both values in its message", () => {
  const error = real.assertThrows(() => ours.assertEquals({ a: 1 }, { a: 2 }));
  real.assertStringIncludes(String(error), "{a: 1}");
  real.assertStringIncludes(String(error), "{a: 2}");
});

Deno.test("assertStrictEquals() compares identity", () => {
  const one = {};
  ours.assertStrictEquals(one, one);
  ours.assertStrictEquals(NaN, NaN);
  real.assertThrows(() => ours.assertStrictEquals({}, {}));
  real.assertThrows(() => ours.assertNotStrictEquals(one, one));
});

Deno.test("assertObjectMatch() compares the members it is given", () => {
  ours.assertObjectMatch({ a: { b: 1, c: 2 } }, { a: { b: 1 } });
  real.assertThrows(() =>
    ours.assertObjectMatch({ a: { b: 1 } }, { a: { b: 2 } })
  );
  real.assertThrows(() => ours.assertObjectMatch({}, { a: undefined }));
  real.assertThrows(() => ours.assertObjectMatch({ a: [1, 2] }, { a: [1] }));
});

Deno.test("assertThrows() checks class and message", () => {
  const fn = () => {
    throw new RangeError("too far");
  };
  real.assertEquals(
    ours.assertThrows(fn, RangeError, "far").message,
    "too far",
  );
  real.assertThrows(() => ours.assertThrows(fn, TypeError));
  real.assertThrows(() => ours.assertThrows(fn, RangeError, "near"));
  real.assertThrows(() => ours.assertThrows(() => 1));
  real.assertThrows(() =>
    ours.assertThrows(() => Promise.reject(new Error("late")))
  );
});

Deno.test("assertRejects() wants a rejected promise", async () => {
  await ours.assertRejects(
    () => Promise.reject(new TypeError("no")),
    TypeError,
  );
  await real.assertRejects(() => ours.assertRejects(() => Promise.resolve(1)));
  await real.assertRejects(() =>
    ours.assertRejects(() => {
      throw new Error("at once");
    })
  );
  await real.assertRejects(() =>
    ours.assertRejects(() => Promise.reject(new Error("no")), TypeError)
  );
  await real.assertRejects(() =>
    ours.assertRejects(() => Promise.reject("no error"), Error)
  );
});

Deno.test("the small assertions fail when they should", () => {
  const failing: (() => void)[] = [
    () => ours.assert(0),
    () => ours.assertFalse(1),
    () => ours.assertExists(null),
    () => ours.assertInstanceOf({}, Date),
    () => ours.assertNotInstanceOf(new Date(), Date),
    () => ours.assertMatch("a", /b/),
    () => ours.assertNotMatch("a", /a/),
    () => ours.assertStringIncludes("a", "b"),
    () => ours.assertArrayIncludes([1], [2]),
    () => ours.assertAlmostEquals(1, 1.1),
    () => ours.assertIsError("no", Error),
    () => ours.assertGreater(1, 1),
    () => ours.assertGreaterOrEqual(1, 2),
    () => ours.assertLess(1, 1),
    () => ours.assertLessOrEqual(2, 1),
    () => ours.fail(),
    () => ours.unreachable(),
  ];
  for (const fn of failing) real.assertThrows(fn, ours.AssertionError);
});
