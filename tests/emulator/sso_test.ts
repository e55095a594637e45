import instances from "../transcripts/data/_instances.json" with {
  type: "json",
};
import recorded from "../transcripts/data/sso.json" with { type: "json" };
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  type Answer,
  call,
  callAsAdmin,
  type Loose,
  start,
} from "./helpers.ts";
import { locationOf } from "./providers.ts";

const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const PROVIDERS = "/admin/sso/providers";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

function startWithSaml(env: Record<string, string> = {}): Emulator {
  return start({
    GOTRUE_SAML_ENABLED: "true",
    GOTRUE_SITE_URL: "http://localhost:3000",
    ...env,
  });
}

/** Metadata of an identity provider, with a prefix for all of its names. */
function metadata(entity: string, prefix = ""): string {
  const declare = prefix === "" ? "xmlns" : `xmlns:${prefix}`;
  const name = (local: string) => prefix === "" ? local : `${prefix}:${local}`;
  return `<?xml version="1.0"?><!-- made by hand -->
<${name("EntityDescriptor")} ${declare}="${METADATA}" entityID="${entity}">
  <${name("IDPSSODescriptor")} protocolSupportEnumeration="x">
    <${
    name("SingleSignOnService")
  } Binding="other" Location="https://idp.test/post"/>
    <${
    name("SingleSignOnService")
  } Binding="${REDIRECT}" Location="https://idp.test/sso?a=1&amp;b=2"/>
  </${name("IDPSSODescriptor")}>
</${name("EntityDescriptor")}>`;
}

async function create(
  emulator: Emulator,
  body: Record<string, unknown> = {},
): Promise<Answer> {
  return await callAsAdmin(emulator, "POST", PROVIDERS, {
    type: "saml",
    metadata_xml: metadata("https://idp.test"),
    domains: ["example.com"],
    ...body,
  });
}

async function inflate(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(
    new DecompressionStream("deflate-raw"),
  );
  return await new Response(stream).text();
}

Deno.test("POST /admin/sso/providers reads metadata with and without prefixes", async () => {
  const emulator = startWithSaml();
  const plain = await create(emulator);
  assertEquals(plain.status, 201);
  assertEquals(plain.body.saml.entity_id, "https://idp.test");
  assertEquals(plain.body.disabled, null);
  const prefixed = await create(emulator, {
    metadata_xml: metadata("https://two.test", "md"),
    domains: [],
  });
  assertEquals(prefixed.body.saml.entity_id, "https://two.test");
});

Deno.test("POST /admin/sso/providers refuses metadata that describes no identity provider", async () => {
  const emulator = startWithSaml();
  const wrong = {
    [`<EntityDescriptor xmlns="${METADATA}"><IDPSSODescriptor/></EntityDescriptor>`]:
      "SAML Metadata does not contain an EntityID",
    [`<EntityDescriptor xmlns="${METADATA}" entityID="a"><IDPSSODescriptor/><IDPSSODescriptor/></EntityDescriptor>`]:
      "SAML Metadata contains multiple IDPSSODescriptors",
    [`<EntityDescriptor xmlns="${METADATA}" entityID="a"><IDPSSODescriptor xmlns="other"/></EntityDescriptor>`]:
      "SAML Metadata does not contain any IDPSSODescriptor",
  };
  for (const [metadata_xml, message] of Object.entries(wrong)) {
    const answer = await create(emulator, { metadata_xml });
    assertEquals(answer.body.message, message);
  }
  const foreign = await create(emulator, { metadata_xml: "<html></html>" });
  assertEquals(foreign.status, 500);
});

Deno.test("POST /admin/sso/providers fetches metadata where it is told to", async () => {
  const emulator = start({}, {
    fetch: ({ url }) =>
      Promise.resolve(
        url === "https://idp.test/metadata"
          ? new Response(metadata("https://idp.test"))
          : new Response("", { status: 503 }),
      ),
  });
  const found = await create(emulator, {
    metadata_xml: "",
    metadata_url: "https://idp.test/metadata",
  });
  assertEquals(found.body.saml.metadata_url, "https://idp.test/metadata");
  const lost = await create(emulator, {
    metadata_xml: "",
    metadata_url: "https://idp.test/lost",
  });
  assertEquals(lost.body.code, "saml_metadata_fetch_failed");
});

Deno.test("PUT and GET /admin/sso/providers change, find and filter", async () => {
  const emulator = startWithSaml();
  const { body } = await create(emulator, { resource_id: "tenant-1" });
  await create(emulator, {
    metadata_xml: metadata("https://two.test"),
    domains: ["two.test"],
    resource_id: "tenant-2",
  });
  const path = `${PROVIDERS}/resource_tenant-1`;
  const taken = await callAsAdmin(emulator, "PUT", path, {
    domains: ["two.test"],
  });
  assertEquals(taken.body.code, "sso_domain_already_exists");
  const changed = await callAsAdmin(emulator, "PUT", path, {
    domains: ["example.com", "new.test"],
    attribute_mapping: { keys: { mail: { names: ["a"], unknown: 1 } } },
  });
  assertEquals(changed.body.id, body.id);
  assertEquals(changed.body.domains.length, 2);
  assertEquals(changed.body.saml.attribute_mapping, {
    keys: { mail: { names: ["a"] } },
  });
  for (
    const [query, count] of [["resource_id_prefix=tenant-", 2], [
      "resource_id=tenant-2",
      1,
    ]]
  ) {
    const list = await callAsAdmin(emulator, "GET", `${PROVIDERS}?${query}`);
    assertEquals(list.body.items.length, count);
    assertEquals(list.body.items[0].saml.metadata_xml, undefined);
  }
});

