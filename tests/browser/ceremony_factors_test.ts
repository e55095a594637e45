/** What the browser is asked for about second factors. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  answerChallenge,
  type FactorRequests,
  registerFactor,
} from "../../lib/browser/ceremony_factors.ts";
import {
  AuthApiError,
  AuthNetworkError,
  AuthResponseError,
  isAuthError,
} from "../../lib/errors.ts";
import type { WebauthnChallenge } from "../../lib/wire/mfa.ts";
import { withMembers } from "./globals.ts";

/** JSON that is looked into without knowing its type. */
// deno-lint-ignore no-explicit-any -- options of every shape
type Loose = any;

const CREATION = {
  rp: { name: "App", id: "app.example" },
  user: { id: "dXNlcg", name: "", displayName: "" },
  challenge: "_-8",
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  authenticatorSelection: {},
};
const PARTY = { rpId: "app.example" };

function challenge(
  type: "create" | "request",
  publicKey: unknown,
): Pick<FactorRequests<unknown>, "challenge"> & { readonly sent: Loose[] } {
  const sent: Loose[] = [];
  return {
    sent,
    challenge: (params) => {
      sent.push(params);
      return Promise.resolve({
        id: "challenge",
        type: "webauthn",
        expires_at: 1_795_456_780,
        webauthn: { type, credential_options: { publicKey } },
      } as WebauthnChallenge);
    },
  };
}

function software() {
  const asked: Loose[] = [];
  const run = ({ publicKey }: Loose) => {
    asked.push(publicKey);
    return Promise.resolve({ toJSON: () => ({ id: "key" }) });
  };
  return { asked, credentials: { create: run, get: run } };
}

Deno.test("answerChallenge() asks for a security key where the server leaves it open", async () => {
  const { asked, credentials } = software();
  const params = { factorId: "factor", webauthn: PARTY, credentials };
  const requests = challenge("create", CREATION);
  const answer = await answerChallenge(requests, params);
  assertEquals(requests.sent, [{ factorId: "factor", webauthn: PARTY }]);
  assertEquals<unknown>(answer, {
    factorId: "factor",
    challengeId: "challenge",
    webauthn: {
      type: "create",
      rpId: "app.example",
      credential_response: { id: "key" },
    },
  });
  const [{ hints, attestation, authenticatorSelection, user }] = asked;
  assertEquals([hints, attestation], [["security-key"], "direct"]);
  assertEquals(authenticatorSelection, {
    authenticatorAttachment: "cross-platform",
    residentKey: "discouraged",
    requireResidentKey: false,
    userVerification: "preferred",
  });
  assertEquals([user.name, user.displayName], ["dXNlcg", "dXNlcg"]);
});

Deno.test("answerChallenge() takes the server's word, and the caller's over it", async () => {
  const { asked, credentials } = software();
  const params = { factorId: "factor", webauthn: PARTY, credentials };
  const requests = challenge("create", {
    ...CREATION,
    attestation: "none",
    hints: [],
    user: { ...CREATION.user, name: "ada@example.com" },
    authenticatorSelection: { userVerification: "required" },
  });
  await answerChallenge(requests, { ...params, friendlyName: "Key" }, {
    create: {
      timeout: 1,
      authenticatorSelection: { authenticatorAttachment: "platform" },
    },
    request: { timeout: 2 },
  });
  const [options] = asked;
  assertEquals([options.hints, options.attestation], [[], "none"]);
  assertEquals(options.timeout, 1);
  const { authenticatorSelection, user } = options;
  assertEquals(authenticatorSelection.userVerification, "required");
  assertEquals(authenticatorSelection.authenticatorAttachment, "platform");
  assertEquals(user.name, "ada@example.com");
  assertEquals(user.displayName, "ada@example.com");
});

Deno.test("answerChallenge() shows the friendly name where the server names nobody", async () => {
  const { asked, credentials } = software();
  await answerChallenge(challenge("create", CREATION), {
    factorId: "factor",
    webauthn: PARTY,
    credentials,
    friendlyName: "Ada's key",
  });
  assertEquals(asked[0].user.name, "Ada's key");
});

