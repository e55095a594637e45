/** Values that a program may send by mistake or by malice, all from one stream of chance. */
import type { Random } from "../simulation/random.ts";

const TEXTS: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "18446744073709551616",
  "null",
  "true",
  "[object Object]",
  "__proto__",
  "constructor",
  "toString",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\ufeff",
  "ä ö ü ß 漢字 😀",
  "a\r\nSet-Cookie: a=b",
  "<script>alert(1)</script>",
  "'; drop table users; --",
  "{{ .Token }}",
  "%",
  "%25%00%zz",
  "%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%ab",
  "(a+)+$",
  "../../etc/passwd",
  "ann@example.com",
  "ANN@EXAMPLE.COM",
  "ann@",
  "new@example.com",
  `${"long".repeat(100)}@example.com`,
  "+49 151 1234567",
  "4915112345678",
  "00000000-0000-0000-0000-000000000000",
  "not-a-uuid-not-a-uuid-not-a-uuid-not",
  "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  "password-1234",
  "x".repeat(73),
  "https://example.com/a?b=c#d",
  "http://localhost:3000/deep",
  "javascript:alert(1)",
  "//evil.example",
  "http://[::1",
  "https://[fe80::1%25en0]:8080/",
  "2026-01-01T00:00:00Z",
  "24h",
  "999999999999h",
  "-876000h",
  "a.b.c",
  "eyJhbGciOiJub25lIn0.e30.",
  "v".repeat(43),
  "pkce_",
  "pkce_0123456789abcdef",
  "aaaaaaaaaaaa",
  "$2y$10$SXEz2HeT8PUIGQXo9yeUIem8KzNxgG0d7o/.eGj2rj8KbRgAuRVlq",
  "$argon2id$v=19$m=16,t=2,p=1$c2FsdHNhbHQ$aGFzaA",
  "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jA==$c2FsdA==$aGFzaA==",
  "<EntityDescriptor/>",
  "custom:own",
  "signup",
];
const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  255,
  2 ** 31,
  2 ** 53 + 2,
  1e21,
  -1e308,
  5e-324,
];
const NAMES: readonly string[] = [
  "__proto__",
  "constructor",
  "",
  "a",
  "email",
  "sub",
  "EMAIL",
  "full_name",
  "provider",
  "providers",
  "role",
  "toString",
  "alg",
  "kid",
];

/** What is written again and again, for expressions that go back too often. */
const UNITS: readonly string[] = [
  "a",
  "a.",
  "-",
  "%",
  "/",
  ":",
  "[",
  "1",
  " ",
  "aA1!",
  "http://",
];

/** A text. */
export function drawText(random: Random): string {
  if (random.chance(3)) {
    return random.pick(UNITS).repeat(random.pick([100, 20_000]));
  }
  if (random.chance(85)) return random.pick(TEXTS);
  const length = random.whole(1, 60);
  return String.fromCharCode(
    ...Array.from({ length }, () => random.whole(0, 0x2ff)),
  );
}

/** A JSON value of any shape, seldom deep. */
export function drawValue(random: Random, level = 0): unknown {
  const kind = random.whole(0, level > 3 ? 4 : 7);
  if (kind === 0) return null;
  if (kind === 1) return random.chance(50);
  if (kind === 2) return random.pick(NUMBERS);
  if (kind < 5) return drawText(random);
  const length = random.whole(0, 3);
  const items = Array.from({ length }, () => drawValue(random, level + 1));
  if (kind === 5) return items;
  return Object.fromEntries(items.map((item) => [random.pick(NAMES), item]));
}

/** How deep JSON is made; the second half is deeper than any parser that recurses likes. */
const DEPTHS: readonly number[] = [100, 5_000, 9_990, 10_010, 60_000, 150_000];

/** JSON text of one value inside many others. */
export function drawDeep(random: Random): string {
  const depth = random.pick(DEPTHS);
  return random.chance(50)
    ? `${"[".repeat(depth)}${"]".repeat(random.pick([depth, 0]))}`
    : `${'{"a":'.repeat(depth)}1${"}".repeat(random.pick([depth, 0]))}`;
}

const SCRAPS: readonly string[] = [
  "",
  "null",
  "[]",
  '"text"',
  "1e999",
  "-",
  "01",
  "tru",
  "{",
  "{]",
  '{"a"',
  '{"a":1,}',
  "{}{}",
  '{"email":"ann@example.com","EMAIL":7}',
  '{"email":"\\ud800@example.com","password":"\\u0000"}',
  '{"data":{"__proto__":{"a":1},"constructor":null}}',
  "email=ann%40example.com&password=x",
  "\ufeff{}",
];

/** A body that no form of the server asks for. */
export function drawScrap(
  random: Random,
): string | Uint8Array<ArrayBuffer> {
  const kind = random.whole(0, 19);
  if (kind > 5) return random.pick(SCRAPS);
  if (kind === 0) return drawDeep(random);
  if (kind === 1) return `{"data":${drawDeep(random)},"email":"a@b.c"}`;
  if (kind === 2) {
    const excess = random.pick([-12, -11, -10, 1000]);
    return `{"email":"${"x".repeat(1_048_576 + excess)}"}`;
  }
  if (kind === 3) return '{"a":1,'.repeat(random.whole(1, 20_000));
  const bytes = new Uint8Array(random.whole(1, 200));
  random.fill(bytes);
  return bytes;
}
