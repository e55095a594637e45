import { assertEquals, assertStrictEquals } from "@std/assert";
import { parseSession } from "../../lib/wire/session.ts";
import {
  rememberSource,
  rememberText,
  sourceOf,
  textOf,
} from "../../lib/wire/source.ts";
import { SESSION_JSON } from "../api/fixtures.ts";

Deno.test("sourceOf() leads a parsed object back to its JSON", () => {
  const json = { at: "2026-11-23T17:54:37.928365951Z" };
  const parsed = rememberSource({ at: new Date(json.at) }, json);
  assertStrictEquals(sourceOf(parsed), json);
});

Deno.test("sourceOf() gives an unknown object itself", () => {
  const unknown = { a: 1 };
  assertStrictEquals(sourceOf(unknown), unknown);
});

Deno.test("textOf() gives the text as it came", () => {
  const text = '{ "a" : 1.0 }';
  const json: object = JSON.parse(text);
  rememberText(json, text);
  const parsed = rememberSource({}, json);
  assertStrictEquals(textOf(parsed), text);
  assertStrictEquals(textOf(json), text);
});

Deno.test("textOf() and sourceOf() give what was remembered last", () => {
  const json: object = JSON.parse("{}");
  rememberText(json, "{ }");
  rememberText(json, "{}");
  assertStrictEquals(textOf(json), "{}");
  const parsed = rememberSource(rememberSource({}, {}), json);
  assertStrictEquals(sourceOf(parsed), json);
});

Deno.test("rememberSource() adds nothing that can be seen", () => {
  const parsed = rememberSource({ a: 1 }, {});
  assertEquals(Reflect.ownKeys(parsed), ["a"]);
});

Deno.test("textOf() writes the JSON where the text is not known", () => {
  const json = { at: "2026-11-23T17:54:37.928365951Z" };
  const parsed = rememberSource({ at: new Date(json.at) }, json);
  assertEquals(textOf(parsed), JSON.stringify(json));
});

Deno.test("textOf() writes a copied session with all its members", () => {
  const copy = { ...parseSession(SESSION_JSON), provider_token: "p" };
  const { user, ...rest } = JSON.parse(textOf(copy));
  const { user: sent, ...sentRest } = SESSION_JSON;
  assertEquals(rest, { ...sentRest, provider_token: "p" });
  assertEquals(user.created_at, "2026-11-23T17:54:37.912Z");
  assertEquals(user.user_metadata, sent["user_metadata"]);
});
