import { assert, assertEquals, assertThrows } from "@std/assert";
import { crc32 } from "../../lib/emulator/crc32.ts";
import { createEmulator } from "../../lib/emulator/emulator.ts";
import { Journal } from "../../lib/emulator/journal.ts";
import { HEADER } from "../../lib/emulator/journal_format.ts";
import { Store } from "../../lib/emulator/store.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { MemoryFiles } from "./memory_files.ts";
import { ask, fakeHost, startProgram } from "./program_host.ts";

const PATH = "data.journal";

interface Opened {
  readonly emulator: Emulator;
  readonly store: Store;
  readonly journal: Journal;
  readonly problems: string[];
}

function open(files: MemoryFiles): Opened {
  const store = new Store();
  const problems: string[] = [];
  const onProblem = (message: string) => void problems.push(message);
  const journal = new Journal({ files, path: PATH, store, onProblem });
  const emulator = createEmulator({ store });
  return { emulator, store, journal, problems };
}

/** All records, the same text for the same data. */
function dump(store: Store): string {
  const rows = [...store.snapshot()].map((change) => JSON.stringify(change));
  return rows.sort().join("\n");
}

/** A file to which several commits were written; and what the store held after each of them. */
async function written(
  users = 4,
): Promise<{ files: MemoryFiles; states: Map<number, string> }> {
  const files = new MemoryFiles();
  const { emulator, store, journal } = open(files);
  const states = new Map<number, string>();
  const note = () => states.set(files.read(PATH)!.byteLength, dump(store));
  note();
  store.subscribe(note);
  for (let i = 0; i < users; i++) {
    const email = `user-${i}@example.com`;
    const user_metadata = { name: `Zoë ${i}\n` };
    await emulator.users.seed({ email, password: "correct", user_metadata });
    await emulator.signIn(email);
  }
  await emulator.users.delete("user-1@example.com");
  journal.close();
  return { files, states };
}

function copy(bytes: Uint8Array): MemoryFiles {
  const files = new MemoryFiles();
  files.bytes.set(PATH, bytes.slice());
  return files;
}

Deno.test("crc32() gives the check value of its definition", () => {
  const bytes = new TextEncoder().encode("123456789");
  assertEquals(crc32(bytes), 0xcbf43926);
  assertEquals(crc32(new Uint8Array()), 0);
});

Deno.test("Journal gives back everything after a clean end", async () => {
  const { files, states } = await written();
  const { emulator, store, journal, problems } = open(files);
  assertEquals(dump(store), [...states.values()].at(-1)!);
  assertEquals(emulator.users.list().map((user) => user["email"]), [
    "user-0@example.com",
    "user-2@example.com",
    "user-3@example.com",
  ]);
  assertEquals(problems, []);
  journal.close();
  assertEquals(files.locked.size, 0);
});

Deno.test("Journal loses at most the write under way, wherever a kill cuts the file", async () => {
  const { files, states } = await written(2);
  const bytes = files.read(PATH)!;
  const ends = [...states.keys()];
  const cuts = Array.from(
    { length: Math.ceil((bytes.byteLength - HEADER.length) / 13) },
    (_, i) => HEADER.length + 13 * i,
  );
  for (
    const length of [...cuts, ...ends.flatMap((end) => [end - 1, end, end + 1])]
  ) {
    if (length < HEADER.length || length > bytes.byteLength) continue;
    const cut = copy(bytes.subarray(0, length));
    const { store, journal, problems } = open(cut);
    const whole = ends.findLast((end) => end <= length)!;
    assertEquals(dump(store), states.get(whole));
    assertEquals(cut.read(PATH)!.byteLength, whole);
    assertEquals(problems.length, whole === length ? 0 : 1);
    journal.close();
  }
});

Deno.test("Journal goes on after a torn end", async () => {
  const { files } = await written();
  files.bytes.set(PATH, files.read(PATH)!.slice(0, -3));
  const first = open(files);
  assertEquals(first.problems.length, 1);
  await first.emulator.users.seed({ email: "new@example.com" });
  first.journal.close();
  const second = open(files);
  assertEquals(second.problems, []);
  assertEquals(dump(second.store), dump(first.store));
  assert(second.emulator.users.get("new@example.com"));
});

Deno.test("Journal refuses a file that is not the emulator's and leaves it alone", () => {
  const texts = [
    "{}",
    "\0",
    HEADER.slice(0, -1),
    HEADER.replace("1", "2"),
    `x${HEADER}`,
  ];
  for (const text of texts) {
    const files = new MemoryFiles({ [PATH]: text });
    assertThrows(() => open(files), Error, "no data file of this emulator");
    assertEquals(files.text(PATH), text);
    assertEquals([files.bytes.size, files.locked.size], [1, 0]);
  }
});

