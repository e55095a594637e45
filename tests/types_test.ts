/**
 * What the types promise. A broken promise is a failure of the type check, so
 * most of these tests have nothing to do when they run.
 */
import { AdminClient } from "../lib/admin/mod.ts";
import * as admin from "../lib/admin/mod.ts";
import * as api from "../lib/api/mod.ts";
import type {
  AuthConfig,
  CodeChallenge,
  EnrolledPhone,
  EnrolledTotp,
  EnrolledWebauthn,
  HalfConfirmed,
  NotSignedIn,
  OAuthUrl,
  RegistrationResponseJSON,
  Session,
  SignedIn,
  User,
  UserConfig,
  VerifyOtpResult,
  WebauthnChallenge,
} from "../lib/api/mod.ts";
import {
  compileOnly,
  type Equals,
  expectType,
  type HasAny,
  type NamesWithAny,
} from "./type_claims.ts";

declare const config: AuthConfig;
declare const user: UserConfig;
declare const credential: RegistrationResponseJSON;

Deno.test("the finder of any finds one wherever it is", () => {
  // deno-lint-ignore no-explicit-any
  type Any = any;
  expectType<Equals<HasAny<Any>, true>>();
  expectType<true extends HasAny<() => Promise<{ a: Any[] }>> ? true : false>();
  expectType<true extends HasAny<(a: { b?: Any }) => void> ? true : false>();
  expectType<Equals<HasAny<(a: string) => Promise<{ b: unknown }>>, false>>();
});

Deno.test("./api has no any", () => {
  expectType<Equals<NamesWithAny<typeof api>, never>>();
});

Deno.test("./admin has no any", () => {
  expectType<Equals<NamesWithAny<typeof admin>, never>>();
  expectType<Equals<NamesWithAny<AdminClient>, never>>();
});

Deno.test("the types of ./api have no any", () => {
  expectType<Equals<true extends HasAny<User> ? true : false, false>>();
  expectType<Equals<true extends HasAny<Session> ? true : false, false>>();
  expectType<Equals<true extends HasAny<AuthConfig> ? true : false, false>>();
});

// Points in time

type DateNames<T> = keyof {
  [
    K in keyof T as string extends K ? never
      : NonNullable<T[K]> extends Date ? K
      : never
  ]: T[K];
};

Deno.test("User gives its points in time as Dates", () => {
  expectType<Equals<User["created_at"], Date>>();
  expectType<Equals<User["banned_until"], Date | undefined>>();
  type Names = DateNames<User>;
  type Suffixed = Extract<Names, `${string}_at`>;
  expectType<Equals<Names, Suffixed | "banned_until">>();
  expectType<
    Equals<Exclude<Extract<keyof User, `${string}_at`>, Names>, never>
  >();
  expectType<Equals<Session["user"]["created_at"], Date>>();
  expectType<Equals<Session["expires_at"], number>>();
  expectType<Equals<api.UserIdentity["created_at"], Date>>();
  expectType<Equals<api.Factor["created_at"], Date>>();
  expectType<Equals<CodeChallenge["expires_at"], number>>();
});

// Results

type Result<F extends (...args: never[]) => unknown> = Awaited<ReturnType<F>>;

Deno.test("a sign-in gives a user and a session, neither of them nullable", () => {
  compileOnly(async () => {
    const password = await api.signInWithPassword(config, {
      email: "",
      password: "",
    });
    expectType<Equals<typeof password.user, User>>();
    expectType<Equals<typeof password.session, Session>>();
    for (
      const each of [
        await api.signInAnonymously(config),
        await api.signInWithIdToken(config, { provider: "", token: "" }),
        await api.refreshSession(config, { refresh_token: "" }),
        await api.exchangeCodeForSession(config, "", { codeVerifier: "" }),
      ]
    ) {
      expectType<Equals<typeof each, SignedIn>>();
    }
    const session = await api.mfaVerify(user, {
      factorId: "",
      challengeId: "",
      code: "",
    });
    expectType<Equals<typeof session, Session>>();
  });
});

Deno.test("signUp() gives a session or says that there is none yet", () => {
  compileOnly(async () => {
    const result = await api.signUp(config, { email: "", password: "" });
    expectType<Equals<typeof result, SignedIn | NotSignedIn>>();
    expectType<Equals<typeof result.user, User>>();
    expectType<Equals<typeof result.session, Session | null>>();
  });
});

