/** Sessions, to be looked at and ended. */
import { call, type Panel, type SessionItem } from "./api.ts";
import { h, showList } from "./dom.ts";
import {
  badge,
  button,
  emptyNote,
  group,
  moment,
  row,
  searchField,
  shortId,
  table,
} from "./parts.ts";

export function sessionsPanel(): Panel {
  let search = "";
  const sessions = table(
    "Sessions",
    "User",
    "Id",
    "Level",
    "Signed in by",
    "Begun",
    "Refreshed",
    "From",
    "",
  );
  const note = h("p", { class: "dim", role: "status" });
  const empty = emptyNote("Nobody is signed in.");
  const refresh = async () => {
    const { items, total } = await call("inspect/sessions", { text: search });
    note.textContent = items.length < total
      ? `${items.length} of ${total}, newest first`
      : "";
    empty.hidden = total > 0;
    sessions.element.hidden = total === 0;
    showList(sessions.body, items, ({ id }) => id, showSession);
  };
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "bar" },
      searchField("Search by user or id", (text) => {
        search = text;
        return refresh();
      }),
      note,
    ),
    empty,
    sessions.element,
  );
  return {
    name: "sessions",
    title: "Sessions",
    topics: ["sessions", "users"],
    element,
    refresh,
  };
}

function showSession(session: SessionItem): HTMLElement {
  const { id, user, aal, amr, ip, user_agent } = session;
  return row(
    h("strong", {}, user),
    shortId(id),
    badge(aal, aal === "aal2" ? "good" : ""),
    group(...amr.map(({ method }) => badge(method))),
    moment(session.created_at),
    moment(session.refreshed_at),
    h(
      "span",
      { class: "cut agent", title: `${ip} ${user_agent}` },
      user_agent || ip,
    ),
    button(
      "End",
      () => call("sessions/delete", { id }),
      "small danger",
      `End the session of ${user}`,
    ),
  );
}
