import { assertEquals } from "@std/assert";
import { toHex, utf8 } from "../../lib/emulator/encoding.ts";
import { call, callAsAdmin, type Loose, start } from "./helpers.ts";

const HIBP = { GOTRUE_PASSWORD_HIBP_ENABLED: "true" };
const ANN = { email: "ann@example.com", password: "password-1234" };

async function digestOf(password: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", utf8(password));
  return toHex(new Uint8Array(digest)).toUpperCase();
}

Deno.test("POST /signup refuses leaked passwords, of which only five digits of the hash go out", async () => {
  const digest = await digestOf(ANN.password);
  const asked: string[] = [];
  const emulator = start(HIBP, {
    fetch: (request) => {
      asked.push(request.url);
      return Promise.resolve(
        new Response(`0${"A".repeat(34)}:3\r\n${digest.slice(5)}:7`),
      );
    },
  });
  const leaked = await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals(leaked.body, {
    code: "weak_password",
    message:
      "Password is known to be weak and easy to guess, please choose a different one.",
    weak_password: { reasons: ["pwned"] },
  });
  assertEquals(asked, [
    `https://api.pwnedpasswords.com/range/${digest.slice(0, 5)}`,
  ]);
  const other = await call(emulator, "POST", "/signup", {
    body: { ...ANN, password: "another-1234" },
  });
  assertEquals(other.status, 200);
});

Deno.test("POST /signup lets passwords through when they cannot be looked up, or not, as set", async () => {
  const offline = () => Promise.reject(new TypeError("No network"));
  const open = start(HIBP, { fetch: offline });
  const allowed = await call(open, "POST", "/signup", { body: ANN });
  assertEquals(allowed.status, 200);
  const closed = start(
    { ...HIBP, GOTRUE_PASSWORD_HIBP_FAIL_CLOSED: "true" },
    { fetch: offline },
  );
  const refused = await call(closed, "POST", "/signup", { body: ANN });
  assertEquals([refused.status, refused.body.code], [
    500,
    "unexpected_failure",
  ]);
  assertEquals(closed.users.list(), []);
});

Deno.test("PUT /user gives the first password an e-mail identity where that is on", async () => {
  for (const on of [true, false]) {
    const emulator = start({
      GOTRUE_EXPERIMENTAL_CREATE_EMAIL_IDENTITY_ON_PASSWORD_SET_ENABLED: String(
        on,
      ),
      GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
    });
    await emulator.users.seed({ email: "bob@example.com" });
    const [ann]: Loose[] = await emulator.users.seed({ phone: "15551234567" });
    await callAsAdmin(emulator, "PUT", `/admin/users/${ann.id}`, {
      email: "ann@example.com",
      email_confirm: true,
    });
    const session: Loose = await emulator.signIn(ann.id);
    const token = session.access_token;
    const email = session.user.identities.find((one: Loose) =>
      one.provider === "email"
    );
    await emulator.users.seed({ email: "eve@example.com" });
    const path = `/user/identities/${email.identity_id}`;
    await call(emulator, "DELETE", path, { token });
    const { body } = await call(emulator, "PUT", "/user", {
      token,
      body: { password: "password-1234" },
    });
    assertEquals(body.app_metadata.providers, ["phone"]);
  }
});

Deno.test("POST /signup answers an address of another audience with the database's refusal", async () => {
  const emulator = start();
  await emulator.users.seed({ email: "ann@example.com" });
  const answer = await call(emulator, "POST", "/signup", {
    body: ANN,
    headers: { "X-JWT-AUD": "other" },
  });
  assertEquals([answer.status, answer.body.message], [
    500,
    "Database error saving new user",
  ]);
});
