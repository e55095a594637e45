import {
  concat,
  equalBytes,
  fromBase64Url,
  toBase64Url,
  utf8,
} from "./encoding.ts";
import type { Context } from "./context.ts";
import { invalid, WeakPasswordError } from "./errors.ts";
import { sha256 } from "./hash.ts";
import { isPwned } from "./pwned_passwords.ts";
import type { Random } from "./random.ts";
import type { Settings } from "./settings.ts";

const PREFIX = "$sha256$";

/** A salted SHA-256 hash: quick, since it guards nothing but test data. */
export function hashPassword(random: Random, password: string): string {
  const salt = random.bytes(16);
  return `${PREFIX}${toBase64Url(salt)}$${
    toBase64Url(sha256(concat(salt, utf8(password))))
  }`;
}

/** Whether a user has a password at all. */
export function hasPassword(hash: string | null): hash is string {
  return hash !== null && hash !== "";
}

/** Compares a password with a stored hash, of our own or imported. */
export async function verifyPassword(
  hash: string,
  password: string,
): Promise<boolean> {
  if (!hash.startsWith(PREFIX)) {
    const { verifyForeignHash } = await import("./foreign_hashes.ts");
    return await verifyForeignHash(hash, password);
  }
  const [salt, digest] = hash.slice(PREFIX.length).split("$").map(
    fromBase64Url,
  );
  return equalBytes(digest!, sha256(concat(salt!, utf8(password))));
}

/** A rule that a password breaks. */
export interface Weakness {
  /** length, characters or pwned. */
  readonly reason: string;
  /** What the server says about it. */
  readonly text: string;
}

/** Which rules a password breaks; none when it is strong (auth-server §7). */
export async function findWeaknesses(
  context: Context,
  password: string,
): Promise<Weakness[]> {
  const { settings } = context;
  const found: Weakness[] = [];
  const minimum = Math.max(6, settings.GOTRUE_PASSWORD_MIN_LENGTH);
  if (utf8(password).length < minimum) {
    const text = `Password should be at least ${minimum} characters.`;
    found.push({ reason: "length", text });
  }
  const sets = requiredSets(settings);
  if (sets.some((set) => ![...password].some((one) => set.includes(one)))) {
    const list = sets.join(", ");
    found.push({
      reason: "characters",
      text: `Password should contain at least one character of each: ${list}.`,
    });
  }
  if (await isPwned(context, password)) {
    found.push({
      reason: "pwned",
      text:
        "Password is known to be weak and easy to guess, please choose a different one.",
    });
  }
  return found;
}

/** The sets of which a password needs one character each; `\:` stands for a colon. */
export function requiredSets(settings: Settings): string[] {
  const text = settings.GOTRUE_PASSWORD_REQUIRED_CHARACTERS;
  const sets = text.match(/(\\:|[^:])+/g) ?? [];
  return sets.map((set) => set.replaceAll("\\:", ":"));
}

/** Refuses a password that is too long or too weak. */
export async function checkPassword(
  context: Context,
  password: string,
): Promise<void> {
  if (utf8(password).length > 72) {
    invalid("Password cannot be longer than 72 characters");
  }
  const found = await findWeaknesses(context, password);
  if (found.length === 0) return;
  throw new WeakPasswordError(
    found.map(({ text }) => text).join(" "),
    found.map(({ reason }) => reason),
  );
}

/** A password that nobody knows and that meets the rules. */
export function randomPassword(
  settings: Settings,
  random: Random,
  length: number,
): string {
  return random.text(length) +
    requiredSets(settings).map((set) => set[0] ?? "").join("");
}
