import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  ComputedValues,
  recordedTime,
  translated,
} from "../../scripts/replay/computed.ts";
import type { Flow, Json } from "../../scripts/replay/types.ts";
import { isSignedBy } from "../../scripts/replay/wallet.ts";
import { entryNamed, flowNamed, recorded } from "./data.ts";

const ISSUER = {
  remake: () => Promise.resolve("id-token"),
  answer: () => undefined,
};
const NOW = Date.parse("2031-05-06T07:08:09Z");

async function make(
  flow: Flow,
  names: string[],
): Promise<Record<string, string>[]> {
  const computed = new ComputedValues(flow, ISSUER, () => NOW);
  const out: Record<string, string>[] = [];
  for (const name of names) {
    out.push(
      await computed.make(entryNamed(flow, name), new Map()) as Record<
        string,
        string
      >,
    );
  }
  return out;
}

Deno.test("make() signs the recorded web3 messages with times of this run", async () => {
  const flow = flowNamed(await recorded(), "web3.solana");
  const [good, bad, old, evil] = await make(flow, [
    "web3",
    "bad",
    "old",
    "evil",
  ]);
  const address = good!.address!;
  assertEquals(address, "BYdEC8PgN9efDX5tNTn51fK95TzvWzw8L3uogdb9EKYq");
  assert(good!.message!.endsWith("Issued At: 2031-05-06T07:08:09.000Z"));
  assert(await isSignedBy(address, good!.message!, good!.signature!));
  assertEquals(Object.keys(bad!), ["signature"]);
  assertEquals(
    await isSignedBy(address, good!.message!, bad!.signature!),
    false,
  );
  assert(await isSignedBy(address, old!.message!, old!.signature!));
  const age = NOW - Date.parse(/Issued At: (.*)/.exec(old!.message!)![1]!);
  assert(age > 3_590_000 && age < 3_610_000);
  assert(evil!.message!.startsWith("evil.example "));
});

Deno.test("make() replaces an account whose key is unknown", async () => {
  const known = flowNamed(await recorded(), "web3.solana");
  const entries = known.entries.map((entry) => ({
    ...entry,
    description: "signed by somebody",
  }));
  const [made] = await make({ ...known, entries }, ["web3"]);
  assertNotEquals(
    made!.address,
    "BYdEC8PgN9efDX5tNTn51fK95TzvWzw8L3uogdb9EKYq",
  );
  assert(await isSignedBy(made!.address!, made!.message!, made!.signature!));
  assertEquals(made!.message!.split("\n")[1], made!.address);
});

Deno.test("make() leaves codes of the fake provider and id tokens' claims as they are", async () => {
  const transcripts = await recorded();
  const flow = flowNamed(transcripts, "callback.implicit");
  assertEquals(await make(flow, ["idp"]), [
    entryNamed(flow, "idp").values as Record<string, string>,
  ]);
  const [token] = await make(flowNamed(transcripts, "idtoken.keycloak"), [
    "t1",
  ]);
  assertEquals(token!.id_token, "id-token");
});

Deno.test("translated() finds what stands for a recorded text in an earlier answer", async () => {
  const flow = flowNamed(await recorded(), "passkeys");
  const options = entryNamed(flow, "ro");
  const { challenge } =
    (options.response!.body as { options: { challenge: string } }).options;
  const observed = new Map<number, Json>([[options.step, {
    response: { body: { options: { challenge: "new" } } },
  }]]);
  assertEquals(translated(challenge, flow, options.step + 1, observed), "new");
  assertEquals(translated(challenge, flow, options.step, observed), challenge);
  assertEquals(translated("elsewhere", flow, 99, observed), "elsewhere");
});

Deno.test("recordedTime() reads the next token, else the latest time in an answer", async () => {
  const transcripts = await recorded();
  assertEquals(
    recordedTime(flowNamed(transcripts, "web3.solana"), 1),
    1795456475000,
  );
  const withoutTokens = flowNamed(transcripts, "custom");
  assertEquals(new Date(recordedTime(withoutTokens, 1)).getUTCFullYear(), 2026);
});
