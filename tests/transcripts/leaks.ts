/** Whether an error tells what must not be told. */

/** Members of recorded bodies whose texts are tokens, codes and secrets. */
const SECRET_NAMES = new Set([
  "access_token",
  "refresh_token",
  "provider_token",
  "provider_refresh_token",
  "password",
  "secret",
  "email_otp",
  "hashed_token",
  "challenge",
]);

/** The shortest part of a longer secret that counts as told. */
const WINDOW = 8;

/** Every secret text of some JSON. */
export function secretsOf(json: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(json, (name, value) => {
    const isSecret = SECRET_NAMES.has(name) && typeof value === "string";
    if (isSecret && value.length >= 6) found.push(value);
    return value;
  });
  return found;
}

/**
 * Looks through everything that can be reached from an error: its message,
 * stack, properties, causes and JSON.
 *
 * @returns The parts of secrets that it tells.
 */
export function leaksOf(error: unknown, secrets: readonly string[]): string[] {
  const texts: string[] = [String(error), JSON.stringify(error) ?? ""];
  collect(error, texts, new Set());
  const told = texts.join("\n");
  return secrets.flatMap(partsOf).filter((part) => told.includes(part));
}

function collect(value: unknown, texts: string[], seen: Set<unknown>): void {
  if (typeof value === "string") texts.push(value);
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  for (const key of Reflect.ownKeys(value)) {
    collect(Reflect.get(value, key), texts, seen);
  }
}

/** Parts that do not overlap: whoever quotes twice the window tells one. */
function partsOf(secret: string): string[] {
  if (secret.length <= WINDOW) return [secret];
  const count = Math.floor(secret.length / WINDOW);
  return Array.from(
    { length: count },
    (_, i) => secret.slice(i * WINDOW, (i + 1) * WINDOW),
  );
}
