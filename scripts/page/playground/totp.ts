/** Second factors by an authenticator application. */
import type { EnrolledTotp, Factor } from "../../../mod.ts";
import { call } from "../api.ts";
import { fill, h, showList } from "../dom.ts";
import {
  badge,
  button,
  card,
  copyButton,
  field,
  form,
  group,
} from "../parts.ts";
import type { Part, PlayBench } from "./bench.ts";

interface FactorLine {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

export function totpPart(bench: PlayBench): Part {
  const { auth, act } = bench;
  let enrolled: EnrolledTotp | undefined;
  const setup = h("div", { class: "part" });
  const level = h("p", { class: "facts" });
  const list = h("ul", { class: "lines" });
  const enroll = button("Set up an authenticator app", () =>
    act(async () => {
      enrolled = await auth.mfa.enroll({
        factorType: "totp",
        friendlyName: `App ${new Date().toISOString().slice(11, 19)}`,
      });
    }), "main");
  const element = card(
    "Authenticator app",
    level,
    list,
    h("p", {}, enroll),
    setup,
  );

  const verify = (factorId: string, code: string) =>
    act(async () => {
      await auth.mfa.challengeAndVerify({ factorId, code });
      enrolled = undefined;
    });
  const cancel = (factorId: string) =>
    act(async () => {
      await auth.mfa.unenroll({ factorId });
      enrolled = undefined;
    });

  return {
    element,
    show: async ({ session, isStale }) => {
      element.hidden = session === null || session.user.is_anonymous === true;
      if (element.hidden) enrolled = undefined;
      if (element.hidden || !isStale) return;
      const [factors, { currentLevel, nextLevel }] = await Promise.all([
        auth.mfa.listFactors(),
        auth.mfa.getAuthenticatorAssuranceLevel(),
      ]);
      fill(level, describeLevel(currentLevel, nextLevel));
      showList(
        list,
        factors.totp.map(toLine),
        ({ id }) => id,
        (line) => factorLine(line, () => cancel(line.id)),
      );
      enroll.textContent = factors.totp.length > 0
        ? "Set up another"
        : "Set up an authenticator app";
      enroll.hidden = enrolled !== undefined;
      const needsCode = currentLevel !== nextLevel;
      const [known] = factors.totp;
      showSetup(setup, enrolled, needsCode ? known : undefined, verify, cancel);
    },
  };
}

function describeLevel(
  current: string | null,
  next: string | null,
): HTMLElement {
  return group(
    badge(current ?? "no level", current === "aal2" ? "good" : ""),
    h(
      "span",
      { class: "dim" },
      current === "aal2"
        ? "signed in with a second factor"
        : next === "aal2"
        ? "a code raises this session to aal2"
        : "no second factor yet",
    ),
  );
}

function toLine({ id, friendly_name, status }: Factor): FactorLine {
  return { id, name: friendly_name || "Authenticator app", status };
}

function factorLine(
  { name, status }: FactorLine,
  remove: () => unknown,
): HTMLElement {
  return h(
    "li",
    {},
    h("span", {}, name),
    badge(status, status === "verified" ? "good" : "warn"),
    button("Remove", remove, "small", `Remove ${name}`),
  );
}

type Verify = (factorId: string, code: string) => unknown;

/** What is to be done next: nothing, to scan a code, or to type one in. */
function showSetup(
  setup: HTMLElement,
  enrolled: EnrolledTotp | undefined,
  known: Factor | undefined,
  verify: Verify,
  cancel: (factorId: string) => unknown,
): void {
  const id = enrolled?.id ?? known?.id ?? "";
  // What is being typed stays.
  if (setup.dataset["factor"] === id) return;
  setup.dataset["factor"] = id;
  if (id === "") return fill(setup);
  fill(
    setup,
    enrolled ? scanView(enrolled) : null,
    codeForm(id, verify, enrolled ? cancel : undefined),
  );
}

function scanView({ totp }: EnrolledTotp): HTMLElement {
  return h(
    "div",
    { class: "scan" },
    h("img", {
      src: totp.qr_code,
      width: 208,
      height: 208,
      alt: "QR code for an authenticator app",
    }),
    h(
      "div",
      {},
      h("p", {}, "Scan this with an authenticator app, or type in the secret:"),
      h(
        "p",
        { class: "group" },
        h("code", { class: "wrap" }, totp.secret),
        copyButton(totp.secret, "the secret"),
      ),
    ),
  );
}

function codeForm(
  factorId: string,
  verify: Verify,
  cancel: ((factorId: string) => unknown) | undefined,
): HTMLElement {
  const code = h("input", {
    name: "code",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    required: true,
    size: 8,
  });
  return form(
    ({ code }) => verify(factorId, code ?? ""),
    field("Code from the app", code),
    group(
      h("button", { class: "main" }, "Verify"),
      button("Use the code of the moment", async () => {
        code.value = await currentCode(factorId);
        code.focus();
      }),
      cancel && button("Cancel", () => cancel(factorId)),
    ),
  );
}

/** The emulator knows the secret, so nobody has to have a telephone at hand. */
async function currentCode(factorId: string): Promise<string> {
  const { items } = await call("inspect/factors", { text: factorId });
  return items.find(({ id }) => id === factorId)?.current_code ?? "";
}
