import { assertEquals } from "@std/assert";
import { createInternalContext } from "../../lib/emulator/control_work.ts";
import { createServer } from "../../lib/emulator/emulator.ts";
import { putMessage } from "../../lib/emulator/outbox.ts";
import { call, start } from "./helpers.ts";

Deno.test("putMessage() forgets the oldest messages when there are too many", () => {
  const server = createServer({ profile: "server" });
  const context = createInternalContext(server);
  for (let i = 0; i < 10_002; i++) {
    putMessage(context, { to: "1", channel: "sms", code: `${i}`, text: "" });
  }
  const kept = context.db.messages.list("to", "1");
  assertEquals(kept.length, 10_000);
  assertEquals([kept[0]?.code, kept.at(-1)?.code], ["2", "10001"]);
});

Deno.test("POST /signup with a phone number and an impossible e-mail in its data answers like a crash", async () => {
  const emulator = start({ GOTRUE_EXTERNAL_PHONE_ENABLED: "true" });
  const body = {
    phone: "15551234567",
    password: "password-1234",
    data: { email: 1 },
  };
  const answer = await call(emulator, "POST", "/signup", {
    body,
    headers: { "X-Supabase-Api-Version": "" },
  });
  assertEquals(answer.body, {
    code: 500,
    error_code: "unexpected_failure",
    msg: "Internal Server Error",
  });
  assertEquals(answer.headers.get("x-sb-error-code"), null);
});
