/** Second factors, against the emulator. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { isAuthError } from "../../lib/errors.ts";
import { totp } from "../contract/totp.ts";
import { EMAIL, signedInClient, startEmulator } from "./emulated.ts";
import {
  clientTest,
  KEY,
  type Kit,
  listen,
  type Observed,
  rest,
  textIn,
} from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

interface Enrolled extends Observed {
  readonly emulator: Emulator;
  readonly factorId: string;
  readonly code: () => Promise<string>;
}

/** Somebody with a TOTP factor that is not yet verified. */
async function enrolled(kit: Kit): Promise<Enrolled> {
  const emulator = startEmulator();
  const client = await signedInClient(kit, emulator);
  const factor = await client.auth.mfa.enroll({
    factorType: "totp",
    friendlyName: "Phone",
    issuer: "App",
  });
  assertEquals(factor.type, "totp");
  assert(factor.totp.uri.startsWith("otpauth://totp/"));
  const code = async () => {
    const value = await totp(factor.totp.secret, emulator.clock.now());
    kit.hide(value);
    return value;
  };
  return { ...client, emulator, factorId: factor.id, code };
}

clientTest(
  "mfa: enroll, challenge and verify raise the session to aal2",
  async (kit) => {
    const { auth, storage, factorId, code } = await enrolled(kit);
    const told = listen(auth);
    await rest();
    const before = await auth.mfa.getAuthenticatorAssuranceLevel();
    assertEquals([before.currentLevel, before.nextLevel], ["aal1", "aal1"]);
    assertEquals(before.currentAuthenticationMethods[0]?.method, "password");
    const challenge = await auth.mfa.challenge({ factorId });
    assertEquals(challenge.type, "totp");
    const session = await auth.mfa.verify({
      factorId,
      challengeId: challenge.id,
      code: await code(),
    });
    await rest();
    assertEquals(typeof session.expires_at, "number");
    assertStrictEquals((await auth.getSession()).session, session);
    assertEquals(
      JSON.parse(textIn(storage)!).access_token,
      session.access_token,
    );
    assertEquals(told.slice(1), [["MFA_CHALLENGE_VERIFIED", "user", EMAIL]]);
    const after = await auth.mfa.getAuthenticatorAssuranceLevel();
    assertEquals([after.currentLevel, after.nextLevel], ["aal2", "aal2"]);
    assertEquals(after.currentAuthenticationMethods[0]?.method, "totp");
  },
);

clientTest("mfa.challengeAndVerify() does both", async (kit) => {
  const { auth, factorId, code } = await enrolled(kit);
  await auth.mfa.challengeAndVerify({ factorId, code: await code() });
  const { all, totp } = await auth.mfa.listFactors();
  assertEquals(all.map(({ status }) => status), ["verified"]);
  assertEquals(totp.map(({ id }) => id), [factorId]);
  assert(all[0]?.created_at instanceof Date);
});

clientTest("mfa.listFactors() sorts out what is not verified", async (kit) => {
  const { auth } = await enrolled(kit);
  const { all, totp, phone } = await auth.mfa.listFactors();
  assertEquals([all.length, totp.length, phone.length], [1, 0, 0]);
});

clientTest("mfa.verify() of a wrong code keeps the session", async (kit) => {
  const { auth, storage, factorId } = await enrolled(kit);
  const before = textIn(storage);
  const error = await auth.mfa.challengeAndVerify({ factorId, code: "000000" })
    .catch((error) => error);
  assert(isAuthError(error, "mfa_verification_failed"));
  assertEquals(textIn(storage), before);
});

clientTest(
  "mfa.unenroll() removes a factor; the token keeps its level until refreshed",
  async (kit) => {
    const { auth, factorId, code } = await enrolled(kit);
    await auth.mfa.challengeAndVerify({ factorId, code: await code() });
    assertEquals(await auth.mfa.unenroll({ factorId }), { id: factorId });
    const kept = await auth.mfa.getAuthenticatorAssuranceLevel();
    assertEquals(kept.currentLevel, "aal2");
    await auth.refreshSession();
    const { currentLevel, nextLevel } = await auth.mfa
      .getAuthenticatorAssuranceLevel();
    assertEquals([currentLevel, nextLevel], ["aal1", "aal1"]);
  },
);

