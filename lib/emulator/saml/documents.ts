import type { Context } from "../context.ts";
import { formatTime } from "../clock.ts";
import { concat, utf8 } from "../encoding.ts";
import { queryEscape } from "../go_url.ts";
import { escapeHtml } from "../http.ts";
import { certificate, samlBase, signRedirect } from "./service_provider.ts";

const NAMES = "urn:oasis:names:tc:SAML:2.0";
const POST_BINDING = `${NAMES}:bindings:HTTP-POST`;
const SIGNATURE_METHOD = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
const DAY = 86_400_000;

/** The way a person is named when an identity provider has no format of its own. */
const DEFAULT_NAME_ID = `${NAMES}:nameid-format:persistent`;

/** What an identity provider is asked. */
export interface SignInRequest {
  /** The id of the request. */
  readonly id: string;
  /** Where the person is sent. */
  readonly destination: string;
  /** How the person is to be named; null for the usual way. */
  readonly nameIdFormat: string | null;
  /** What comes back with the answer. */
  readonly relayState: string;
}

/** The address that asks an identity provider to sign somebody in: a signed request in a redirect (SAML bindings, section 3.4). */
export async function signInAddress(
  context: Context,
  request: SignInRequest,
): Promise<string> {
  const { destination, relayState } = request;
  const deflated = await deflate(utf8(authnRequest(context, request)));
  const query = [
    ...(destination.includes("?")
      ? [destination.slice(destination.indexOf("?") + 1)]
      : []),
    `SAMLRequest=${queryEscape(base64(deflated))}`,
    `RelayState=${relayState}`,
    `SigAlg=${queryEscape(SIGNATURE_METHOD)}`,
  ].join("&");
  const signature = queryEscape(base64(await signRedirect(context, query)));
  return `${destination.replace(/\?.*$/s, "")}?${query}&Signature=${signature}`;
}

function authnRequest(context: Context, request: SignInRequest): string {
  const base = escapeHtml(samlBase(context));
  const format = escapeHtml(request.nameIdFormat ?? DEFAULT_NAME_ID);
  const destination = escapeHtml(request.destination);
  const instant = new Date(context.server.clock.now()).toISOString();
  return `<samlp:AuthnRequest xmlns:saml="${NAMES}:assertion" xmlns:samlp="${NAMES}:protocol" ID="${request.id}" Version="2.0" IssueInstant="${instant}" Destination="${destination}" AssertionConsumerServiceURL="${base}/acs" ProtocolBinding="${POST_BINDING}"><saml:Issuer Format="${NAMES}:nameid-format:entity">${base}/metadata</saml:Issuer><samlp:NameIDPolicy Format="${format}" AllowCreate="true"/></samlp:AuthnRequest>`;
}

/** Compresses as the redirect binding asks for (RFC 1951). */
async function deflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // Some hosts have no compression; a stored block is read by every decoder.
  if (typeof CompressionStream === "undefined") return storedBlock(data);
  const stream = new Blob([data]).stream().pipeThrough(
    new CompressionStream("deflate-raw"),
  );
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function storedBlock(data: Uint8Array): Uint8Array {
  const { length } = data;
  const header = Uint8Array.of(
    1,
    length & 0xff,
    length >> 8,
    ~length & 0xff,
    (~length >> 8) & 0xff,
  );
  return concat(header, data);
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** The metadata of this server as a service provider; a copy to keep is valid for five years. */
export async function spMetadata(
  context: Context,
  toKeep: boolean,
): Promise<string> {
  const now = context.server.clock.now();
  const end = new Date(now + 2 * DAY);
  if (toKeep) {
    end.setTime(now);
    end.setUTCFullYear(end.getUTCFullYear() + 5);
  }
  const base = escapeHtml(samlBase(context));
  const xmldsig = `xmlns="http://www.w3.org/2000/09/xmldsig#"`;
  const metadata = `xmlns="${NAMES}:metadata"`;
  const key =
    `<KeyDescriptor use="signing"><KeyInfo ${xmldsig}><X509Data ${xmldsig}><X509Certificate ${xmldsig}>${await certificate(
      context,
    )}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
  const logout =
    `<SingleLogoutService Binding="${POST_BINDING}" Location="${base}/slo" ResponseLocation="${base}/slo"></SingleLogoutService>`;
  const formats = [
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    DEFAULT_NAME_ID,
  ].map((format) => `<NameIDFormat>${format}</NameIDFormat>`).join("");
  const consumers = [POST_BINDING, `${NAMES}:bindings:HTTP-Artifact`].map((
    binding,
    i,
  ) =>
    `<AssertionConsumerService Binding="${binding}" Location="${base}/acs" index="${
      i + 1
    }"></AssertionConsumerService>`
  ).join("");
  return `<EntityDescriptor ${metadata} validUntil="${end.toISOString()}" entityID="${base}/metadata"><SPSSODescriptor ${metadata} validUntil="${
    formatTime(now + 2 * DAY)
  }" protocolSupportEnumeration="${NAMES}:protocol" WantAssertionsSigned="true">${key}${logout}${formats}${consumers}</SPSSODescriptor></EntityDescriptor>`;
}
