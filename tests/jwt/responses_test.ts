import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  AuthApiError,
  AuthNetworkError,
  AuthResponseError,
  AuthSessionError,
  AuthTokenError,
} from "../../lib/errors.ts";
import {
  createResourceMetadata,
  createVerifier,
  decodeJwt,
  requireAal,
  requireRecent,
  requireRole,
  toResponse,
  type VerifiedClaims,
} from "../../lib/jwt/mod.ts";
import {
  claimsOf,
  createKeyServer,
  createSecretSigner,
  createSigner,
  NOW,
  URL_,
} from "./support.ts";

/** What a guard throws. */
function thrownBy(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
}

/** What a verifier throws. */
function refusalOf(token: string | null, url: string = URL_): Promise<unknown> {
  const { fetch } = createKeyServer();
  const verifier = createVerifier({ url, fetch, now: () => NOW });
  return verifier.verify(token).catch((error) => error);
}

const claims = claimsOf() as unknown as VerifiedClaims;

const CHALLENGES: [error: () => unknown, status: number, challenge: string][] =
  [
    [() => refusalOf(null), 401, "Bearer"],
    [() => new AuthSessionError("session_missing", "None"), 401, "Bearer"],
    [() => refusalOf("a.b"), 401, 'Bearer error="invalid_token"'],
    [
      () => refusalOf("sb_secret_x"),
      401,
      'Bearer error="invalid_token"',
    ],
    [
      () => new AuthApiError("session_not_found", "Gone", { status: 403 }),
      401,
      'Bearer error="invalid_token"',
    ],
    [
      () => thrownBy(() => requireAal(claims, "aal2")),
      403,
      'Bearer error="insufficient_user_authentication", acr_values="aal2"',
    ],
    [
      () => thrownBy(() => requireRecent(claims, 300, { now: () => NOW * 2 })),
      403,
      'Bearer error="insufficient_user_authentication", max_age="300"',
    ],
    [
      () => thrownBy(() => requireRole(claims, "owner")),
      403,
      'Bearer error="insufficient_scope"',
    ],
  ];
for (const [make, status, challenge] of CHALLENGES) {
  Deno.test(`toResponse() answers ${status} with ${challenge}`, async () => {
    const error = await make() as AuthTokenError;
    const response = toResponse(error);
    assertEquals(response.status, status);
    assertEquals(response.headers.get("www-authenticate"), challenge);
    assertEquals(response.headers.get("cache-control"), "no-store");
    assertEquals(response.headers.get("content-type"), "application/json");
    const { code, message } = error;
    assertEquals(await response.json(), { code, message });
  });
}

const UNAVAILABLE: [error: Error, retryAfter: string][] = [
  [new AuthNetworkError("timeout", "Late"), "5"],
  [new AuthResponseError("invalid_response", "HTML"), "5"],
  [
    new AuthApiError("over_request_rate_limit", "Slow", { retryAfterMs: 1001 }),
    "2",
  ],
  [new AuthApiError("unexpected_failure", "Oops", { status: 500 }), "5"],
];
for (const [error, retryAfter] of UNAVAILABLE) {
  Deno.test(`toResponse() answers 503 to ${error.name} ${error.message}`, async () => {
    const response = toResponse(error);
    assertEquals(await response.clone().json(), {
      code: (error as AuthNetworkError).code,
      message: "Cannot check the token at the moment",
    });
    assertEquals(response.status, 503);
    assertEquals(response.headers.get("retry-after"), retryAfter);
    assertEquals(response.headers.get("www-authenticate"), null);
  });
}

Deno.test("toResponse() throws what is not about credentials", () => {
  const others = [
    new TypeError("A bug"),
    new AuthSessionError("client_disposed", "Gone"),
    "text",
    undefined,
  ];
  for (const other of others) {
    try {
      toResponse(other);
      assert(false, "It must throw");
    } catch (error) {
      assertEquals(error, other);
    }
  }
});

Deno.test("toResponse() adds realm, metadata and headers", () => {
  const error = new AuthTokenError("jwt_expired", "Cannot: it has expired");
  const response = toResponse(error, {
    realm: 'a "quoted" \\ name\r\n',
    resourceMetadata: "https://app.example/.well-known/x",
    headers: { "access-control-allow-origin": "*", "cache-control": "private" },
  });
  assertEquals(
    response.headers.get("www-authenticate"),
    'Bearer realm="a \\"quoted\\" \\\\ name", error="invalid_token", ' +
      'resource_metadata="https://app.example/.well-known/x"',
  );
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  assertEquals(response.headers.get("cache-control"), "private");
  const bare = toResponse(new AuthTokenError("jwt_missing", "None"), {
    resourceMetadata: "https://app.example/.well-known/x",
  });
  assertEquals(
    bare.headers.get("www-authenticate"),
    'Bearer resource_metadata="https://app.example/.well-known/x"',
  );
});

