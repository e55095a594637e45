/** Ceremonies: what the browser is asked, and what becomes of its answers. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  createCredential,
  type CredentialsContainer,
  getCredential,
} from "../../lib/browser/ceremonies.ts";
import {
  AuthCeremonyError,
  AuthResponseError,
  isAuthError,
} from "../../lib/errors.ts";
import type { PublicKeyCredentialCreationOptionsJSON } from "../../lib/wire/webauthn.ts";
import { withMembers } from "./globals.ts";

/** JSON that is looked into without knowing its type. */
// deno-lint-ignore no-explicit-any -- options of every shape
type Loose = any;

const CREATION: PublicKeyCredentialCreationOptionsJSON = {
  rp: { name: "App", id: "app.example" },
  user: { id: "dXNlcg", name: "ada@example.com", displayName: "Ada" },
  challenge: "_-8",
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  excludeCredentials: [{ type: "public-key", id: "a2V5", transports: ["usb"] }],
};
const REQUEST = {
  challenge: "_-8",
  rpId: "app.example",
  allowCredentials: [{ type: "public-key", id: "a2V5" }],
};
const CHALLENGE = Uint8Array.of(255, 239);
const JSON_OF_KEY = { id: "a2V5", type: "public-key", response: {} };

/** A container that answers both ceremonies alike, and keeps what it is asked. */
function container(
  answer: (options: Loose) => unknown,
): CredentialsContainer & { readonly asked: Loose[] } {
  const asked: Loose[] = [];
  const run = async (options: Loose) => {
    asked.push(options);
    return await answer(options);
  };
  return { asked, create: run, get: run };
}

/** One whose ceremonies wait for the user, who can still give an answer. */
function waiting(): CredentialsContainer & { readonly asked: Loose[] } {
  return container(({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    })
  );
}

function key(): object {
  return { toJSON: () => JSON_OF_KEY };
}

async function refusal(call: Promise<unknown>): Promise<AuthCeremonyError> {
  return await assertRejects(() => call, AuthCeremonyError);
}

Deno.test("createCredential() gives the browser bytes and a signal", async () => {
  const credentials = container(key);
  const json = await createCredential(CREATION, { credentials });
  assertEquals<unknown>(json, JSON_OF_KEY);
  const [{ publicKey, signal }] = credentials.asked;
  assert(signal instanceof AbortSignal);
  assertEquals(publicKey, {
    ...CREATION,
    challenge: CHALLENGE,
    user: { ...CREATION.user, id: new TextEncoder().encode("user") },
    excludeCredentials: [{
      type: "public-key",
      id: new TextEncoder().encode("key"),
      transports: ["usb"],
    }],
  });
});

Deno.test("getCredential() gives the browser bytes, a signal and the mediation", async () => {
  const credentials = container(key);
  await getCredential(REQUEST, { credentials, mediation: "required" });
  await getCredential({ challenge: "_-8" }, { credentials });
  const [first, second] = credentials.asked;
  assertEquals(first.publicKey.challenge, CHALLENGE);
  assertEquals(first.publicKey.allowCredentials[0].id.length, 3);
  assertEquals(first.mediation, "required");
  assertEquals(Object.keys(second).sort(), ["publicKey", "signal"]);
  assertEquals(Object.keys(second.publicKey), ["challenge"]);
});

Deno.test("a credential without toJSON() is written member by member", async () => {
  const bytes = Uint8Array.of(0, 255, 239, 1).subarray(1, 3);
  const credentials = container(() => ({
    id: "_-8",
    rawId: bytes,
    type: "public-key",
    authenticatorAttachment: "platform",
    response: {
      clientDataJSON: bytes.slice().buffer,
      attestationObject: bytes.slice().buffer,
      signature: null,
      getTransports: () => ["internal"],
    },
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
  }));
  assertEquals<unknown>(await createCredential(CREATION, { credentials }), {
    id: "_-8",
    rawId: "_-8",
    type: "public-key",
    response: {
      clientDataJSON: "_-8",
      attestationObject: "_-8",
      transports: ["internal"],
    },
    clientExtensionResults: { credProps: { rk: true } },
    authenticatorAttachment: "platform",
  });
});

Deno.test("a credential whose toJSON() does not work is written member by member", async () => {
  const credentials = container(() => ({
    id: "a2V5",
    type: "public-key",
    authenticatorAttachment: null,
    response: { userHandle: CHALLENGE.buffer },
    toJSON: () => {
      throw new TypeError("Illegal invocation");
    },
  }));
  assertEquals<unknown>(await getCredential(REQUEST, { credentials }), {
    id: "a2V5",
    rawId: "a2V5",
    type: "public-key",
    response: { userHandle: "_-8" },
    clientExtensionResults: {},
  });
});

