import type { Settings } from "./settings.ts";
import { tryParse } from "./templates.ts";

/** Refuses settings with a template that cannot be read. */
export function checkTemplates(settings: Settings): void {
  const texts = Object.entries(settings).filter(([name]) =>
    /^GOTRUE_(MAILER_SUBJECTS_|(SMS|MFA_PHONE)_TEMPLATE$)/.test(name)
  );
  const subjects = Object.entries(settings.subjects).map(([name, text]) =>
    [`GOTRUE_MAILER_SUBJECTS_${name.toUpperCase()}`, text] as const
  );
  for (const [name, text] of [...texts, ...subjects]) {
    if (tryParse(String(text)) === undefined) {
      throw new TypeError(`${name} must be a template that can be read`);
    }
  }
}
