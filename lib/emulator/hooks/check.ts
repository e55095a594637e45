import type { Settings } from "../settings.ts";
import { type EmulatorHooks, type HookName, HOOKS } from "./types.ts";

/** Refuses settings of hooks with which nothing could be called. */
export function checkHooks(settings: Settings, hooks: EmulatorHooks): void {
  for (
    const [name, { enabled, uri, secrets }] of Object.entries(settings.hooks)
  ) {
    const known = HOOKS[name as HookName];
    if (!enabled || known === undefined || hooks[known[0]] !== undefined) {
      continue;
    }
    const prefix = `GOTRUE_HOOK_${name.toUpperCase()}`;
    if (!/^https?:\/\/\S+$/.test(uri)) {
      throw new TypeError(
        `${prefix}_URI must be an http address; hooks of other kinds are given as functions`,
      );
    }
    if (!secrets.every((secret) => /^v1,whsec_[A-Za-z0-9+/=]+$/.test(secret))) {
      throw new TypeError(
        `${prefix}_SECRETS must have the form v1,whsec_<base64>`,
      );
    }
  }
}
