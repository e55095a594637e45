/** Everything that somebody without the key may try, and what he is told. */
import { assert, assertEquals } from "@std/assert";
import { createVerifier, type VerifierOptions } from "../../lib/jwt/mod.ts";
import type { Jwk } from "../../lib/wire/settings.ts";
import {
  claimsOf,
  codeOf,
  createKeyServer,
  createSecretSigner,
  createSigner,
  decode,
  encode,
  jwksOf,
  type Members,
  NOW,
  once,
  SECRET,
  type Signer,
  URL_,
} from "./support.ts";

const signers = once(async () => ({
  es256: await createSigner("ES256", "ec"),
  rs256: await createSigner("RS256", "rsa"),
  eddsa: await createSigner("EdDSA", "ed"),
}));

/** Accepts the three of them, and HS256 by a secret. */
async function optionsOf(more: Members = {}): Promise<VerifierOptions> {
  const { es256, rs256, eddsa } = await signers();
  return {
    url: URL_,
    jwks: jwksOf(es256, rs256, eddsa),
    secret: SECRET,
    now: () => NOW,
    cache: false,
    ...more,
  };
}

/** The refusal's code, and whether it came before any cryptography. */
async function attempt(
  token: string,
  options: VerifierOptions,
): Promise<{ code: string; isCheap: boolean }> {
  const { subtle } = crypto;
  let calls = 0;
  const verify = subtle.verify;
  subtle.verify = (...args: Parameters<typeof verify>) => {
    calls++;
    return verify.apply(subtle, args);
  };
  try {
    const code = await codeOf(createVerifier(options).verify(token));
    return { code, isCheap: calls === 0 };
  } finally {
    subtle.verify = verify;
  }
}

async function refusesCheaply(token: string, code: string): Promise<void> {
  const server = createKeyServer();
  const { jwks: _, ...remote } = await optionsOf({ fetch: server.fetch });
  for (const options of [await optionsOf(), remote]) {
    assertEquals(await attempt(token, options), { code, isCheap: true }, token);
  }
  assertEquals(server.requests.length, 0);
}

Deno.test("verify() refuses alg none in all spellings before any cryptography", async () => {
  const { es256 } = await signers();
  for (const alg of ["none", "None", "NONE", "nOnE", "", " none", "none\0"]) {
    const token = await es256.sign(claimsOf(), { alg });
    await refusesCheaply(token, "jwt_algorithm_not_allowed");
    const unsigned = token.slice(0, token.lastIndexOf(".") + 1);
    await refusesCheaply(unsigned, "jwt_algorithm_not_allowed");
  }
});

Deno.test("verify() refuses algorithms outside the allow-list before any cryptography", async () => {
  const { es256 } = await signers();
  const foreign = [
    "ES384",
    "RS512",
    "PS256",
    "HS384",
    "HS512",
    "es256",
    "constructor",
    "__proto__",
    "toString",
  ];
  for (const alg of foreign) {
    const token = await es256.sign(claimsOf(), { alg });
    await refusesCheaply(token, "jwt_algorithm_not_allowed");
  }
  const token = await es256.sign(claimsOf());
  const options = await optionsOf({ algorithms: ["RS256"] });
  const expected = { code: "jwt_algorithm_not_allowed", isCheap: true };
  assertEquals(await attempt(token, options), expected);
});

Deno.test("verify() refuses a header without a proper algorithm or key name", async () => {
  const { es256 } = await signers();
  const headers: (Members | string)[] = [
    "{}",
    '{"typ":"JWT"}',
    { alg: 7 },
    { alg: null },
    { alg: ["ES256"] },
    { kid: 7 },
    { kid: null },
    { kid: ["ec"] },
    "[]",
    "null",
    '"ES256"',
    "7",
    "",
    "{",
    '{"alg":"ES256","kid":"ec"} x',
    '{"alg":"none","alg":"ES256","kid":"ec"}',
    '{"alg":"ES256","kid":"ec","kid":"ec"}',
    '{"alg" : "ES256", "kid" : "x", "kid" : "ec"}',
    '\ufeff{"alg":"ES256","kid":"ec"}',
  ];
  for (const header of headers) {
    await refusesCheaply(await es256.sign(claimsOf(), header), "jwt_malformed");
  }
});

