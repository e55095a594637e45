/** Second factors, with the code of the moment, and passkeys. */
import {
  call,
  type FactorItem,
  type Panel,
  type PasskeyItem,
  type Workbench,
} from "./api.ts";
import { h, showList } from "./dom.ts";
import {
  badge,
  button,
  card,
  copyButton,
  emptyNote,
  group,
  moment,
  row,
  shortId,
  table,
} from "./parts.ts";

const CODE_LIFE_MS = 30_000;

export function factorsPanel({ now }: Workbench): Panel {
  const factors = table(
    "Second factors",
    "User",
    "Kind",
    "Name",
    "State",
    "Code now",
    "Made",
    "",
  );
  const passkeys = table(
    "Passkeys",
    "User",
    "Name",
    "Id",
    "Made",
    "Last used",
    "",
  );
  const noFactors = emptyNote("No second factors yet.");
  const noPasskeys = emptyNote("No passkeys yet.");
  let timer: ReturnType<typeof setTimeout> | undefined;

  const refresh = async () => {
    const [ofFactors, ofPasskeys] = await Promise.all([
      call("inspect/factors"),
      call("inspect/passkeys"),
    ]);
    noFactors.hidden = ofFactors.total > 0;
    factors.element.hidden = ofFactors.total === 0;
    showList(factors.body, ofFactors.items, ({ id }) => id, showFactor);
    noPasskeys.hidden = ofPasskeys.total > 0;
    passkeys.element.hidden = ofPasskeys.total === 0;
    showList(passkeys.body, ofPasskeys.items, ({ id }) => id, showPasskey);
    clearTimeout(timer);
    const isWatched = element.isConnected && !document.hidden;
    const hasCodes = ofFactors.items.some(({ secret }) => secret);
    if (!isWatched || !hasCodes) return;
    timer = setTimeout(refresh, CODE_LIFE_MS - now() % CODE_LIFE_MS + 50);
  };
  const element = h(
    "div",
    {},
    card("Second factors", noFactors, factors.element),
    card("Passkeys", noPasskeys, passkeys.element),
  );
  return {
    name: "factors",
    title: "Factors",
    topics: ["factors", "passkeys", "users", "control"],
    element,
    refresh,
  };
}

function showFactor(factor: FactorItem): HTMLElement {
  const { id, user, factor_type, friendly_name, status } = factor;
  return row(
    h("strong", {}, user),
    badge(factor_type),
    friendly_name || (factor.phone ? `+${factor.phone}` : shortId(id)),
    badge(status, status === "verified" ? "good" : "warn"),
    factor.current_code
      ? group(
        h("code", { class: "big" }, factor.current_code),
        copyButton(factor.current_code, "the code"),
      )
      : null,
    moment(factor.created_at),
    button(
      "Delete",
      () => call("factors/delete", { id }),
      "small danger",
      `Delete the factor of ${user}`,
    ),
  );
}

function showPasskey(passkey: PasskeyItem): HTMLElement {
  const { id, user, friendly_name } = passkey;
  return row(
    h("strong", {}, user),
    friendly_name || h("span", { class: "dim" }, "without a name"),
    shortId(id),
    moment(passkey.created_at),
    moment(passkey.last_used_at),
    button(
      "Delete",
      () => call("passkeys/delete", { id }),
      "small danger",
      `Delete the passkey of ${user}`,
    ),
  );
}
