/** `GET /verify` (auth-server §10.6): where links of mails lead. */
import { inviteUserByEmail } from "@gotrue/edge/admin";
import {
  resetPasswordForEmail,
  signInWithOtp,
  signUp,
  updateUser,
  withAccessToken,
} from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { PASSWORD } from "./assertions.ts";
import { CHALLENGE, VERIFIER } from "./authorize.ts";
import { signedUp } from "./people.ts";
import {
  claimsOf,
  locationOf,
  parametersOf,
  pathOf,
  refusals,
} from "./requests.ts";
import type { ContractCase, World } from "./world.ts";

const ROUTE = "GET /verify";
const UNCONFIRMED = { GOTRUE_MAILER_AUTOCONFIRM: "false" };
const EXPIRED = [
  303,
  "otp_expired",
  "Email link is invalid or has expired",
] as const;
const CONFIRMED_ONE =
  "Confirmation link accepted. Please proceed to confirm link sent to the other email";

/** Follows the link of the next mail. */
async function followNext(world: World, address: string): Promise<URL> {
  const answer = await world.send("GET", await linkTo(world, address));
  assertEquals(answer.status, 303, JSON.stringify(answer.body));
  return locationOf(answer);
}

/** The link of the next mail, below the server's address. */
async function linkTo(world: World, address: string): Promise<string> {
  return pathOf(world, new URL((await world.mail(address)).link));
}

/** A mail of each type, and who gets it. */
const MAILS: Readonly<
  Record<string, (world: World, challenge?: string) => Promise<string>>
> = {
  signup: async ({ config, email }, challenge) => {
    const address = email();
    await signUp(config, {
      email: address,
      password: PASSWORD,
      ...challenged(challenge),
    });
    return address;
  },
  invite: async ({ adminConfig, email }) => {
    const address = email();
    await inviteUserByEmail(adminConfig, address);
    return address;
  },
  magiclink: async ({ admin, config, email }, challenge) => {
    const address = email();
    await admin.createUser({ email: address, email_confirm: true });
    await signInWithOtp(config, {
      email: address,
      ...challenged(challenge),
    });
    return address;
  },
  recovery: async ({ admin, config, email }, challenge) => {
    const address = email();
    await admin.createUser({ email: address, email_confirm: true });
    await resetPasswordForEmail(config, address, challenged(challenge));
    return address;
  },
};

function challenged(codeChallenge?: string): object {
  return codeChallenge === undefined
    ? {}
    : { codeChallenge, codeChallengeMethod: "s256" };
}

/** Somebody who changes an address; both addresses get a mail. */
async function changing(world: World): Promise<[string, string]> {
  const address = world.email();
  const { user } = await world.admin.createUser({
    email: address,
    password: PASSWORD,
    email_confirm: true,
  });
  assert(user.id);
  const { body } = await world.send("POST", "/token?grant_type=password", {
    body: { email: address, password: PASSWORD },
  });
  const next = world.email();
  await updateUser(withAccessToken(world.config, body.access_token), {
    email: next,
  });
  return [address, next];
}

