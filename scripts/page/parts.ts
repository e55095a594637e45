/** Pieces that several panels are made of. */
import { type Child, h } from "./dom.ts";

/** A control with its label above it. */
export function field(label: string, control: HTMLElement): HTMLLabelElement {
  return h("label", { class: "field" }, h("span", {}, label), control);
}

/** A form that calls back with what was typed in, by name, and the button that was used. */
export function form(
  submit: (
    values: Readonly<Record<string, string>>,
    button: HTMLButtonElement | null,
  ) => unknown,
  ...children: readonly Child[]
): HTMLFormElement {
  return h("form", {
    class: "form",
    onsubmit: (event) => {
      event.preventDefault();
      const data = new FormData(event.currentTarget as HTMLFormElement);
      const entries = [...data].map(([name, value]) => [name, String(value)]);
      const { submitter } = event as SubmitEvent;
      submit(
        Object.fromEntries(entries),
        submitter as HTMLButtonElement | null,
      );
    },
  }, ...children);
}

/** A button that does something. */
export function button(
  label: string,
  work: (event: Event) => unknown,
  kind = "",
  name?: string,
): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: kind, onclick: work, "aria-label": name },
    label,
  );
}

/** A drop-down list. */
export function choice(
  name: string,
  options: Readonly<Record<string, string>>,
): HTMLSelectElement {
  const entries = Object.entries(options);
  return h(
    "select",
    { name },
    ...entries.map(([value, label]) => h("option", { value }, label)),
  );
}

/** Puts a text onto the clipboard, and says so. */
export function copyButton(text: string, what: string): HTMLButtonElement {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    element.textContent = "Copied";
    setTimeout(() => element.textContent = "Copy", 1500);
  };
  const element = button("Copy", copy, "small", `Copy ${what}`);
  return element;
}

/** A long value that is cut where there is no room, to be copied whole. */
export function secret(label: string, value: string): HTMLElement {
  return h(
    "div",
    { class: "secret" },
    h("span", { class: "name" }, label),
    h("code", { class: "cut", title: value }, value),
    copyButton(value, label),
  );
}

/** A small mark. */
export function badge(text: string, kind = ""): HTMLSpanElement {
  return h("span", { class: `badge ${kind}` }, text);
}

/** A table with a head; the body is for `showList`. */
export function table(
  caption: string,
  ...columns: readonly string[]
): { readonly element: HTMLElement; readonly body: HTMLElement } {
  const body = h("tbody");
  const heads = columns.map((name) => h("th", { scope: "col" }, name));
  const element = h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, ...heads)),
      body,
    ),
  );
  return { element, body };
}

/** A line of a table. */
export function row(...cells: readonly Child[]): HTMLTableRowElement {
  return h("tr", {}, ...cells.map((cell) => h("td", {}, cell)));
}

/** Several things in one cell or line. */
export function group(...children: readonly Child[]): HTMLElement {
  return h("span", { class: "group" }, ...children);
}

/** What is to be seen where there is nothing yet. */
export function emptyNote(text: string): HTMLParagraphElement {
  return h("p", { class: "empty" }, text);
}

/** JSON to look at. */
export function jsonView(value: unknown): HTMLElement {
  return h(
    "pre",
    { class: "json", tabindex: 0 },
    JSON.stringify(value, null, 2),
  );
}

/** Something that opens. */
export function fold(
  title: string,
  ...children: readonly Child[]
): HTMLElement {
  return h("details", {}, h("summary", {}, title), ...children);
}

/** The beginning of an id, the whole of it as a hint. */
export function shortId(id: string): HTMLElement {
  return h("code", { title: id }, id.slice(0, 8));
}

/** A moment of the emulator's clock; milliseconds or a text of the server. */
export function moment(at: number | string | null | undefined): HTMLElement {
  if (at === null || at === undefined) return h("span", { class: "dim" }, "–");
  const iso = new Date(at).toISOString();
  const text = iso.slice(0, 19).replace("T", " ");
  return h("time", { datetime: iso, title: `${iso} (UTC)` }, text);
}

/** A part of a panel under a heading of its own. */
export function card(
  title: string,
  ...children: readonly Child[]
): HTMLElement {
  return h("section", { class: "card" }, h("h2", {}, title), ...children);
}

/** What announces an error, or nothing. */
export function alertBox(): HTMLElement {
  return h("div", { class: "alert", role: "alert", hidden: true });
}

/** A search field that waits until nobody types. */
export function searchField(
  label: string,
  search: (text: string) => unknown,
): HTMLInputElement {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const input = h("input", {
    type: "search",
    placeholder: label,
    "aria-label": label,
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => search(input.value), 150);
    },
  });
  return input;
}
