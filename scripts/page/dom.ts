/** Builds elements. Data only ever becomes text or an attribute, never markup. */

export type Child = Node | string | number | null | undefined | false;

type Value = string | number | boolean | null | undefined;
type Listener = (event: Event) => unknown;
export type Props = Readonly<Record<string, Value | Listener>>;

/** An element with attributes, listeners (`onclick`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...toNodes(children));
  return element;
}

/** Puts children in place of those that an element has. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...toNodes(children));
}

function toNodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    return [typeof child === "number" ? String(child) : child];
  });
}

interface Rendered {
  readonly json: string;
  readonly node: HTMLElement;
}

const lists = new WeakMap<Element, Map<string, Rendered>>();

/**
 * Shows a list. What has not changed stays as it is, with focus and everything
 * that was opened in it; returns the keys that are new.
 */
export function showList<T>(
  parent: Element,
  items: readonly T[],
  keyOf: (item: T) => string,
  render: (item: T) => HTMLElement,
): string[] {
  const before = lists.get(parent) ?? new Map<string, Rendered>();
  const after = new Map<string, Rendered>();
  for (const item of items) {
    const key = keyOf(item);
    const json = JSON.stringify(item);
    const known = before.get(key);
    after.set(
      key,
      known?.json === json
        ? known
        : { json, node: redraw(render(item), known) },
    );
  }
  lists.set(parent, after);
  const nodes = [...after.values()].map(({ node }) => node);
  const lines = [...before.keys()];
  const line = lines.findIndex((key) =>
    before.get(key)!.node.contains(document.activeElement)
  );
  keepFocus(
    () => arrange(parent, nodes),
    before.get(lines[line] ?? "")?.node,
    () => after.get(lines[line] ?? "")?.node ?? nodes[line] ?? nodes.at(-1),
  );
  return [...after.keys()].filter((key) => !before.has(key));
}

/** What was open stays open. */
function redraw(node: HTMLElement, known: Rendered | undefined): HTMLElement {
  if (!known) return node;
  const opened = (element: HTMLElement) =>
    element.matches("details") ? element : element.querySelector("details");
  const [old, young] = [opened(known.node), opened(node)];
  if (old?.hasAttribute("open")) young?.setAttribute("open", "");
  return node;
}

/** Who works by keyboard goes on at the same control of the same line, or of the one in its place. */
function keepFocus(
  work: () => void,
  line: HTMLElement | undefined,
  successor: () => HTMLElement | undefined,
): void {
  const controls = (node: HTMLElement | undefined) => [
    ...node?.querySelectorAll<HTMLElement>("a, button, summary") ?? [],
  ];
  const active = document.activeElement as HTMLElement;
  const at = controls(line).indexOf(active);
  work();
  if (!line || active.isConnected) return;
  const next = controls(successor())[at] ?? document.querySelector("h1");
  next?.focus();
}

function arrange(parent: Element, nodes: readonly HTMLElement[]): void {
  for (const child of [...parent.children]) {
    if (!nodes.includes(child as HTMLElement)) child.remove();
  }
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
}

/** Up and down, home and end move between the things of a list that take focus. */
export function moveByArrows(list: HTMLElement, selector: string): void {
  list.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll<HTMLElement>(selector)];
    const at = items.indexOf(event.target as HTMLElement);
    const target: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: items.length - 1,
    };
    const next = items[target[event.key] ?? -1];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });
}
