/** An element of an XML document, as far as SAML metadata needs it. */
export interface XmlElement {
  /** The name without its prefix. */
  readonly name: string;
  /** The namespace, "" for none. */
  readonly namespace: string;
  /** The attributes by their names as written. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The elements inside. */
  readonly children: readonly XmlElement[];
  /** The text inside, without that of the elements. */
  readonly text: string;
}

const ATTRIBUTES = ":@";
const TEXT = "#text";

type Node = Readonly<Record<string, unknown>>;
type Scope = Readonly<Record<string, string>>;

/** Reads an XML document; undefined when it is none. */
export async function parseXml(text: string): Promise<XmlElement | undefined> {
  const { XMLParser, XMLValidator } = await loadLibrary();
  if (XMLValidator.validate(text) !== true) return undefined;
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
  });
  const nodes: readonly Node[] = parser.parse(text);
  const root = nodes.find((node) => nameOf(node) !== TEXT);
  return root === undefined ? undefined : readElement(root, {});
}

async function loadLibrary(): Promise<typeof import("fast-xml-parser")> {
  try {
    return await import("fast-xml-parser");
  } catch (cause) {
    throw new Error("Single sign-on needs the package fast-xml-parser", {
      cause,
    });
  }
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ATTRIBUTES) ?? TEXT;
}

function readElement(node: Node, outer: Scope): XmlElement {
  const tag = nameOf(node);
  const attributes = (node[ATTRIBUTES] ?? {}) as Readonly<
    Record<string, string>
  >;
  const scope = { ...outer, ...declarations(attributes) };
  const inside = node[tag] as readonly Node[];
  const colon = tag.indexOf(":");
  return {
    name: tag.slice(colon + 1),
    namespace: scope[colon < 0 ? "" : tag.slice(0, colon)] ?? "",
    attributes,
    children: inside.filter((child) => nameOf(child) !== TEXT).map((child) =>
      readElement(child, scope)
    ),
    text: inside.map((child) => String(child[TEXT] ?? "")).join(""),
  };
}

/** The namespaces that an element declares, by prefix. */
function declarations(attributes: Readonly<Record<string, string>>): Scope {
  const declared = Object.entries(attributes).flatMap(([name, value]) => {
    const prefix = /^xmlns(?::(.+))?$/.exec(name);
    return prefix === null ? [] : [[prefix[1] ?? "", value]];
  });
  return Object.fromEntries(declared);
}