Deno.test("verify() refuses HS256 signed with a public key in any form", async () => {
  const { es256, rs256 } = await signers();
  for (const { jwk, alg } of [es256, rs256]) {
    for (const secret of await publicForms(jwk, alg)) {
      const forger = await createSecretSigner(secret);
      for (const kid of [jwk.kid, undefined]) {
        const token = await forger.sign(claimsOf(), { kid });
        const both = await attempt(token, await optionsOf());
        assertEquals(both.code, "jwt_signature_invalid");
        const noSecret = await optionsOf({ secret: undefined });
        const expected = { code: "jwt_key_not_found", isCheap: true };
        assertEquals(await attempt(token, noSecret), expected);
      }
    }
  }
});

async function publicForms(
  jwk: Jwk,
  alg: string,
): Promise<(string | Uint8Array<ArrayBuffer>)[]> {
  const parameters = alg === "ES256"
    ? { name: "ECDSA", namedCurve: "P-256" }
    : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle
    .importKey("jwk", jwk as JsonWebKey, parameters, true, ["verify"]);
  const der = new Uint8Array(await crypto.subtle.exportKey("spki", key));
  const base64 = btoa(String.fromCharCode(...der));
  const lines = base64.match(/.{1,64}/g)?.join("\n");
  const pem = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----`;
  const number = String(alg === "ES256" ? jwk["x"] : jwk["n"]);
  return [der, base64, pem, `${pem}\n`, JSON.stringify(jwk), decode(number)];
}

Deno.test("verify() refuses an algorithm that does not fit the key", async () => {
  const { es256, rs256, eddsa } = await signers();
  const expected = { code: "jwt_key_unsuitable", isCheap: true };
  for (const signer of [es256, rs256, eddsa]) {
    for (const alg of ["ES256", "RS256", "EdDSA"]) {
      if (alg === signer.alg) continue;
      const token = await signer.sign(claimsOf(), { alg });
      assertEquals(await attempt(token, await optionsOf()), expected);
    }
  }
});

Deno.test("verify() refuses headers that bring or choose their own key", async () => {
  const { es256 } = await signers();
  const forger = await createSigner("ES256", "ec");
  const embedded: Members[] = [
    { jwk: forger.jwk },
    { jku: "https://evil.example/jwks.json" },
    { x5u: "https://evil.example/cert.pem" },
    { x5c: ["MIIB"] },
    { crit: ["exp"] },
    { crit: [] },
    { crit: ["b64"], b64: false },
    { b64: false },
    { zip: "DEF" },
    { enc: "A256GCM" },
    { cty: "JWT" },
    { typ: "JWE" },
    { typ: "dpop+jwt" },
    { typ: "logout+jwt" },
    { typ: 7 },
    { typ: null },
  ];
  for (const header of embedded) {
    for (const signer of [forger, es256]) {
      const token = await signer.sign(claimsOf(), header);
      await refusesCheaply(token, "jwt_header_unsupported");
    }
  }
});

Deno.test("verify() accepts the usual types of access tokens", async () => {
  const { es256 } = await signers();
  for (const typ of ["JWT", "jwt", "at+jwt", "application/at+jwt", undefined]) {
    const token = await es256.sign(claimsOf(), { typ });
    assertEquals((await attempt(token, await optionsOf())).code, "accepted");
  }
});

Deno.test("verify() finds no key by names that mean something elsewhere", async () => {
  const { es256 } = await signers();
  const names = [
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "toString",
    "../../../dev/null",
    "' OR 1=1 --",
    "ec\0",
    "EC",
    "",
    "0",
    "length",
    "x".repeat(10_000),
  ];
  for (const kid of names) {
    const token = await es256.sign(claimsOf(), { kid });
    const expected = { code: "jwt_key_not_found", isCheap: true };
    assertEquals(await attempt(token, await optionsOf()), expected);
  }
});

Deno.test("verify() refuses what another key of the same name has signed", async () => {
  for (const alg of ["ES256", "RS256", "EdDSA"]) {
    const { es256, rs256, eddsa } = await signers();
    const real = [es256, rs256, eddsa].find((signer) => signer.alg === alg);
    const forger = await createSigner(alg, real?.jwk.kid);
    const token = await forger.sign(claimsOf());
    const { code } = await attempt(token, await optionsOf());
    assertEquals(code, "jwt_signature_invalid");
  }
});

Deno.test("verify() refuses truncated, swapped and extended tokens", async () => {
  const { es256 } = await signers();
  const [one, two] = [
    await es256.sign(claimsOf()),
    await es256.sign(claimsOf({ role: "service_role" })),
  ];
  const [header, payload, signature] = one.split(".") as [
    string,
    string,
    string,
  ];
  const [, otherPayload, otherSignature] = two.split(".") as [
    string,
    string,
    string,
  ];
  const malformed = [
    ".",
    "..",
    "...",
    header,
    `${header}.${payload}`,
    `${one}.`,
    `.${one}`,
    `${one}.${signature}`,
    `${header}..${signature}`,
    `.${payload}.${signature}`,
    `${payload}.${header}.${signature}`,
    ` ${one}`,
    `${one}\n`,
    `Bearer ${one}`,
  ];
  for (const token of malformed) await refusesCheaply(token, "jwt_malformed");
  const refused = [
    `${header}.${otherPayload}.${signature}`,
    `${header}.${payload}.${otherSignature}`,
    `${header}.${payload}.`,
    `${header}.${payload}.${signature.slice(0, -2)}`,
    `${header}.${payload}.${signature}AAAA`,
    `${header}.${payload}.${"A".repeat(86)}`,
  ];
  for (const token of refused) {
    const { code } = await attempt(token, await optionsOf());
    assertEquals(code, "jwt_signature_invalid");
  }
});

Deno.test("verify() refuses base64url that is padded, of the other alphabet or not canonical", async () => {
  const { rs256 } = await signers();
  // Segments of every remainder, with all characters of both alphabets.
  for (const pad of ["", "a", "aa"]) {
    const text = `${"~?>".repeat(3)}${pad}`;
    const token = await rs256.sign(claimsOf({ text }), { note: text });
    assertEquals((await attempt(token, await optionsOf())).code, "accepted");
    for (const at of [0, 1, 2]) {
      for (const other of respellings(token.split("."), at)) {
        await refusesCheaply(other, "jwt_malformed");
      }
    }
  }
});

/** The same bytes, written in other ways. */
function* respellings(
  segments: readonly string[],
  at: number,
): Iterable<string> {
  const segment = segments[at] as string;
  const spell = (text: string) => segments.with(at, text).join(".");
  yield spell(`${segment}=`);
  yield spell(`${segment}==`);
  for (const space of [" ", "\t", "\n", "\f", "\r", "\v", "\0", "é", "%41"]) {
    yield spell(segment.slice(0, 8) + space + segment.slice(8));
  }
  const standard = segment.replaceAll("-", "+").replaceAll("_", "/");
  if (standard !== segment) yield spell(standard);
  const alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(segment.at(-1) as string);
  const bits = [1, 1, 16, 4][segment.length % 4] as number;
  for (let i = 1; i < bits; i++) {
    yield spell(segment.slice(0, -1) + alphabet[last + i]);
  }
}

Deno.test("verify() refuses duplicate members at any depth", async () => {
  const { es256 } = await signers();
  const json = JSON.stringify(claimsOf());
  const doubled = [
    json.replace("{", '{"sub":"mallory",'),
    json.replace('"role":', '"role":"service_role","role":'),
    json.replace('"role":', '"r\\u006fle":"service_role","role":'),
    json.replace('"role":', '"role" :"service_role","role":'),
    json.replace('"role":', '"role"\n:\t"service_role","role":'),
    json.replace('"provider":', '"provider":"x","provider":'),
    json.replace('"method":', '"method":"totp","method":'),
    json.replace("{", '{"a":":","a":"\\":",'),
    json.replace("{", '{"__proto__":{},"__proto__":{},'),
  ];
  for (const text of doubled) {
    assert(text !== json);
    await refusesCheaply(await es256.sign(text), "jwt_malformed");
  }
});

Deno.test("verify() accepts colons, quotes and spaces wherever they are no members", async () => {
  const { es256 } = await signers();
  const texts = [
    JSON.stringify(claimsOf(), null, 2),
    JSON.stringify(claimsOf()).replaceAll('":', '" \n\t: '),
    JSON.stringify(
      claimsOf({ 'a":"b': ':":"', ":": '\\":', "": ["a:b", ":"] }),
    ),
    JSON.stringify(claimsOf({ note: '{"sub":"x","sub":"y"} \\" : \\' })),
    JSON.stringify(claimsOf({ __proto__: null, nested: { sub: 1, exp: {} } })),
  ];
  for (const text of texts) {
    const token = await es256.sign(text);
    assertEquals((await attempt(token, await optionsOf())).code, "accepted");
  }
});

Deno.test("verify() refuses payloads that are huge, deep, no object or no UTF-8", async () => {
  const { es256 } = await signers();
  const deep = (n: number) => "[".repeat(n) + "]".repeat(n);
  const withMember = (text: string) =>
    JSON.stringify(claimsOf()).replace("{", `{"x":${text},`);
  const malformed = [
    ...["", "{}x", "{", "null", "[]", '"a"', "7", "{'a':1}", '{"exp":NaN}'],
    ...['{"exp":Infinity}', '{"exp":0x10}', '{"exp":01}', '{"a":1,}'],
    withMember(deep(40)),
    withMember(deep(10_000)),
    withMember('{"x":'.repeat(40) + "1" + "}".repeat(40)),
    `\ufeff${JSON.stringify(claimsOf())}`,
  ];
  for (const text of malformed) {
    await refusesCheaply(await es256.sign(text), "jwt_malformed");
  }
  await refusesCheaply(
    await es256.sign(withMember(`"${"x".repeat(40_000)}"`)),
    "jwt_too_large",
  );
  for (
    const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]
  ) {
    const text = JSON.stringify(claimsOf({ name: "?" }));
    const raw = new TextEncoder().encode(text);
    const at = raw.indexOf(63);
    const broken = [...raw.slice(0, at), ...bytes, ...raw.slice(at + 1)];
    const input = `${encode({ alg: "ES256", kid: "ec" })}.${
      encode(new Uint8Array(broken))
    }`;
    const signature = encode(await es256.signRaw(input));
    await refusesCheaply(`${input}.${signature}`, "jwt_malformed");
  }
});

Deno.test("verify() accepts what is just deep and large enough", async () => {
  const { es256 } = await signers();
  const text = JSON.stringify(claimsOf({ x: "y".repeat(20_000) }))
    .replace("{", `{"z":${"[".repeat(30)}${"]".repeat(30)},`);
  const { code } = await attempt(await es256.sign(text), await optionsOf());
  assertEquals(code, "accepted");
});

Deno.test("verify() refuses ES256 signatures in other forms", async () => {
  const { es256 } = await signers();
  const token = await es256.sign(claimsOf());
  const end = token.lastIndexOf(".");
  const raw = decode(token.slice(end + 1));
  const [r, s] = [raw.slice(0, 32), raw.slice(32)];
  const zero = new Uint8Array(32);
  const order = decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
  const forms: readonly (readonly Uint8Array[])[] = [
    [der(r, s)],
    [zero, s],
    [r, zero],
    [zero, zero],
    [order, s],
    [r, order],
    [order, order],
    [s, r],
    [new Uint8Array(1), r, new Uint8Array(1), s],
  ];
  for (const form of forms) {
    const bytes = new Uint8Array(form.flatMap((part) => [...part]));
    const forged = token.slice(0, end + 1) + encode(bytes);
    const { code } = await attempt(forged, await optionsOf());
    assertEquals(code, "jwt_signature_invalid");
  }
});

function der(r: Uint8Array, s: Uint8Array): Uint8Array {
  const parts = [r, s].map((part) => {
    const first = part[0] ?? 0;
    const bytes = first < 128 ? [...part] : [0, ...part];
    return [2, bytes.length, ...bytes];
  }).flat();
  return new Uint8Array([0x30, parts.length, ...parts]);
}

const UNUSABLE: [why: string, change: (jwk: Jwk) => Members][] = [
  ["for encryption", () => ({ use: "enc" })],
  ["for signing only", () => ({ key_ops: ["sign"] })],
  ["of odd key_ops", () => ({ key_ops: "verify" })],
  ["private", () => ({ d: "c2VjcmV0" })],
  ["on another curve", () => ({ crv: "P-384" })],
  ["of another type", () => ({ kty: "OKP" })],
  ["symmetric", () => ({ kty: "oct", k: "c2VjcmV0" })],
  ["for another algorithm", () => ({ alg: "RS256" })],
  ["for no known algorithm", () => ({ alg: "constructor" })],
  ["without a coordinate", () => ({ x: undefined })],
  ["of numbers", () => ({ x: 7, y: 7 })],
];
for (const [why, change] of UNUSABLE) {
  Deno.test(`verify() refuses a key that is ${why}`, async () => {
    const { es256, rs256 } = await signers();
    const jwk = { ...es256.jwk, ...change(es256.jwk) } as Jwk;
    const jwks = { keys: [jwk, rs256.jwk] };
    const token = await es256.sign(claimsOf());
    const expected = { code: "jwt_key_unsuitable", isCheap: true };
    assertEquals(await attempt(token, await optionsOf({ jwks })), expected);
    const other = await attempt(
      await rs256.sign(claimsOf()),
      await optionsOf({ jwks }),
    );
    assertEquals(other.code, "accepted");
  });
}

Deno.test("verify() refuses a key that is no point of the curve", async () => {
  const { es256 } = await signers();
  const jwks = { keys: [{ ...es256.jwk, y: es256.jwk["x"] }] };
  const token = await es256.sign(claimsOf());
  const { code } = await attempt(token, await optionsOf({ jwks }));
  // Some platforms see it when they import the key, others when they use it.
  assert(["jwt_key_unsuitable", "jwt_signature_invalid"].includes(code), code);
});

Deno.test("verify() refuses RSA keys of less than 2048 bits", async () => {
  const short = await createSigner("RS256", "short", { modulusLength: 1024 });
  const token = await short.sign(claimsOf());
  const options = await optionsOf({ jwks: jwksOf(short) });
  const expected = { code: "jwt_key_unsuitable", isCheap: true };
  assertEquals(await attempt(token, options), expected);
});

Deno.test("verify() tells duplicate keys from ambiguous ones", async () => {
  const { es256, rs256 } = await signers();
  const token = await es256.sign(claimsOf());
  const twin = await createSigner("ES256", "ec");
  const sets: [keys: Jwk[], code: string][] = [
    [[es256.jwk, { ...es256.jwk }], "accepted"],
    [[{ ...es256.jwk, use: "enc" }, es256.jwk], "accepted"],
    [[{ ...rs256.jwk, kid: "ec" }, es256.jwk], "accepted"],
    [[es256.jwk, twin.jwk], "jwt_key_unsuitable"],
    [[twin.jwk, es256.jwk], "jwt_key_unsuitable"],
  ];
  for (const [keys, code] of sets) {
    const options = await optionsOf({ jwks: { keys } });
    assertEquals((await attempt(token, options)).code, code);
  }
});

Deno.test("verify() accepts keys that leave out what they need not say", async () => {
  const { es256, rs256, eddsa } = await signers();
  const bare = ({ jwk }: Signer): Jwk => {
    const { alg: _, use: __, ...rest } = jwk;
    return rest;
  };
  const jwks = { keys: [es256, rs256, eddsa].map(bare) };
  for (const signer of [es256, rs256, eddsa]) {
    const token = await signer.sign(claimsOf());
    const { code } = await attempt(token, await optionsOf({ jwks }));
    assertEquals(code, "accepted");
  }
});
