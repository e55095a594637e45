/**
 * The emulator in the form of `deno bench tests/bench`: the cases of `deno task bench:emulator`, which also
 * measures cold starts and judges by budgets.
 */
import { createEmulator } from "../../lib/emulator/mod.ts";
import {
  createCrowdPairs,
  createUserPair,
  timeSignUps,
} from "./emulator/cases.ts";

const MANY = 100_000;
const FEW = 1000;

Deno.bench(
  "an emulator is made and answers once",
  { group: "start" },
  async () => {
    const response = await createEmulator().fetch(
      "http://localhost:9999/health",
    );
    await response.text();
  },
);

for (const profile of ["server", "supabase"] as const) {
  Deno.bench(`1,000 sign-ups, profile ${profile}`, {
    group: "sign-ups",
    n: 3,
    warmup: 1,
  }, async () => {
    await timeSignUps(1000, profile);
  });
}

const pairs = [await createUserPair(), ...await createCrowdPairs(MANY, FEW)];
for (const { ours, other } of pairs) {
  const group = ours.name;
  const name = ours.name === "GET /user" ? ours.name : `${MANY} users`;
  Deno.bench(`${group}: ${other.name}`, { group, baseline: true }, async () => {
    await other.run();
  });
  Deno.bench(`${group}: ${name}`, { group }, async () => {
    await ours.run();
  });
}
