import { assertEquals, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import { parseChallenge, parseEnrolled } from "../../lib/wire/mfa.ts";

const TOTP = {
  id: "factor",
  type: "totp",
  friendly_name: "",
  totp: {
    qr_code: "<svg xmlns='x'/>",
    secret: "JBSWY3DP",
    uri: "otpauth://totp/a?secret=JBSWY3DP",
  },
};

Deno.test("parseEnrolled() gives the QR code as a data URL, the rest as sent", () => {
  assertEquals<object>(parseEnrolled(TOTP), {
    ...TOTP,
    totp: {
      ...TOTP.totp,
      qr_code: "data:image/svg+xml;utf-8,<svg xmlns='x'/>",
    },
  });
});

for (const type of ["phone", "webauthn", "of_a_newer_server"]) {
  Deno.test(`parseEnrolled() gives a factor of type ${type} as sent`, () => {
    const json = { id: "factor", type, friendly_name: "f", phone: "+15550100" };
    assertEquals<object>(parseEnrolled(json), json);
  });
}

for (
  const json of [
    null,
    [],
    {},
    { id: "factor" },
    { type: "phone" },
    { ...TOTP, totp: undefined },
    { ...TOTP, totp: { ...TOTP.totp, qr_code: null } },
    { ...TOTP, totp: { ...TOTP.totp, secret: undefined } },
    { ...TOTP, totp: { ...TOTP.totp, uri: undefined } },
  ]
) {
  Deno.test(`parseEnrolled() refuses ${JSON.stringify(json)}`, () => {
    assertThrows(() => parseEnrolled(json), AuthResponseError);
  });
}

const CHALLENGE = { id: "challenge", type: "totp", expires_at: 1_795_456_777 };

const WEBAUTHN_CHALLENGE = {
  ...CHALLENGE,
  type: "webauthn",
  webauthn: {
    type: "request",
    credential_options: { publicKey: { challenge: "AAAA" } },
  },
};

for (const json of [CHALLENGE, WEBAUTHN_CHALLENGE]) {
  Deno.test(`parseChallenge() gives a ${json.type} challenge as sent`, () => {
    assertEquals<object>(parseChallenge(json), json);
  });
}

for (
  const json of [
    null,
    {},
    { ...CHALLENGE, id: undefined },
    { ...CHALLENGE, expires_at: "2026-11-23T17:54:37Z" },
    { ...CHALLENGE, type: "webauthn" },
    { ...CHALLENGE, type: "webauthn", webauthn: { type: "create" } },
  ]
) {
  Deno.test(`parseChallenge() refuses ${JSON.stringify(json)}`, () => {
    assertThrows(() => parseChallenge(json), AuthResponseError);
  });
}
