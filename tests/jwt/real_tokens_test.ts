/** Tokens that the real server has signed, whole and damaged. */
import { assert, assertEquals } from "@std/assert";
import { createVerifier, decodeJwt } from "../../lib/jwt/mod.ts";
import type { Jwks } from "../../lib/wire/settings.ts";
import instances from "../transcripts/data/_instances.json" with {
  type: "json",
};
import recorded from "../transcripts/data/_tokens.json" with { type: "json" };
import { codeOf, decode, type Members } from "./support.ts";

interface RecordedToken {
  readonly label: string;
  readonly config: string;
  readonly token: string;
  readonly header: Members;
  readonly claims: Members & { iat: number; iss?: string; aud: string };
}

const tokens = recorded.tokens as unknown as RecordedToken[];
const jwksByConfig = recorded.jwks as unknown as Record<string, Jwks>;
const instanceByName = instances as unknown as Record<
  string,
  { readonly baseUrl: string; readonly env: Record<string, string> }
>;

/** What the server's settings say of its keys. */
function keysOf({ config }: RecordedToken): {
  url: string;
  jwks: Jwks;
  secret: string | Uint8Array<ArrayBuffer>;
} {
  const { baseUrl: url, env } = instanceByName[config] ??
    { baseUrl: "", env: {} };
  const keys = JSON.parse(env["GOTRUE_JWT_KEYS"] ?? "[]") as { k?: string }[];
  const oct = keys.find(({ k }) => k !== undefined)?.k;
  const secret = oct ? decode(oct) : env["GOTRUE_JWT_SECRET"] ?? "";
  return { url, jwks: jwksByConfig[config] ?? { keys: [] }, secret };
}

const clockOf = ({ claims }: RecordedToken) => () => (claims.iat + 1) * 1000;

Deno.test("verify() says of each real token what the default policy says", async () => {
  assert(tokens.length >= 20);
  for (const recorded of tokens) {
    const { claims, label } = recorded;
    const verifier = createVerifier({
      ...keysOf(recorded),
      now: clockOf(recorded),
    });
    const expected = claims.iss === undefined
      ? "jwt_issuer_mismatch"
      : claims.aud === "authenticated"
      ? "accepted"
      : "jwt_audience_mismatch";
    assertEquals(
      await codeOf(verifier.verify(recorded.token)),
      expected,
      label,
    );
  }
});

Deno.test("verify() accepts each real token by the settings of its server", async () => {
  for (const recorded of tokens) {
    const { claims, header, label, token } = recorded;
    const verifier = createVerifier({
      ...keysOf(recorded),
      issuer: claims.iss ?? null,
      audience: claims.aud || null,
      now: clockOf(recorded),
    });
    const result = await verifier.verify(token);
    assertEquals<unknown>(result.claims, claims, label);
    assertEquals<unknown>(result.header, header, label);
    assertEquals<unknown>(decodeJwt(token), { header, claims }, label);
  }
});

/** Only forms of a token that are different from it. */
async function refusesAll(
  recorded: RecordedToken,
  forms: Iterable<string>,
): Promise<number> {
  const verifier = createVerifier({
    ...keysOf(recorded),
    issuer: null,
    audience: null,
    now: clockOf(recorded),
    cache: false,
  });
  let count = 0;
  for (const form of forms) {
    count++;
    const code = await codeOf(verifier.verify(form));
    assert(
      /^(jwt_|api_key)/.test(code),
      `${recorded.label}, form ${count}: ${code}`,
    );
  }
  return count;
}

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** All tokens that differ in one bit of one character of the signature. */
function* flipBits(token: string): Iterable<string> {
  for (let i = token.lastIndexOf(".") + 1; i < token.length; i++) {
    for (let bit = 1; bit < 64; bit *= 2) {
      const value = ALPHABET.indexOf(token[i] as string) ^ bit;
      yield token.slice(0, i) + ALPHABET[value] + token.slice(i + 1);
    }
  }
}

/** All tokens that differ in one character of header or payload. */
function* changeCharacters(token: string): Iterable<string> {
  const end = token.lastIndexOf(".");
  for (let i = 0; i < end; i++) {
    const value = ALPHABET.indexOf(token[i] as string);
    const other = value < 0 ? "A" : ALPHABET[(value + 1 + i % 63) % 64];
    yield token.slice(0, i) + other + token.slice(i + 1);
  }
}

for (const sample of tokens) {
  Deno.test(`verify() refuses every flipped bit of a signature: ${sample.label}`, async () => {
    const { token } = sample;
    const length = token.length - token.lastIndexOf(".") - 1;
    assertEquals(await refusesAll(sample, flipBits(token)), length * 6);
  });

  Deno.test(`verify() refuses every changed character: ${sample.label}`, async () => {
    const { token } = sample;
    const count = await refusesAll(sample, changeCharacters(token));
    assertEquals(count, token.lastIndexOf("."));
  });
}
