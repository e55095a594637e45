/** What only a client does: sessions, events, flows that lead through a mail. */
import { isAuthError } from "@gotrue/edge";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import { signedUp } from "./people.ts";
import type { ContractCase } from "./world.ts";

const UNCONFIRMED = { GOTRUE_MAILER_AUTOCONFIRM: "false" };

/** Subscribers are told after the caller, in later turns of the queue. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

export const CLIENT: readonly ContractCase[] = [
  {
    name:
      "AuthClient.getSession() gives the session of a sign-in, and none after a sign-out",
    run: async ({ client, email }) => {
      const auth = client();
      assertEquals(await auth.getSession(), { session: null });
      const { session } = await auth.signUp({
        email: email(),
        password: PASSWORD,
      });
      const current = (await auth.getSession()).session;
      assertEquals(current?.access_token, session?.access_token);
      await auth.signOut();
      assertEquals(await auth.getSession(), { session: null });
    },
  },
  {
    name: "AuthClient.getSession() refreshes a session whose token has expired",
    needs: ["clock"],
    run: async (world) => {
      const auth = world.client();
      await auth.signUp({ email: world.email(), password: PASSWORD });
      const before = (await auth.getSession()).session;
      world.advance(3_600_000);
      const after = (await auth.getSession()).session;
      assert(after && after.access_token !== before?.access_token);
      assert(after.expires_at * 1000 > world.now());
    },
  },
  {
    name: "AuthClient.getSession() throws the refusal that ended the session",
    needs: ["clock"],
    run: async (world) => {
      const auth = world.client();
      const { user } = await auth.signUp({
        email: world.email(),
        password: PASSWORD,
      });
      await world.admin.deleteUser(user.id);
      world.advance(3_600_000);
      await assertRefused(auth.getSession(), 400, "refresh_token_not_found");
      assertEquals(await auth.getSession(), { session: null });
    },
  },
  {
    name: "AuthClient.setSession() takes over tokens",
    run: async (world) => {
      const person = await signedUp(world);
      const auth = world.client();
      const { user } = await auth.setSession({
        access_token: person.accessToken,
        refresh_token: person.refreshToken,
      });
      assertEquals(user.id, person.user.id);
    },
  },
  {
    name: "AuthClient.setSession() is refused for tokens of nobody",
    run: async ({ client }) => {
      const tokens = { access_token: "a.b.c", refresh_token: "abcdefghij23" };
      const call = client().setSession(tokens);
      await assertRefused(call, 400, "refresh_token_not_found");
    },
  },
  {
    name: "AuthClient.refreshSession() rotates the tokens",
    run: async ({ client, email }) => {
      const auth = client();
      await auth.signUp({ email: email(), password: PASSWORD });
      const before = (await auth.getSession()).session;
      const { session } = await auth.refreshSession();
      assert(session.refresh_token !== before?.refresh_token);
    },
  },
  {
    name: "AuthClient.refreshSession() is refused for a token of nobody",
    run: async ({ client }) => {
      const params = { refresh_token: "abcdefghij23" };
      const call = client().refreshSession(params);
      await assertRefused(call, 400, "refresh_token_not_found");
    },
  },
  {
    name: "AuthClient.onAuthStateChange() tells of each transition once",
    run: async ({ client, email }) => {
      const auth = client();
      const events: string[] = [];
      const { subscription } = auth.onAuthStateChange((event) => {
        events.push(event);
      });
      await settle();
      await auth.signUp({ email: email(), password: PASSWORD });
      await settle();
      await auth.refreshSession();
      await settle();
      await auth.updateUser({ data: { a: 1 } });
      await settle();
      await auth.signOut();
      await settle();
      subscription.unsubscribe();
      assertEquals(events, [
        "INITIAL_SESSION",
        "SIGNED_IN",
        "TOKEN_REFRESHED",
        "USER_UPDATED",
        "SIGNED_OUT",
      ]);
    },
  },
  {
    name: "AuthClient.initialize() reads what an earlier client has stored",
    run: async ({ client, email }) => {
      const items = new Map<string, string>();
      const storage = {
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, value),
        removeItem: (key: string) => void items.delete(key),
      };
      const params = { email: email(), password: PASSWORD };
      const { user } = await client({ storage }).signUp(params);
      const later = client({ storage });
      assertEquals(await later.initialize(), undefined);
      assertEquals(later.getSnapshot().session?.user.id, user.id);
    },
  },
  {
    name:
      "AuthClient.initialize() consumes the address that a mail link leads to",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async ({ client, email, follow, mail }) => {
      const auth = client();
      const address = email();
      await auth.signUp({ email: address, password: PASSWORD });
      const { link } = await mail(address);
      await auth.initialize({ url: (await follow(link)).href });
      assertEquals((await auth.getSession()).session?.user.email, address);
    },
  },
  {
    name: "AuthClient.initialize() throws what the address tells",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async ({ client, email, follow, mail }) => {
      const auth = client({ flowType: "implicit" });
      const address = email();
      await auth.signUp({ email: address, password: PASSWORD });
      const { link } = await mail(address);
      await follow(link);
      const url = (await follow(link)).href;
      const error = await assertRejects(() => auth.initialize({ url }));
      assert(isAuthError(error, "otp_expired"));
    },
  },
  {
    name: "AuthClient.exchangeCodeForSession() ends a recovery as such",
    needs: ["mail"],
    run: async ({ admin, client, email, follow, mail }) => {
      const auth = client();
      const address = email();
      await admin.createUser({ email: address, email_confirm: true });
      await auth.resetPasswordForEmail(address);
      const target = await follow((await mail(address)).link);
      const code = target.searchParams.get("code") ?? "";
      const { redirectType, user } = await auth.exchangeCodeForSession(code);
      assertEquals([redirectType, user.email], ["recovery", address]);
    },
  },
  {
    name: "AuthClient.getClaims() verifies the token of the session",
    run: async ({ client, email }) => {
      const auth = client();
      const { user } = await auth.signUp({
        email: email(),
        password: PASSWORD,
      });
      assertEquals((await auth.getClaims())?.claims.sub, user.id);
    },
  },
  {
    name: "methods that need somebody signed in throw session_missing",
    run: async ({ client }) => {
      const auth = client();
      const calls: (() => Promise<unknown>)[] = [
        () => auth.getUser(),
        () => auth.updateUser({}),
        () => auth.reauthenticate(),
        () => auth.getUserIdentities(),
        () => auth.linkIdentity({ provider: "github" }),
        () => auth.unlinkIdentity({ identity_id: "x" }),
        () => auth.refreshSession(),
        () => auth.signOut({ scope: "others" }),
        () => auth.mfa.enroll({ factorType: "totp" }),
        () => auth.mfa.challenge({ factorId: "x" }),
        () => auth.mfa.unenroll({ factorId: "x" }),
        () => auth.mfa.listFactors(),
      ];
      for (const call of calls) {
        const error = await assertRejects(call);
        assert(isAuthError(error, "session_missing"));
      }
    },
  },
];
