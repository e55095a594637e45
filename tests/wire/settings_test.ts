import { assertEquals, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  parseHealth,
  parseJwks,
  parseSettings,
} from "../../lib/wire/settings.ts";

const SETTINGS = { external: { email: true }, of_a_newer_server: [1] };
const HEALTH = { name: "GoTrue", version: "v2", description: "An API" };
const JWKS = { keys: [{ kty: "OKP", crv: "Ed25519", x: "x" }, { kty: "new" }] };

const CASES: [
  name: string,
  parse: (json: unknown) => object,
  good: object[],
  bad: unknown[],
][] = [
  ["parseSettings()", parseSettings, [SETTINGS], [
    null,
    {},
    { external: null },
    { external: [] },
  ]],
  ["parseHealth()", parseHealth, [HEALTH], [
    null,
    [],
    {},
    { name: "GoTrue" },
    { ...HEALTH, version: 2 },
  ]],
  ["parseJwks()", parseJwks, [JWKS, { keys: [] }], [
    null,
    [],
    {},
    { keys: null },
    { keys: {} },
    { keys: [null] },
    { keys: ["key"] },
  ]],
];
for (const [name, parse, good, bad] of CASES) {
  for (const json of good) {
    Deno.test(`${name} gives ${JSON.stringify(json)} as sent`, () => {
      assertEquals(parse(json), json);
    });
  }
  for (const json of bad) {
    Deno.test(`${name} refuses ${JSON.stringify(json)}`, () => {
      assertThrows(() => parse(json), AuthResponseError);
    });
  }
}
