/** What the types of metadata promise: see `types_test.ts`. */
import { AdminClient } from "../lib/admin/mod.ts";
import * as api from "../lib/api/mod.ts";
import type {
  AppMetadata,
  AuthConfig,
  HalfConfirmed,
  Session,
  SignedIn,
  StandardSchema,
  UnknownMetadata,
  User,
} from "../lib/api/mod.ts";
import { compileOnly, type Equals, expectType } from "./type_claims.ts";

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
declare const profileSchema: StandardSchema<Profile>;
declare const planSchema: StandardSchema<Plan>;

Deno.test("metadata is unknown unless its type is given", () => {
  expectType<
    Equals<User["user_metadata"], Readonly<Record<string, unknown>>>
  >();
  expectType<Equals<User["app_metadata"], AppMetadata>>();
  compileOnly(() => {
    const plain = api.createAuthConfig({ url: "" });
    expectType<Equals<typeof plain, AuthConfig<UnknownMetadata>>>();
  });
});

Deno.test("createAuthConfig() takes metadata's types from schemas", () => {
  compileOnly(async () => {
    const both = api.createAuthConfig({
      url: "",
      metadata: { user_metadata: profileSchema, app_metadata: planSchema },
    });
    const { user } = await api.signUp(both, { email: "", password: "" });
    expectType<Equals<typeof user.user_metadata, Profile>>();
    expectType<Equals<typeof user.app_metadata, Plan>>();

    const one = api.createAuthConfig({
      projectUrl: "",
      metadata: { user_metadata: profileSchema },
    });
    const { session } = await api.refreshSession(one, { refresh_token: "" });
    expectType<Equals<typeof session.user.user_metadata, Profile>>();
    expectType<Equals<typeof session.user.app_metadata, AppMetadata>>();

    const app = api.createAuthConfig({
      url: "",
      metadata: { app_metadata: planSchema },
    });
    const mine = await api.getUser(api.withAccessToken(app, ""));
    expectType<Equals<typeof mine.user.app_metadata, Plan>>();
    expectType<
      Equals<
        typeof mine.user.user_metadata,
        Readonly<Record<string, unknown>>
      >
    >();
  });
});

Deno.test("metadata's types can be given without schemas", () => {
  compileOnly(async () => {
    const mine = api.createAuthConfig<MyMetadata>({ url: "" });
    expectType<Equals<typeof mine, AuthConfig<MyMetadata>>>();
    const result = await api.verifyOtp(mine, {
      token_hash: "",
      type: "email_change",
    });
    expectType<Equals<typeof result, SignedIn<MyMetadata> | HalfConfirmed>>();
    const linked = await api.linkIdentity(api.withAccessToken(mine, ""), {
      provider: "google",
      token: "",
    });
    expectType<Equals<typeof linked.session, Session<MyMetadata>>>();
    const { user } = await new AdminClient<MyMetadata>({ url: "" })
      .getUserById("");
    expectType<Equals<typeof user.user_metadata.name, string>>();
    expectType<Equals<typeof user.app_metadata.plan, "free" | "pro">>();
    for await (const each of new AdminClient<MyMetadata>({ url: "" }).users()) {
      expectType<Equals<typeof each, User<MyMetadata>>>();
    }
    const metadata = { user_metadata: planSchema };
    // @ts-expect-error the schema makes something else
    api.createAuthConfig<MyMetadata>({ url: "", metadata });
  });
});
