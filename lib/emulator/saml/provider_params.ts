import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { jsonKind } from "../go_json.ts";
import { parseGoUrl } from "../go_url.ts";
import type { JsonObject } from "../records.ts";
import { type IdpMetadata, parseMetadata } from "./metadata.ts";

const STRUCT = "CreateSSOProviderParams";
const SHAPE = {
  type: "string",
  metadata_url: "string",
  metadata_xml: "string",
  domains: "strings?",
  attribute_mapping: "any",
  name_id_format: "string",
  resource_id: "string?",
  disabled: "bool?",
} as const;
const NAME_ID_FORMATS = [
  "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
  "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
  "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
  "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
];

/** An identity provider as a request gives it: "" and null mean that a member is not given. */
export interface SsoProviderParams {
  readonly type: string;
  readonly metadata_url: string;
  readonly metadata_xml: string;
  readonly domains: readonly string[] | null;
  readonly attribute_mapping: JsonObject | null;
  readonly name_id_format: string;
  readonly resource_id: string | null;
  readonly disabled: boolean | null;
}

/** Reads an identity provider from a request; a new one must be complete (auth-server §17). */
export function readSsoProviderParams(
  context: Context,
  isNew: boolean,
): SsoProviderParams {
  const decoded = context.decode(STRUCT, SHAPE);
  const mapping = readMapping(decoded.attribute_mapping);
  const params = { ...decoded, attribute_mapping: mapping };
  const { metadata_url: url, metadata_xml: xml } = params;
  if (isNew && params.type !== "saml") {
    invalid("Only 'saml' supported for SSO provider type");
  }
  if (url !== "" && xml !== "") {
    invalid("Only one of metadata_xml or metadata_url needs to be set");
  }
  if (isNew && url === "" && xml === "") {
    invalid("Either metadata_xml or metadata_url must be set");
  }
  if (url !== "") checkMetadataUrl(url);
  const { name_id_format: format } = params;
  if (format !== "" && !NAME_ID_FORMATS.includes(format)) {
    const formats = NAME_ID_FORMATS.join(", ");
    invalid(`name_id_format must be unspecified or one of ${formats}`);
  }
  return params;
}

function checkMetadataUrl(text: string): void {
  const url = parseGoUrl(text);
  if (url === undefined || (url.scheme === "" && !text.startsWith("/"))) {
    invalid("metadata_url is not a valid URL");
  }
  if (url.scheme !== "https") invalid("metadata_url is not a HTTPS URL");
}

/** The mapping of attributes, without what the server does not know. */
function readMapping(value: unknown): JsonObject | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) {
    badType(value, "attribute_mapping", "models.SAMLAttributeMapping");
  }
  const { keys } = value;
  if (keys === undefined || keys === null) return {};
  if (!isObject(keys)) {
    badType(
      keys,
      "attribute_mapping.keys",
      "map[string]models.SAMLAttribute",
    );
  }
  const attributes = Object.entries(keys).map(([name, attribute]) => {
    if (isObject(attribute)) return [name, readAttribute(attribute)];
    badType(attribute, "attribute_mapping.keys", "models.SAMLAttribute");
  });
  return { keys: Object.fromEntries(attributes) };
}

function readAttribute(given: JsonObject): JsonObject {
  const { name, names, default: fallback, array } = given;
  return {
    ...(typeof name === "string" && name !== "" ? { name } : {}),
    ...(Array.isArray(names) && names.length > 0 ? { names } : {}),
    ...(fallback === undefined || fallback === null
      ? {}
      : { default: fallback }),
    ...(array === true ? { array } : {}),
  };
}

function isObject(value: unknown): value is JsonObject {
  return jsonKind(value) === "object" && value !== null;
}

function badType(value: unknown, member: string, type: string): never {
  fail(
    400,
    "bad_json",
    `Could not parse request body as JSON: json: cannot unmarshal ${
      jsonKind(value)
    } into Go struct field ${STRUCT}.${member} of type ${type}`,
  );
}

/** Metadata as it came, and what it says. */
export interface GivenMetadata extends IdpMetadata {
  /** The document. */
  readonly xml: string;
}

/** The metadata that a request gives or points to; undefined when it does neither. */
export async function loadMetadata(
  context: Context,
  params: SsoProviderParams,
): Promise<GivenMetadata | undefined> {
  const { metadata_url: url, metadata_xml: given } = params;
  if (url === "" && given === "") return undefined;
  const xml = given === "" ? await fetchMetadata(context, url) : given;
  return { xml, ...await parseMetadata(xml) };
}

async function fetchMetadata(context: Context, url: string): Promise<string> {
  return await context.transaction.outside(async () => {
    const response = await context.server.outgoing(
      new Request(url, {
        headers: { Accept: "application/xml;charset=UTF-8" },
      }),
    );
    const text = await response.text();
    if (response.ok) return text;
    fail(
      400,
      "saml_metadata_fetch_failed",
      `HTTP ${response.status} error fetching SAML Metadata from URL '${url}'`,
    );
  });
}