Deno.test("verifyOtp() may give nulls for email_change alone", () => {
  type Of<Type extends string> = VerifyOtpResult<{ type: Type }>;
  expectType<Equals<Of<"signup">, SignedIn>>();
  expectType<Equals<Of<"email" | "recovery">, SignedIn>>();
  expectType<Equals<Of<"sms">, SignedIn>>();
  expectType<Equals<Of<"email_change">, SignedIn | HalfConfirmed>>();
  expectType<Equals<Of<api.EmailOtpType>, SignedIn | HalfConfirmed>>();
  compileOnly(async () => {
    const signedIn = await api.verifyOtp(config, {
      email: "",
      token: "",
      type: "magiclink",
    });
    expectType<Equals<typeof signedIn, SignedIn>>();
    const phone = await api.verifyOtp(config, {
      phone: "",
      token: "",
      type: "phone_change",
    });
    expectType<Equals<typeof phone, SignedIn>>();
    const half = await api.verifyOtp(config, {
      token_hash: "",
      type: "email_change",
    });
    expectType<Equals<typeof half, SignedIn | HalfConfirmed>>();
    const params = {} as api.VerifyOtpParams;
    const any = await api.verifyOtp(config, params);
    expectType<Equals<typeof any, SignedIn | HalfConfirmed>>();
  });
});

Deno.test("verifyOtp() takes a code with its address or a hash, not both", () => {
  compileOnly(() => {
    // @ts-expect-error a code needs its address
    api.verifyOtp(config, { token: "", type: "email" });
    // @ts-expect-error a text message confirms no sign-up by e-mail
    api.verifyOtp(config, { phone: "", token: "", type: "magiclink" });
    // @ts-expect-error no such type
    api.verifyOtp(config, { token_hash: "", type: "sms" });
  });
});

Deno.test("functions without a result give nothing", () => {
  expectType<Equals<Result<typeof api.reauthenticate>, void>>();
  expectType<Equals<Result<typeof api.resetPasswordForEmail>, void>>();
  expectType<Equals<Result<typeof api.signOut>, void>>();
  expectType<Equals<Result<typeof api.unlinkIdentity>, void>>();
  expectType<Equals<Result<typeof admin.signOut>, void>>();
  expectType<Equals<Result<typeof admin.deleteUser>, void>>();
});

// Overloads

Deno.test("linkIdentity() gives an address or a session, by its argument", () => {
  compileOnly(async () => {
    const redirect = await api.linkIdentity(user, { provider: "github" });
    expectType<
      Equals<
        typeof redirect,
        { readonly provider: string; readonly url: string }
      >
    >();
    expectType<Equals<OAuthUrl["url"], typeof redirect.url>>();
    const linked = await api.linkIdentity(user, {
      provider: "google",
      token: "",
    });
    expectType<Equals<typeof linked, SignedIn>>();
    // @ts-expect-error a token leads to no redirect
    api.linkIdentity(user, { provider: "", token: "", codeChallenge: "" });
  });
});

Deno.test("mfaEnroll() gives what belongs to the kind of factor", () => {
  compileOnly(async () => {
    const totp = await api.mfaEnroll(user, { factorType: "totp" });
    expectType<Equals<typeof totp, EnrolledTotp>>();
    const phone = await api.mfaEnroll(user, { factorType: "phone", phone: "" });
    expectType<Equals<typeof phone, EnrolledPhone>>();
    const key = await api.mfaEnroll(user, { factorType: "webauthn" });
    expectType<Equals<typeof key, EnrolledWebauthn>>();
    const params = {} as api.MfaEnrollParams;
    const any = await api.mfaEnroll(user, params);
    expectType<
      Equals<typeof any, EnrolledTotp | EnrolledPhone | EnrolledWebauthn>
    >();
    // @ts-expect-error a phone factor needs a number
    api.mfaEnroll(user, { factorType: "phone" });
    // @ts-expect-error no such kind
    api.mfaEnroll(user, { factorType: "pigeon" });
  });
});

