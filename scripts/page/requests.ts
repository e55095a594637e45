/** The latest requests, as they come. */
import { call, type LogEntry, type Panel } from "./api.ts";
import { h, showList } from "./dom.ts";
import { badge, button, emptyNote, searchField } from "./parts.ts";

export function requestsPanel(): Panel {
  let search = "";
  const list = h("div", { class: "requests", role: "list" });
  const empty = emptyNote(
    "No requests yet. They appear here as they come, without passwords and tokens.",
  );
  const refresh = async () => {
    const entries = await call("inspect/requests");
    empty.hidden = entries.length > 0;
    const shown = entries.filter((entry) => fits(entry, search));
    showList(list, shown, ({ id }) => String(id), showEntry);
  };
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "bar" },
      searchField("Search by path, status or code", (text) => {
        search = text.toLowerCase();
        return refresh();
      }),
      button("Clear", () => call("requests/clear")),
    ),
    empty,
    list,
  );
  return {
    name: "requests",
    title: "Requests",
    topics: ["requests"],
    element,
    refresh,
  };
}

function fits(
  { method, path, status, code }: LogEntry,
  search: string,
): boolean {
  return `${method} ${path} ${status ?? "broken"} ${code}`.toLowerCase()
    .includes(search);
}

function showEntry(entry: LogEntry): HTMLElement {
  const { at, method, path, query, code, duration } = entry;
  const time = new Date(at).toISOString();
  return h(
    "div",
    { role: "listitem" },
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("time", { datetime: time, title: time }, time.slice(11, 23)),
        h("span", { class: "method" }, method),
        statusBadge(entry),
        h(
          "span",
          { class: "cut path" },
          h("code", {}, path),
          h("code", { class: "dim" }, query),
        ),
        h("span", { class: "error-code" }, code),
        h("span", { class: "dim duration" }, `${duration.toFixed(1)} ms`),
      ),
      bodyView("Request", entry.request),
      entry.location === ""
        ? bodyView("Answer", entry.response)
        : bodyView("Leads to", entry.location),
    ),
  );
}

function statusBadge({ status }: LogEntry): HTMLElement {
  if (status === null) return badge("broken", "bad");
  const kind = status >= 500 ? "bad" : status >= 400 ? "warn" : "good";
  return badge(String(status), kind);
}

function bodyView(title: string, body: string): HTMLElement {
  return h(
    "div",
    { class: "body" },
    h("h3", {}, title),
    body === ""
      ? h("p", { class: "dim" }, "no body")
      : h("pre", { class: "json", tabindex: 0 }, body),
  );
}