Deno.test("answerChallenge() proves a credential that is there", async () => {
  const { asked, credentials } = software();
  const params = { factorId: "factor", webauthn: PARTY, credentials };
  const answer = await answerChallenge(
    challenge("request", { challenge: "_-8", userVerification: "required" }),
    params,
    { request: { timeout: 2 } },
  );
  assertEquals(answer.webauthn.type, "request");
  const [{ hints, userVerification, timeout }] = asked;
  assertEquals([hints, userVerification, timeout], [
    ["security-key"],
    "required",
    2,
  ]);
});

Deno.test("answerChallenge() refuses options without a challenge", async () => {
  const { credentials } = software();
  for (const type of ["create", "request"] as const) {
    const params = { factorId: "factor", webauthn: PARTY, credentials };
    await assertRejects(
      () => answerChallenge(challenge(type, {}), params),
      AuthResponseError,
    );
  }
});

Deno.test("answerChallenge() names the page as relying party, and outside of one takes it", async () => {
  const { credentials } = software();
  const requests = challenge("create", CREATION);
  const params = { factorId: "factor", credentials };
  await assertRejects(() => answerChallenge(requests, params), TypeError);
  assertEquals(requests.sent, []);
  const location = { hostname: "app.example", origin: "https://app.example" };
  await withMembers(globalThis, { location }, async () => {
    await answerChallenge(requests, params);
  });
  assertEquals(requests.sent[0].webauthn, {
    rpId: "app.example",
    rpOrigins: ["https://app.example"],
  });
});

/** Requests about factors, of which all but some succeed. */
function factors(over: Partial<FactorRequests<string>>) {
  const calls: string[] = [];
  const requests: FactorRequests<string> = {
    ...challenge("create", CREATION),
    enroll: () => Promise.resolve({ id: "factor", type: "webauthn" }),
    verify: () => Promise.resolve("session"),
    unenroll: ({ factorId }) => {
      calls.push(`unenroll ${factorId}`);
      return Promise.resolve();
    },
    listFactors: () => Promise.reject(new Error("not asked for")),
    ...over,
  };
  return { calls, requests };
}

const NAMED = { friendlyName: "Key" };

Deno.test("registerFactor() gives what verifying gives", async () => {
  const webauthn = { ...PARTY, credentials: software().credentials };
  const { calls, requests } = factors({});
  const params = { ...NAMED, webauthn };
  assertEquals(await registerFactor(requests, params), "session");
  assertEquals(calls, []);
});

Deno.test("registerFactor() removes the factor also when its ceremony was aborted", async () => {
  const controller = new AbortController();
  const run = () => new Promise(() => controller.abort("enough"));
  const webauthn = { ...PARTY, credentials: { create: run, get: run } };
  let signal: AbortSignal | undefined = controller.signal;
  const { requests } = factors({
    unenroll: (_, request) => {
      signal = request?.signal;
      return Promise.reject(new Error("refused"));
    },
  });
  const request = { signal: controller.signal };
  const error = await assertRejects(() =>
    registerFactor(requests, { ...NAMED, webauthn }, {}, request)
  );
  assert(isAuthError(error, "ceremony_aborted"));
  assertEquals(signal, undefined);
});

Deno.test("registerFactor() keeps the factor when it is not known what became of it", async () => {
  const webauthn = { ...PARTY, credentials: software().credentials };
  const lost = new AuthNetworkError("network_failure", "Lost");
  const { calls, requests } = factors({ verify: () => Promise.reject(lost) });
  const error = await assertRejects(() =>
    registerFactor(requests, { ...NAMED, webauthn })
  );
  assertEquals<unknown>([error, calls], [lost, []]);
});

Deno.test("registerFactor() passes on why a factor cannot be enrolled", async () => {
  const webauthn = { ...PARTY, credentials: software().credentials };
  const code = "too_many_enrolled_mfa_factors";
  const refused = new AuthApiError(code, "Too many");
  const { requests } = factors({ enroll: () => Promise.reject(refused) });
  const error = await assertRejects(() =>
    registerFactor(requests, { ...NAMED, webauthn })
  );
  assertEquals<unknown>(error, refused);
});
