/** People with passkeys, and what signs them in. */
import {
  type Passkey,
  passkeyStartAuthentication,
  passkeyStartRegistration,
  passkeyVerifyAuthentication,
  passkeyVerifyRegistration,
  type SignedIn,
} from "@gotrue/edge/api";
import { type Deviation, TestKey } from "../emulator/authenticator.ts";
import { type Person, signedUp } from "./people.ts";
import type { ContractCase, World } from "./world.ts";

/** The server takes passkeys. */
export const ENV: Readonly<Record<string, string>> = {
  GOTRUE_PASSKEY_ENABLED: "true",
  GOTRUE_WEBAUTHN_RP_ID: "localhost",
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Example",
  GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000",
};

/** What every case needs in which a credential is checked. */
export const CHECKED: Pick<ContractCase, "env" | "needs"> = {
  env: ENV,
  needs: ["packages"],
};

/** Somebody with a passkey. */
export interface PasskeyOwner extends Person {
  readonly key: TestKey;
  readonly passkey: Passkey;
}

/** Registers a passkey for somebody. */
export async function register(
  { config }: Person,
  key: TestKey,
  how: Deviation = {},
): Promise<Passkey> {
  const { challenge_id: challengeId, options } = await passkeyStartRegistration(
    config,
  );
  const credential = await key.create(options, how);
  return await passkeyVerifyRegistration(config, { challengeId, credential });
}

/** Signs somebody up who then adds a passkey. */
export async function withPasskey(world: World): Promise<PasskeyOwner> {
  const person = await signedUp(world);
  const key = await TestKey.make();
  return { ...person, key, passkey: await register(person, key) };
}

/** Signs in by a passkey. */
export async function signInBy(
  { config }: World,
  key: TestKey,
  userId: string,
  how: Deviation = {},
): Promise<SignedIn> {
  const { challenge_id: challengeId, options } =
    await passkeyStartAuthentication(config);
  const credential = await key.get(options, userId, how);
  return await passkeyVerifyAuthentication(config, { challengeId, credential });
}
