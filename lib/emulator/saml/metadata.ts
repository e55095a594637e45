import { invalid } from "../errors.ts";
import { parseXml, type XmlElement } from "./xml.ts";

const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/** What an identity provider says about itself. */
export interface IdpMetadata {
  /** Its name in SAML. */
  readonly entityId: string;
  /** Where a person is sent to sign in, "" when it takes no redirects. */
  readonly signInUrl: string;
}

/** Reads the metadata of an identity provider; refuses what describes none (auth-server §17). */
export async function parseMetadata(xml: string): Promise<IdpMetadata> {
  const entity = findEntity(await parseXml(xml));
  if (entity === undefined) {
    throw new Error("The metadata is no SAML metadata");
  }
  const entityId = entity.attributes["entityID"] ?? "";
  if (entityId === "") invalid("SAML Metadata does not contain an EntityID");
  const providers = children(entity, "IDPSSODescriptor");
  if (providers.length === 0) {
    invalid("SAML Metadata does not contain any IDPSSODescriptor");
  }
  if (providers.length > 1) {
    invalid("SAML Metadata contains multiple IDPSSODescriptors");
  }
  const service = children(providers[0]!, "SingleSignOnService").find((one) =>
    one.attributes["Binding"] === REDIRECT
  );
  return { entityId, signInUrl: service?.attributes["Location"] ?? "" };
}

/** The described entity: the document itself, or the first identity provider of a list. */
function findEntity(root: XmlElement | undefined): XmlElement | undefined {
  if (root?.namespace !== METADATA) return undefined;
  if (root.name === "EntityDescriptor") return root;
  return root.name !== "EntitiesDescriptor"
    ? undefined
    : children(root, "EntityDescriptor").find((entity) =>
      children(entity, "IDPSSODescriptor").length > 0
    );
}

function children(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) =>
    child.name === name && child.namespace === METADATA
  );
}