Deno.test("mfaChallenge() gives what belongs to the kind of challenge", () => {
  compileOnly(async () => {
    const code = await api.mfaChallenge(user, { factorId: "" });
    expectType<Equals<typeof code, CodeChallenge>>();
    const sms = await api.mfaChallenge(user, { factorId: "", channel: "sms" });
    expectType<Equals<typeof sms, CodeChallenge>>();
    const key = await api.mfaChallenge(user, {
      factorId: "",
      webauthn: { rpId: "" },
    });
    expectType<Equals<typeof key, WebauthnChallenge>>();
    const ceremony = {
      type: "create",
      rpId: "",
      credential_response: credential,
    } as const;
    const ids = { factorId: "", challengeId: "" };
    api.mfaVerify(user, { ...ids, webauthn: ceremony });
    // @ts-expect-error a code or a ceremony, not both
    api.mfaVerify(user, { ...ids, code: "", webauthn: ceremony });
    // @ts-expect-error a code or a ceremony
    api.mfaVerify(user, ids);
  });
});

// Who acts

Deno.test("functions that act for a user take no configuration without a token", () => {
  compileOnly(() => {
    // @ts-expect-error no token
    api.getUser(config);
    // @ts-expect-error no token
    api.updateUser(config, {});
    // @ts-expect-error no token
    api.getUserIdentities(config);
    // @ts-expect-error no token
    api.mfaListFactors(config);
    // @ts-expect-error no token
    api.linkIdentity(config, { provider: "github" });
    // @ts-expect-error no token
    api.linkIdentity(config, { provider: "google", token: "" });
    // @ts-expect-error no token
    api.unlinkIdentity(config, { identity_id: "" });
    // @ts-expect-error no token
    api.reauthenticate(config);
    // @ts-expect-error no token
    api.signOut(config);
    // @ts-expect-error no token
    api.mfaEnroll(config, { factorType: "totp" });
    // @ts-expect-error no token
    api.mfaChallenge(config, { factorId: "" });
    // @ts-expect-error no token
    api.mfaVerify(config, { factorId: "", challengeId: "", code: "" });
    // @ts-expect-error no token
    api.mfaUnenroll(config, { factorId: "" });
    api.getUser(api.withAccessToken(config, ""));
  });
});

Deno.test("functions that act for nobody take a configuration with a token too", () => {
  compileOnly(() => {
    api.signUp(user, { email: "", password: "" });
    api.getSettings(user);
    admin.getUserById(user, "");
  });
});

Deno.test("a credential is by e-mail or by phone, not both and not neither", () => {
  compileOnly(() => {
    const both = { email: "", phone: "", password: "" };
    // @ts-expect-error both
    api.signUp(config, both);
    // @ts-expect-error both
    api.signInWithPassword(config, both);
    // @ts-expect-error both
    api.signInWithOtp(config, both);
    // @ts-expect-error neither
    api.signUp(config, { password: "" });
    // @ts-expect-error neither
    api.signInWithPassword(config, { password: "" });
    // @ts-expect-error PKCE is for e-mail alone
    api.signUp(config, { phone: "", password: "", codeChallenge: "" });
    // @ts-expect-error a sign-up by e-mail is confirmed by e-mail
    api.resend(config, { type: "signup", phone: "" });
    // @ts-expect-error by domain or by id, not both
    api.signInWithSSO(config, { domain: "", providerId: "" });
  });
});

Deno.test("a server is named by url or projectUrl, not both and not neither", () => {
  compileOnly(() => {
    api.createAuthConfig({ url: "" });
    api.createAuthConfig({ projectUrl: "" });
    // @ts-expect-error both
    api.createAuthConfig({ url: "", projectUrl: "" });
    // @ts-expect-error neither
    api.createAuthConfig({});
    // @ts-expect-error neither
    new AdminClient({ key: "" });
  });
});

Deno.test("generateLink() needs what the type of link needs", () => {
  compileOnly(() => {
    admin.generateLink(config, { type: "magiclink", email: "" });
    // @ts-expect-error a new user needs a password
    admin.generateLink(config, { type: "signup", email: "" });
    // @ts-expect-error a change needs the new address
    admin.generateLink(config, { type: "email_change_new", email: "" });
    // @ts-expect-error no such type
    admin.generateLink(config, { type: "sms", email: "" });
  });
});
