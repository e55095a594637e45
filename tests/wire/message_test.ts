import { assertEquals } from "@std/assert";
import { parseMessageSent } from "../../lib/wire/message.ts";

const CASES: [body: unknown, result: object][] = [
  [{ message_id: "test-otp" }, { messageId: "test-otp" }],
  [{ message_id: null }, {}],
  [{ message_id: 5 }, {}],
  [{}, {}],
  [[], {}],
  [null, {}],
  [undefined, {}],
];
for (const [body, result] of CASES) {
  Deno.test(`parseMessageSent() reads ${JSON.stringify(body)}`, () => {
    assertEquals(parseMessageSent({ body }), result);
  });
}
