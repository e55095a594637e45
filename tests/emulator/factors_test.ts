import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeQrCode } from "../../lib/emulator/qr_code.ts";
import { totpCode } from "../../lib/emulator/totp.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  type Answer,
  call,
  callAsAdmin,
  type Loose,
  signedIn,
  start,
} from "./helpers.ts";

const TOTP = { factor_type: "totp", friendly_name: "app" };

function post(
  emulator: Emulator,
  token: string,
  path: string,
  body: unknown = {},
): Promise<Answer> {
  return call(emulator, "POST", path, { token, body });
}

async function enroll(
  emulator: Emulator,
  token: string,
  body: unknown = TOTP,
): Promise<Loose> {
  return (await post(emulator, token, "/factors", body)).body;
}

async function challenge(
  emulator: Emulator,
  token: string,
  factor: Loose,
): Promise<string> {
  const path = `/factors/${factor.id}/challenge`;
  return (await post(emulator, token, path)).body.id;
}

function verify(
  emulator: Emulator,
  token: string,
  factor: Loose,
  challenge_id: string,
  code = totpCode(factor.totp.secret, emulator.clock.now()),
): Promise<Answer> {
  const body = { challenge_id, code };
  return post(emulator, token, `/factors/${factor.id}/verify`, body);
}

async function raised(emulator: Emulator, token: string): Promise<Loose> {
  const factor = await enroll(emulator, token);
  const id = await challenge(emulator, token, factor);
  const { body } = await verify(emulator, token, factor, id);
  return { ...body, factor };
}

function claimsOf(token: string): Loose {
  const part = token.split(".")[1]!;
  return JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
}

Deno.test("POST /factors gives a secret, its URI and a QR code", async () => {
  const emulator = start({ GOTRUE_SITE_URL: "https://app.example:8443/x" });
  const { access_token: token } = await signedIn(emulator);
  const { body, status } = await post(emulator, token, "/factors", TOTP);
  assertEquals([status, body.type, body.friendly_name], [200, "totp", "app"]);
  assertMatch(body.totp.secret, /^[A-Z2-7]{32}$/);
  assertEquals(
    body.totp.uri,
    `otpauth://totp/app.example:8443:ann@example.com?algorithm=SHA1&digits=6&issuer=app.example:8443&period=30&secret=${body.totp.secret}`,
  );
  assertMatch(body.totp.qr_code, /^<\?xml[^]*<svg [^]*<\/svg>\n$/);
  const own = await enroll(emulator, token, {
    ...TOTP,
    friendly_name: "b",
    issuer: "My App",
  });
  assert(own.totp.uri.startsWith("otpauth://totp/My%20App:ann@example.com?"));
});

Deno.test("POST /factors refuses unknown types, repeated names and too many factors", async () => {
  const emulator = start({ GOTRUE_MFA_MAX_ENROLLED_FACTORS: "2" });
  const { access_token: token } = await signedIn(emulator);
  const unknown = await post(emulator, token, "/factors", { factor_type: "x" });
  assertEquals(
    unknown.body.message,
    "factor_type needs to be totp, phone, or webauthn",
  );
  for (const name of ["app", undefined]) {
    const body = { factor_type: "totp", friendly_name: name };
    assertEquals((await post(emulator, token, "/factors", body)).status, 200);
    const again = await post(emulator, token, "/factors", body);
    assertEquals(again.body.code, "mfa_factor_name_conflict");
  }
  const third = await post(emulator, token, "/factors", {
    ...TOTP,
    friendly_name: "third",
  });
  assertEquals(third.body.code, "too_many_enrolled_mfa_factors");
});

Deno.test("POST /factors refuses kinds that are switched off", async () => {
  const emulator = start({
    GOTRUE_MFA_TOTP_ENROLL_ENABLED: "false",
    GOTRUE_MFA_TOTP_VERIFY_ENABLED: "false",
  });
  const on = start({}, { store: emulator.store });
  const { access_token: token } = await signedIn(emulator);
  const refused = await post(emulator, token, "/factors", TOTP);
  assertEquals(refused.body.code, "mfa_totp_enroll_not_enabled");
  const factor = await enroll(on, token);
  const path = `/factors/${factor.id}/challenge`;
  const challenged = await post(emulator, token, path);
  assertEquals(challenged.body.code, "mfa_totp_verify_not_enabled");
});

