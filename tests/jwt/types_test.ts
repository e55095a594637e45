/** What the compiler is to accept and to refuse. */
import type * as jwt from "../../lib/jwt/mod.ts";
import { createVerifier, decodeJwt, requireAal } from "../../lib/jwt/mod.ts";
import {
  compileOnly,
  type Equals,
  expectType,
  type HasAny,
} from "../type_claims.ts";

interface OurMetadata {
  readonly user_metadata: { readonly name: string };
  readonly app_metadata: { readonly plan: "free" | "paid" };
}

Deno.test("nothing public in ./jwt has any in its type", () => {
  expectType<Equals<HasAny<typeof jwt>, false>>();
  expectType<Equals<HasAny<jwt.Verifier>, false>>();
});

Deno.test("unverified claims cannot be passed where verified ones are wanted", () => {
  compileOnly(() => {
    const { claims } = decodeJwt("token");
    // @ts-expect-error: nobody has verified them
    requireAal(claims, "aal2");
    // @ts-expect-error: anybody can write an object
    requireAal({ sub: "x", exp: 1, iat: 1, aal: "aal2" }, "aal2");
    const own = {} as jwt.AccessTokenClaims;
    // @ts-expect-error: the plain type is no proof either
    requireAal(own, "aal2");
  });
  compileOnly(async () => {
    const { claims } = await createVerifier({ url: "" }).verify("token");
    requireAal(claims, "aal2");
  });
});

Deno.test("claims are typed as the server writes them", () => {
  type Claims = jwt.VerifiedClaims;
  expectType<Equals<Claims["sub"], string>>();
  expectType<Equals<Claims["exp"], number>>();
  expectType<Equals<Claims["is_anonymous"], boolean | undefined>>();
  expectType<
    Equals<Claims["amr"], readonly jwt.AmrEntry[] | null | undefined>
  >();
  expectType<Equals<Claims["something_else"], unknown>>();
  expectType<Equals<jwt.UnverifiedClaims["sub"], string | undefined>>();
});

Deno.test("metadata is typed by the application", () => {
  compileOnly(async () => {
    const verifier = createVerifier<OurMetadata>({ url: "" });
    const { claims } = await verifier.verify("token");
    expectType<
      Equals<
        typeof claims.app_metadata,
        OurMetadata["app_metadata"] | null | undefined
      >
    >();
    const decoded = decodeJwt<OurMetadata>("token").claims;
    expectType<
      Equals<
        typeof decoded.user_metadata,
        OurMetadata["user_metadata"] | null | undefined
      >
    >();
    const usual = await createVerifier({ url: "" }).verify("token");
    expectType<
      Equals<
        typeof usual.claims.user_metadata,
        Readonly<Record<string, unknown>> | null | undefined
      >
    >();
  });
});

Deno.test("options are checked", () => {
  compileOnly(() => {
    // @ts-expect-error: no such algorithm
    createVerifier({ url: "", algorithms: ["none"] });
    // @ts-expect-error: neither text nor null
    createVerifier({ url: "", issuer: 7 });
    const verifier: jwt.Verifier = createVerifier({
      issuer: null,
      jwks: { keys: [] },
    });
    verifier.verify(null);
    // @ts-expect-error: a request is no token
    verifier.verify(new Request("https://app.example"));
  });
});