Deno.test("Journal refuses a file with damage before its end", async () => {
  const { files } = await written();
  const bytes = files.read(PATH)!.slice();
  bytes[HEADER.length + 30]! ^= 1;
  const damaged = copy(bytes);
  assertThrows(() => open(damaged), Error, `damaged at byte ${HEADER.length}`);
  assertEquals(damaged.read(PATH), bytes);
});

Deno.test("Journal makes use of an empty file and of a missing one", () => {
  for (const files of [new MemoryFiles({ [PATH]: "" }), new MemoryFiles()]) {
    const { journal } = open(files);
    assertEquals(files.text(PATH), HEADER);
    journal.close();
  }
});

Deno.test("Journal keeps a second writer out", () => {
  const files = new MemoryFiles();
  const { journal } = open(files);
  assertThrows(() => open(files), Error, "in use");
  journal.close();
  open(files).journal.close();
});

Deno.test("Journal writes the data anew when the file outgrows it", async () => {
  const files = new MemoryFiles();
  const { emulator, store, journal } = open(files);
  await emulator.users.seed({
    email: "ann@example.com",
    user_metadata: { text: "x".repeat(200_000) },
  });
  const sizes: number[] = [];
  for (let i = 0; i < 30; i++) {
    await emulator.users.delete("ann@example.com");
    await emulator.users.seed({
      email: "ann@example.com",
      user_metadata: { text: "x".repeat(200_000) },
    });
    sizes.push(files.read(PATH)!.byteLength);
  }
  assert(Math.max(...sizes) < 1_500_000);
  assert(sizes.some((size, i) => size < (sizes[i - 1] ?? 0)));
  journal.close();
  const again = open(files);
  assertEquals(dump(again.store), dump(store));
  assertEquals(files.bytes.size, 1);
});

Deno.test("Journal writes only what was committed into a new file", async () => {
  const files = new MemoryFiles();
  const { emulator, store, journal } = open(files);
  await emulator.users.seed({ email: "ann@example.com" });
  const before = dump(store);
  const [{ id }] = emulator.users.list() as [{ id: string }];
  const resumed = Promise.withResolvers<void>();
  const waiting = store.transaction(async (transaction) => {
    store.tables.users.update(id, { role: "never" });
    await transaction.outside(() => resumed.promise);
    throw new Error("Taken back");
  }).catch(() => {});
  files.room = 10;
  journal.saveKeys("a", [1]);
  files.room = Infinity;
  journal.saveKeys("b", [2]);
  resumed.resolve();
  await waiting;
  journal.close();
  const again = open(files);
  assertEquals(dump(again.store), before);
  assertEquals(again.journal.loadKeys("a"), [1]);
});

Deno.test("Journal catches up after a full disk", async () => {
  const files = new MemoryFiles();
  const first = open(files);
  await first.emulator.users.seed({ email: "ann@example.com" });
  files.room = 100;
  await first.emulator.users.seed({ email: "bob@example.com" });
  assert(first.problems.length > 0);
  const meanwhile = open(copy(files.read(PATH)!));
  assertEquals(meanwhile.emulator.users.list().length, 1);
  assertEquals(meanwhile.problems, []);
  files.room = Infinity;
  await first.emulator.users.seed({ email: "cid@example.com" });
  first.journal.close();
  const again = open(files);
  assertEquals(again.emulator.users.list().length, 3);
  assertEquals(dump(again.store), dump(first.store));
});

Deno.test("Journal never overwrites a file in the way of its new one", () => {
  const files = new MemoryFiles({ [`${PATH}.new`]: "somebody's" });
  assertThrows(() => open(files), Error, "in the way");
  assertEquals(files.text(`${PATH}.new`), "somebody's");
  files.put(`${PATH}.new`, HEADER.slice(0, 5));
  open(files).journal.close();
  assertEquals([...files.bytes.keys()], [PATH]);
});

Deno.test("--data keeps users, sessions and signing keys across restarts", async () => {
  const host = fakeHost();
  const args = ["--data", PATH];
  const ann = { email: "ann@example.com", password: "correct horse" };
  const first = await startProgram(host, ...args);
  const { body } = await ask(host, 9999, "POST", "/signup", ann);
  await first.close();

  const second = await startProgram(host, ...args);
  const authorization = `Bearer ${body.access_token}`;
  const user = await ask(host, 9999, "GET", "/user", undefined, {
    authorization,
  });
  assertEquals(user.body.email, ann.email);
  const path = "/token?grant_type=refresh_token";
  const next = await ask(host, 9999, "POST", path, {
    refresh_token: body.refresh_token,
  });
  assertEquals(next.body.user.id, user.body.id);
  await second.close();
  assertEquals(host.warned, []);
});
