import type { Passkey, PasskeyChallenge } from "./records_passkeys.ts";
import { type Journal, Table } from "./table.ts";

/** The tables of passkeys. */
export interface PasskeyTables {
  /** Passkeys; a credential belongs to one user only. */
  readonly passkeys: Table<Passkey, "user" | "credential">;
  /** Ceremonies that have begun. */
  readonly passkeyChallenges: Table<PasskeyChallenge>;
}

/** Makes the tables of passkeys. */
export function createPasskeyTables(journal: Journal): PasskeyTables {
  return {
    passkeys: new Table("passkeys", journal, {
      user: { key: (passkey) => passkey.user_id },
      credential: { key: (passkey) => passkey.credential_id },
    }),
    passkeyChallenges: new Table("passkey_challenges", journal, {}),
  };
}
