/** Users: looking, adding, signing in as one, deleting. */
import { call, type Panel, type UserItem, type Workbench } from "./api.ts";
import { h, showList } from "./dom.ts";
import {
  alertBox,
  badge,
  button,
  card,
  field,
  fold,
  form,
  group,
  jsonView,
  moment,
  row,
  searchField,
  shortId,
  table,
} from "./parts.ts";
import { attempt } from "./attempt.ts";

/** Signs in as a user in the playground. */
export type SignInAs = (id: string) => Promise<void>;

export function usersPanel(bench: Workbench, signInAs: SignInAs): Panel {
  let search = "";
  const users = table(
    "Users",
    "User",
    "Id",
    "Made",
    "Last sign-in",
    "Ways in",
    "",
  );
  const note = h("p", { class: "dim", role: "status" });
  const alert = alertBox();
  const act = (work: () => Promise<unknown>) => attempt(alert, work);

  const refresh = async () => {
    const { items, total } = await call("inspect/users", { text: search });
    note.textContent = items.length < total
      ? `${items.length} of ${total}, newest first`
      : `${total} in all`;
    showList(users.body, items, ({ user }) => user.id, (item) =>
      row(
        nameCell(item),
        shortId(item.user.id),
        moment(item.user.created_at),
        moment(item.user.last_sign_in_at),
        waysIn(item),
        group(
          button(
            "Sign in as",
            () => act(() => signInAs(item.user.id)),
            "small",
            `Sign in as ${nameOf(item)}`,
          ),
          button(
            "Delete",
            () => act(() => remove(bench, item)),
            "small danger",
            `Delete ${nameOf(item)}`,
          ),
        ),
      ));
  };
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "bar" },
      searchField("Search by address or id", (text) => {
        search = text;
        return refresh();
      }),
      note,
    ),
    alert,
    users.element,
    addForm(bench, act),
  );
  return {
    name: "users",
    title: "Users",
    topics: ["users", "identities", "factors", "passkeys", "sessions"],
    element,
    refresh,
  };
}

function nameOf({ user }: UserItem): string {
  return user.email || (user.phone ? `+${user.phone}` : "Guest");
}

function nameCell(item: UserItem): HTMLElement {
  const { user } = item;
  const isConfirmed = user.email_confirmed_at || user.phone_confirmed_at;
  const isBanned = user.banned_until &&
    Date.parse(user.banned_until) > Date.now();
  return h(
    "div",
    {},
    group(
      h("strong", {}, nameOf(item)),
      user.is_anonymous
        ? badge("guest")
        : isConfirmed
        ? null
        : badge("unconfirmed", "warn"),
      isBanned ? badge("banned", "warn") : null,
    ),
    fold("JSON", jsonView(user)),
  );
}

function waysIn(
  { user, hasPassword, passkeys, sessions }: UserItem,
): HTMLElement {
  const factors = user.factors?.length ?? 0;
  const providers = (user.identities ?? []).map(({ provider }) => provider);
  return group(
    ...providers.map((provider) => badge(provider)),
    hasPassword ? badge("password") : null,
    passkeys > 0 ? badge(count(passkeys, "passkey")) : null,
    factors > 0 ? badge(count(factors, "factor")) : null,
    sessions > 0 ? badge(count(sessions, "session"), "good") : null,
  );
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}

async function remove(bench: Workbench, item: UserItem): Promise<void> {
  const question = `Delete ${nameOf(item)} and all that belongs to this user?`;
  if (confirm(question)) await bench.emulator.users.delete(item.user.id);
}

function addForm(
  { emulator }: Workbench,
  act: (work: () => Promise<unknown>) => Promise<boolean>,
): HTMLElement {
  const email = h("input", {
    name: "email",
    type: "email",
    autocomplete: "off",
  });
  const element = form(
    async ({ email, phone, password, confirmed }) => {
      const user = {
        ...(email ? { email } : {}),
        ...(phone ? { phone } : {}),
        ...(password ? { password } : {}),
        confirmed: confirmed === "on",
      };
      if (await act(() => emulator.users.seed(user))) element.reset();
    },
    field("E-mail", email),
    field(
      "Phone",
      h("input", { name: "phone", type: "tel", autocomplete: "off" }),
    ),
    field("Password", h("input", { name: "password", autocomplete: "off" })),
    h(
      "label",
      { class: "check" },
      h("input", { name: "confirmed", type: "checkbox", checked: true }),
      "Confirmed",
    ),
    h("button", { class: "main" }, "Add user"),
  );
  return card("Add a user", element);
}
