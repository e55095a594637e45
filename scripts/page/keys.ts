/** The keys that sign tokens, and those that applications send. */
import { call, type KeyItem, type Panel, type Workbench } from "./api.ts";
import { h, showList } from "./dom.ts";
import {
  badge,
  card,
  choice,
  field,
  form,
  row,
  secret,
  table,
} from "./parts.ts";

type Algorithm = "ES256" | "RS256" | "EdDSA";

export function keysPanel({ emulator }: Workbench): Panel {
  const keys = table("Signing keys", "Key id", "Algorithm", "Kind", "Use");
  const rotate = form(
    async ({ alg, revoke }) => {
      await emulator.keys.rotate({
        alg: alg as Algorithm,
        revoke: revoke === "on",
      });
      await refresh();
    },
    field(
      "Algorithm",
      choice("alg", { ES256: "ES256", RS256: "RS256", EdDSA: "EdDSA" }),
    ),
    h(
      "label",
      { class: "check" },
      h("input", { type: "checkbox", name: "revoke" }),
      "Revoke the former keys: their tokens fail at once",
    ),
    h("button", { class: "main" }, "Rotate"),
  );
  const refresh = async () => {
    showList(
      keys.body,
      await call("inspect/keys"),
      ({ kid, alg }) => `${alg} ${kid}`,
      showKey,
    );
  };
  const element = h(
    "div",
    {},
    card("Keys of access tokens", keys.element, rotate),
    card(
      "Keys of applications",
      h(
        "p",
        { class: "dim" },
        "These are the emulator’s own. They open nothing but this emulator.",
      ),
      secret("URL", emulator.url),
      secret("anon key", emulator.anonKey),
      secret("service role key", emulator.serviceRoleKey),
      secret("publishable key", emulator.publishableKey),
      secret("secret key", emulator.secretKey),
      secret("JWT secret", emulator.keys.secret),
    ),
  );
  return {
    name: "keys",
    title: "Keys",
    topics: ["control"],
    element,
    refresh,
  };
}

function showKey({ kid, alg, kty, signs }: KeyItem): HTMLElement {
  return row(
    kid === ""
      ? h("span", { class: "dim" }, "the JWT secret")
      : h("code", {}, kid),
    alg,
    kty === "oct" ? "secret" : "public and private",
    signs ? badge("signs and verifies", "good") : badge("verifies"),
  );
}
