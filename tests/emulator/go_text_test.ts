import { assertEquals, assertThrows } from "@std/assert";
import { decodeBody } from "../../lib/emulator/body.ts";
import { HttpError } from "../../lib/emulator/errors.ts";
import { compileGlob } from "../../lib/emulator/glob.ts";
import { parseDuration } from "../../lib/emulator/go_duration.ts";
import {
  escapeJson,
  parseJson,
  syntaxMessage,
} from "../../lib/emulator/go_json.ts";
import {
  parseGoUrl,
  pathEscape,
  queryEscape,
  resolveReference,
  withQuery,
} from "../../lib/emulator/go_url.ts";

Deno.test("syntaxMessage() says what Go's decoder says", () => {
  const cases: [text: string, message: string][] = [
    ["", "unexpected end of JSON input"],
    ["{", "unexpected end of JSON input"],
    ['{"a":', "unexpected end of JSON input"],
    ["nope", "invalid character 'o' in literal null (expecting 'u')"],
    ["x", "invalid character 'x' looking for beginning of value"],
    ["{a", "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1', "invalid character '1' after object key"],
    ['{"a":1 "b"', "invalid character '\"' after object key:value pair"],
    ["[1 2]", "invalid character '2' after array element"],
    ["{} x", "invalid character 'x' after top-level value"],
    ['{"a":"\n"}', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g', "invalid character 'g' in \\u hexadecimal character escape"],
    ["-x", "invalid character 'x' in numeric literal"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["1ex", "invalid character 'x' in exponent of numeric literal"],
    ["'", "invalid character '\\'' looking for beginning of value"],
    ["[".repeat(100_000), "exceeded max depth"],
  ];
  for (const [text, message] of cases) {
    assertEquals(syntaxMessage(text), message, text);
  }
});

Deno.test("parseJson() reads JSON that is not nested too deeply", () => {
  const nested = (depth: number) =>
    `${'{"[\\"":['.repeat(depth / 2)}1${"]}".repeat(depth / 2)}`;
  const value = parseJson(nested(2000));
  assertEquals(JSON.stringify(value), nested(2000));
  assertThrows(() => parseJson(nested(2002)), Error, "exceeded max depth");
  assertEquals(parseJson(`["${"[".repeat(5000)}"]`), ["[".repeat(5000)]);
});

const SHAPE = {
  email: "string",
  password: "string?",
  flag: "bool",
  count: "int",
  data: "map",
  items: "strings",
  ref: "uuid",
} as const;

Deno.test("decodeBody() ignores unknown members, takes names in any case and null for the default", () => {
  const body = '{"EMAIL":"a","other":{},"flag":null,"items":["x",null]}';
  assertEquals(decodeBody(body, "T", SHAPE), {
    email: "a",
    password: null,
    flag: false,
    count: 0,
    data: null,
    items: ["x", ""],
    ref: "00000000-0000-0000-0000-000000000000",
  });
});

Deno.test("decodeBody() refuses wrong types with Go's words, and reports the first one", () => {
  const cases: [body: string, detail: string][] = [
    ["[]", "array into Go value of type api.T"],
    [
      '{"email":1,"flag":2}',
      "number into Go struct field T.email of type string",
    ],
    [
      '{"password":{}}',
      "object into Go struct field T.password of type string",
    ],
    ['{"flag":"x"}', "string into Go struct field T.flag of type bool"],
    ['{"count":1.5}', "number 1.5 into Go struct field T.count of type int"],
    [
      '{"data":[1]}',
      "array into Go struct field T.data of type map[string]interface {}",
    ],
    ['{"items":[true]}', "bool into Go struct field T.items of type string"],
  ];
  for (const [body, detail] of cases) {
    const error = assertThrows(() => decodeBody(body, "T", SHAPE), HttpError);
    assertEquals(error.status, 400);
    assertEquals(error.code, "bad_json");
    assertEquals(
      error.message,
      `Could not parse request body as JSON: json: cannot unmarshal ${detail}`,
    );
  }
});

Deno.test("decodeBody() refuses malformed UUIDs by their length", () => {
  const error = assertThrows(
    () => decodeBody('{"ref":"abc"}', "T", SHAPE),
    HttpError,
  );
  assertEquals(
    error.message,
    'Could not parse request body as JSON: uuid: incorrect UUID length 3 in string "abc"',
  );
});

Deno.test("escapeJson() escapes what would be markup", () => {
  assertEquals(escapeJson('{"a":"<&>"}'), '{"a":"\\u003c\\u0026\\u003e"}');
});

Deno.test("parseDuration() reads Go durations and says what is wrong with others", () => {
  const cases: [text: string, result: number | string][] = [
    ["0", 0],
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    ["-2m", -120_000],
    ["1ms", 1],
    [".5s", 500],
    ["", 'time: invalid duration ""'],
    ["2562047h", 9_223_369_200_000_000 / 1000],
    ["2562048h", 'time: invalid duration "2562048h"'],
    ["tomorrow", 'time: invalid duration "tomorrow"'],
    ["5", 'time: missing unit in duration "5"'],
    ["1d", 'time: unknown unit "d" in duration "1d"'],
    ["5 parsecs", 'time: unknown unit " parsecs" in duration "5 parsecs"'],
  ];
  for (const [text, expected] of cases) {
    const result = parseDuration(text);
    const actual = "problem" in result ? result.problem : result.milliseconds;
    assertEquals(actual, expected, text);
  }
});

Deno.test("compileGlob() lets * stop at dots and slashes, and ** at nothing", () => {
  const cases: [glob: string, text: string, fits: boolean][] = [
    ["https://*.example.com/**", "https://a.example.com/x/y?z=1", true],
    ["https://*.example.com/**", "https://a.b.example.com/", false],
    ["http://localhost:3000/**", "http://localhost:3000/", true],
    ["http://localhost:3000/**", "http://localhost:3000", false],
    ["myapp://callback", "myapp://callback", true],
    ["myapp://callback", "myapp://callback/x", false],
    ["https://{a,b}.org/?", "https://b.org/1", true],
    ["https://{a,b}.org/?", "https://c.org/1", false],
    ["https://[a-c].org", "https://b.org", true],
    ["https://[!a-c].org", "https://b.org", false],
    ["https://a\\*.org", "https://a*.org", true],
    ["https://a\\*.org", "https://ab.org", false],
    ["https://[a.org", "https://[a.org", false],
  ];
  for (const [glob, text, fits] of cases) {
    assertEquals(compileGlob(glob).test(text), fits, `${glob} ${text}`);
  }
});

Deno.test("parseGoUrl() keeps every part as it was written", () => {
  assertEquals(parseGoUrl("HTTP://Host:80/a%20b?x=1#f"), {
    scheme: "http",
    host: "Host:80",
    hasAuthority: true,
    path: "/a%20b",
    query: "x=1",
    fragment: "f",
  });
  for (const text of ["http://a b/", "http://a:x/", ":x", "/%zz", "a\u0000"]) {
    assertEquals(parseGoUrl(text), undefined, text);
  }
});

Deno.test("withQuery() sorts the query and leaves a bare origin bare", () => {
  assertEquals(
    withQuery("http://localhost:3000", { code: "a b" }),
    "http://localhost:3000?code=a+b",
  );
  assertEquals(
    withQuery("http://h/cb?x=1&a=é#f", { code: "1" }),
    "http://h/cb?a=%C3%A9&code=1&x=1#f",
  );
});

Deno.test("queryEscape() and pathEscape() escape as Go does", () => {
  assertEquals(
    queryEscape("a b+!'()*~-_.ä"),
    "a+b%2B%21%27%28%29%2A~-_.%C3%A4",
  );
  assertEquals(pathEscape("a b:@$&+=/?"), "a%20b:@$&+=%2F%3F");
});

Deno.test("resolveReference() lets an absolute path replace the path of the base", () => {
  const cases: [base: string, reference: string, resolved: string][] = [
    ["http://h:9999", "/verify", "http://h:9999/verify"],
    ["http://h/auth/v1", "/verify", "http://h/verify"],
    ["http://h/auth/v1", "http://x/y", "http://x/y"],
    ["http://h/auth/v1", "verify", "http://h/auth/verify"],
  ];
  for (const [base, reference, resolved] of cases) {
    assertEquals(resolveReference(base, reference), resolved);
  }
});