Deno.test("POST /factors/{id}/verify raises the session and ends weaker ones", async () => {
  const emulator = start();
  const { access_token: token, refresh_token } = await signedIn(emulator);
  const other: Loose = await emulator.signIn("ann@example.com");
  const spare = await enroll(emulator, token, { factor_type: "totp" });
  assert(spare.id);
  const factor = await enroll(emulator, token, {
    ...TOTP,
    friendly_name: "main",
  });
  const id = await challenge(emulator, token, factor);
  const wrong = await verify(emulator, token, factor, id, "000000");
  assertEquals(wrong.body.code, "mfa_verification_failed");
  const { status, body } = await verify(emulator, token, factor, id);
  assertEquals(status, 200);
  const claims = claimsOf(body.access_token);
  assertEquals(claims.aal, "aal2");
  assertEquals(
    claims.amr.map(({ method }: Loose) => method),
    ["totp", "password"],
  );
  assertEquals(claims.session_id, claimsOf(token).session_id);
  assertEquals(body.user.factors.length, 2);
  const user = await call(emulator, "GET", "/user", {
    token: body.access_token,
  });
  assertEquals(user.body.factors.length, 1);
  const weaker = await call(emulator, "GET", "/user", {
    token: other.access_token,
  });
  assertEquals(weaker.body.code, "session_not_found");
  const old = await call(emulator, "POST", "/token?grant_type=refresh_token", {
    body: { refresh_token },
  });
  assertEquals(old.body.refresh_token, body.refresh_token);
});

Deno.test("POST /factors/{id}/verify takes a code of the step before or after, and no other", async () => {
  const emulator = start();
  const { access_token: token } = await signedIn(emulator);
  const factor = await enroll(emulator, token);
  for (const [shift, isRight] of [[-30, true], [30, true], [-90, false]]) {
    const id = await challenge(emulator, token, factor);
    const at = emulator.clock.now() + Number(shift) * 1000;
    const code = totpCode(factor.totp.secret, at);
    const answer = await verify(emulator, token, factor, id, code);
    assertEquals(answer.status === 200, isRight, String(shift));
  }
});

Deno.test("POST /factors/{id}/verify refuses unknown, used, foreign and expired challenges", async () => {
  const emulator = start();
  const { access_token: token } = await signedIn(emulator);
  const factor = await enroll(emulator, token);
  const unknown = await verify(emulator, token, factor, crypto.randomUUID());
  assertEquals(unknown.body.code, "mfa_factor_not_found");
  const elsewhere = await challenge(emulator, token, factor);
  const moved = await call(emulator, "POST", `/factors/${factor.id}/verify`, {
    token,
    headers: { "X-Forwarded-For": "10.1.2.3" },
    body: { challenge_id: elsewhere, code: "123456" },
  });
  assertEquals(moved.body.code, "mfa_ip_address_mismatch");
  const late = await challenge(emulator, token, factor);
  emulator.clock.advance(301_000);
  const expired = await verify(emulator, token, factor, late);
  assertEquals(expired.body.code, "mfa_challenge_expired");
  const gone = await verify(emulator, token, factor, late);
  assertEquals(gone.body.code, "mfa_factor_not_found");
  const once = await challenge(emulator, token, factor);
  assertEquals((await verify(emulator, token, factor, once)).status, 200);
  const used = await verify(emulator, token, factor, once);
  assertEquals(used.body.code, "mfa_ip_address_mismatch");
  const empty = await verify(emulator, token, factor, once, "");
  assertEquals(empty.body.message, "Code needs to be non-empty");
});

Deno.test("/factors/{id} is nobody else's", async () => {
  const emulator = start();
  const ann = await signedIn(emulator);
  const bob = await signedIn(emulator, "bob@example.com");
  const factor = await enroll(emulator, ann.access_token);
  const path = `/factors/${factor.id}`;
  for (const id of [path, "/factors/00000000-0000-4000-8000-000000000000"]) {
    const answer = await call(emulator, "DELETE", id, {
      token: bob.access_token,
    });
    assertEquals([answer.status, answer.body.code], [
      404,
      "mfa_factor_not_found",
    ]);
  }
  const malformed = await call(emulator, "DELETE", "/factors/abc", {
    token: bob.access_token,
  });
  assertEquals(malformed.body.message, "factor_id must be an UUID");
});

Deno.test("A verified factor guards the password, further factors and its own removal", async () => {
  const emulator = start();
  const session = await signedIn(emulator);
  const strong = await raised(emulator, session.access_token);
  const weak: Loose = await emulator.signIn("ann@example.com");
  const token = weak.access_token;
  const password = await call(emulator, "PUT", "/user", {
    token,
    body: { password: "another-1234" },
  });
  assertEquals([password.status, password.body.code], [
    401,
    "insufficient_aal",
  ]);
  const second = await post(emulator, token, "/factors", {
    ...TOTP,
    friendly_name: "second",
  });
  assertEquals([second.status, second.body.code], [403, "insufficient_aal"]);
  const path = `/factors/${strong.factor.id}`;
  const removal = await call(emulator, "DELETE", path, { token });
  assertEquals([removal.status, removal.body.code], [422, "insufficient_aal"]);
  const removed = await call(emulator, "DELETE", path, {
    token: strong.access_token,
  });
  assertEquals(removed.body, { id: strong.factor.id });
  const { body } = await call(
    emulator,
    "POST",
    "/token?grant_type=refresh_token",
    { body: { refresh_token: strong.refresh_token } },
  );
  assertEquals(claimsOf(body.access_token).aal, "aal1");
});

