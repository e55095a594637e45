/** Passkeys of the signed-in user. */
import { h, showList } from "../dom.ts";
import { button, card, emptyNote, moment } from "../parts.ts";
import type { Part, PlayBench } from "./bench.ts";

interface PasskeyLine {
  readonly id: string;
  readonly name: string;
  readonly created: string;
}

export function passkeysPart({ auth, act }: PlayBench): Part {
  const list = h("ul", { class: "lines" });
  const none = emptyNote("No passkeys yet.");
  const elsewhere = elsewhereNote();
  const register = button(
    "Add a passkey",
    () => act(() => auth.registerPasskey()),
    "main",
  );
  const element = card("Passkeys", none, list, h("p", {}, register), elsewhere);
  return {
    element,
    show: async ({ session, settings, isStale }) => {
      const isOn = settings.switches["GOTRUE_PASSKEY_ENABLED"] ?? false;
      element.hidden = !isOn || !session || session.user.is_anonymous === true;
      if (element.hidden || !isStale) return;
      const isHere = settings.passkeyOrigins.includes(location.origin);
      register.disabled = !isHere;
      elsewhere.hidden = isHere;
      const lines = (await auth.passkey.list()).map((passkey) => ({
        id: passkey.id,
        name: passkey.friendly_name || "Passkey",
        created: passkey.created_at.toISOString(),
      }));
      none.hidden = lines.length > 0;
      showList(
        list,
        lines,
        ({ id }) => id,
        (line) =>
          passkeyLine(
            line,
            () => act(() => auth.passkey.delete({ passkeyId: line.id })),
          ),
      );
    },
  };
}

/** Passkeys belong to a name, and to the pages that the settings list. */
function elsewhereNote(): HTMLElement {
  const { port, pathname } = location;
  const url = `http://localhost:${port}${pathname}#playground`;
  return h(
    "p",
    { class: "dim" },
    "The settings (GOTRUE_WEBAUTHN_RP_ORIGINS) allow no passkeys on this page. ",
    location.hostname === "localhost" ? null : "Try ",
    location.hostname === "localhost" ? null : h("a", { href: url }, url),
  );
}

function passkeyLine(
  { name, created }: PasskeyLine,
  remove: () => unknown,
): HTMLElement {
  return h(
    "li",
    {},
    h("span", {}, name),
    moment(created),
    button("Remove", remove, "small", `Remove ${name}`),
  );
}
