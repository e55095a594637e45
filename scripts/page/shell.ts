/** The frame of the page: where one is, where one can go, and how the server is. */
import type { RemoteEmulator } from "../../lib/emulator/connect.ts";
import type { Panel } from "./api.ts";
import { h, moveByArrows } from "./dom.ts";
import type { LiveState } from "./live.ts";
import { button } from "./parts.ts";
import { describeOffset, emulatorNow, isFrozen } from "./time.ts";

export interface Shell {
  readonly elements: readonly HTMLElement[];
  current(): Panel;
  /** Calls back when another panel is shown. */
  onShow(listener: () => void): void;
  /** Shows numbers beside the names of panels. */
  count(badges: Readonly<Record<string, number>>): void;
  state(state: LiveState): void;
  /** Shows the time. */
  tick(): void;
  announce(text: string): void;
}

const STATES: Readonly<Record<LiveState, string>> = {
  live: "live",
  paused: "paused",
  offline: "not reachable, trying again",
};

export function createShell(
  emulator: RemoteEmulator,
  panels: readonly Panel[],
  first: string,
): Shell {
  const links = new Map(panels.map((panel) => [panel.name, navLink(panel)]));
  const heading = h("h1", { tabindex: -1 });
  const stage = h("div", { class: "stage" });
  const live = h("p", {
    class: "hidden",
    role: "status",
    "aria-live": "polite",
  });
  const state = h("span", { class: "state", role: "status" });
  const clock = h("a", {
    href: "#clock",
    class: "clock",
    title: "The emulator’s clock (UTC)",
  });
  const nav = h(
    "nav",
    { "aria-label": "Panels" },
    h("ul", {}, ...[...links.values()].map((link) => h("li", {}, link))),
  );
  moveByArrows(nav, "a");
  let current = panels.find(({ name }) => name === first)!;
  const listeners = new Set<() => void>();

  const show = (panel: Panel) => {
    current = panel;
    heading.textContent = panel.title;
    document.title = `${panel.title} · Auth emulator`;
    stage.replaceChildren(panel.element);
    for (const [name, link] of links) {
      if (name !== panel.name) {
        link.removeAttribute("aria-current");
        continue;
      }
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    for (const listener of listeners) listener();
  };
  const follow = () => {
    const name = location.hash.slice(1);
    const panel = panels.find((one) => one.name === name);
    if (panel && panel !== current) show(panel);
  };
  const tick = () => {
    const iso = new Date(emulatorNow()).toISOString();
    const note = isFrozen() ? "frozen" : describeOffset();
    clock.textContent = `${iso.slice(11, 19)} UTC` + (note ? ` · ${note}` : "");
  };
  addEventListener("hashchange", follow);
  setInterval(() => {
    if (!document.hidden) tick();
  }, 1000);
  const asked = panels.find(({ name }) => `#${name}` === location.hash);
  show(first === "inbox" && asked || current);
  tick();

  return {
    elements: [
      h("a", {
        class: "skip",
        href: "#main",
        onclick: (event) => {
          event.preventDefault();
          heading.focus();
        },
      }, "Skip to the content"),
      h(
        "header",
        {},
        h("strong", { class: "brand" }, "Auth emulator"),
        h("code", { class: "cut dim" }, emulator.url),
        h("span", { class: "spring" }),
        clock,
        state,
        button(
          "Reset",
          async () => {
            const question = "Delete all users, sessions, messages and faults?";
            if (confirm(question)) await emulator.reset();
          },
          "small",
          "Reset: delete all data",
        ),
      ),
      nav,
      h("main", { id: "main" }, heading, stage),
      live,
    ],
    current: () => current,
    onShow: (listener) => void listeners.add(listener),
    count: (badges) => {
      for (const [name, number] of Object.entries(badges)) {
        const mark = links.get(name)?.querySelector(".count");
        if (mark) mark.textContent = number > 0 ? String(number) : "";
      }
    },
    state: (name) => {
      if (state.dataset["state"] === name) return;
      state.dataset["state"] = name;
      state.textContent = STATES[name];
    },
    tick,
    announce: (text) => {
      live.textContent = text;
    },
  };
}

function navLink({ name, title }: Panel): HTMLAnchorElement {
  return h(
    "a",
    { href: `#${name}` },
    h("span", {}, title),
    h("span", { class: "count" }),
  );
}
