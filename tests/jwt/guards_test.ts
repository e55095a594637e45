import { assertEquals } from "@std/assert";
import {
  createVerifier,
  getBearerToken,
  requireAal,
  requireRecent,
  requireRole,
  type VerifiedClaims,
} from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  codeOfThrown,
  createSecretSigner,
  type Members,
  NOW,
  SECONDS,
  SECRET,
  URL_,
} from "./support.ts";

async function verified(claims: Members = {}): Promise<VerifiedClaims> {
  const verifier = createVerifier({
    url: URL_,
    secret: SECRET,
    now: () => NOW,
  });
  const signer = await createSecretSigner();
  return (await verifier.verify(await signer.sign(claimsOf(claims)))).claims;
}

const HEADERS: [value: string | null, token: string | null][] = [
  [null, null],
  ["", null],
  ["Bearer", null],
  ["Bearer ", null],
  ["Bearer a.b.c", "a.b.c"],
  ["bearer a.b.c", "a.b.c"],
  ["BEARER   a.b.c  ", "a.b.c"],
  ["Bearer a.b.c d", "a.b.c d"],
  ["Bearer a.b.c, Bearer d.e.f", "a.b.c, Bearer d.e.f"],
  ["Bearera.b.c", null],
  ["Basic YTpi", null],
  ["a.b.c", null],
  ["xBearer a.b.c", null],
];
for (const [value, token] of HEADERS) {
  Deno.test(`getBearerToken() reads ${JSON.stringify(value)}`, () => {
    const headers = new Headers(value === null ? {} : { authorization: value });
    assertEquals(getBearerToken({ headers }), token);
  });
}

Deno.test("requireAal() demands at least a level", async () => {
  const table: [aal: unknown, level: "aal1" | "aal2" | "aal3", ok: boolean][] =
    [
      ["aal1", "aal1", true],
      ["aal2", "aal1", true],
      ["aal2", "aal2", true],
      ["aal3", "aal2", true],
      ["aal1", "aal2", false],
      ["aal2", "aal3", false],
      [undefined, "aal1", false],
      ["", "aal1", false],
      ["aal9", "aal2", false],
      ["AAL2", "aal2", false],
      ["zzz", "aal1", false],
    ];
  for (const [aal, level, ok] of table) {
    const claims = await verified({ aal });
    const expected = ok ? "accepted" : "jwt_aal_insufficient";
    assertEquals(codeOfThrown(() => requireAal(claims, level)), expected);
  }
});

Deno.test("requireRole() demands one of some roles", async () => {
  const claims = await verified({ role: "editor" });
  requireRole(claims, "editor");
  requireRole(claims, "owner", "editor");
  for (const roles of [["owner"], [], ["Editor"], ["edit"]]) {
    const code = codeOfThrown(() => requireRole(claims, ...roles));
    assertEquals(code, "jwt_role_mismatch");
  }
  const none = await verified({ role: undefined });
  const code = codeOfThrown(() => requireRole(none, undefined as never));
  assertEquals(code, "jwt_role_mismatch");
});

Deno.test("requireRecent() demands a recent sign-in, of some methods", async () => {
  const claims = await verified({
    amr: [
      { method: "totp", timestamp: SECONDS - 60 },
      { method: "password", timestamp: SECONDS - 3000 },
    ],
  });
  const now = () => NOW;
  const check = (seconds: number, methods?: string[]) =>
    codeOfThrown(() =>
      requireRecent(claims, seconds, { now, ...(methods ? { methods } : {}) })
    );
  assertEquals(check(60), "accepted");
  assertEquals(check(59), "jwt_not_recent");
  assertEquals(check(60, ["totp"]), "accepted");
  assertEquals(check(60, ["password"]), "jwt_not_recent");
  assertEquals(check(3000, ["password"]), "accepted");
  assertEquals(check(3000, ["passkey"]), "jwt_not_recent");
  assertEquals(check(3000, []), "jwt_not_recent");
  for (const amr of [undefined, null, []]) {
    const other = await verified({ amr });
    const code = codeOfThrown(() => requireRecent(other, 1e9, { now }));
    assertEquals(code, "jwt_not_recent");
  }
});

Deno.test("requireRecent() uses the platform's clock unless it is given another", async () => {
  const timestamp = Math.floor(Date.now() / 1000) - 10;
  const claims = await verified({ amr: [{ method: "otp", timestamp }] });
  requireRecent(claims, 60);
  assertEquals(codeOfThrown(() => requireRecent(claims, 5)), "jwt_not_recent");
});