Deno.test("toResponse() never tells the token", async () => {
  const es256 = await createSigner("ES256", "one");
  const hs256 = await createSecretSigner();
  const tokens = [
    await es256.sign(claimsOf()),
    await es256.sign(claimsOf({ iss: "https://other.example" })),
    await es256.sign(claimsOf({ aud: "x" })),
    await es256.sign(claimsOf({ exp: 1 })),
    await hs256.sign(claimsOf()),
    "sb_secret_ab.cd",
    "x.y.z",
  ];
  for (const token of tokens) {
    const response = toResponse(await refusalOf(token));
    const told = JSON.stringify([
      [...response.headers],
      await response.text(),
    ]);
    for (
      const part of [token, ...token.split(".")].filter((x) => x.length > 3)
    ) {
      assert(!told.includes(part), told);
    }
  }
});

const RESOURCES: [resource: string, url: string][] = [
  [
    "https://app.example",
    "https://app.example/.well-known/oauth-protected-resource",
  ],
  [
    "https://app.example/",
    "https://app.example/.well-known/oauth-protected-resource",
  ],
  [
    "https://app.example/mcp",
    "https://app.example/.well-known/oauth-protected-resource/mcp",
  ],
  [
    "https://app.example:8443/a/b/",
    "https://app.example:8443/.well-known/oauth-protected-resource/a/b/",
  ],
  [
    "https://app.example/mcp?k=v",
    "https://app.example/.well-known/oauth-protected-resource/mcp?k=v",
  ],
  [
    "http://localhost:8000/mcp",
    "http://localhost:8000/.well-known/oauth-protected-resource/mcp",
  ],
];
for (const [resource, url] of RESOURCES) {
  Deno.test(`createResourceMetadata() serves that of ${resource}`, async () => {
    const metadata = createResourceMetadata({
      resource,
      authorizationServers: [URL_],
    });
    assertEquals(metadata.url, url);
    const response = metadata.handle(new Request(url));
    assertEquals(response?.status, 200);
    assertEquals(response?.headers.get("content-type"), "application/json");
    assertEquals(await response?.json(), {
      resource,
      authorization_servers: [URL_],
      bearer_methods_supported: ["header"],
    });
    assertEquals(metadata.handle(new Request(`${url}x`)), undefined);
    assertEquals(metadata.handle(new Request(resource)), undefined);
  });
}

Deno.test("createResourceMetadata() tells scopes, names and other members", async () => {
  const metadata = createResourceMetadata({
    resource: "https://app.example/mcp",
    authorizationServers: [URL_],
    scopesSupported: ["openid", "email"],
    resourceName: "Tools",
    resourceDocumentation: "https://app.example/docs",
    other: { tls_client_certificate_bound_access_tokens: false },
  });
  assertEquals(await metadata.handle(new Request(metadata.url))?.json(), {
    tls_client_certificate_bound_access_tokens: false,
    resource: "https://app.example/mcp",
    authorization_servers: [URL_],
    bearer_methods_supported: ["header"],
    scopes_supported: ["openid", "email"],
    resource_name: "Tools",
    resource_documentation: "https://app.example/docs",
  });
});

Deno.test("createResourceMetadata() answers other methods, from any origin", async () => {
  const metadata = createResourceMetadata({
    resource: "https://app.example/mcp",
    authorizationServers: [URL_],
  });
  const table: [method: string, status: number][] = [
    ["GET", 200],
    ["HEAD", 200],
    ["OPTIONS", 204],
    ["POST", 405],
    ["DELETE", 405],
  ];
  for (const [method, status] of table) {
    const response = metadata.handle(new Request(metadata.url, { method }));
    assertEquals(response?.status, status);
    assertEquals(response?.headers.get("access-control-allow-origin"), "*");
    assertEquals((await response?.text()) === "", method !== "GET");
  }
});

Deno.test("createResourceMetadata() refuses what is no web address", () => {
  for (const resource of ["app.example", "urn:x", "https://a.example/#b"]) {
    const make = () =>
      createResourceMetadata({ resource, authorizationServers: [URL_] });
    assertThrows(make, TypeError);
  }
});

Deno.test("a resource server is a few lines", async () => {
  const signer = await createSigner("ES256", "one");
  const verifier = createVerifier({
    url: URL_,
    jwks: { keys: [signer.jwk] },
    now: () => NOW,
  });
  const metadata = createResourceMetadata({
    resource: "https://app.example/mcp",
    authorizationServers: [URL_],
  });
  const handle = async (token: string | null): Promise<Response> => {
    try {
      const { claims } = await verifier.verify(token);
      return new Response(claims.sub);
    } catch (error) {
      return toResponse(error, { resourceMetadata: metadata.url });
    }
  };
  const refused = await handle(null);
  const challenge = refused.headers.get("www-authenticate") ?? "";
  const url = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? "";
  const found = await metadata.handle(new Request(url))?.json();
  assertEquals(found.authorization_servers, [URL_]);
  const token = await signer.sign(claimsOf());
  const accepted = await handle(token);
  assertEquals(await accepted.text(), decodeJwt(token).claims.sub);
});
