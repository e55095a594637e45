// A user's program, compiled against the package by many compilers: see
// scripts/runtimes/compilers.ts.
import {
  type AuthConfig,
  createAuthConfig,
  signInWithPassword,
  signUp,
  type User,
  withAccessToken,
} from "@gotrue/edge/api";
import { createEmulator } from "@gotrue/edge/emulator";

export const config: AuthConfig = createAuthConfig(
  createEmulator().clientOptions(),
);

/** A member that is a point in time is a `Date`. */
export function ageOf(user: User, now: number): number {
  return now - user.created_at.getTime();
}

/** Neither of the two can be null after a sign-in. */
export async function signIn(email: string): Promise<string> {
  const { user, session } = await signInWithPassword(config, {
    email,
    password: "correct horse",
  });
  return user.id + session.access_token;
}

/** After a sign-up the session can. */
export async function register(email: string): Promise<string | undefined> {
  const { session } = await signUp(config, { email, password: "secret" });
  return session?.access_token;
}

export const token: string = withAccessToken(config, "a.b.c").accessToken;
