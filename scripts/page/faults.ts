/** Failures on demand. */
import type { Fault } from "../../lib/emulator/faults.ts";
import { attempt } from "./attempt.ts";
import { call, type FaultItem, type Panel, type Workbench } from "./api.ts";
import { h, showList } from "./dom.ts";
import {
  alertBox,
  button,
  card,
  choice,
  emptyNote,
  field,
  form,
  row,
  table,
} from "./parts.ts";

const PATHS = [
  "/token",
  "/signup",
  "/otp",
  "/verify",
  "/user",
  "/logout",
  "/factors",
  "/authorize",
];

export function faultsPanel({ emulator }: Workbench): Panel {
  const faults = table(
    "Faults in force",
    "Requests",
    "What happens",
    "Left",
    "",
  );
  const empty = emptyNote(
    "No faults: every request is answered as it should be.",
  );
  const alert = alertBox();
  const clear = button("Remove all", async () => {
    await emulator.faults.clear();
    await refresh();
  });
  const refresh = async () => {
    const items = await call("inspect/faults");
    empty.hidden = items.length > 0;
    faults.element.hidden = clear.hidden = items.length === 0;
    showList(faults.body, items, ({ id }) => String(id), (fault) =>
      row(
        h("code", {}, `${fault.method ?? "any"} ${fault.path ?? "any path"}`),
        describeFault(fault),
        fault.left === null ? "all" : String(fault.left),
        button(
          "Remove",
          async () => {
            await call("faults/remove", { id: fault.id });
            await refresh();
          },
          "small",
          "Remove the fault",
        ),
      ));
  };
  const element = h(
    "div",
    {},
    card("In force", empty, faults.element, clear),
    card(
      "Add a fault",
      faultForm(async (fault) => {
        await attempt(alert, () => emulator.faults.add(fault));
        await refresh();
      }),
      alert,
    ),
  );
  return {
    name: "faults",
    title: "Faults",
    topics: ["control", "requests"],
    element,
    refresh,
  };
}

function describeFault(fault: FaultItem): string {
  const parts = [
    fault.delayMs === undefined ? "" : `waits ${fault.delayMs} ms`,
    fault.status === undefined ? "" : `answers ${fault.status}`,
    fault.reset ? "breaks the connection before the work" : "",
    fault.loseResponse ? "does the work and loses the answer" : "",
    fault.probability === undefined
      ? ""
      : `with a chance of ${Math.round(fault.probability * 100)} %`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function faultForm(add: (fault: Fault) => unknown): HTMLElement {
  const status = h("input", {
    name: "status",
    type: "number",
    min: 400,
    max: 599,
    value: 503,
  });
  const statusField = field("Status", status);
  const kind = choice("kind", {
    status: "answers with a status",
    reset: "breaks the connection before the work",
    lose: "does the work and loses the answer",
    delay: "only waits",
  });
  kind.addEventListener("change", () => {
    statusField.hidden = kind.value !== "status";
  });
  return form(
    (values) => add(toFault(values)),
    field(
      "Method",
      choice("method", {
        "": "any",
        GET: "GET",
        POST: "POST",
        PUT: "PUT",
        DELETE: "DELETE",
      }),
    ),
    field(
      "Path",
      h("input", {
        name: "path",
        list: "paths",
        placeholder: "any",
        autocomplete: "off",
      }),
    ),
    h(
      "datalist",
      { id: "paths" },
      ...PATHS.map((value) => h("option", { value })),
    ),
    field("The server", kind),
    statusField,
    field(
      "Delay in ms",
      h("input", { name: "delayMs", type: "number", min: 0, placeholder: "0" }),
    ),
    field(
      "How many requests",
      h("input", { name: "times", type: "number", min: 1, placeholder: "all" }),
    ),
    field(
      "Chance in %",
      h("input", {
        name: "chance",
        type: "number",
        min: 1,
        max: 100,
        placeholder: "100",
      }),
    ),
    h("button", { class: "main" }, "Add"),
  );
}

function toFault(values: Readonly<Record<string, string>>): Fault {
  const { method, path, kind, status, delayMs, times, chance } = values;
  return {
    ...(method ? { method } : {}),
    ...(path ? { path } : {}),
    ...(kind === "status" ? { status: Number(status || 503) } : {}),
    ...(kind === "reset" ? { reset: true } : {}),
    ...(kind === "lose" ? { loseResponse: true } : {}),
    ...(delayMs ? { delayMs: Number(delayMs) } : {}),
    ...(times ? { times: Number(times) } : {}),
    ...(chance ? { probability: Number(chance) / 100 } : {}),
  };
}
