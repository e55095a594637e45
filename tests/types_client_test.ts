/** What the types of the client promise: see `types_test.ts`. */
import type * as entry from "../mod.ts";
import {
  AuthClient,
  type AuthClientOptions,
  type AuthSnapshot,
  type ClaimsResult,
  type CodeChallenge,
  type EnrolledPhone,
  type EnrolledTotp,
  type EnrolledWebauthn,
  type HalfConfirmed,
  type OAuthResult,
  type Session,
  type SignedIn,
  type StandardSchema,
  type User,
  type WebauthnChallenge,
} from "../mod.ts";
import {
  compileOnly,
  type Equals,
  expectType,
  type HasAny,
  type NamesWithAny,
} from "./type_claims.ts";

interface Profile {
  readonly name: string;
}
interface Plan {
  readonly plan: "free" | "pro";
}
interface MyMetadata {
  readonly user_metadata: Profile;
  readonly app_metadata: Plan;
}

declare const auth: AuthClient;
declare const mine: AuthClient<MyMetadata>;
declare const profileSchema: StandardSchema<Profile>;
declare const planSchema: StandardSchema<Plan>;

Deno.test(". has no any", () => {
  expectType<Equals<NamesWithAny<typeof entry>, never>>();
  expectType<Equals<NamesWithAny<AuthClient>, never>>();
  expectType<Equals<NamesWithAny<AuthClient["mfa"]>, never>>();
  expectType<Equals<true extends HasAny<AuthClientOptions> ? 1 : 0, 0>>();
  expectType<
    Equals<true extends HasAny<ClaimsResult<MyMetadata>> ? 1 : 0, 0>
  >();
});

Deno.test("a sign-in gives a user and a session, neither nullable", () => {
  compileOnly(async () => {
    const { user, session } = await auth.signInWithPassword({
      email: "ada@example.com",
      password: "correct horse",
    });
    expectType<Equals<typeof user, User>>();
    expectType<Equals<typeof session, Session>>();
    const id: string = user.id;
    return [id, session.access_token];
  });
  type SignIns =
    | "signInAnonymously"
    | "signInWithIdToken"
    | "signInWithPassword"
    | "exchangeCodeForSession"
    | "setSession"
    | "refreshSession";
  type Result = Awaited<ReturnType<AuthClient[SignIns]>>;
  expectType<Equals<Result extends SignedIn ? true : false, true>>();
  expectType<Equals<Result["session"], Session>>();
});

Deno.test("points in time are Date, and numbers where the server sends them", () => {
  expectType<Equals<User["created_at"], Date>>();
  expectType<Equals<User["last_sign_in_at"], Date | undefined>>();
  expectType<Equals<Session["expires_at"], number>>();
  expectType<Equals<Session["user"]["created_at"], Date>>();
});

Deno.test("signUp() has a session or null, and always a user", () => {
  compileOnly(async () => {
    const result = await auth.signUp({ email: "a@b.co", password: "x" });
    expectType<Equals<typeof result.user, User>>();
    expectType<Equals<typeof result.session, Session | null>>();
    if (result.session) expectType<Equals<typeof result.session, Session>>();
  });
});

Deno.test("getSession() has a nullable session and nothing else that is", () => {
  type Result = Awaited<ReturnType<AuthClient["getSession"]>>;
  expectType<Equals<Result, { readonly session: Session | null }>>();
  type Claims = Awaited<ReturnType<AuthClient["getClaims"]>>;
  expectType<Equals<null extends Claims ? true : false, true>>();
  type GotUser = Awaited<ReturnType<AuthClient["getUser"]>>;
  expectType<Equals<GotUser["user"], User>>();
});

Deno.test("verifyOtp() may give nobody for email_change only", () => {
  compileOnly(async () => {
    const email = "ada@example.com";
    const token = "123456";
    const signup = await auth.verifyOtp({ email, token, type: "signup" });
    expectType<Equals<typeof signup, SignedIn>>();
    const sms = await auth.verifyOtp({ phone: "1", token, type: "sms" });
    expectType<Equals<typeof sms.session, Session>>();
    const hash = await auth.verifyOtp({ token_hash: "h", type: "recovery" });
    expectType<Equals<typeof hash.user, User>>();
    const change = await auth.verifyOtp({ email, token, type: "email_change" });
    expectType<Equals<typeof change, SignedIn | HalfConfirmed>>();
    const type = "email" as "email" | "email_change";
    const either = await auth.verifyOtp({ email, token, type });
    expectType<Equals<typeof either, SignedIn | HalfConfirmed>>();
    const own = await mine.verifyOtp({ email, token, type: "email" });
    expectType<Equals<typeof own, SignedIn<MyMetadata>>>();
  });
});

Deno.test("linkIdentity() gives a session for a token, an address without", () => {
  compileOnly(async () => {
    const linked = await auth.linkIdentity({ provider: "google", token: "t" });
    expectType<Equals<typeof linked, SignedIn>>();
    const options = { skipBrowserRedirect: true, scopes: "repo" };
    const begun = await auth.linkIdentity({ provider: "github", options });
    expectType<Equals<typeof begun, OAuthResult>>();
    expectType<Equals<typeof begun.flowId, string | null>>();
  });
});

