import { bearerToken, isAdmin } from "../auth.ts";
import { clientIp } from "../client_ip.ts";
import type { Context } from "../context.ts";
import { fail, HttpError } from "../errors.ts";
import { jsonKind } from "../go_json.ts";
import { formatValue } from "../go_values.ts";
import type { JsonObject } from "../records.ts";
import { verifyToken } from "../tokens.ts";
import { CAPTCHA_PROVIDERS } from "./captcha_settings.ts";

/** The secrets that both providers publish for tests: their answers are known without asking. */
const TEST_SECRETS: Readonly<Record<string, (token: string) => string[]>> = {
  "0x0000000000000000000000000000000000000000": (token) =>
    token === "10000000-aaaa-bbbb-cccc-000000000001"
      ? []
      : ["invalid-input-response"],
  "1x0000000000000000000000000000000AA": () => [],
  "2x0000000000000000000000000000000AA": () => ["invalid-input-response"],
  "3x0000000000000000000000000000000AA": () => ["timeout-or-duplicate"],
};
const FREE_GRANTS = ["refresh_token", "pkce", "id_token"];

/** The guard of routes that a captcha protects (auth-server §1.8). */
export async function captcha(context: Context): Promise<void> {
  const { settings } = context;
  if (!settings.GOTRUE_SECURITY_CAPTCHA_ENABLED) return;
  if (await isFromAdmin(context)) return;
  const token = readToken(context);
  if (token === "") refuse("no captcha_token found");
  const codes = await verify(context, token);
  if (codes !== undefined) refuse(codes.join(", "));
}

/** The guard of `POST /token`, where not all grants need a captcha. */
export async function tokenCaptcha(context: Context): Promise<void> {
  if (!FREE_GRANTS.includes(context.param("grant_type"))) {
    await captcha(context);
  }
}

async function isFromAdmin(context: Context): Promise<boolean> {
  const token = bearerToken(context.headers);
  if (token === undefined) return false;
  const before = context.claims;
  try {
    const { keys, clock } = context.server;
    context.claims = await verifyToken(keys, token, clock.now());
    return isAdmin(context);
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  } finally {
    context.claims = before;
  }
}

function readToken(context: Context): string {
  const { gotrue_meta_security: security } = context.decode("GotrueRequest", {
    gotrue_meta_security: "map",
  });
  const token = security?.["captcha_token"];
  return typeof token === "string" ? token.trim() : "";
}

/** The provider's reasons for refusing a token; undefined when it accepts it. */
async function verify(
  context: Context,
  token: string,
): Promise<readonly string[] | undefined> {
  const secret = context.settings.GOTRUE_SECURITY_CAPTCHA_SECRET;
  const known = TEST_SECRETS[secret]?.(token);
  if (known !== undefined) return known.length === 0 ? undefined : known;
  const answer = await context.transaction.outside(() =>
    ask(context, secret, token)
  );
  if (answer["success"] === true) return undefined;
  const codes = answer["error-codes"];
  return Array.isArray(codes) ? codes.map(formatValue) : [];
}

async function ask(
  context: Context,
  secret: string,
  token: string,
): Promise<JsonObject> {
  const { settings, server } = context;
  const url = CAPTCHA_PROVIDERS[settings.GOTRUE_SECURITY_CAPTCHA_PROVIDER];
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(),
    settings.GOTRUE_SECURITY_CAPTCHA_TIMEOUT,
  );
  try {
    const remoteip = clientIp(context);
    const response = await server.outgoing(
      new Request(url!, {
        method: "POST",
        body: new URLSearchParams({ secret, response: token, remoteip }),
        signal: abort.signal,
      }),
    );
    const answer: unknown = await response.json();
    // Go reads null as an empty answer.
    if (answer === null) return {};
    if (jsonKind(answer) === "object") return answer as JsonObject;
    throw new TypeError("The provider did not answer with a JSON object");
  } catch (cause) {
    fail(500, "unexpected_failure", "captcha verification process failed", {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

function refuse(reason: string): never {
  fail(
    400,
    "captcha_failed",
    `captcha protection: request disallowed (${reason})`,
  );
}
