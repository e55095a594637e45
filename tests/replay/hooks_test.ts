import { assert, assertEquals } from "@std/assert";
import { isGenuine, replyToHook } from "../../scripts/replay/hooks.ts";
import { recorded } from "./data.ts";

Deno.test("isGenuine() accepts the signatures of the recorded server and no other text, time or secret", async () => {
  const { flows, instances } = await recorded();
  const calls = flows.flatMap(({ entries }) => entries).filter(({ hook }) =>
    hook !== undefined
  );
  const intact = calls.filter(({ hook }) =>
    JSON.stringify(hook!.body).length ===
      Number(hook!.headers["content-length"])
  );
  assert(intact.length >= 4);
  for (const { config, hook } of intact) {
    const body = JSON.stringify(hook!.body);
    const headers = new Headers(hook!.headers);
    const secrets = instances[config]!
      .env[`GOTRUE_HOOK_${hook!.name.toUpperCase()}_SECRETS`]!;
    const at = Number(hook!.headers["webhook-timestamp"]) * 1000;
    assert(await isGenuine(headers, body, secrets, at));
    assert(await isGenuine(headers, body, `v1,whsec_AAAA|${secrets}`, at));
    assertEquals(await isGenuine(headers, `${body} `, secrets, at), false);
    assertEquals(await isGenuine(headers, body, "v1,whsec_AAAA", at), false);
    assertEquals(await isGenuine(headers, body, secrets, at + 600_000), false);
    assertEquals(await isGenuine(new Headers(), body, secrets, at), false);
  }
});

Deno.test("replyToHook() answers as the receiver of the recording did", () => {
  const reject = replyToHook("before_user_created", {
    user: { email: "reject@example.com" },
  });
  assertEquals(reject, {
    error: {
      http_code: 403,
      message: "signups from this domain are not allowed",
    },
  });
  assertEquals(
    replyToHook("before_user_created", { user: { email: "a@example.com" } }),
    {},
  );
  assertEquals(replyToHook("password_verification_attempt", { valid: true }), {
    decision: "continue",
  });
  assertEquals(replyToHook("mfa_verification_attempt", { valid: false }), {
    decision: "reject",
    message: "rejected by mfa hook",
  });
  assertEquals(replyToHook("send_email", {}), {});
});

Deno.test("replyToHook() adds claims to an access token", () => {
  const body = {
    claims: {
      email: "a@example.com",
      app_metadata: { provider: "email" },
      session_id: "s",
    },
  };
  const claims = {
    email: "a@example.com",
    app_metadata: { provider: "email", plan: "pro" },
    session_id: "s",
    custom_claim: "from-hook",
  };
  assertEquals(replyToHook("custom_access_token", body), { claims });
  const dropped = replyToHook("custom_access_token", {
    claims: { email: "hookdrop@example.com", session_id: "s" },
  });
  assertEquals("session_id" in (dropped.claims as object), false);
});
