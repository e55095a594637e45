/** Session, claims and events, as an application sees them. */
import type { AuthClient, Session } from "../../../mod.ts";
import { fill, h, showList } from "../dom.ts";
import { alertBox, badge, card, emptyNote, fold, jsonView } from "../parts.ts";
import { showError } from "../attempt.ts";
import { emulatorNow } from "../time.ts";
import type { Part } from "./bench.ts";
import type { PlayedEvent } from "./client.ts";

const MAX_EVENTS = 50;

export function watchPart(auth: AuthClient): Part {
  const session = h("div", { class: "part" });
  const claims = h("div", { class: "part" });
  const events = eventsView(auth);
  const element = h(
    "div",
    { class: "watch" },
    card("Events", events),
    card("Session", session),
    card("Claims", claims),
  );
  let shown = "";
  return {
    element,
    show: async (state) => {
      const json = JSON.stringify(state.session);
      if (json === shown) return;
      shown = json;
      showSession(session, state.session);
      await showClaims(claims, auth);
    },
  };
}

function eventsView(auth: AuthClient): HTMLElement {
  const list = h("ol", {
    class: "events",
    role: "log",
    "aria-label": "Events",
  });
  let events: PlayedEvent[] = [];
  auth.onAuthStateChange((event, session, { cause }) => {
    const who = session?.user.email || (session ? "a guest" : "nobody");
    const number = (events[0]?.number ?? 0) + 1;
    const at = emulatorNow();
    events = [
      { number, at, event, cause, who },
      ...events.slice(0, MAX_EVENTS),
    ];
    showList(list, events, ({ number }) => String(number), showEvent);
  });
  return list;
}

function showEvent({ at, event, cause, who }: PlayedEvent): HTMLElement {
  const iso = new Date(at).toISOString();
  return h(
    "li",
    {},
    h("time", { datetime: iso, class: "dim" }, iso.slice(11, 19)),
    h("code", {}, event),
    badge(cause),
    h("span", { class: "dim" }, who),
  );
}

function showSession(parent: HTMLElement, session: Session | null): void {
  if (!session) return fill(parent, emptyNote("Nobody is signed in."));
  const { access_token, refresh_token, user, ...rest } = session;
  fill(
    parent,
    jsonView({ ...rest, user: { id: user.id, email: user.email } }),
    fold("User", jsonView(user)),
    fold("Tokens", jsonView({ access_token, refresh_token })),
  );
}

async function showClaims(
  parent: HTMLElement,
  auth: AuthClient,
): Promise<void> {
  try {
    const result = await auth.getClaims();
    if (!result) return fill(parent, emptyNote("No token, no claims."));
    const { claims, header } = result;
    fill(
      parent,
      h(
        "p",
        { class: "facts" },
        badge("verified in this page", "good"),
        " ",
        badge(header.alg),
      ),
      jsonView(claims),
    );
  } catch (error) {
    const alert = alertBox();
    fill(parent, alert);
    showError(alert, error);
  }
}
