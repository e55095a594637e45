/** People of the contract, as most cases need them. */
import {
  signUp,
  type User,
  type UserConfig,
  withAccessToken,
} from "@gotrue/edge/api";
import { PASSWORD } from "./assertions.ts";
import type { World } from "./world.ts";

/** Somebody who is signed in. */
export interface Person {
  readonly email: string;
  readonly user: User;
  readonly config: UserConfig;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * Signs somebody up. The server must confirm mail by itself.
 *
 * @param world The server.
 * @returns Who it is.
 */
export async function signedUp(world: World): Promise<Person> {
  const email = world.email();
  const params = { email, password: PASSWORD };
  const { user, session } = await signUp(world.config, params);
  if (!session) throw new Error("The case needs automatic confirmation");
  return {
    email,
    user,
    config: withAccessToken(world.config, session.access_token),
    accessToken: session.access_token,
    refreshToken: session.refresh_token,
  };
}

/** A configuration whose token the server does not know. */
export function withForeignToken(world: World): UserConfig {
  return withAccessToken(world.config, "not-a-token");
}