Deno.test("mfa gives what belongs to the kind of factor", () => {
  compileOnly(async () => {
    const { mfa } = auth;
    const totp = await mfa.enroll({ factorType: "totp" });
    expectType<Equals<typeof totp, EnrolledTotp>>();
    const phone = await mfa.enroll({ factorType: "phone", phone: "1" });
    expectType<Equals<typeof phone, EnrolledPhone>>();
    const key = await mfa.enroll({ factorType: "webauthn", friendlyName: "k" });
    expectType<Equals<typeof key, EnrolledWebauthn>>();
    const code = await mfa.challenge({ factorId: "1" });
    expectType<Equals<typeof code, CodeChallenge>>();
    const sms = await mfa.challenge({ factorId: "1", channel: "sms" });
    expectType<Equals<typeof sms, CodeChallenge>>();
    const webauthn = await mfa.challenge({
      factorId: "1",
      webauthn: { rpId: "app.example" },
    });
    expectType<Equals<typeof webauthn, WebauthnChallenge>>();
    const session = await mine.mfa.verify({
      factorId: "1",
      challengeId: "2",
      code: "3",
    });
    expectType<Equals<typeof session, Session<MyMetadata>>>();
    const { currentLevel } = await mfa.getAuthenticatorAssuranceLevel();
    expectType<Equals<null extends typeof currentLevel ? true : false, true>>();
  });
});

Deno.test("metadata is unknown unless its type is given", () => {
  compileOnly(async () => {
    const { user } = await auth.getUser();
    expectType<Equals<typeof user.user_metadata["color"], unknown>>();
    const plain = new AuthClient({ url: "https://auth.example" });
    expectType<Equals<typeof plain, AuthClient>>();
  });
});

Deno.test("AuthClient<…> gives metadata its type everywhere", () => {
  expectType<
    Equals<ReturnType<typeof mine.getSnapshot>, AuthSnapshot<MyMetadata>>
  >();
  compileOnly(async () => {
    const { user } = await mine.getUser();
    expectType<Equals<typeof user.user_metadata, Profile>>();
    const { session } = await mine.getSession();
    expectType<Equals<typeof session, Session<MyMetadata> | null>>();
    const signedIn = await mine.signInAnonymously();
    expectType<Equals<typeof signedIn.user.app_metadata, Plan>>();
    const signedUp = await mine.signUp({ email: "a@b.co", password: "x" });
    expectType<Equals<typeof signedUp.user.user_metadata.name, string>>();
    const claims = (await mine.getClaims())?.claims;
    expectType<
      Equals<
        NonNullable<NonNullable<typeof claims>["app_metadata"]>,
        Plan
      >
    >();
    mine.onAuthStateChange((_, session, { previous }) => {
      expectType<Equals<typeof session, Session<MyMetadata> | null>>();
      expectType<Equals<typeof previous, Session<MyMetadata> | null>>();
    });
  });
});

Deno.test("schemas go with the types that AuthClient<…> is given", () => {
  compileOnly(async () => {
    const url = "https://auth.example";
    const both = new AuthClient<MyMetadata>({
      url,
      metadata: { user_metadata: profileSchema, app_metadata: planSchema },
    });
    const { user } = await both.getUser();
    expectType<Equals<typeof user.user_metadata, Profile>>();
    expectType<Equals<typeof user.app_metadata, Plan>>();
    new AuthClient<MyMetadata>({
      url,
      // @ts-expect-error: the schema gives something else
      metadata: { user_metadata: planSchema },
    });
  });
});

Deno.test("arguments of a wrong type do not compile", () => {
  compileOnly(() => {
    const email = "ada@example.com";
    // @ts-expect-error: the password is missing
    auth.signInWithPassword({ email });
    // @ts-expect-error: either e-mail or phone
    auth.signInWithPassword({ email, phone: "1", password: "x" });
    // @ts-expect-error: there is no such type
    auth.verifyOtp({ email, token: "1", type: "carrier-pigeon" });
    // @ts-expect-error: a phone's type
    auth.verifyOtp({ email, token: "1", type: "sms" });
    // @ts-expect-error: there is no such scope
    auth.signOut({ scope: "everybody" });
    // @ts-expect-error: a number is missing
    auth.mfa.enroll({ factorType: "phone" });
    // @ts-expect-error: the client makes the challenge itself
    auth.signUp({ email, password: "x", codeChallenge: "c" });
    // @ts-expect-error: either url or projectUrl
    new AuthClient({});
    // @ts-expect-error: either url or projectUrl
    new AuthClient({ url: "https://a.b", projectUrl: "https://a.b" });
    // @ts-expect-error: there is no such flow
    new AuthClient({ url: "https://a.b", flowType: "magic" });
  });
});
