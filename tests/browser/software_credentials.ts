/** An authenticator of software in the place of `navigator.credentials`. */
import type { CredentialsContainer } from "../../lib/browser/ceremonies.ts";
import { base64url } from "../../scripts/replay/encoding.ts";
import { type Deviation, TestKey } from "../emulator/authenticator.ts";

/** JSON that is looked into without knowing its type. */
// deno-lint-ignore no-explicit-any -- options and answers of every shape
type Loose = any;

/** How its credentials give away their insides. */
export type Form = "toJSON" | "buffers";

interface Kept {
  readonly key: TestKey;
  readonly userId: string;
}

/** Keeps keys, and writes down what it is asked. */
export class SoftwareCredentials implements CredentialsContainer {
  /** The options of each ceremony, as the browser would get them. */
  readonly asked: Loose[] = [];
  readonly #kept: Kept[] = [];
  readonly #form: Form;
  readonly #how: Deviation;

  constructor(form: Form = "toJSON", how: Deviation = {}) {
    this.#form = form;
    this.#how = how;
  }

  async create(options: Loose): Promise<unknown> {
    this.asked.push(options);
    const { publicKey } = options;
    const known = (publicKey.excludeCredentials ?? []).map(idOf);
    if (this.#kept.some(({ key }) => known.includes(base64url(key.id)))) {
      throw new DOMException("known", "InvalidStateError");
    }
    const key = await TestKey.make();
    const userId = new TextDecoder().decode(publicKey.user.id);
    this.#kept.push({ key, userId });
    return this.#give(await key.create(withText(publicKey), this.#how));
  }

  async get(options: Loose): Promise<unknown> {
    this.asked.push(options);
    const { publicKey } = options;
    const allowed: string[] | undefined = publicKey.allowCredentials?.map(idOf);
    const found = this.#kept.findLast(({ key }) =>
      allowed?.includes(base64url(key.id)) ?? true
    );
    if (!found) throw new DOMException("none", "NotAllowedError");
    const { key, userId } = found;
    return this.#give(await key.get(withText(publicKey), userId, this.#how));
  }

  #give(json: Loose): object {
    if (this.#form === "toJSON") return { toJSON: () => json };
    const { id, rawId, type, response: { transports, ...texts } } = json;
    const response = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        bytesOf(text as string).buffer,
      ]),
    );
    return {
      id,
      rawId: bytesOf(rawId).buffer,
      type,
      authenticatorAttachment: "platform",
      response: transports
        ? { ...response, getTransports: () => transports }
        : response,
      getClientExtensionResults: () => ({}),
    };
  }
}

function withText(publicKey: Loose): Loose {
  return { challenge: base64url(publicKey.challenge) };
}

function idOf({ id }: { readonly id: Uint8Array }): string {
  return base64url(id);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
