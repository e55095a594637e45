/** Mails and texts, with their codes and links. */
import {
  call,
  type MailItem,
  type MessageItem,
  type Panel,
  type Workbench,
} from "./api.ts";
import { fill, h, moveByArrows, showList } from "./dom.ts";
import {
  badge,
  copyButton,
  emptyNote,
  group,
  moment,
  searchField,
} from "./parts.ts";

export function inboxPanel(bench: Workbench): Panel {
  let search = "";
  let selected: string | undefined;
  // Until somebody chooses, the newest one is shown.
  let isChosen = false;
  let messages: readonly MessageItem[] = [];
  let isFirst = true;
  const list = h("ul", { class: "messages", "aria-label": "Messages" });
  const detail = h("article", {
    class: "card message",
    "aria-label": "Message",
  });
  const note = h("p", { class: "dim", role: "status" });
  moveByArrows(list, "button");

  const select = (id: string | undefined) => {
    selected = id;
    for (const button of list.querySelectorAll("button")) {
      button.setAttribute("aria-current", String(button.dataset["id"] === id));
    }
    const message = messages.find((one) => one.id === id);
    showMessage(detail, message, bench);
  };
  const refresh = async () => {
    const found = await call("inspect/messages", { text: search });
    messages = found.items;
    const fresh = showList(
      list,
      messages,
      ({ id }) => id,
      (message) =>
        h(
          "li",
          {},
          messageButton(message, () => {
            isChosen = true;
            select(message.id);
          }),
        ),
    );
    note.textContent = describe(found.total, messages.length, search);
    if (!isFirst && search === "") announceNew(bench, messages, fresh);
    isFirst = false;
    isChosen &&= messages.some(({ id }) => id === selected);
    const shown = detail.dataset["id"];
    const next = isChosen ? selected : messages[0]?.id;
    if (next !== shown || messages.length === 0) select(next);
  };
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "bar" },
      searchField("Search by address", (text) => {
        search = text;
        return refresh();
      }),
      note,
    ),
    h("div", { class: "inbox" }, list, detail),
  );
  return {
    name: "inbox",
    title: "Inbox",
    topics: ["mails", "messages"],
    element,
    refresh,
  };
}

function describe(total: number, shown: number, search: string): string {
  if (total === 0) return "";
  if (shown === 0) return `Nothing to “${search}”`;
  return shown < total ? `${shown} of ${total}` : `${total} in all`;
}

function announceNew(
  bench: Workbench,
  messages: readonly MessageItem[],
  fresh: readonly string[],
): void {
  const message = messages.find(({ id }) => fresh.includes(id));
  if (message) {
    bench.announce(`New message to ${message.to}: ${titleOf(message)}`);
  }
}

/** What a list shows of a message. */
export function titleOf(message: MessageItem): string {
  return message.kind === "mail" ? message.subject : message.text;
}

function messageButton(
  message: MessageItem,
  select: () => void,
): HTMLButtonElement {
  return h(
    "button",
    { type: "button", onclick: select, "data-id": message.id },
    h("span", { class: "to" }, addressOf(message)),
    moment(message.created_at),
    h("span", { class: "subject" }, titleOf(message)),
  );
}

function addressOf(message: MessageItem): string {
  return message.kind === "mail" ? message.to : `+${message.to}`;
}

function showMessage(
  detail: HTMLElement,
  message: MessageItem | undefined,
  bench: Workbench,
): void {
  detail.dataset["id"] = message?.id ?? "";
  if (!message) {
    fill(
      detail,
      emptyNote(
        "No messages yet. Mails and texts that the server sends arrive here at once.",
      ),
      h(
        "button",
        { type: "button", onclick: () => bench.show("playground") },
        "Sign somebody up in the playground",
      ),
    );
    return;
  }
  const isMail = message.kind === "mail";
  fill(
    detail,
    h("h2", {}, isMail ? message.subject : "Text message"),
    facts(message),
    message.code === "" ? null : codeLine(message.code),
    isMail && message.link !== "" ? linkLine(message) : null,
    isMail ? mailFrame(message) : h("p", { class: "text" }, message.text),
  );
}

function facts(message: MessageItem): HTMLElement {
  const isMail = message.kind === "mail";
  return h(
    "p",
    { class: "facts" },
    group(
      badge(isMail ? message.type : message.channel),
      h("span", {}, "to ", h("strong", {}, addressOf(message))),
      isMail ? h("span", { class: "dim" }, `from ${message.from}`) : null,
      moment(message.created_at),
    ),
  );
}

function codeLine(code: string): HTMLElement {
  return h(
    "p",
    { class: "code" },
    h("span", { class: "dim" }, "Code"),
    h("code", { class: "big" }, code),
    copyButton(code, "the code"),
  );
}

function linkLine({ link }: MailItem): HTMLElement {
  return h(
    "p",
    { class: "code" },
    h("span", { class: "dim" }, "Link"),
    safeLink(link, "Open the link", "button main"),
    copyButton(link, "the link"),
    h("code", { class: "cut dim", title: link }, link),
  );
}

/** A link into a new tab, or its text where it leads nowhere on the web. */
export function safeLink(
  url: string,
  label: string,
  style = "",
): HTMLElement {
  if (!/^https?:\/\//i.test(url)) return h("span", {}, label);
  return h(
    "a",
    { href: url, target: "_blank", rel: "noreferrer", class: style },
    label,
  );
}

/** The mail as it is, where it can run nothing, send nothing and reach nothing. */
function mailFrame(mail: MailItem): HTMLElement {
  const head = `<!DOCTYPE html><meta charset="utf-8"><base target="_blank">` +
    `<style>:root{color-scheme:light;font:15px/1.5 system-ui,sans-serif;background:#fff}</style>`;
  return h("iframe", {
    title: `Mail: ${mail.subject}`,
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
    srcdoc: head + mail.html,
  });
}
