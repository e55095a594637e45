import { escapeHtml } from "../http.ts";
import type { Consent } from "./consent.ts";

/** What the page shows. */
export interface ConsentPage {
  /** The provider's name. */
  readonly provider: string;
  /** The address to suggest, "" for none. */
  readonly hint: string;
  /** People who have come from this provider before. */
  readonly known: readonly Consent[];
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
main { width: min(26rem, calc(100vw - 2rem)); padding: 1.5rem 0; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; opacity: .8; }
form { display: grid; gap: .75rem; margin: 0 0 .75rem; }
label { display: grid; gap: .25rem; font-size: .9rem; }
input, select, button { font: inherit; padding: .5rem .6rem; border: 1px solid #8888; border-radius: .4rem; }
button { cursor: pointer; background: #8882; }
button.main { background: #1a6fd4; border-color: #1a6fd4; color: #fff; }
:focus-visible { outline: 3px solid #4a9cff; outline-offset: 2px; }
hr { border: 0; border-top: 1px solid #8886; margin: 1rem 0; }
`;

/** The page on which a person chooses who to be. */
export function renderConsentPage(page: ConsentPage): string {
  const name = escapeHtml(titleOf(page.provider));
  const known = page.known.map(renderKnown).join("");
  const rule = known === "" ? "" : "<hr>";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Continue with ${name}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Continue with ${name}</h1>
<p>This page of the emulator stands in for the provider. Be whoever you like.</p>
${known}${rule}
<form method="post">
<label>E-mail <input name="email" type="email" autocomplete="off" autofocus value="${
    escapeHtml(page.hint)
  }"></label>
<label>E-mail is <select name="verified"><option value="true">verified by the provider</option><option value="false">not verified</option></select></label>
<label>Name <input name="name" autocomplete="off"></label>
<label>Id at the provider <input name="id" autocomplete="off" placeholder="made from the e-mail"></label>
<button class="main">Continue</button>
</form>
<form method="post"><input type="hidden" name="error" value="access_denied"><button>Deny</button></form>
</main>
</body>
</html>
`;
}

function renderKnown({ id, email, verified, name }: Consent): string {
  const fields = Object.entries({ id, email, verified: String(verified), name })
    .map(([field, value]) =>
      `<input type="hidden" name="${field}" value="${escapeHtml(value)}">`
    ).join("");
  const label = escapeHtml(email || name || id);
  return `<form method="post">${fields}<button>Continue as ${label}</button></form>\n`;
}

function titleOf(provider: string): string {
  const bare = provider.replace(/^custom:/, "").replaceAll("_", " ");
  return bare.slice(0, 1).toUpperCase() + bare.slice(1);
}
