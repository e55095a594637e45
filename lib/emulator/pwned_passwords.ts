import type { Context } from "./context.ts";
import { toHex, utf8 } from "./encoding.ts";
import { fail } from "./errors.ts";
import { sha1 } from "./hash.ts";
import { fetchText } from "./outgoing.ts";

const SERVICE = "https://api.pwnedpasswords.com/range/";

/**
 * Whether a password is in the public list of leaked ones, where the settings ask for that. The
 * service learns five digits of the hash.
 */
export async function isPwned(
  context: Context,
  password: string,
): Promise<boolean> {
  const { settings } = context;
  if (!settings.GOTRUE_PASSWORD_HIBP_ENABLED) return false;
  const hash = toHex(sha1(utf8(password))).toUpperCase();
  const url = SERVICE + hash.slice(0, 5);
  const list = await context.transaction.outside(() => fetchText(context, url));
  if (list === undefined && settings.GOTRUE_PASSWORD_HIBP_FAIL_CLOSED) {
    fail(
      500,
      "unexpected_failure",
      "Unable to perform password strength check with HaveIBeenPwned.org.",
    );
  }
  const line = list?.split(/\r?\n/).find((text) =>
    text.startsWith(`${hash.slice(5)}:`)
  );
  // Lines with a count of nothing are padding.
  return line !== undefined && Number(line.split(":")[1]) > 0;
}
