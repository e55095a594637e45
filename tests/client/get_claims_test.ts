/** Claims: verified locally where the keys are public, else by asking once. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import { isAuthError } from "../../lib/errors.ts";
import type { Fetch } from "../../lib/config.ts";
import { EMAIL, PASSWORD } from "./emulated.ts";
import {
  clientTest,
  type Kit,
  type Observed,
  type TestOptions,
  textIn,
} from "./helpers.ts";
import type { UnknownMetadata } from "../../lib/config.ts";

const SECRET = "super-secret-jwt-token-with-at-least-32-characters-long";
const HOUR = 3_600_000;

interface Scene extends Observed {
  readonly emulator: Emulator;
  /** The paths that were asked for, since the sign-in. */
  readonly paths: string[];
}

async function scene(
  kit: Kit,
  profile: "supabase" | "server",
  options: TestOptions<UnknownMetadata> = {},
): Promise<Scene> {
  const env = profile === "server"
    ? {
      GOTRUE_JWT_SECRET: SECRET,
      GOTRUE_JWT_AUD: "authenticated",
      GOTRUE_MAILER_AUTOCONFIRM: "true",
    }
    : {};
  const emulator = createEmulator({ profile, env, seed: "claims" });
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  const paths: string[] = [];
  const fetch: Fetch = (input, init) => {
    paths.push(new URL(input).pathname.replace("/auth/v1", ""));
    return emulator.fetch(input, init);
  };
  const { url, now } = emulator.clientOptions();
  const client = kit.client(fetch, {
    url,
    now,
    ...options,
  });
  await client.auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
  paths.length = 0;
  return { ...client, emulator, paths };
}

clientTest(
  "getClaims() of ES256 verifies locally, with one request for the keys",
  async (kit) => {
    const { auth, paths } = await scene(kit, "supabase");
    const first = await auth.getClaims();
    const second = await auth.getClaims();
    const { user } = (await auth.getSession()).session!;
    assertEquals(first?.claims.sub, user.id);
    assertEquals(first?.header.alg, "ES256");
    assertEquals(first?.signature.length, 64);
    assertEquals(second?.claims, first?.claims);
    assert(!paths.includes("/user"));
    assert(paths.length <= 1, "the keys were fetched more than once");
  },
);

clientTest(
  "getClaims() refuses a token that was tampered with",
  async (kit) => {
    const { auth } = await scene(kit, "supabase");
    const { session } = await auth.getSession();
    const [header, payload, signature] = session!.access_token.split(".");
    const claims = JSON.parse(
      atob(payload!.replaceAll("-", "+").replaceAll("_", "/")),
    );
    const forged = btoa(JSON.stringify({ ...claims, role: "service_role" }))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const call = auth.getClaims(`${header}.${forged}.${signature}`);
    assert(isAuthError(await call.catch((e) => e), "jwt_signature_invalid"));
  },
);

clientTest("getClaims() of HS256 with the secret asks nobody", async (kit) => {
  const { auth, paths } = await scene(kit, "server", {
    verifier: { secret: SECRET, issuer: null },
  });
  const { claims, header } = (await auth.getClaims())!;
  assertEquals(header.alg, "HS256");
  assertEquals(claims.email, EMAIL);
  assertEquals(paths, []);
});

clientTest(
  "getClaims() of HS256 with a wrong secret is refused",
  async (kit) => {
    const { auth } = await scene(kit, "server", {
      verifier: {
        secret: "another-secret-of-32-characters-or-so",
        issuer: null,
      },
    });
    const error = await auth.getClaims().catch((error) => error);
    assert(isAuthError(error, "jwt_signature_invalid"));
  },
);

clientTest(
  "getClaims() of HS256 without the secret asks for the user once for each token",
  async (kit) => {
    const { auth, paths, emulator } = await scene(kit, "server", {
      verifier: { issuer: null },
    });
    for (let call = 0; call < 3; call++) {
      assertEquals((await auth.getClaims())?.claims.email, EMAIL);
    }
    assertEquals(paths, ["/user"]);
    emulator.clock.advance(60_000);
    await auth.refreshSession();
    paths.length = 0;
    await auth.getClaims();
    await auth.getClaims();
    assertEquals(paths, ["/user"]);
  },
);

clientTest(
  "getClaims() of HS256 holds what the server vouches for to the same policy",
  async (kit) => {
    const issued = await scene(kit, "server", {
      verifier: { issuer: "https://elsewhere.example" },
    });
    const issuer = await issued.auth.getClaims().catch((error) => error);
    assert(
      isAuthError(issuer) && issuer.code.startsWith("jwt_"),
      String(issuer),
    );
    assertEquals(issued.paths, []);
    const meant = await scene(kit, "server", {
      verifier: { issuer: null, audience: "robots" },
    });
    const audience = await meant.auth.getClaims().catch((error) => error);
    assert(isAuthError(audience) && audience.code.startsWith("jwt_"));
    assertEquals(meant.paths, []);
  },
);

