/**
 * The receiver of the HTTP hooks: checks the signature (Standard Webhooks), keeps the call, and answers as the receiver of the recording did.
 *
 * @module
 */
import { base64, fromBase64, utf8 } from "./encoding.ts";
import type { Json, JsonObject } from "./types.ts";

/** One call that the server made. */
export interface HookCall {
  name: string;
  headers: Record<string, string>;
  /** The payload; for `custom_access_token` with the claims that the receiver gave back, as the recording has it. */
  body: JsonObject;
  /** Whether signature and timestamp were right. */
  genuine: boolean;
}

/** Whether a signed request is genuine under one of the secrets, which are joined by `|` and written `v1,whsec_<base64>`. */
export async function isGenuine(
  headers: Headers,
  body: string,
  secrets: string,
  nowMs: number,
): Promise<boolean> {
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((
    part,
  ) => headers.get(`webhook-${part}`) ?? "");
  if (id === "" || Math.abs(Number(timestamp) - nowMs / 1000) > 300) {
    return false;
  }
  for (const secret of secrets.split("|")) {
    const key = fromBase64(secret.replace(/^v1,whsec_/, ""));
    const hmac = await crypto.subtle.importKey(
      "raw",
      key,
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign(
      "HMAC",
      hmac,
      utf8(`${id}.${timestamp}.${body}`),
    );
    if (signatures!.split(" ").includes(`v1,${base64(new Uint8Array(mac))}`)) {
      return true;
    }
  }
  return false;
}

/** What the receiver of the recording answered to a hook; changes the claims of `custom_access_token` in place. */
export function replyToHook(name: string, body: JsonObject): JsonObject {
  switch (name) {
    case "before_user_created":
      return replyToNewUser(emailOf(body.user));
    case "custom_access_token":
      return replyToClaims(body.claims as JsonObject);
    case "password_verification_attempt":
      return decide(body.valid, "rejected by password hook");
    case "mfa_verification_attempt":
      return decide(body.valid, "rejected by mfa hook");
  }
  return {};
}

function emailOf(user: Json | undefined): string {
  return String((user as JsonObject | undefined)?.email ?? "");
}

function refuse(http_code: number, message: string): JsonObject {
  return { error: { http_code, message } };
}

function decide(valid: Json | undefined, message: string): JsonObject {
  return valid === true
    ? { decision: "continue" }
    : { decision: "reject", message };
}

function replyToNewUser(email: string): JsonObject {
  if (email.startsWith("reject")) {
    return refuse(403, "signups from this domain are not allowed");
  }
  if (email.startsWith("teapot")) return refuse(418, "teapot");
  return {};
}

function replyToClaims(claims: JsonObject): JsonObject {
  if (String(claims.email).startsWith("hookerror")) {
    return refuse(403, "token refused by hook");
  }
  claims.app_metadata = { ...claims.app_metadata as JsonObject, plan: "pro" };
  claims.custom_claim = "from-hook";
  if (String(claims.email).startsWith("hookdrop")) delete claims.session_id;
  return { claims };
}