Deno.test("Factors that were never challenged go after their time", async () => {
  const emulator = start();
  const { access_token: token } = await signedIn(emulator);
  await enroll(emulator, token);
  emulator.clock.advance(301_000);
  const again = await post(emulator, token, "/factors", TOTP);
  assertEquals(again.status, 200);
});

Deno.test("Sessions of too low a level end where the settings say so", async () => {
  const emulator = start({ GOTRUE_SESSIONS_ALLOW_LOW_AAL: "15m" });
  const session = await signedIn(emulator);
  await raised(emulator, session.access_token);
  const weak: Loose = await emulator.signIn("ann@example.com");
  assert(weak.expires_in <= 900, String(weak.expires_in));
  emulator.clock.advance(16 * 60_000);
  const late = await call(emulator, "POST", "/token?grant_type=refresh_token", {
    body: { refresh_token: weak.refresh_token },
  });
  assertEquals(
    late.body.message,
    "Invalid Refresh Token: Session Expired (Low AAL: User Needs MFA Verification)",
  );
});

Deno.test("/admin/users/{id}/factors lists, renames and deletes", async () => {
  const emulator = start();
  const session = await signedIn(emulator);
  const strong = await raised(emulator, session.access_token);
  const list = `/admin/users/${session.user.id}/factors`;
  const one = `${list}/${strong.factor.id}`;
  const { body } = await callAsAdmin(emulator, "GET", list);
  assertEquals(body.map((factor: Loose) => factor.status), ["verified"]);
  const renamed = await callAsAdmin(emulator, "PUT", one, {
    friendly_name: "new",
  });
  assertEquals(renamed.body.friendly_name, "new");
  assertEquals((await callAsAdmin(emulator, "GET", one)).status, 405);
  const deleted = await callAsAdmin(emulator, "DELETE", one);
  assertEquals(deleted.body.id, strong.factor.id);
  assertEquals((await callAsAdmin(emulator, "GET", list)).body, []);
});

Deno.test("encodeQrCode() draws finder patterns, timing and the smallest version", () => {
  for (
    const [length, size] of [[7, 21], [8, 25], [119, 57], [137, 61], [155, 65]]
  ) {
    const modules = encodeQrCode("x".repeat(length!));
    assertEquals(modules.length, size);
    const corner = modules.slice(0, 7).map((row) =>
      row.slice(0, 7).map((dark) => dark ? "#" : ".").join("")
    );
    assertEquals(corner, [
      "#######",
      "#.....#",
      "#.###.#",
      "#.###.#",
      "#.###.#",
      "#.....#",
      "#######",
    ]);
    assertEquals(modules[6]!.slice(8, 12), [true, false, true, false]);
  }
});

Deno.test("encodeQrCode() places the bits of a text where a reader finds them", () => {
  const rows = encodeQrCode("gotrue").map((row) =>
    row.map((dark) => dark ? "1" : "0").join("")
  );
  assertEquals(readVersion1(rows), "gotrue");
});

/** Reads the data of a symbol of version 1 and level H: one block, no correction applied. */
function readVersion1(rows: string[]): string {
  const format = [0, 1, 2, 3, 4, 5].map((y) => rows[y]![8]).reverse().join("");
  assertEquals(format.length, 6);
  const bits = [...rows[8]!.slice(0, 6), rows[8]![7]].map(Number);
  const masked = bits.slice(0, 5).reduce((sum, bit) => sum * 2 + bit!, 0) ^
    0b10101;
  assertEquals(masked >> 3, 0b10, "level H");
  const mask = masked & 7;
  const stream: number[] = [];
  for (let right = 20, up = true; right >= 1; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < 21; step++) {
      const y = up ? 20 - step : step;
      for (const x of [right, right - 1]) {
        const isFixed = x === 6 || y === 6 || (x < 9 && (y < 9 || y > 12)) ||
          (x > 12 && y < 9);
        if (!isFixed) {
          stream.push(Number(rows[y]![x]) ^ Number(isMasked(mask, x, y)));
        }
      }
    }
  }
  const byte = (at: number) =>
    stream.slice(at, at + 8).reduce((sum, bit) => sum * 2 + bit, 0);
  const length = byte(4);
  return String.fromCharCode(
    ...Array.from({ length }, (_, i) => byte(12 + i * 8)),
  );
}

function isMasked(mask: number, x: number, y: number): boolean {
  const rules = [
    (x + y) % 2,
    y % 2,
    x % 3,
    (x + y) % 3,
    (Math.floor(y / 2) + Math.floor(x / 3)) % 2,
    (x * y) % 2 + (x * y) % 3,
    ((x * y) % 2 + (x * y) % 3) % 2,
    ((x + y) % 2 + (x * y) % 3) % 2,
  ];
  return rules[mask] === 0;
}
