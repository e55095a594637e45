import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import {
  completeConsent,
  type Consent,
  consentCode,
} from "../external/consent.ts";
import { renderConsentPage } from "../external/consent_page.ts";
import { callbackUrl } from "../external/provider.ts";
import { withQuery } from "../go_url.ts";
import { redirect } from "../http.ts";
import type { Identity } from "../records.ts";

const MAX_KNOWN = 8;

/**
 * `GET /_emulator/provider/{provider}`: the page that stands in for external providers. With `email`,
 * `id` or `error` in the query nobody is asked.
 */
export function getProviderConsent(context: Context): Response {
  checkRequest(context);
  const isDecided = ["email", "id", "error"].some((name) =>
    (context.query.get(name) ?? "") !== ""
  );
  if (isDecided) return answer(context);
  const provider = context.params["provider"]!;
  const page = renderConsentPage({
    provider,
    hint: context.query.get("login_hint") ?? "",
    known: knownPeople(context, provider),
  });
  return new Response(page, {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
    },
  });
}

/** `POST /_emulator/provider/{provider}`: what was chosen on the page. */
export function postProviderConsent(context: Context): Response {
  checkRequest(context);
  return answer(context);
}

/** Refuses where the page is off, and to send anybody elsewhere than to the own callback. */
function checkRequest(context: Context): void {
  if (!context.server.consentPage) {
    fail(404, "feature_disabled", "The page for external providers is off");
  }
  if (context.query.get("redirect_uri") !== callbackUrl(context)) {
    invalid("redirect_uri must be the callback of this server");
  }
}

function knownPeople(context: Context, provider: string): readonly Consent[] {
  const known: Consent[] = [];
  for (const identity of context.db.identities.all()) {
    if (identity.provider === provider) known.push(consentOf(identity));
    if (known.length === MAX_KNOWN) break;
  }
  return known;
}

function consentOf(
  { provider_id: id, identity_data: data }: Identity,
): Consent {
  return {
    id,
    email: textOf(data["email"]),
    verified: data["email_verified"] === true,
    name: textOf(data["name"]),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function answer(context: Context): Response {
  const state = context.query.get("state") ?? "";
  const chosen = (name: string) =>
    context.form?.get(name) ?? context.query.get(name) ?? "";
  const error = chosen("error");
  const outcome = error === ""
    ? { code: consentCode(readConsent(context, chosen)) }
    : {
      error,
      error_description: chosen("error_description") ||
        "The person denied the request",
    };
  const status = context.method === "POST" ? 303 : 302;
  return redirect(
    context,
    status,
    withQuery(callbackUrl(context), { ...outcome, state }),
  );
}

function readConsent(
  context: Context,
  chosen: (name: string) => string,
): Consent {
  const consent = {
    id: chosen("id"),
    email: chosen("email").trim(),
    verified: chosen("verified") !== "false",
    name: chosen("name"),
  };
  if (consent.id === "" && consent.email === "") {
    invalid("A person needs an e-mail address or an id");
  }
  return completeConsent(context.params["provider"]!, consent);
}
