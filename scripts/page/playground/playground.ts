/** Where a person plays an application: every step through our own client. */
import type { AuthClient } from "../../../mod.ts";
import { attempt, showError } from "../attempt.ts";
import { call, type Panel, type Workbench } from "../api.ts";
import { h } from "../dom.ts";
import { coalesce } from "../live.ts";
import { alertBox } from "../parts.ts";
import { accountPart } from "./account.ts";
import type { Part, PlayBench } from "./bench.ts";
import { confirmPart } from "./confirm.ts";
import { passkeysPart } from "./passkeys.ts";
import { signInPart } from "./sign_in.ts";
import { switchesPart } from "./switches.ts";
import { totpPart } from "./totp.ts";
import { watchPart } from "./watch.ts";

/** An act and the events that it causes are shown together. */
const SOON_MS = 15;

/** The panel, and what other panels do with it. */
export interface Playground extends Panel {
  signInAs(id: string): Promise<void>;
}

export function playgroundPanel(
  workbench: Workbench,
  auth: AuthClient,
): Playground {
  const alert = alertBox();
  const bench: PlayBench = {
    ...workbench,
    auth,
    act: async (work) => {
      const isDone = await attempt(alert, work);
      refreshSoon();
      return isDone;
    },
  };
  const confirm = confirmPart(bench);
  const acting: readonly Part[] = [
    confirm,
    signInPart(bench, confirm.expect),
    accountPart(bench),
    totpPart(bench),
    passkeysPart(bench),
    switchesPart(bench),
  ];
  const watch = watchPart(auth);
  const refresh = async (topics?: ReadonlySet<string>) => {
    const isStale = !topics || topics.has("*") || topics.has("control");
    const settings = await call("inspect/settings");
    const session = await readSession(auth, alert);
    const parts = [...acting, watch];
    const shown = parts.map((part) =>
      part.show({ session, settings, isStale })
    );
    const [failure] = (await Promise.allSettled(shown))
      .filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
    if (failure && alert.hidden) showError(alert, failure.reason);
  };
  const refreshSoon = coalesce(refresh, SOON_MS);
  auth.onAuthStateChange(refreshSoon);
  void attempt(alert, () => auth.initialize());
  return {
    name: "playground",
    title: "Playground",
    topics: ["mails", "control"],
    element: h(
      "div",
      {},
      alert,
      h(
        "div",
        { class: "playground" },
        h("div", { class: "acts" }, ...acting.map(({ element }) => element)),
        watch.element,
      ),
    ),
    refresh,
    signInAs: async (id) => {
      const { access_token, refresh_token } = await workbench.emulator.signIn(
        id,
      );
      await auth.setSession({
        access_token: String(access_token),
        refresh_token: String(refresh_token),
      });
      workbench.show("playground");
    },
  };
}

async function readSession(auth: AuthClient, alert: HTMLElement) {
  try {
    return (await auth.getSession()).session;
  } catch (error) {
    showError(alert, error);
    return null;
  }
}
