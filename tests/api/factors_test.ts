import { assertEquals, assertRejects } from "@std/assert";
import { mfaChallenge, mfaEnroll, mfaUnenroll } from "../../lib/api/factors.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const TOTP = {
  id: "factor",
  type: "totp",
  friendly_name: "Phone",
  totp: {
    qr_code: "<svg/>",
    secret: "JBSWY3DPEHPK3PXP",
    uri: "otpauth://totp/app:ada?secret=JBSWY3DPEHPK3PXP",
  },
};
const CHALLENGE = { id: "challenge", type: "totp", expires_at: 1_795_456_777 };
const WEBAUTHN_CHALLENGE = {
  ...CHALLENGE,
  type: "webauthn",
  webauthn: { type: "create", credential_options: { publicKey: {} } },
};
const FOR_USER = { forUser: true, repeatable: false } as const;

testRequests([
  {
    ...FOR_USER,
    name: "mfaEnroll() of totp",
    call: mfaEnroll,
    method: "POST",
    endpoint: "/factors",
    answer: TOTP,
    minimal: {
      args: [{ factorType: "totp" }],
      path: "/factors",
      body: { factor_type: "totp" },
    },
    full: {
      args: [{ factorType: "totp", friendlyName: "Phone", issuer: "App" }],
      path: "/factors",
      body: { factor_type: "totp", friendly_name: "Phone", issuer: "App" },
    },
  },
  {
    ...FOR_USER,
    name: "mfaEnroll() of phone",
    call: mfaEnroll,
    method: "POST",
    endpoint: "/factors",
    answer: { id: "factor", type: "phone", phone: "+15550100" },
    minimal: {
      args: [{ factorType: "phone", phone: "+15550100" }],
      path: "/factors",
      body: { factor_type: "phone", phone: "+15550100" },
    },
    full: {
      args: [{
        factorType: "phone",
        phone: "+15550100",
        friendlyName: "Mobile",
      }],
      path: "/factors",
      body: {
        factor_type: "phone",
        phone: "+15550100",
        friendly_name: "Mobile",
      },
    },
  },
  {
    ...FOR_USER,
    name: "mfaEnroll() of webauthn",
    call: mfaEnroll,
    method: "POST",
    endpoint: "/factors",
    answer: { id: "factor", type: "webauthn" },
    minimal: {
      args: [{ factorType: "webauthn" }],
      path: "/factors",
      body: { factor_type: "webauthn" },
    },
    full: {
      args: [{ factorType: "webauthn", friendlyName: "Key" }],
      path: "/factors",
      body: { factor_type: "webauthn", friendly_name: "Key" },
    },
  },
  {
    ...FOR_USER,
    name: "mfaChallenge() of a code",
    call: mfaChallenge,
    method: "POST",
    endpoint: "/factors/{id}/challenge",
    answer: CHALLENGE,
    minimal: {
      args: [{ factorId: "a/b" }],
      path: "/factors/a%2Fb/challenge",
      body: {},
    },
    full: {
      args: [{ factorId: "a/b", channel: "whatsapp" }],
      path: "/factors/a%2Fb/challenge",
      body: { channel: "whatsapp" },
    },
  },
  {
    ...FOR_USER,
    name: "mfaChallenge() of webauthn",
    call: mfaChallenge,
    method: "POST",
    endpoint: "/factors/{id}/challenge",
    answer: WEBAUTHN_CHALLENGE,
    minimal: {
      args: [{ factorId: "factor", webauthn: { rpId: "app.example" } }],
      path: "/factors/factor/challenge",
      body: { webauthn: { rp_id: "app.example" } },
    },
    full: {
      args: [{
        factorId: "factor",
        webauthn: {
          rpId: "app.example",
          rpOrigins: ["https://app.example"],
        },
      }],
      path: "/factors/factor/challenge",
      body: {
        webauthn: {
          rp_id: "app.example",
          rp_origins: ["https://app.example"],
        },
      },
    },
  },
  {
    forUser: true,
    repeatable: true,
    name: "mfaUnenroll()",
    call: mfaUnenroll,
    method: "DELETE",
    endpoint: "/factors/{id}",
    answer: { id: "factor" },
    minimal: {
      args: [{ factorId: "../factors" }],
      path: "/factors/..%2Ffactors",
    },
  },
]);

Deno.test("mfaEnroll() gives the QR code as a data URL", async () => {
  const { userConfig } = createRecorder(TOTP);
  const factor = await mfaEnroll(userConfig, { factorType: "totp" });
  assertEquals<unknown>(factor, {
    ...TOTP,
    totp: { ...TOTP.totp, qr_code: "data:image/svg+xml;utf-8,<svg/>" },
  });
});

Deno.test("mfaUnenroll() gives the factor's id", async () => {
  const { userConfig } = createRecorder({ id: "factor", more: 1 });
  assertEquals(
    await mfaUnenroll(userConfig, { factorId: "factor" }),
    { id: "factor" },
  );
});

const ID = { factorId: "factor" };
const CALLS: [name: string, call: (c: never) => Promise<unknown>][] = [
  ["mfaEnroll()", (c) => mfaEnroll(c, { factorType: "totp" })],
  ["mfaChallenge()", (c) => mfaChallenge(c, ID)],
  ["mfaUnenroll()", (c) => mfaUnenroll(c, ID)],
];
const MISSHAPEN = [{}, [], null, undefined, { id: 5 }, {
  id: "f",
  type: "totp",
}];
for (const [name, call] of CALLS) {
  for (const answer of MISSHAPEN.slice(0, name === "mfaUnenroll()" ? 5 : 6)) {
    const shown = JSON.stringify(answer) ?? "nothing";
    Deno.test(`${name} refuses the answer ${shown}`, async () => {
      const { userConfig } = createRecorder(answer);
      await assertRejects(
        () => call(userConfig as never),
        AuthResponseError,
      );
    });
  }
}

for (const factorId of ["", ".", ".."]) {
  for (const [name, call] of CALLS.slice(1)) {
    Deno.test(`${name} refuses the id "${factorId}" before any request`, async () => {
      ID.factorId = factorId;
      const { userConfig, requests } = createRecorder({});
      try {
        await assertRejects(
          async () => await call(userConfig as never),
          TypeError,
        );
      } finally {
        ID.factorId = "factor";
      }
      assertEquals(requests, []);
    });
  }
}
