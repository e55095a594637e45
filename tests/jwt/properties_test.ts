/** What holds for any token, tried with thousands of them. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { jwtVerify } from "jose";
import { createVerifier, decodeJwt, type Verifier } from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  codeOf,
  createKeyServer,
  createSecretSigner,
  createSigner,
  encode,
  type Members,
  NOW,
  once,
  SECRET,
  type Signer,
  URL_,
} from "./support.ts";

const setUp = once(async () => {
  const es256 = await createSigner("ES256", "one");
  const hs256 = await createSecretSigner();
  const verifier = createVerifier({
    url: URL_,
    jwks: { keys: [es256.jwk] },
    secret: SECRET,
    now: () => NOW,
  });
  const token = await es256.sign(claimsOf());
  const legacy = await hs256.sign(claimsOf());
  return { es256, hs256, verifier, token, legacy };
});

/** Text that looks more and more like a token. */
const segment: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.base64String().map((text) => text.replaceAll("=", "")),
  fc.json().map(encode),
  fc.json().map((text) => encode(text).slice(0, -1)),
  fc.uint8Array().map((bytes) => encode(bytes)),
  fc.constantFrom("", "e30", "W10", "bnVsbA", encode({ alg: "none" })),
);
const header: fc.Arbitrary<string> = fc.record({
  alg: fc.oneof(
    fc.constantFrom("ES256", "HS256", "RS256", "EdDSA", "none"),
    fc.anything(),
  ),
  kid: fc.oneof(fc.constantFrom("one", "two", "__proto__"), fc.anything()),
  typ: fc.oneof(fc.constant("JWT"), fc.anything()),
  crit: fc.anything(),
}, { requiredKeys: [] }).map(toJson);
const payload: fc.Arbitrary<string> = fc.record({
  iss: fc.oneof(fc.constant(URL_), fc.anything()),
  aud: fc.oneof(fc.constant("authenticated"), fc.anything()),
  sub: fc.oneof(fc.constant("somebody"), fc.anything()),
  exp: fc.oneof(fc.constant(NOW / 1000 + 60), fc.anything()),
  iat: fc.oneof(fc.constant(NOW / 1000), fc.anything()),
  nbf: fc.anything(),
  amr: fc.anything(),
  role: fc.anything(),
  app_metadata: fc.anything(),
}, { requiredKeys: ["iss", "aud", "sub", "exp", "iat"] }).map(toJson);

/** JSON has no place for some of what `fc.anything()` makes. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "{}";
  }
}

/** A token with a few characters changed, moved, dropped or added. */
function damaged(token: string): fc.Arbitrary<string> {
  return fc.array(
    fc.tuple(fc.nat(token.length), fc.nat(3), fc.string({ maxLength: 3 })),
    { minLength: 1, maxLength: 4 },
  ).map((edits) =>
    edits.reduce(
      (text, [at, drop, add]) =>
        text.slice(0, at) + add + text.slice(at + drop),
      token,
    )
  );
}

const anyToken: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.array(segment, { maxLength: 5 }).map((segments) => segments.join(".")),
  fc.tuple(header, payload, segment).map(([first, second, third]) =>
    `${encode(first)}.${encode(second)}.${third}`
  ),
);

/** Only codes of AuthTokenError are without a class in front. */
function isTokenCode(code: string): boolean {
  return /^(jwt_\w+|api_key_as_bearer)$/.test(code);
}

Deno.test("verify() and decodeJwt() throw nothing but AuthTokenError, for any string", async () => {
  const { verifier } = await setUp();
  await fc.assert(
    fc.asyncProperty(anyToken, async (token) => {
      const code = await codeOf(verifier.verify(token));
      assert(isTokenCode(code), code);
      assertEquals(verifier.peek(token), undefined);
      const decoded = await codeOf((async () => await decodeJwt(token))());
      assert(decoded === "accepted" || isTokenCode(decoded), decoded);
    }),
    { numRuns: 6000 },
  );
});

