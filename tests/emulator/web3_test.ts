import { assertEquals, assertThrows } from "@std/assert";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 as keccak256 } from "@noble/hashes/sha3.js";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { toBase64Url, toHex, utf8 } from "../../lib/emulator/encoding.ts";
import { recoverAddress } from "../../lib/emulator/web3/ethereum.ts";
import { DIALECTS, parseMessage } from "../../lib/emulator/web3/message.ts";
import {
  fromBase58,
  isSignedBySolana,
} from "../../lib/emulator/web3/solana.ts";
import { type Answer, call, start } from "./helpers.ts";

const NOW = Date.UTC(2021, 8, 30, 16, 30);
const WALLET = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";
const WALLET_KEY =
  "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function startWithWallets(env: Record<string, string> = {}): Emulator {
  return start({
    GOTRUE_SITE_URL: "https://example.com",
    GOTRUE_EXTERNAL_WEB3_SOLANA_ENABLED: "true",
    GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED: "true",
    ...env,
  }, { now: () => NOW });
}

/** The example of EIP-4361, for a wallet whose key is known, with lines replaced. */
function example(changes: Record<string, string> = {}): string {
  const fields = {
    "URI": "https://example.com/login",
    "Version": "1",
    "Chain ID": "1",
    "Nonce": "32891756",
    "Issued At": "2021-09-30T16:25:24Z",
    ...changes,
  };
  const domain = changes["domain"] ?? "example.com";
  const lines = Object.entries(fields).filter(([name]) => name !== "domain");
  return [
    `${domain} wants you to sign in with your Ethereum account:`,
    WALLET,
    "",
    "I accept the ExampleOrg Terms of Service: https://example.com/tos",
    "",
    ...lines.map(([name, value]) => `${name}: ${value}`),
    "Resources:",
    "- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/",
    "- https://example.com/my-web2-claim.json",
  ].join("\n");
}

/** Signs as `personal_sign` does. */
function sign(message: string): string {
  const text = utf8(message);
  const prefix = utf8(`\x19Ethereum Signed Message:\n${text.length}`);
  const digest = keccak256(Uint8Array.from([...prefix, ...text]));
  const [recovery, ...rest] = secp256k1.sign(digest, bytes(WALLET_KEY), {
    prehash: false,
    format: "recovered",
  });
  return `0x${toHex(Uint8Array.from([...rest, 27 + recovery!]))}`;
}

function grant(
  emulator: Emulator,
  message: string,
  signature = sign(message),
  chain = "ethereum",
): Promise<Answer> {
  return call(emulator, "POST", "/token?grant_type=web3", {
    body: { chain, message, signature },
  });
}

Deno.test("recoverAddress() gives the signer of the published vector of personal_sign", async () => {
  const signature = bytes(
    "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c",
  );
  const address = await recoverAddress(utf8("Some data"), signature);
  assertEquals(address, WALLET.toLowerCase());
  signature[0]! ^= 1;
  const other = await recoverAddress(utf8("Some data"), signature);
  assertEquals(other === WALLET.toLowerCase(), false);
});

Deno.test("parseMessage() reads the example of EIP-4361", () => {
  const message = parseMessage(
    example().replace(WALLET, "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"),
    DIALECTS.ethereum,
  );
  const { uri: _uri, ...rest } = message;
  assertEquals(rest, {
    domain: "example.com",
    address: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2",
    statement:
      "I accept the ExampleOrg Terms of Service: https://example.com/tos",
    uriText: "https://example.com/login",
    chainId: "1",
    issuedAt: Date.UTC(2021, 8, 30, 16, 25, 24),
    expirationTime: undefined,
    notBefore: undefined,
  });
});

Deno.test("parseMessage() says what is wrong with a message", () => {
  const good = example();
  const wrong: [message: string, reason: string][] = [
    ["a\nb", "message needs at least 6 lines"],
    [
      good.replace("Ethereum account", "Solana account"),
      'message first line does not end in " wants you to sign in with your Ethereum account:"',
    ],
    [example({ domain: "-x" }), "domain in first line of message is not valid"],
    [
      good.replace("0x", "1x"),
      "wallet address is not a valid Ethereum address",
    ],
    [good.replace("\n\nI", "\n-\nI"), "third line must be empty"],
    [`${good}\nno key`, "encountered unparsable line at index 13"],
    [example({ URI: "" }), "URI is not valid"],
    [example({ "Chain ID": "0" }), "Chain ID is not valid"],
    [
      example({ "Issued At": "yesterday" }),
      "Issued At is not a valid ISO8601 timestamp",
    ],
    [
      example({ "Not Before": "2021-13-01T00:00:00Z" }),
      "Not Before is not a valid ISO8601 timestamp",
    ],
    [
      good.replace("- ipfs://", "- "),
      "Resource at position 0 has invalid URI",
    ],
    [
      example({ Version: "2" }),
      'Version value is not supported, expected 1 got "2"',
    ],
    [good.replace(/Issued At.*\n/, ""), "Issued At is not specified"],
    [good.replace(/URI:.*\n/, ""), "URI is not specified"],
    [
      example({ "Expiration Time": "2021-09-30T16:25:23Z" }),
      "Issued At is after Expiration Time",
    ],
    [
      example({
        "Expiration Time": "2021-09-30T16:26:00Z",
        "Not Before": "2021-09-30T16:27:00Z",
      }),
      "Not Before is after Expiration Time",
    ],
  ];
  for (const [message, reason] of wrong) {
    assertThrows(
      () => parseMessage(message, DIALECTS.ethereum),
      Error,
      `siwe: ${reason}`,
    );
  }
});

