/**
 * The packages that the emulator loads when a feature needs one, and nothing
 * else uses. In the npm package they are optional peers, never dependencies.
 * Their versions stand in `deno.json`.
 */
export const EMULATOR_PACKAGES: readonly string[] = [
  "@noble/curves",
  "@noble/hashes",
  "@simplewebauthn/server",
  "fast-xml-parser",
  "hash-wasm",
  "yaml",
];
