/** Globals of a page, for as long as something runs. */

/**
 * Puts names into an object while something runs, and takes them out again.
 *
 * @param target Such as the global scope.
 * @param members What to put there.
 * @param run What to do meanwhile.
 */
export async function withMembers(
  target: object,
  members: Readonly<Record<string, unknown>>,
  run: () => Promise<void>,
): Promise<void> {
  const before = Object.keys(members).map((name) =>
    [name, Object.getOwnPropertyDescriptor(target, name)] as const
  );
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(target, name, { value, configurable: true });
  }
  try {
    await run();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  }
}
