import { concat, fromBase64, utf8 } from "../encoding.ts";
import { invalid } from "../errors.ts";
import type { SignInMessage } from "./message.ts";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** The bytes of a Solana signature; refuses what is none. */
export function solanaSignature(text: string): Uint8Array<ArrayBuffer> {
  if (text.length !== 86 && text.length !== 88) {
    invalid(
      "signature must be 64 bytes encoded as base64 with or without padding",
    );
  }
  const bytes = fromBase64(text);
  if (bytes === undefined || bytes.length !== 64) {
    invalid("signature does not contain valid base64 characters");
  }
  return bytes;
}

/** Whether the wallet signed the message, as it is or in the envelope that hardware wallets put around it. */
export async function isSignedBySolana(
  message: SignInMessage,
  text: string,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const publicKey = fromBase58(message.address);
  if (publicKey?.length !== 32) return false;
  const key = await crypto.subtle.importKey(
    "raw",
    publicKey,
    "Ed25519",
    false,
    ["verify"],
  );
  const bytes = utf8(text);
  for (const data of [bytes, envelope(publicKey, bytes)]) {
    if (await crypto.subtle.verify("Ed25519", key, signature, data)) {
      return true;
    }
  }
  return false;
}

/** The off-chain message of hardware wallets: version 0, no application domain, UTF-8 text of limited length, one signer. */
function envelope(
  publicKey: Uint8Array,
  message: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concat(
    Uint8Array.of(0xff),
    utf8("solana offchain"),
    Uint8Array.of(0),
    new Uint8Array(32),
    Uint8Array.of(0, 1),
    publicKey,
    Uint8Array.of(message.length & 0xff, message.length >> 8),
    message,
  );
}

/** Reads base58 with Bitcoin's alphabet; undefined when the text is not such. */
export function fromBase58(text: string): Uint8Array<ArrayBuffer> | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = value * 58n + BigInt(digit);
  }
  const zeros = /^1*/.exec(text)![0].length;
  const hex = value === 0n ? "" : value.toString(16);
  const digits = (hex.length % 2 === 0 ? hex : `0${hex}`).match(/../g) ?? [];
  return concat(
    new Uint8Array(zeros),
    Uint8Array.from(digits.map((pair) => parseInt(pair, 16))),
  );
}
