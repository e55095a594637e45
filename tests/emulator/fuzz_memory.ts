/** What a run has learnt from the server: answers, mails and messages feed the requests that follow. */
import type { Random } from "../simulation/random.ts";

const CAPACITY = 12;
const MAX_TEXT = 4000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Names under which a value is asked for besides the one under which it came. */
const ALIASES = new Map(Object.entries({
  access_token: ["bearer"],
  token: ["nonce", "code"],
  code: ["token", "nonce"],
  token_hash: ["token"],
  hashed_token: ["token_hash", "token"],
  email_otp: ["token"],
  email: ["new_email"],
}));

/** Texts by the name under which they are sent. */
export class Memory {
  readonly #texts = new Map<string, string[]>();

  /** Keeps a text; the oldest of many is forgotten. */
  remember(name: string, text: string): void {
    const isForeign = name === "client_id" && !UUID.test(text);
    if (text === "" || text.length > MAX_TEXT || isForeign) return;
    for (const one of [name, ...ALIASES.get(name) ?? []]) {
      const texts = this.#texts.get(one) ?? [];
      texts.push(text);
      if (texts.length > CAPACITY) texts.shift();
      this.#texts.set(one, texts);
    }
  }

  /** Keeps all texts in an answer. */
  learn(value: unknown, level = 0): void {
    if (typeof value !== "object" || value === null || level > 6) return;
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === "string") {
        this.remember(name, member);
        if (UUID.test(member)) this.#rememberId(name, member, value);
        if (/^https?:/.test(member)) this.learnAddress(member);
      } else this.learn(member, level + 1);
    }
  }

  /** Keeps the parameters of an address that the server leads to. */
  learnAddress(address: string): void {
    const [head = "", fragment = ""] = address.split("#");
    const query = head.split("?").slice(1).join("?");
    for (const part of [query, fragment]) {
      for (const [name, text] of new URLSearchParams(part)) {
        this.remember(name === "code" ? "auth_code" : name, text);
      }
    }
  }

  /** The text that came last. */
  last(name: string): string | undefined {
    return this.#texts.get(name)?.at(-1);
  }

  /** One of the texts. */
  any(name: string, random: Random): string | undefined {
    const texts = this.#texts.get(name);
    return texts === undefined ? undefined : random.pick(texts);
  }

  #rememberId(name: string, id: string, owner: object): void {
    this.remember("uuid", id);
    if (name === "id") this.remember(kindOf(owner), id);
  }
}

/** Which parameter of a path the id of an object is for. */
function kindOf(owner: object): string {
  if ("app_metadata" in owner) return "user_id";
  if ("totp" in owner || "factor_type" in owner) return "factor_id";
  if ("expires_at" in owner) return "challenge_id";
  if ("saml" in owner) return "idp_id";
  if ("friendly_name" in owner && "type" in owner) return "factor_id";
  return "passkey_id";
}
