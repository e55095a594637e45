import { assert, assertEquals } from "@std/assert";
import { digest, fromHex, hex, utf8 } from "../../scripts/replay/encoding.ts";
import {
  accountOf,
  ethereumAccount,
  isSignedBy,
  personalHash,
  readMessage,
  redateMessage,
} from "../../scripts/replay/wallet.ts";
import { entryNamed, flowNamed, recorded } from "./data.ts";

Deno.test("accountOf() finds the recorded Solana account by its seed", async () => {
  assertEquals(
    (await accountOf("solana", "sol-1")).address,
    "BYdEC8PgN9efDX5tNTn51fK95TzvWzw8L3uogdb9EKYq",
  );
});

Deno.test("isSignedBy() judges the recorded signatures as the recorded server did", async () => {
  const flow = flowNamed(await recorded(), "web3.solana");
  const { address, message, signature } = entryNamed(flow, "web3")
    .values as Record<string, string>;
  assert(await isSignedBy(address!, message!, signature!));
  const bad = entryNamed(flow, "bad").values as Record<string, string>;
  assertEquals(await isSignedBy(address!, message!, bad.signature!), false);
  assertEquals(await isSignedBy(address!, message!, "x"), false);
});

/** The private key and signature that the documentation of web3.js gives for `personal_sign` of "Some data". */
const KEY = fromHex(
  "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318",
);
const SIGNATURE =
  "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";

Deno.test("ethereumAccount() signs as a wallet does (EIP-191)", async () => {
  const account = ethereumAccount(KEY);
  assertEquals(account.address, "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");
  assertEquals(
    hex(personalHash("Some data")),
    "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655",
  );
  assertEquals(await account.sign("Some data"), SIGNATURE);
  assert(await isSignedBy(account.address, "Some data", SIGNATURE));
  assert(
    await isSignedBy(account.address.toLowerCase(), "Some data", SIGNATURE),
  );
  assertEquals(
    await isSignedBy(account.address, "Other data", SIGNATURE),
    false,
  );
});

Deno.test("redateMessage() moves the times and keeps their distance to the recording", () => {
  const message = [
    "localhost wants you to sign in with your Ethereum account:",
    "0xAB",
    "",
    "URI: http://localhost",
    "Issued At: 2026-01-01T00:00:00.500Z",
    "Expiration Time: 2026-01-01T01:00:00Z",
    "Not Before: never",
  ].join("\n");
  const moved = redateMessage(
    message,
    Date.parse("2026-01-01T00:00:00Z"),
    Date.parse("2030-01-01T00:00:00Z"),
    "0xCD",
  );
  assertEquals(moved.split("\n").slice(4), [
    "Issued At: 2030-01-01T00:00:00.000Z",
    "Expiration Time: 2030-01-01T01:00:00.000Z",
    "Not Before: never",
  ]);
  assertEquals(readMessage(moved), { chain: "ethereum", address: "0xCD" });
});

Deno.test("accountOf() takes the SHA-256 of the text as key of an Ethereum account", async () => {
  const key = await digest("SHA-256", utf8("eth-1"));
  assertEquals(
    (await accountOf("ethereum", "eth-1")).address,
    ethereumAccount(key).address,
  );
});
