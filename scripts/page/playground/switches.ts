/** Settings of the server that the playground may change. */
import { call } from "../api.ts";
import { h } from "../dom.ts";
import { card } from "../parts.ts";
import type { Part, PlayBench } from "./bench.ts";

interface Switch {
  readonly name: string;
  readonly label: string;
  /** Whether being on means that the setting is off. */
  readonly isInverse?: boolean;
}

const SWITCHES: readonly Switch[] = [
  {
    name: "GOTRUE_MAILER_AUTOCONFIRM",
    label: "E-mail addresses must be confirmed",
    isInverse: true,
  },
  {
    name: "GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED",
    label: "Guests may sign in",
  },
  { name: "GOTRUE_PASSKEY_ENABLED", label: "Passkeys" },
];

export function switchesPart({ act }: PlayBench): Part {
  const boxes = SWITCHES.map((setting) => {
    const box: HTMLInputElement = h("input", {
      type: "checkbox",
      onchange: () =>
        act(() =>
          call("switch", {
            name: setting.name,
            on: box.checked !== (setting.isInverse ?? false),
            options: { origin: location.origin },
          })
        ),
    });
    return { setting, box };
  });
  const element = card(
    "Settings of the server",
    ...boxes.map(({ setting, box }) =>
      h(
        "label",
        { class: "check" },
        box,
        h(
          "span",
          {},
          setting.label,
          " ",
          h("code", { class: "dim" }, setting.name),
        ),
      )
    ),
    h("p", { class: "dim" }, "They hold until the emulator ends."),
  );
  return {
    element,
    show: ({ settings: { switches } }) => {
      for (const { setting, box } of boxes) {
        const isOn = switches[setting.name] ?? false;
        box.checked = isOn !== (setting.isInverse ?? false);
      }
    },
  };
}