clientTest(
  "getClaims() of HS256 without the secret ends a session that is gone",
  async (kit) => {
    const { auth, emulator, storage } = await scene(kit, "server", {
      verifier: { issuer: null },
    });
    await emulator.users.delete(EMAIL);
    const error = await auth.getClaims().catch((error) => error);
    assert(isAuthError(error) && error.status === 403);
    assertEquals(textIn(storage), null);
    assertEquals(await auth.getClaims(), null);
  },
);

for (const profile of ["supabase", "server"] as const) {
  clientTest(
    `getClaims() of an expired token is refused unless allowExpired (${profile})`,
    async (kit) => {
      const { auth, emulator } = await scene(kit, profile, {
        verifier: profile === "server" ? { issuer: null, secret: SECRET } : {},
      });
      const { access_token } = (await auth.getSession()).session!;
      emulator.clock.advance(2 * HOUR);
      const error = await auth.getClaims(access_token).catch((error) => error);
      assert(isAuthError(error, "jwt_expired"));
      const allowed = await auth.getClaims(access_token, {
        allowExpired: true,
      });
      assertEquals(allowed?.claims.email, EMAIL);
      const again = await auth.getClaims(access_token).catch((error) => error);
      assert(isAuthError(again, "jwt_expired"));
    },
  );
}

clientTest(
  "getClaims() refreshes the session's token first, if it has expired",
  async (kit) => {
    const { auth, emulator, paths } = await scene(kit, "supabase");
    emulator.clock.advance(2 * HOUR);
    assertEquals((await auth.getClaims())?.claims.email, EMAIL);
    assertEquals(paths[0], "/token");
  },
);

clientTest(
  "getClaims() takes keys that are known beforehand, and no others",
  async (kit) => {
    const { auth, emulator, paths } = await scene(kit, "supabase");
    const answer = await emulator.fetch(
      `${emulator.url}/.well-known/jwks.json`,
    );
    const jwks = await answer.json();
    assertEquals(
      (await auth.getClaims(undefined, { jwks }))?.claims.email,
      EMAIL,
    );
    const { keys } = jwks;
    assertEquals(
      (await auth.getClaims(undefined, { keys }))?.claims.email,
      EMAIL,
    );
    assertEquals(paths, []);
    const none = { keys: [] };
    const error = await auth.getClaims(undefined, { jwks: none }).catch((e) =>
      e
    );
    assert(isAuthError(error), "verified without a key");
  },
);

clientTest(
  "getClaims() takes the verifier's keys of the options",
  async (kit) => {
    const emulator = createEmulator({ seed: "claims" });
    await emulator.users.seed({ email: EMAIL, password: PASSWORD });
    const answer = await emulator.fetch(
      `${emulator.url}/.well-known/jwks.json`,
    );
    const jwks = await answer.json();
    const paths: string[] = [];
    const { url, now } = emulator.clientOptions();
    const { auth } = kit.client((input, init) => {
      paths.push(new URL(input).pathname);
      return emulator.fetch(input, init);
    }, { url, now, verifier: { jwks } });
    await auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
    paths.length = 0;
    assertEquals((await auth.getClaims())?.claims.email, EMAIL);
    assertEquals(paths, []);
  },
);

clientTest(
  "getClaims() of what is no token is refused without a request",
  async (kit) => {
    const { auth, paths } = await scene(kit, "supabase");
    for (
      const text of ["", "a", "a.b", "a.b.c", "....", "sb_secret_key", "\0"]
    ) {
      const error = await auth.getClaims(text).catch((error) => error);
      assert(isAuthError(error), `${text}: ${error}`);
      assertEquals(error.name, "AuthTokenError");
    }
    assertEquals(paths, []);
  },
);

clientTest("getClaims() verifies by the server's clock", async (kit) => {
  const { emulator } = await scene(kit, "supabase");
  for (const skew of [-2 * HOUR, -5 * 60_000, 5 * 60_000, 2 * HOUR]) {
    const { auth } = kit.client(emulator.fetch, {
      url: emulator.url,
      now: () => emulator.clock.now() + skew,
    });
    await auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
    assertEquals((await auth.getClaims())?.claims.email, EMAIL);
  }
});

clientTest(
  "getClaims() with nobody signed in gives null without a request",
  async (kit) => {
    let requests = 0;
    const { auth } = kit.client(() => {
      requests++;
      return Promise.reject(new TypeError("no request expected"));
    });
    assertStrictEquals(await auth.getClaims(), null);
    assertEquals(requests, 0);
  },
);
