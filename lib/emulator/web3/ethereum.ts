import { concat, toHex, utf8 } from "../encoding.ts";
import { invalid } from "../errors.ts";
import type { SignInMessage } from "./message.ts";

const SIGNATURE = /^(?:0x)?([0-9a-fA-F]{130})$/;

/** The 65 bytes of an Ethereum signature; undefined for one without the prefix, which fits no address. */
export function ethereumSignature(text: string): Uint8Array | undefined {
  const digits = SIGNATURE.exec(text)?.[1];
  if (digits === undefined) {
    invalid(
      "signature must be 65 bytes long, encoded as a 130 character-long hexadecimal string",
    );
  }
  return text.startsWith("0x")
    ? Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16))
    : undefined;
}

/** Whether the wallet signed the message by `personal_sign` (EIP-191, version 0x45). */
export async function isSignedByEthereum(
  message: SignInMessage,
  text: string,
  signature: Uint8Array | undefined,
): Promise<boolean> {
  if (signature === undefined) return false;
  const signer = await recoverAddress(utf8(text), signature);
  return signer === message.address.toLowerCase();
}

/** The lower-case address of whom `personal_sign` signed for; undefined when no key fits the signature. */
export async function recoverAddress(
  message: Uint8Array,
  signature: Uint8Array,
): Promise<string | undefined> {
  const { secp256k1, keccak_256: keccak256 } = await loadLibraries();
  const last = signature[64]!;
  const recovery = last >= 27 ? last - 27 : last;
  if (recovery > 3) return undefined;
  const prefix = utf8(`\x19Ethereum Signed Message:\n${message.length}`);
  const digest = keccak256(concat(prefix, message));
  try {
    const compact = secp256k1.recoverPublicKey(
      concat(Uint8Array.of(recovery), signature.slice(0, 64)),
      digest,
      { prehash: false },
    );
    const point = secp256k1.Point.fromBytes(compact).toBytes(false);
    return `0x${toHex(keccak256(point.slice(1)).slice(-20))}`;
  } catch {
    return undefined;
  }
}

async function loadLibraries(): Promise<
  & Pick<typeof import("@noble/curves/secp256k1.js"), "secp256k1">
  & Pick<typeof import("@noble/hashes/sha3.js"), "keccak_256">
> {
  try {
    // Awaited one by one: bundlers let such an import be missing.
    const { secp256k1 } = await import("@noble/curves/secp256k1.js");
    const { keccak_256 } = await import("@noble/hashes/sha3.js");
    return { secp256k1, keccak_256 };
  } catch (cause) {
    throw new Error(
      "Signing in with Ethereum needs the packages @noble/curves and @noble/hashes",
      { cause },
    );
  }
}