const CODES = {
  AbortError: "ceremony_aborted",
  ConstraintError: "ceremony_not_supported",
  InvalidStateError: "ceremony_credential_exists",
  NotAllowedError: "ceremony_not_allowed",
  NotSupportedError: "ceremony_not_supported",
  SecurityError: "ceremony_invalid_domain",
  UnknownError: "ceremony_failed",
  constructor: "ceremony_failed",
};
for (const [name, code] of Object.entries(CODES)) {
  Deno.test(`a ceremony that ends with ${name} throws ${code}`, async () => {
    const cause = new DOMException("secret of the browser", name);
    const credentials = container(() => Promise.reject(cause));
    const error = await refusal(createCredential(CREATION, { credentials }));
    assertEquals([error.code, error.cause], [code, cause]);
    assertEquals(error.retryable, false);
    assert(!error.message.includes("secret"));
  });
}

Deno.test("a ceremony that throws or gives nothing throws ceremony_failed", async () => {
  const throwing = container(() => {
    throw new TypeError("no");
  });
  const thrown = await refusal(getCredential(REQUEST, {
    credentials: throwing,
  }));
  assertEquals(thrown.code, "ceremony_failed");
  assert(thrown.cause instanceof TypeError);
  const nothing = { credentials: container(() => null) };
  const { code } = await refusal(getCredential(REQUEST, nothing));
  assertEquals(code, "ceremony_failed");
});

Deno.test("options that are no base64url are an answer that cannot be understood", async () => {
  const credentials = container(key);
  const options = { ...REQUEST, challenge: "§" };
  const error = await assertRejects(
    () => getCredential(options, { credentials }),
    AuthResponseError,
  );
  assertEquals(error.code, "invalid_response");
  assertEquals(credentials.asked, []);
});

Deno.test("both signals end a ceremony, with their reason", async () => {
  for (const which of ["ceremony", "request"]) {
    const controller = new AbortController();
    const { signal } = controller;
    const how = { credentials: waiting() };
    const call = which === "ceremony"
      ? getCredential(REQUEST, { ...how, signal })
      : getCredential(REQUEST, how, { signal });
    controller.abort("enough");
    const error = await refusal(call);
    assertEquals([error.code, error.cause], ["ceremony_aborted", "enough"]);
    assert(how.credentials.asked[0].signal.aborted);
  }
});

Deno.test("a signal ends a ceremony that takes no notice of it", async () => {
  const controller = new AbortController();
  const credentials = container(() => new Promise(() => {}));
  const { signal } = controller;
  const call = createCredential(CREATION, { credentials, signal });
  controller.abort("enough");
  assertEquals((await refusal(call)).cause, "enough");
});

Deno.test("a ceremony does not begin when a signal has been given before", async () => {
  const credentials = container(key);
  const signal = AbortSignal.abort("before");
  for (
    const call of [
      getCredential(REQUEST, { credentials, signal }),
      getCredential(REQUEST, { credentials }, { signal }),
    ]
  ) {
    const error = await refusal(call);
    assertEquals([error.code, error.cause], ["ceremony_aborted", "before"]);
  }
  assertEquals(credentials.asked, []);
});

Deno.test("a ceremony ends the one before, unless one of them has a signal", async () => {
  const credentials = waiting();
  const { signal } = new AbortController();
  const own = getCredential(REQUEST, { credentials, signal });
  const first = getCredential(REQUEST, { credentials });
  const second = getCredential(REQUEST, { credentials });
  const error = await refusal(first);
  assertEquals(error.code, "ceremony_aborted");
  assertEquals(
    credentials.asked.map(({ signal }) => signal.aborted),
    [false, true, false],
  );
  const third = createCredential(CREATION, { credentials });
  assert(isAuthError(await refusal(second), "ceremony_aborted"));
  void own.catch(() => {});
  void third.catch(() => {});
});

Deno.test("where there is no WebAuthn a ceremony is not supported", async () => {
  const { code } = await refusal(getCredential(REQUEST));
  assertEquals(code, "ceremony_not_supported");
});

Deno.test("the page's container and the browser's own conversion are used where they are", async () => {
  const credentials = container(key);
  const calls: unknown[] = [];
  class PublicKeyCredential {
    static parseCreationOptionsFromJSON(options: unknown) {
      calls.push(options);
      return { parsed: "creation" };
    }
    static parseRequestOptionsFromJSON(options: unknown) {
      calls.push(options);
      return { parsed: "request" };
    }
  }
  await withMembers(
    globalThis,
    { PublicKeyCredential },
    () =>
      withMembers(navigator, { credentials }, async () => {
        await createCredential(CREATION);
        await getCredential(REQUEST);
      }),
  );
  assertEquals(calls, [CREATION, REQUEST]);
  assertEquals(
    credentials.asked.map(({ publicKey }) => publicKey.parsed),
    ["creation", "request"],
  );
  assert(!("PublicKeyCredential" in globalThis));
});
