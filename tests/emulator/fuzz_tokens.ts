/** Bearer tokens that a server must refuse, or take with care. */
import { signWithSecret } from "../../lib/emulator/signing.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import type { Random } from "../simulation/random.ts";
import { drawValue } from "./fuzz_values.ts";

const ODD_CLAIMS: readonly Record<string, unknown>[] = [
  {},
  { sub: "" },
  { sub: 7 },
  { sub: ["a"], role: "service_role" },
  { sub: "not-a-uuid" },
  { sub: "00000000-0000-0000-0000-000000000000" },
  { role: "service_role", session_id: "not-a-uuid", sub: "x" },
  { role: { a: 1 }, aud: ["authenticated", 7] },
  { role: "service_role", aud: 7 },
  { role: "service_role", exp: "soon", nbf: {} },
  { role: "service_role", exp: 1 },
  { role: "service_role", nbf: 1e300 },
  { role: "service_role", is_anonymous: "true" },
];

/** The tokens, for one emulator and some of its users. */
export function oddTokens(
  emulator: Emulator,
  users: readonly string[],
): string[] {
  const secret = String(emulator.settings["GOTRUE_JWT_SECRET"]);
  const header = btoa('{"alg":"none"}').replaceAll("=", "");
  const known = users.flatMap((sub) => [
    // Accepted: such tokens belong to no session.
    signWithSecret(secret, { sub, role: "authenticated" }),
    signWithSecret(secret, { sub, role: "authenticated", session_id: sub }),
    signWithSecret(secret, { sub: sub.toUpperCase(), aud: "other", amr: 7 }),
    signWithSecret("another secret, that nobody knows", { sub }),
  ]);
  return [
    ...ODD_CLAIMS.map((claims) => signWithSecret(secret, claims)),
    ...known,
    `${header}.${btoa(JSON.stringify({ role: "service_role" }))}.`,
    "eyJhbGciOiJIUzI1NiJ9.bnVsbA.AAAA",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6Int9In0.e30.AAAA",
    "e30.e30.e30",
    "a.b",
    "..",
    "!!.??.--",
    "x".repeat(20_000),
    `${btoa("[".repeat(7000)).replaceAll("=", "")}.e30.AAAA`,
  ];
}

/** A token of three parts that nobody signed, with any header and any claims. */
export function drawToken(random: Random): string {
  const header = random.chance(50)
    ? { alg: "HS256", typ: "JWT", kid: drawValue(random) }
    : { alg: drawValue(random), kid: "x" };
  const parts = random.chance(80) ? [header, {}] : [drawValue(random), header];
  return [...parts.map(encode), "AAAA"].join(".");
}

function encode(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte));
  return btoa(binary.join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
