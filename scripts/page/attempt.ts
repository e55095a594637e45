/** Does what may fail, and shows why it did. */
import { isAuthError } from "../../mod.ts";
import { fill, h } from "./dom.ts";

/** Does work and shows its error; tells whether it went well. */
export async function attempt(
  alert: HTMLElement,
  work: () => Promise<unknown>,
): Promise<boolean> {
  alert.hidden = true;
  try {
    await work();
    return true;
  } catch (error) {
    showError(alert, error);
    return false;
  }
}

/** Shows an error where it is read out at once. */
export function showError(alert: HTMLElement, error: unknown): void {
  alert.hidden = false;
  fill(alert, h("strong", {}, titleOf(error)), " ", messageOf(error));
}

function titleOf(error: unknown): string {
  if (!isAuthError(error)) return "That failed.";
  const status = error.status === undefined ? "" : ` (${error.status})`;
  return `${error.name} ${error.code}${status}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