Deno.test("POST /sso sends a signed request that the certificate of the metadata fits", async () => {
  const emulator = startWithSaml();
  const { body } = await create(emulator);
  const answer = await call(emulator, "POST", "/sso", {
    body: { provider_id: body.id, skip_http_redirect: true },
  });
  const url = new URL(answer.body.url);
  assertEquals(url.origin + url.pathname, "https://idp.test/sso");
  assertEquals(url.searchParams.get("a"), "1");
  const request = await inflate(url.searchParams.get("SAMLRequest")!);
  assertMatch(request, /^<samlp:AuthnRequest .* ID="id-[0-9a-f]{40}" /);
  assertStringIncludes(
    request,
    'Destination="https://idp.test/sso?a=1&amp;b=2" AssertionConsumerServiceURL="http://localhost:9999/sso/saml/acs"',
  );
  const metadata = await call(emulator, "GET", "/sso/saml/metadata");
  const key = await certificateKey(metadata);
  const signed = url.search.slice(1).replace(/&Signature=.*$/, "");
  const signature = Uint8Array.from(
    atob(url.searchParams.get("Signature")!),
    (byte) => byte.charCodeAt(0),
  );
  const isSigned = await crypto.subtle.verify(
    "RSASSA-PKCS1-v1_5",
    key,
    signature,
    new TextEncoder().encode(signed),
  );
  assertEquals(isSigned, true);
});

/** The public key in the certificate of the metadata, found by the algorithm that it begins with. */
async function certificateKey({ body }: Answer): Promise<CryptoKey> {
  const base64 = /<X509Certificate[^>]*>([^<]+)</.exec(body)![1]!;
  const der = atob(base64);
  const info = der.indexOf("\x30\x82\x01\x22\x30\x0d\x06\x09");
  const bytes = Uint8Array.from(
    der.slice(info, info + 294),
    (byte) => byte.charCodeAt(0),
  );
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-1" };
  return await crypto.subtle.importKey("spki", bytes, algorithm, false, [
    "verify",
  ]);
}

Deno.test("POST /sso refuses impossible requests", async () => {
  const emulator = startWithSaml();
  await create(emulator);
  const pkce = {
    domain: "example.com",
    code_challenge: CHALLENGE,
    code_challenge_method: "sha1",
  };
  const answer = await call(emulator, "POST", "/sso", { body: pkce });
  assertEquals(answer.body.message, "Invalid code_challenge_method");
});

Deno.test("POST /sso/saml/acs refuses by redirects: relay states that are old or used, and strangers", async () => {
  const emulator = startWithSaml();
  await create(emulator);
  const relayState = async () => {
    const { headers } = await call(emulator, "POST", "/sso", {
      body: { domain: "example.com" },
    });
    const url = new URL(headers.get("Location")!);
    return url.searchParams.get("RelayState")!;
  };
  const old = await relayState();
  emulator.clock.advance(120_000);
  assertEquals(
    await acs(emulator, { RelayState: old }),
    "saml_relay_state_expired",
  );
  assertEquals(
    await acs(emulator, { RelayState: old }),
    "saml_relay_state_not_found",
  );
  const fresh = await relayState();
  const response = btoa("<x/>");
  const answer = { RelayState: fresh, SAMLResponse: response };
  assertEquals(await acs(emulator, answer), "validation_failed");
  const stranger = btoa(
    `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">https://stranger.test</Issuer></p:Response>`,
  );
  assertEquals(
    await acs(emulator, { SAMLResponse: stranger }),
    "saml_idp_not_found",
  );
});

async function acs(
  emulator: Emulator,
  form: Record<string, string>,
): Promise<Loose> {
  const answer = await call(emulator, "POST", "/sso/saml/acs", { form });
  assertEquals(answer.status, 303);
  const { origin, searchParams } = locationOf(answer);
  assertEquals(origin, "http://localhost:3000");
  return searchParams.get("error_code");
}

Deno.test("GET /sso/saml/metadata is what the real server gave for the same key, certificate included", async () => {
  const emulator = startWithSaml(readEnvironment());
  const { body } = await call(emulator, "GET", "/sso/saml/metadata");
  const [exchange] = recorded.exchanges.filter(({ id }) =>
    id === "sso#34.meta"
  ) as Loose[];
  const undated = (xml: string) => xml.replaceAll(/validUntil="[^"]*"/g, "");
  assertEquals(undated(body), undated(exchange.response.body));
});

function readEnvironment(): Record<string, string> {
  const { full } = instances as Loose;
  const { API_EXTERNAL_URL, GOTRUE_SAML_PRIVATE_KEY } = full.env ??
    full.environment;
  return { API_EXTERNAL_URL, GOTRUE_SAML_PRIVATE_KEY };
}
