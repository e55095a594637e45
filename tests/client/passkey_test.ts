/** Passkeys and security keys of a client, without a browser and without a server. */
import { assert, assertEquals } from "@std/assert";
import { AuthMfa } from "../../lib/client/mfa.ts";
import { AuthPasskey } from "../../lib/client/passkey.ts";
import { AuthMfaWebauthn } from "../../lib/client/webauthn.ts";
import { isAuthError } from "../../lib/errors.ts";
import { withMembers } from "../browser/globals.ts";
import { clientTest } from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

/** Pages have it. */
const NO_WEBAUTHN = { PublicKeyCredential: undefined };
const PARTY = { rpId: "app.example" };
const run = () => Promise.reject(new DOMException("no", "NotAllowedError"));
const credentials = { create: run, get: run };

clientTest("the namespaces have every method of their classes", (kit) => {
  const { auth } = kit.client(new StubServer().fetch);
  const pairs = [
    [auth.mfa, AuthMfa],
    [auth.mfa.webauthn, AuthMfaWebauthn],
    [auth.passkey, AuthPasskey],
  ] as const;
  for (const [namespace, { prototype }] of pairs) {
    const methods = Object.getOwnPropertyNames(prototype)
      .filter((name) => name !== "constructor").sort();
    const names = Object.keys(namespace)
      .filter((name) => name !== "webauthn").sort();
    assertEquals(names, methods);
  }
});

clientTest(
  "ceremonies throw ceremony_not_supported before any request where there are none",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    const { webauthn } = auth.mfa;
    const calls = [
      () => auth.signInWithPasskey(),
      () => auth.registerPasskey(),
      () => webauthn.challenge({ factorId: "1", webauthn: PARTY }),
      () => webauthn.authenticate({ factorId: "1", webauthn: PARTY }),
      () => webauthn.register({ friendlyName: "Key", webauthn: PARTY }),
    ];
    await withMembers(globalThis, NO_WEBAUTHN, async () => {
      for (const call of calls) {
        const error = await call().catch((error) => error);
        assert(isAuthError(error, "ceremony_not_supported"));
      }
    });
    assertEquals(server.requests.length, 0);
  },
);

clientTest(
  "passkeys of nobody throw session_missing before any request and ceremony",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.client(server.fetch);
    const { passkey, mfa: { webauthn } } = auth;
    const key = { ...PARTY, credentials };
    const credential = {} as never;
    for (
      const call of [
        () => auth.registerPasskey({ options: { credentials } }),
        () => passkey.startRegistration(),
        () => passkey.verifyRegistration({ challengeId: "1", credential }),
        () => passkey.list(),
        () => passkey.update({ passkeyId: "1", friendlyName: "Key" }),
        () => passkey.delete({ passkeyId: "1" }),
        () => webauthn.enroll(),
        () => webauthn.challenge({ factorId: "1", webauthn: key, credentials }),
        () => webauthn.authenticate({ factorId: "1", webauthn: key }),
        () => webauthn.register({ friendlyName: "Key", webauthn: key }),
      ]
    ) {
      const error = await call().catch((error) => error);
      assert(isAuthError(error, "session_missing"), `${error}`);
    }
    assertEquals(server.requests.length, 0);
  },
);

clientTest(
  "passkeys of a client that is no more throw client_disposed",
  async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    await auth.dispose();
    for (
      const call of [
        () => auth.signInWithPasskey({ options: { credentials } }),
        () => auth.registerPasskey({ options: { credentials } }),
        () => auth.passkey.startAuthentication(),
        () => auth.passkey.list(),
      ]
    ) {
      const error = await call().catch((error) => error);
      assert(isAuthError(error, "client_disposed"));
    }
    assertEquals(server.requests.length, 0);
  },
);

clientTest(
  "signInWithPasskey and registerPasskey need no `this`",
  async (kit) => {
    const { auth } = kit.client(new StubServer().fetch);
    const { signInWithPasskey, registerPasskey } = auth;
    await withMembers(globalThis, NO_WEBAUTHN, async () => {
      const signIn = await signInWithPasskey().catch((error) => error);
      assert(isAuthError(signIn, "ceremony_not_supported"));
    });
    const register = await registerPasskey().catch((error) => error);
    assert(isAuthError(register, "session_missing"));
  },
);
