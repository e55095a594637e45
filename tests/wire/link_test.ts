import { assertEquals, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import { parseGeneratedLink } from "../../lib/wire/link.ts";
import { USER_JSON } from "../api/fixtures.ts";

const PROPERTIES = {
  action_link: "https://auth.example/verify?token=0a1b&type=signup",
  email_otp: "123456",
  hashed_token: "0a1b",
  redirect_to: "https://app.example",
  verification_type: "signup",
};
const LINK = { ...USER_JSON, ...PROPERTIES };

Deno.test("parseGeneratedLink() tells the link and the user apart", () => {
  const { properties, user } = parseGeneratedLink(LINK);
  assertEquals(properties, PROPERTIES);
  assertEquals(Object.keys(user).sort(), Object.keys(USER_JSON).sort());
  assertEquals(Object.keys(LINK).includes("email_otp"), true);
});

for (const name of Object.keys(PROPERTIES)) {
  Deno.test(`parseGeneratedLink() refuses an answer without ${name}`, () => {
    assertThrows(
      () => parseGeneratedLink({ ...LINK, [name]: undefined }),
      AuthResponseError,
      name,
    );
  });
}

Deno.test("parseGeneratedLink() refuses an answer without a user", () => {
  assertThrows(() => parseGeneratedLink(PROPERTIES), AuthResponseError);
});
