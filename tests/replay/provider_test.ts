import { assertEquals } from "@std/assert";
import { base64url, utf8 } from "../../scripts/replay/encoding.ts";
import { answerProvider } from "../../scripts/replay/provider.ts";

const PROFILE = {
  id: 7001,
  email: "gl1@example.com",
  verified: true,
  name: "Git Lab",
  username: "lab",
};
const CODE = base64url(utf8(JSON.stringify(PROFILE)));

async function ask(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; body: unknown }> {
  const answer = await answerProvider(
    new Request(`http://localhost:9100${path}`, init),
  );
  return { status: answer!.status, body: await answer!.json() };
}

Deno.test("answerProvider() exchanges a code for itself, sent as a form or as JSON", async () => {
  const tokens = {
    access_token: CODE,
    refresh_token: `idp-refresh-${CODE.length}`,
    token_type: "bearer",
    expires_in: 3600,
  };
  const form = { method: "POST", body: new URLSearchParams({ code: CODE }) };
  assertEquals(await ask("/gitlab/oauth/token", form), {
    status: 200,
    body: tokens,
  });
  const json = {
    method: "POST",
    body: JSON.stringify({ code: CODE }),
    headers: { "content-type": "application/json" },
  };
  assertEquals(await ask("/github/login/oauth/access_token", json), {
    status: 200,
    body: tokens,
  });
  const bad = { method: "POST", body: new URLSearchParams({ code: "bad" }) };
  assertEquals(
    (await ask("/realms/test/protocol/openid-connect/token", bad)).status,
    400,
  );
});

Deno.test("answerProvider() describes the profile in the form of each provider", async () => {
  const init = { headers: { authorization: `Bearer ${CODE}` } };
  assertEquals((await ask("/gitlab/api/v4/user", init)).body, {
    id: 7001,
    email: PROFILE.email,
    name: PROFILE.name,
    avatar_url: "http://localhost:9100/a.png",
    confirmed_at: "2020-01-01T00:00:00Z",
  });
  assertEquals((await ask("/github/api/v3/user/emails", init)).body, [
    { email: PROFILE.email, primary: true, verified: true },
  ]);
  assertEquals(
    (await ask("/realms/test/protocol/openid-connect/userinfo", init)).body,
    {
      sub: "7001",
      name: PROFILE.name,
      email: PROFILE.email,
      email_verified: true,
      preferred_username: "lab",
    },
  );
  assertEquals((await ask("/gitlab/api/v4/user")).status, 401);
  assertEquals(
    await answerProvider(new Request("http://localhost:9100/other")),
    undefined,
  );
});
