/** `POST /logout`: sign_out with three scopes, admin.sign_out. */
import {
  getUser,
  refreshSession,
  signInWithPassword,
  signOut,
  signUp,
  withAccessToken,
} from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import type { ContractCase, World } from "./world.ts";

/** Two sessions of one person. */
async function signInTwice({ config, email }: World) {
  const params = { email: email(), password: PASSWORD };
  await signUp(config, params);
  const here = (await signInWithPassword(config, params)).session;
  const there = (await signInWithPassword(config, params)).session;
  return { here, there };
}

/** Whether the server still knows the session of a token. */
async function isAlive({ config }: World, token: string): Promise<boolean> {
  return await getUser(withAccessToken(config, token))
    .then(() => true, () => false);
}

/** Which of the two sessions live after signing out of the first. */
async function survivors(
  world: World,
  scope: "global" | "local" | "others",
): Promise<boolean[]> {
  const { here, there } = await signInTwice(world);
  await signOut(withAccessToken(world.config, here.access_token), { scope });
  return [
    await isAlive(world, here.access_token),
    await isAlive(world, there.access_token),
  ];
}

export const LOGOUT: readonly ContractCase[] = [
  {
    name: "signOut() ends all sessions with scope global",
    run: async (world) => {
      assertEquals(await survivors(world, "global"), [false, false]);
    },
  },
  {
    name: "signOut() ends only its own session with scope local",
    run: async (world) => {
      assertEquals(await survivors(world, "local"), [false, true]);
    },
  },
  {
    name: "signOut() ends all but its own session with scope others",
    run: async (world) => {
      assertEquals(await survivors(world, "others"), [true, false]);
    },
  },
  {
    name: "signOut() makes the refresh token unknown",
    run: async (world) => {
      const { here } = await signInTwice(world);
      await signOut(withAccessToken(world.config, here.access_token));
      const { refresh_token } = here;
      const call = refreshSession(world.config, { refresh_token });
      await assertRefused(call, 400, "refresh_token_not_found");
    },
  },
  {
    name: "signOut() is refused for a session that has ended",
    run: async (world) => {
      const { here } = await signInTwice(world);
      const config = withAccessToken(world.config, here.access_token);
      await signOut(config);
      await assertRefused(signOut(config), 403, "session_not_found");
    },
  },
  {
    name: "signOut() is refused for a scope that there is not",
    run: async (world) => {
      const { here } = await signInTwice(world);
      const config = withAccessToken(world.config, here.access_token);
      const call = signOut(config, { scope: "elsewhere" as "global" });
      await assertRefused(
        call,
        400,
        "validation_failed",
        'Unsupported logout scope "elsewhere"',
      );
    },
  },
  {
    name: "AdminClient.signOut() ends the sessions of the token's user",
    run: async (world) => {
      const { here, there } = await signInTwice(world);
      await world.admin.signOut(here.access_token);
      assertEquals(await isAlive(world, there.access_token), false);
    },
  },
  {
    name: "AdminClient.signOut() is refused for a text that is no token",
    run: async ({ admin }) => {
      await assertRefused(admin.signOut("not-a-token"), 403, "bad_jwt");
    },
  },
];
