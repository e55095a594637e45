/**
 * Wallets that sign in with Solana (Ed25519) or Ethereum (secp256k1, EIP-191): recorded messages are dated anew and signed again.
 *
 * @module
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import {
  base58,
  base64url,
  type Bytes,
  concat,
  digest,
  fromBase58,
  fromBase64,
  fromHex,
  hex,
  utf8,
} from "./encoding.ts";

/** A key pair of one chain. */
export interface Account {
  address: string;
  /** The signature of a message, in the encoding of the chain. */
  sign(message: string): Promise<string>;
}

/** The DER of an Ed25519 private key (RFC 8410) up to the 32 bytes of its seed. */
const PKCS8 = fromHex("302e020100300506032b657004220420");

/** The Solana account whose Ed25519 seed is the given 32 bytes. */
export async function solanaAccount(seed: Bytes): Promise<Account> {
  const key = await crypto.subtle.importKey(
    "pkcs8",
    concat(PKCS8, seed),
    { name: "Ed25519" },
    true,
    ["sign"],
  );
  const { x } = await crypto.subtle.exportKey("jwk", key);
  return {
    address: base58(fromBase64(x!)),
    sign: async (message) =>
      base64url(
        new Uint8Array(await crypto.subtle.sign("Ed25519", key, utf8(message))),
      ),
  };
}

/** The Ethereum account with the given private key of 32 bytes. */
export function ethereumAccount(privateKey: Bytes): Account {
  return {
    address: ethereumAddress(secp256k1.getPublicKey(privateKey, false)),
    sign: (message) => {
      const signature = secp256k1.sign(personalHash(message), privateKey, {
        prehash: false,
        format: "recovered",
      });
      // The library puts the recovery bit first; wallets put it last, counted from 27.
      return Promise.resolve(
        `0x${hex(signature.slice(1))}${hex(Uint8Array.of(27 + signature[0]!))}`,
      );
    },
  };
}

/** The checksummed address (EIP-55) of an uncompressed public key. */
export function ethereumAddress(publicKey: Uint8Array): string {
  const digits = hex(keccak_256(publicKey.slice(1)).slice(-20));
  const sum = hex(keccak_256(utf8(digits)));
  return "0x" +
    [...digits].map((digit, i) =>
      parseInt(sum[i]!, 16) >= 8 ? digit.toUpperCase() : digit
    ).join("");
}

/** The hash that `personal_sign` signs (EIP-191, version 0x45). */
export function personalHash(message: string): Uint8Array {
  const bytes = utf8(message);
  return keccak_256(
    concat(utf8(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes),
  );
}

/** Whether a signature of a message is that of the address; false for anything unreadable. */
export async function isSignedBy(
  address: string,
  message: string,
  signature: string,
): Promise<boolean> {
  try {
    return address.startsWith("0x")
      ? recover(message, signature) === address.toLowerCase()
      : await verifySolana(address, message, signature);
  } catch {
    return false;
  }
}

function recover(message: string, signature: string): string {
  const bytes = fromHex(signature);
  const recovered = concat(
    Uint8Array.of((bytes[64]! + 1) % 28 % 4),
    bytes.slice(0, 64),
  );
  const point = secp256k1.recoverPublicKey(recovered, personalHash(message), {
    prehash: false,
  });
  return ethereumAddress(secp256k1.Point.fromBytes(point).toBytes(false))
    .toLowerCase();
}

async function verifySolana(
  address: string,
  message: string,
  signature: string,
): Promise<boolean> {
  const key = await crypto.subtle.importKey(
    "raw",
    fromBase58(address),
    { name: "Ed25519" },
    false,
    ["verify"],
  );
  return await crypto.subtle.verify(
    "Ed25519",
    key,
    fromBase64(signature),
    utf8(message),
  );
}

/** The account of a chain whose key is the SHA-256 of a text. */
export async function accountOf(
  chain: "solana" | "ethereum",
  seedText: string,
): Promise<Account> {
  const seed = await digest("SHA-256", utf8(seedText));
  return chain === "solana" ? await solanaAccount(seed) : ethereumAccount(seed);
}

const TIME = /^((?:Issued At|Expiration Time|Not Before): )(.+)$/gm;

/** The chain and the address of a sign-in message. */
export function readMessage(
  message: string,
): { chain: "solana" | "ethereum"; address: string } {
  const [first = "", address = ""] = message.split("\n");
  return {
    chain: first.includes("Ethereum account") ? "ethereum" : "solana",
    address,
  };
}

/**
 * A message with its times moved from the time of recording to this one, and with the address of `account`. Times within half a minute of
 * the recording become exactly now: the recorded time is known to the second only, and a message must not come from the future.
 */
export function redateMessage(
  message: string,
  recordedMs: number,
  nowMs: number,
  address: string,
): string {
  const dated = message.replaceAll(
    TIME,
    (line, label: string, time: string) => {
      const delta = Date.parse(time) - recordedMs;
      if (Number.isNaN(delta)) return line;
      return label +
        new Date(nowMs + (Math.abs(delta) < 30_000 ? 0 : delta)).toISOString();
    },
  );
  return dated.replaceAll(readMessage(message).address, address);
}
