/** Waits for the code that was sent, and takes it. */
import type { EmailOtpType } from "../../../mod.ts";
import { call, type MailItem } from "../api.ts";
import { fill, h, showList } from "../dom.ts";
import { safeLink } from "../inbox.ts";
import { button, card, field, form, group } from "../parts.ts";
import type { Part, PlayBench } from "./bench.ts";

/** What is waited for. */
export interface Confirmation {
  readonly email: string;
  readonly type: EmailOtpType;
}

/** The part, and what makes it begin. */
export interface ConfirmPart extends Part {
  expect(confirmation: Confirmation): void;
}

export function confirmPart({ auth, act }: PlayBench): ConfirmPart {
  let waiting: Confirmation | undefined;
  const code = h("input", {
    name: "token",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    required: true,
    size: 8,
  });
  const who = h("p", {});
  const mail = h("div", { class: "arrived", role: "status" });
  const end = () => {
    waiting = undefined;
    code.value = "";
    showList(mail, [], String, () => mail);
  };
  const element = card(
    "Confirm",
    who,
    mail,
    form(
      async ({ token }) => {
        if (!waiting) return;
        const { email, type } = waiting;
        const params = { email, type, token: token ?? "" };
        if (await act(() => auth.verifyOtp(params))) end();
      },
      field("Code from the mail", code),
      group(
        h("button", { class: "main" }, "Confirm"),
        button("Cancel", () => {
          end();
          element.hidden = true;
        }),
      ),
    ),
  );
  element.hidden = true;
  return {
    element,
    expect: (confirmation) => {
      waiting = confirmation;
      fill(
        who,
        "A mail has been sent to ",
        h("strong", {}, confirmation.email),
        ".",
      );
    },
    show: async ({ session }) => {
      if (session) end();
      element.hidden = waiting === undefined;
      if (!waiting) return;
      const newest = await newestMail(waiting.email);
      showList(
        mail,
        newest ? [newest] : [],
        ({ id }) => id,
        (one) => describeMail(one, code),
      );
    },
  };
}

async function newestMail(email: string): Promise<MailItem | undefined> {
  const { items } = await call("inspect/messages", { text: email });
  const [newest] = items;
  return newest?.kind === "mail" ? newest : undefined;
}

function describeMail(
  { subject, code, link }: MailItem,
  input: HTMLInputElement,
): HTMLElement {
  return h(
    "div",
    {},
    h("p", {}, h("strong", {}, subject)),
    h(
      "p",
      { class: "group" },
      h("code", { class: "big" }, code),
      button("Fill in", () => {
        input.value = code;
        input.focus();
      }, "small"),
      safeLink(link, "or open the link in a new tab"),
    ),
  );
}
