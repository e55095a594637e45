/** Answers about passkeys in the server's own form. */

export const PASSKEY_JSON: Readonly<Record<string, string>> = {
  id: "1c26949c-035c-4af5-a911-fdb1fc884aae",
  friendly_name: "Laptop",
  created_at: "2026-11-23T17:54:41.297561Z",
  last_used_at: "2026-11-23T17:54:41.490997Z",
};

/** What begins a ceremony. */
interface ChallengeJson {
  readonly challenge_id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly expires_at: number;
}

export const REGISTRATION_JSON: ChallengeJson = {
  challenge_id: "b18237ff-5a73-43ee-96f1-cba24556db6f",
  options: {
    rp: { name: "App", id: "app.example" },
    user: {
      id: "NWMzYzlkNGU",
      name: "ada@example.com",
      displayName: "Ada",
    },
    challenge: "RMY-hcOaiytpEstUnlvt-D0CcVNZsblBHF_oKI9u7s4",
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    timeout: 300_000,
    excludeCredentials: [{ type: "public-key", id: "a2V5" }],
    authenticatorSelection: {
      residentKey: "required",
      userVerification: "preferred",
    },
    attestation: "none",
  },
  expires_at: 1_795_456_781,
};

export const AUTHENTICATION_JSON: ChallengeJson = {
  challenge_id: "1661a1a2-dda9-4167-b7e2-ad91c1b3c714",
  options: {
    challenge: "wEk2MR0d63pg0OS-AKUeaMMmtxw6sYRRd-G4D872jUU",
    timeout: 300_000,
    rpId: "app.example",
    userVerification: "preferred",
  },
  expires_at: 1_795_456_781,
};

/** A credential's JSON, of which the client knows nothing. */
export const CREDENTIAL_JSON: Readonly<Record<string, unknown>> = {
  id: "a2V5",
  rawId: "a2V5",
  type: "public-key",
  response: { clientDataJSON: "e30", unknown_member: 1 },
  clientExtensionResults: {},
};