clientTest(
  "the next level is aal2 after a sign-in with a verified factor",
  async (kit) => {
    const { auth, emulator, factorId, code } = await enrolled(kit);
    await auth.mfa.challengeAndVerify({ factorId, code: await code() });
    await auth.signOut();
    const password = "correct horse battery";
    const { session } = await auth.signInWithPassword({
      email: EMAIL,
      password,
    });
    const level = await auth.mfa.getAuthenticatorAssuranceLevel();
    assertEquals([level.currentLevel, level.nextLevel], ["aal1", "aal2"]);
    const same = await auth.mfa.getAuthenticatorAssuranceLevel(
      session.access_token,
    );
    assertEquals(same, level);
    const other = await auth.mfa.getAuthenticatorAssuranceLevel(
      String((await emulator.signIn(EMAIL))["access_token"]),
    );
    assertEquals(other.nextLevel, "aal2");
  },
);

clientTest("mfa.enroll() of a phone tells the number", async (kit) => {
  const emulator = startEmulator({
    GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
    GOTRUE_MFA_PHONE_VERIFY_ENABLED: "true",
  });
  const { auth } = await signedInClient(kit, emulator);
  const phone = "15550100";
  const factor = await auth.mfa.enroll({ factorType: "phone", phone });
  assertEquals([factor.type, factor.phone], ["phone", phone]);
  const { id, type } = await auth.mfa.challenge({ factorId: factor.id });
  assertEquals(type, "phone");
  const { code } = await emulator.sms.next(phone);
  kit.hide(code);
  await auth.mfa.verify({ factorId: factor.id, challengeId: id, code });
  const { currentLevel } = await auth.mfa.getAuthenticatorAssuranceLevel();
  assertEquals(currentLevel, "aal2");
});

clientTest(
  "mfa.verify() does not replace whom another tab has signed in meanwhile",
  async (kit) => {
    const server = new StubServer();
    const raised = server.signIn();
    const { auth, storage } = kit.signedIn(server);
    await auth.getSession();
    const bob = JSON.stringify(server.signIn("bob"));
    server.interfere = ({ path }, work) => {
      if (!path.endsWith("/verify")) return work();
      storage.setItem(KEY, bob);
      return Response.json(raised);
    };
    const error = await auth.mfa.verify({
      factorId: "1",
      challengeId: "2",
      code: "123456",
    }).catch((error) => error);
    assert(isAuthError(error, "session_superseded"));
    assertEquals(textIn(storage), bob);
  },
);

clientTest(
  "mfa.verify() does not sign in again after a sign-out",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const raised = server.signIn();
    let answer = () => {};
    server.interfere = async ({ path }, work) => {
      if (!path.endsWith("/verify")) return work();
      await new Promise<void>((resolve) => answer = resolve);
      return Response.json(raised);
    };
    const verifying = auth.mfa.verify({
      factorId: "1",
      challengeId: "2",
      code: "3",
    })
      .catch((error) => error);
    await rest();
    await auth.signOut();
    answer();
    assert(isAuthError(await verifying, "session_superseded"));
    assertEquals(textIn(storage), null);
  },
);

clientTest(
  "mfa.verify() does not bring back the session before a sign-out and sign-in",
  async (kit) => {
    const server = new StubServer();
    const { auth, storage } = kit.signedIn(server);
    const { access_token } = JSON.parse(textIn(storage)!);
    const raised = { ...server.signIn(), access_token };
    let answer = () => {};
    server.interfere = async ({ path }, work) => {
      if (!path.endsWith("/verify")) return work();
      await new Promise<void>((resolve) => answer = resolve);
      return Response.json(raised);
    };
    const params = { factorId: "1", challengeId: "2", code: "3" };
    const verifying = auth.mfa.verify(params).catch((error) => error);
    await rest();
    await auth.signOut();
    const { session } = await auth.setSession(server.signIn());
    answer();
    assert(isAuthError(await verifying, "session_superseded"));
    assertEquals((await auth.getSession()).session, session);
  },
);

clientTest(
  "mfa.verify() raises a session whose user is not stored",
  async (kit) => {
    const server = new StubServer();
    const { user: _, ...stored } = server.signIn();
    const { auth, storage } = kit.client(server.fetch, { stored });
    const raised = server.signIn();
    server.interfere = () => Response.json(raised);
    await auth.mfa.verify({ factorId: "1", challengeId: "2", code: "3" });
    assertEquals(
      JSON.parse(textIn(storage)!).refresh_token,
      raised.refresh_token,
    );
  },
);