Deno.test("fromBase58() reads published vectors", () => {
  const vectors = {
    "2NEpo7TZRRrLZSi2U": toHex(utf8("Hello World!")),
    "11233QC4": "0000287fb4cd",
    "": "",
  };
  for (const [text, hex] of Object.entries(vectors)) {
    assertEquals(toHex(fromBase58(text)!), hex);
  }
  assertEquals(fromBase58("0OIl"), undefined);
});

Deno.test("isSignedBySolana() takes the second vector of RFC 8032 and no other text", async () => {
  // The public key 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c in base58.
  const address = "586Z7H2vpX9qNhN2T4e9Utugie3ogjbxzGaMtM3E6HR5";
  const message = {
    ...parseMessage(example(), DIALECTS.ethereum),
    address,
  };
  const signature = bytes(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  );
  assertEquals(await isSignedBySolana(message, "r", signature), true);
  assertEquals(await isSignedBySolana(message, "s", signature), false);
});

Deno.test("grant_type=web3 signs in with Ethereum and knows the wallet again", async () => {
  const emulator = startWithWallets();
  const first = await grant(emulator, example());
  assertEquals(first.status, 200);
  assertEquals(first.body.user.identities[0].id, `web3:ethereum:${WALLET}`);
  assertEquals(first.body.user.user_metadata.custom_claims, {
    address: WALLET,
    chain: "ethereum",
    domain: "example.com",
    network: "1",
    statement:
      "I accept the ExampleOrg Terms of Service: https://example.com/tos",
  });
  const second = await grant(emulator, example());
  assertEquals(second.body.user.id, first.body.user.id);
});

Deno.test("grant_type=web3 refuses signatures of others", async () => {
  const emulator = startWithWallets();
  const message = example();
  const others = [
    sign(`${message} `),
    sign(message).slice(2),
    `0x${"00".repeat(65)}`,
  ];
  for (const signature of others) {
    const { body } = await grant(emulator, message, signature);
    assertEquals(body, {
      error: "invalid_grant",
      error_description: "Signature does not match address in message",
    });
  }
  const short = await grant(emulator, message, "0x12");
  assertEquals(short.body.code, "validation_failed");
});

Deno.test("grant_type=web3 refuses messages for other sites and times", async () => {
  const emulator = startWithWallets();
  const other = "which is not allowed on this server";
  const refused: [changes: Record<string, string>, reason: string][] = [
    [
      { URI: "http://example.com" },
      "Signed Ethereum message is using URI which does not use HTTPS",
    ],
    [
      { URI: "https://evil.test" },
      `Signed Ethereum message is using URI ${other}, message was signed for another app`,
    ],
    [
      { domain: "evil.test" },
      `Signed Ethereum message is using a Domain that does not match the one in URI ${other}`,
    ],
    [
      { "Not Before": "2021-09-30T16:31:00Z" },
      "Signed Ethereum message becomes valid in the future",
    ],
    [
      {
        "Not Before": "2021-09-30T16:25:24Z",
        "Expiration Time": "2021-09-30T16:29:00Z",
      },
      "Signed Ethereum message is expired",
    ],
    [
      { "Issued At": "2021-09-30T16:19:00Z" },
      "Ethereum message was issued too long ago",
    ],
    [
      { "Issued At": "2021-09-30T16:41:00Z" },
      "Ethereum message was issued too far in the future",
    ],
  ];
  for (const [changes, reason] of refused) {
    const { body } = await grant(emulator, example(changes));
    assertEquals(body.error_description, reason);
  }
  const ended = example({ "Expiration Time": "2021-09-30T16:29:00Z" });
  assertEquals((await grant(emulator, ended)).status, 200);
});

Deno.test("grant_type=web3 says which chain is off", async () => {
  const emulator = startWithWallets({
    GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED: "false",
  });
  const { status, body } = await grant(emulator, example());
  assertEquals(status, 422);
  assertEquals(body.message, "Ethereum Web3 provider is disabled");
});

Deno.test("grant_type=web3 signs in with Solana, through a hardware wallet too", async () => {
  const emulator = startWithWallets();
  const pair = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const publicKey = new Uint8Array(
    await crypto.subtle.exportKey("raw", pair.publicKey),
  );
  const message = example({ "Chain ID": "solana:mainnet" })
    .replace("Ethereum account", "Solana account")
    .replace(WALLET, toBase58(publicKey));
  const text = utf8(message);
  const envelope = Uint8Array.from([
    0xff,
    ...utf8("solana offchain"),
    0,
    ...new Uint8Array(32),
    0,
    1,
    ...publicKey,
    text.length & 0xff,
    text.length >> 8,
    ...text,
  ]);
  const ids: string[] = [];
  for (const data of [text, envelope]) {
    const signature = await crypto.subtle.sign(
      "Ed25519",
      pair.privateKey,
      data,
    );
    const encoded = toBase64Url(new Uint8Array(signature));
    const { body } = await grant(emulator, message, encoded, "solana");
    ids.push(body.user.id);
  }
  assertEquals(ids[0], ids[1]);
});

function toBase58(data: Uint8Array): string {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let value = BigInt(`0x${toHex(data)}`);
  let text = "";
  for (; value > 0n; value /= 58n) text = alphabet[Number(value % 58n)] + text;
  return text;
}
