/** The clock that everything in the emulator follows. */
import { call, type Panel, type Workbench } from "./api.ts";
import { h } from "./dom.ts";
import { alertBox, button, card, field, form, group } from "./parts.ts";
import { attempt } from "./attempt.ts";
import { describeOffset, emulatorNow, isFrozen, setTime } from "./time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function clockPanel({ emulator: { clock } }: Workbench): Panel {
  const face = h("time", { class: "face" });
  // Its line is there from the start, so that nothing moves below it.
  const state = h("p", { class: "dim", role: "status" }, "\u00a0");
  const alert = alertBox();
  const freeze = button(
    "Freeze",
    () => act(() => isFrozen() ? clock.resume() : clock.freeze()),
  );
  const at = h("input", {
    type: "datetime-local",
    name: "at",
    step: 1,
    required: true,
  });

  const tick = () => {
    const iso = new Date(emulatorNow()).toISOString();
    face.textContent = iso.slice(0, 19).replace("T", " ");
    face.setAttribute("datetime", iso);
  };
  const refresh = async () => {
    setTime(await call("inspect/clock"));
    tick();
    const offset = describeOffset();
    state.textContent = isFrozen()
      ? `It stands still${offset ? `, ${offset} of this machine` : ""}.`
      : offset
      ? `It runs ${offset} of this machine.`
      : "It runs with the clock of this machine.";
    freeze.textContent = isFrozen() ? "Let it run" : "Freeze";
    if (document.activeElement !== at) {
      at.value = new Date(emulatorNow()).toISOString().slice(0, 19);
    }
  };
  const act = async (work: () => Promise<void>) => {
    if (await attempt(alert, work)) await refresh();
  };
  const advance = (label: string, milliseconds: number) =>
    button(label, () => act(() => clock.advance(milliseconds)));
  setInterval(() => {
    if (!document.hidden && face.isConnected) tick();
  }, 500);

  const element = h(
    "div",
    {},
    card("Now (UTC)", face, state, alert),
    card(
      "Move it",
      h(
        "p",
        { class: "dim" },
        "Tokens, codes, links, sessions and rate limits expire by this clock.",
      ),
      h(
        "p",
        {},
        group(
          advance("+ 1 minute", MINUTE),
          advance("+ 1 hour", HOUR),
          advance("+ 1 day", DAY),
          advance("+ 30 days", 30 * DAY),
          freeze,
          button("Back to real time", () =>
            act(async () => {
              await clock.resume();
              await clock.set(Date.now());
            })),
        ),
      ),
      form(
        ({ at }) => act(() => clock.set(new Date(`${at}Z`))),
        field("A moment (UTC)", at),
        h("button", {}, "Set"),
      ),
    ),
  );
  return {
    name: "clock",
    title: "Clock",
    topics: ["control", "clock"],
    element,
    refresh,
  };
}
