import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import {
  generateLink,
  type GenerateLinkParams,
  inviteUserByEmail,
} from "../../lib/admin/links.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { USER_JSON } from "../api/fixtures.ts";
import { createRecorder } from "../api/recorder.ts";
import { type RequestCase, testRequests } from "../api/request_cases.ts";

const EMAIL = "ada@example.com";
const PROPERTIES = {
  action_link: "https://auth.example/verify?token=0a1b&type=signup",
  email_otp: "123456",
  hashed_token: "0a1b",
  redirect_to: "https://app.example",
  verification_type: "signup",
};
const LINK = { ...USER_JSON, ...PROPERTIES };

function linkCase(
  params: GenerateLinkParams,
  sent: object,
  data?: object,
): RequestCase {
  const options = { redirectTo: "https://app.example", data };
  return {
    name: `generateLink() of ${params.type}`,
    call: generateLink,
    method: "POST",
    endpoint: "/admin/generate_link",
    repeatable: false,
    answer: LINK,
    minimal: { args: [params], path: "/admin/generate_link", body: sent },
    full: {
      args: [{ ...params, options }],
      path: "/admin/generate_link?redirect_to=https%3A%2F%2Fapp.example",
      body: data ? { ...sent, data } : sent,
    },
  };
}

function changeCase(type: "email_change_current" | "email_change_new") {
  return linkCase(
    { type, email: EMAIL, newEmail: "new@example.com" },
    { type, email: EMAIL, new_email: "new@example.com" },
  );
}

testRequests([
  linkCase(
    { type: "signup", email: EMAIL, password: "correct horse" },
    { type: "signup", email: EMAIL, password: "correct horse" },
    { name: "Ada" },
  ),
  ...(["invite", "magiclink"] as const).map((type) =>
    linkCase({ type, email: EMAIL }, { type, email: EMAIL }, { name: "Ada" })
  ),
  linkCase(
    { type: "recovery", email: EMAIL },
    { type: "recovery", email: EMAIL },
  ),
  changeCase("email_change_current"),
  changeCase("email_change_new"),
  {
    name: "inviteUserByEmail()",
    call: inviteUserByEmail,
    method: "POST",
    endpoint: "/invite",
    repeatable: false,
    answer: USER_JSON,
    minimal: { args: [EMAIL], path: "/invite", body: { email: EMAIL } },
    full: {
      args: [EMAIL, {
        data: { name: "Ada" },
        redirectTo: "https://app.example",
      }],
      path: "/invite?redirect_to=https%3A%2F%2Fapp.example",
      body: { email: EMAIL, data: { name: "Ada" } },
    },
  },
]);

Deno.test("generateLink() tells the link and the user apart", async () => {
  const { config } = createRecorder(LINK);
  const result = await generateLink(config, {
    type: "magiclink",
    email: EMAIL,
  });
  assertEquals(result.properties, PROPERTIES);
  assertEquals(result.user.id, USER_JSON.id);
  for (const name of Object.keys(PROPERTIES)) assertFalse(name in result.user);
});

const MISSHAPEN = [USER_JSON, PROPERTIES, { ...LINK, email_otp: 1 }, undefined];
for (const [at, answer] of MISSHAPEN.entries()) {
  Deno.test(`generateLink() refuses half an answer (${at + 1})`, async () => {
    const { config } = createRecorder(answer);
    await assertRejects(
      () => generateLink(config, { type: "magiclink", email: EMAIL }),
      AuthResponseError,
    );
  });
}

Deno.test("inviteUserByEmail() gives the invited user", async () => {
  const { config } = createRecorder({
    ...USER_JSON,
    invited_at: "2026-11-23T17:54:37Z",
  });
  const { user } = await inviteUserByEmail(config, EMAIL);
  assertEquals(user.invited_at, new Date("2026-11-23T17:54:37Z"));
});
