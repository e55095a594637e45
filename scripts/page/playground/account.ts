/** What somebody who is signed in can do. */
import type { Session, SignOutScope } from "../../../mod.ts";
import { fill, h } from "../dom.ts";
import { badge, button, card, choice, field, form, group } from "../parts.ts";
import { describeDuration, emulatorNow } from "../time.ts";
import type { Part, PlayBench } from "./bench.ts";

export function accountPart({ auth, act }: PlayBench): Part {
  const who = h("p", { class: "facts" });
  const password = h("input", {
    name: "password",
    autocomplete: "off",
    required: true,
  });
  const element = card(
    "Signed in",
    who,
    h(
      "p",
      {},
      group(
        button("Refresh the session", () => act(() => auth.refreshSession())),
        button("Ask for the user", () => act(() => auth.getUser())),
      ),
    ),
    form(
      ({ scope }) => act(() => auth.signOut({ scope: scope as SignOutScope })),
      field(
        "Sign out",
        choice("scope", {
          local: "here",
          global: "everywhere",
          others: "elsewhere",
        }),
      ),
      h("button", {}, "Sign out"),
    ),
    form(
      async ({ password: value }) => {
        if (await act(() => auth.updateUser({ password: value ?? "" }))) {
          password.value = "";
        }
      },
      field("New password", password),
      h("button", {}, "Change"),
    ),
  );
  return {
    element,
    show: ({ session }) => {
      element.hidden = session === null;
      if (session) fill(who, describe(session));
    },
  };
}

function describe({ user, expires_at }: Session): HTMLElement {
  const name = user.email || (user.phone ? `+${user.phone}` : "a guest");
  const left = expires_at - emulatorNow() / 1000;
  return group(
    h("strong", { class: "who" }, name),
    user.is_anonymous ? badge("guest") : null,
    h(
      "span",
      { class: "dim" },
      left > 0
        ? `the access token lives ${describeDuration(left)}`
        : "the access token has expired",
    ),
  );
}
