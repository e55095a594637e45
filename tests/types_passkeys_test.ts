/** What the types of passkeys promise: see `types_test.ts`. */
import * as api from "../lib/api/mod.ts";
import type { AdminClient } from "../lib/admin/mod.ts";
import * as passkeys from "../lib/browser/mod.ts";
import type {
  AuthClient,
  AuthenticationResponseJSON,
  AuthMethods,
  Passkey,
  PasskeyMethods,
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
  SignedIn,
  UnknownMetadata,
  User,
} from "../mod.ts";
import {
  compileOnly,
  type Equals,
  expectType,
  type NamesWithAny,
} from "./type_claims.ts";

interface MyMetadata {
  readonly user_metadata: { readonly name: string };
  readonly app_metadata: object;
}

declare const auth: AuthClient;
declare const mine: AuthClient<MyMetadata>;
declare const admin: AdminClient;
declare const config: api.AuthConfig<MyMetadata>;
declare const user: api.UserConfig;
declare const created: RegistrationResponseJSON;
declare const proof: AuthenticationResponseJSON;

Deno.test("./passkeys has no any", () => {
  expectType<Equals<NamesWithAny<typeof passkeys>, never>>();
  expectType<Equals<NamesWithAny<AuthClient["passkey"]>, never>>();
  expectType<Equals<NamesWithAny<AuthClient["mfa"]["webauthn"]>, never>>();
  expectType<Equals<NamesWithAny<PasskeyMethods>, never>>();
});

Deno.test("a sign-in by passkey keeps the metadata's types", () => {
  compileOnly(async () => {
    const { user, session } = await mine.signInWithPasskey();
    expectType<Equals<typeof user, User<MyMetadata>>>();
    expectType<Equals<typeof session.user, User<MyMetadata>>>();
    const pure = await passkeys.signInWithPasskey(config);
    expectType<Equals<typeof pure, SignedIn<MyMetadata>>>();
    const plain = await auth.signInWithPasskey({
      options: { mediation: "conditional", captchaToken: "" },
    });
    expectType<Equals<typeof plain, SignedIn<UnknownMetadata>>>();
    // @ts-expect-error no such mediation
    auth.signInWithPasskey({ options: { mediation: "sometimes" } });
  });
});

Deno.test("the methods of AuthMethods include those of passkeys", () => {
  expectType<AuthMethods extends PasskeyMethods ? true : false>();
});

Deno.test("passkeys have Dates", () => {
  compileOnly(async () => {
    const [passkey] = await auth.passkey.list();
    expectType<Equals<typeof passkey, Passkey | undefined>>();
    expectType<Equals<Passkey["created_at"], Date>>();
    expectType<Equals<Passkey["last_used_at"], Date | null | undefined>>();
    const ofAdmin = await admin.passkey.listPasskeys({ userId: "" });
    expectType<Equals<typeof ofAdmin, readonly Passkey[]>>();
    const nothing = await auth.passkey.delete({ passkeyId: "" });
    expectType<Equals<typeof nothing, void>>();
  });
});

Deno.test("each half of a ceremony takes the credential of its kind", () => {
  compileOnly(() => {
    api.passkeyVerifyRegistration(user, {
      challengeId: "",
      credential: created,
    });
    const params = { challengeId: "", credential: proof };
    api.passkeyVerifyAuthentication(config, params);
    // @ts-expect-error a proof is no new credential
    api.passkeyVerifyRegistration(user, params);
    // @ts-expect-error no token
    api.passkeyList(config);
  });
});

Deno.test("a factor's challenge tells which ceremony its options are for", () => {
  compileOnly(async () => {
    const { webauthn } = await api.mfaChallenge(user, {
      factorId: "",
      webauthn: { rpId: "" },
    });
    if (webauthn.type === "create") {
      const { publicKey } = webauthn.credential_options;
      const same: PublicKeyCredentialCreationOptionsJSON = publicKey;
      return same;
    }
    // @ts-expect-error nobody is made by a request
    return webauthn.credential_options.publicKey.user;
  });
});