export const VERIFY_LINK: readonly ContractCase[] = [
  ...Object.entries(MAILS).map(([type, send]): ContractCase => ({
    name: `${ROUTE} signs in by a link of type ${type}`,
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const url = await followNext(world, await send(world));
      assertEquals(url.origin, "http://localhost:3000");
      const parameters = parametersOf(url);
      assertEquals([...parameters.keys()], [
        "access_token",
        "expires_at",
        "expires_in",
        "refresh_token",
        "sb",
        "token_type",
        "type",
      ]);
      assertEquals(parameters.get("type"), type);
      const { amr } = claimsOf(parameters.get("access_token")!);
      assertEquals(amr[0].method, "otp");
    },
  })),
  ...(["signup", "magiclink", "recovery"] as const).map((
    type,
  ): ContractCase => ({
    name: `${ROUTE} gives a code by a link of type ${type} with a challenge`,
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const url = await followNext(world, await MAILS[type]!(world, CHALLENGE));
      const auth_code = url.searchParams.get("code");
      const path = "/token?grant_type=pkce";
      const { status, body } = await world.send("POST", path, {
        body: { auth_code, code_verifier: VERIFIER },
      });
      assertEquals(status, 200, JSON.stringify(body));
      const method = type === "signup" ? "email/signup" : type;
      assertEquals(claimsOf(body.access_token).amr[0].method, method);
    },
  })),
  {
    name: `${ROUTE} changes an address once both links were followed`,
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const [address, next] = await changing(world);
      const first = parametersOf(await followNext(world, next));
      assertEquals(first.get("message"), CONFIRMED_ONE);
      const second = parametersOf(await followNext(world, address));
      assertEquals(second.get("type"), "email_change");
      const token = second.get("access_token")!;
      const { body } = await world.send("GET", "/user", { token });
      assertEquals([body.email, body.new_email], [next, undefined]);
    },
  },
  {
    name: `${ROUTE} changes an address by one link where that is enough`,
    needs: ["mail"],
    env: {
      ...UNCONFIRMED,
      GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED: "false",
    },
    run: async (world) => {
      const [, next] = await changing(world);
      const parameters = parametersOf(await followNext(world, next));
      const { email } = claimsOf(parameters.get("access_token")!);
      assertEquals(email, next);
    },
  },
  {
    name: `${ROUTE} leads to where the mail was asked for from`,
    needs: ["mail"],
    run: async (world) => {
      const { email } = await signedUp(world);
      const emailRedirectTo = "http://localhost:3000/in?a=1";
      await signInWithOtp(world.config, {
        email,
        options: { emailRedirectTo },
      });
      const url = await followNext(world, email);
      assertEquals([url.pathname, url.search], ["/in", "?a=1"]);
    },
  },
  {
    name: `${ROUTE} leads to the site instead of elsewhere`,
    needs: ["mail"],
    run: async (world) => {
      const { email } = await signedUp(world);
      const emailRedirectTo = "https://evil.example/in";
      await signInWithOtp(world.config, {
        email,
        options: { emailRedirectTo },
      });
      const url = await followNext(world, email);
      assertEquals(url.origin, "http://localhost:3000");
    },
  },
  ...refusals(ROUTE, {}, [
    {
      why: "without a type",
      at: "/verify?token=abc",
      answer: [
        400,
        "validation_failed",
        "Verify requires a verification type",
      ],
    },
    {
      why: "without a token",
      at: "/verify?type=signup&token_hash=abc",
      answer: [
        400,
        "validation_failed",
        "Verify requires a token or a token hash",
      ],
    },
    {
      why: "for a token of nobody",
      at: "/verify?type=signup&token=abc",
      answer: EXPIRED,
    },
    {
      why: "for a token of nobody with a challenge",
      at: "/verify?type=signup&token=pkce_abc",
      answer: EXPIRED,
    },
    {
      why: "for a type that there is not",
      at: "/verify?type=other&token=abc",
      answer: [303, "validation_failed", "Invalid email verification type"],
    },
    {
      why: "for a link followed before",
      needs: ["mail"],
      given: async (world) => {
        const at = await linkTo(world, await MAILS["magiclink"]!(world));
        await world.send("GET", at);
        return { at };
      },
      answer: EXPIRED,
    },
    {
      why: "for a link too old",
      needs: ["mail", "clock"],
      env: { GOTRUE_MAILER_OTP_EXP: "3600" },
      given: async (world) => {
        const at = await linkTo(world, await MAILS["recovery"]!(world));
        world.advance(3_601_000);
        return { at };
      },
      answer: EXPIRED,
    },
    {
      why: "for somebody banned",
      needs: ["mail"],
      given: async (world) => {
        const { email, user } = await signedUp(world);
        await resetPasswordForEmail(world.config, email);
        await world.admin.updateUserById(user.id, { ban_duration: "1h" });
        return { at: await linkTo(world, email) };
      },
      answer: [303, "user_banned", "User is banned"],
    },
  ]),
];