Deno.test("verify() refuses any damaged token", async () => {
  const { verifier, token, legacy } = await setUp();
  await verifier.verify(token);
  await verifier.verify(legacy);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(damaged(token), damaged(legacy)),
      async (other) => {
        fc.pre(other !== token && other !== legacy);
        assert(isTokenCode(await codeOf(verifier.verify(other))));
        assertEquals(verifier.peek(other), undefined);
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("verify() throws errors of tokens and of requests only, with remote keys", async () => {
  const { token } = await setUp();
  const answers = fc.oneof(
    fc.string().map((body) => new Response(body)),
    fc.json().map((body) => new Response(body)),
    fc.array(fc.object(), { maxLength: 4 }).map((keys) =>
      new Response(toJson({ keys }))
    ),
    fc.array(fc.record({ kty: fc.anything(), kid: fc.constant("one") }))
      .map((keys) => new Response(toJson({ keys }))),
    fc.constantFrom(301, 400, 401, 404, 429, 500, 503).map((status) =>
      new Response("{}", { status })
    ),
    fc.constant(undefined),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant(token), anyToken),
      answers,
      async (token, answer) => {
        const verifier = createVerifier({
          url: URL_,
          now: () => NOW,
          fetch: () =>
            answer
              ? Promise.resolve(answer)
              : Promise.reject(new Error("down")),
        });
        const code = await codeOf(verifier.verify(token));
        const known = /^Auth(Network|Response|Api)Error \w+$/.test(code);
        assert(known || isTokenCode(code), code);
      },
    ),
    { numRuns: 1500 },
  );
});

/** Claims of any JSON, some of them good. */
const claims: fc.Arbitrary<Members> = fc.tuple(
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
  fc.record({
    exp: fc.integer({ min: NOW / 1000 - 20, max: NOW / 1000 + 20 }),
    nbf: fc.integer({ min: NOW / 1000 - 20, max: NOW / 1000 + 20 }),
    iss: fc.constantFrom(URL_, `${URL_}/`, ""),
    aud: fc.oneof(
      fc.constantFrom("authenticated", "", "anon"),
      fc.array(fc.constantFrom("authenticated", "anon")),
    ),
  }, { requiredKeys: [] }),
).map(([any, some]) => ({ ...any, ...claimsOf(some) }));

/** What jose says of the same token by the same policy. */
async function isFineForJose(token: string, secret: string): Promise<boolean> {
  try {
    await jwtVerify(token, new TextEncoder().encode(secret), {
      issuer: URL_,
      audience: "authenticated",
      algorithms: ["HS256"],
      clockTolerance: 5,
      currentDate: new Date(NOW),
      requiredClaims: ["exp", "sub", "iat"],
    });
    return true;
  } catch {
    return false;
  }
}

Deno.test("verify() judges signed tokens as another library does, and keeps their claims", async () => {
  const { hs256, verifier } = await setUp();
  await fc.assert(
    fc.asyncProperty(claims, async (claims) => {
      const token = await hs256.sign(claims);
      const code = await codeOf(verifier.verify(token));
      assertEquals(
        code === "accepted",
        await isFineForJose(token, SECRET),
        code,
      );
      if (code !== "accepted") return;
      const sent = JSON.parse(JSON.stringify(claims));
      assertEquals((await verifier.verify(token)).claims, sent);
      assertEquals(decodeJwt(token).claims, sent);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("verify() judges damaged tokens as another library does, or more strictly", async () => {
  const { hs256, verifier } = await setUp();
  const token = await hs256.sign(claimsOf());
  await fc.assert(
    fc.asyncProperty(damaged(token), async (other) => {
      const isFine = await codeOf(verifier.verify(other)) === "accepted";
      assert(!isFine || await isFineForJose(other, SECRET));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("verify() accepts what it should, however the JSON is written", async () => {
  const { es256, verifier } = await setUp();
  const spaces = fc.constantFrom("", " ", "\n", "\t ", "\r\n");
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
      fc.array(spaces, { minLength: 4, maxLength: 4 }),
      async (more, [a, b, c, d]) => {
        const body = JSON.stringify({ x: more, ...claimsOf() });
        const text = body.replace("{", `{${a}`)
          .replace('"iss":', `"iss"${b}:${c}`).replace(/}$/, `${d}}`);
        await accepts(verifier, es256, text);
      },
    ),
    { numRuns: 300 },
  );
});

async function accepts(
  verifier: Verifier,
  signer: Signer,
  text: string,
): Promise<void> {
  const token = await signer.sign(text);
  assertEquals((await verifier.verify(token)).claims.iss, URL_);
}

Deno.test("verify() fetches at most once for any number of strange tokens", async () => {
  const server = createKeyServer();
  const verifier = createVerifier({
    url: URL_,
    fetch: server.fetch,
    now: () => NOW,
  });
  await fc.assert(
    fc.asyncProperty(anyToken, async (token) => {
      await codeOf(verifier.verify(token));
      assert(server.requests.length <= 1);
    }),
    { numRuns: 1000 },
  );
});
