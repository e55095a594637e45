/** What is shown while a page's callback is being consumed. */
import { assertEquals } from "@std/assert";
import type { AuthSnapshot } from "../../mod.ts";
import {
  clientOf,
  createPage,
  EMAIL,
  follow,
  PASSWORD,
  startEmulator,
} from "./emulated.ts";
import { clientTest, type Kit, rest } from "./helpers.ts";

interface Shown {
  /** What was there to be read while the code was on its way, and then. */
  readonly meanwhile: AuthSnapshot["status"][];
  /** What listeners read. */
  readonly told: AuthSnapshot["status"][];
}

/** Opens the page that a mail's link leads to. */
async function openPage(
  kit: Kit,
  change: (address: string) => string = (address) => address,
  initialSnapshot?: AuthSnapshot,
): Promise<Shown> {
  const emulator = startEmulator();
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  const sender = clientOf(kit, emulator);
  await sender.auth.signInWithOtp({ email: EMAIL });
  const { link } = await emulator.mailbox.next(EMAIL);
  const page = createPage(change(await follow(emulator, link)));
  const { storage } = sender;
  const given = initialSnapshot && { initialSnapshot };
  const { auth } = clientOf(kit, emulator, { storage, page, ...given });
  const shown: Shown = { meanwhile: [], told: [] };
  const read = () => auth.getSnapshot().status;
  auth.subscribe(() => void shown.told.push(read()));
  let isDone = false;
  auth.initialize().catch(() => {}).finally(() => isDone = true);
  while (!isDone) {
    shown.meanwhile.push(read());
    await null;
    if (shown.meanwhile.length % 50 === 0) await rest();
  }
  await rest();
  shown.meanwhile.push(read());
  return shown;
}

clientTest(
  "getSnapshot() is never signed-out while a callback that signs in is consumed",
  async (kit) => {
    const { meanwhile, told } = await openPage(kit);
    assertEquals([...new Set(meanwhile)], ["loading", "signed-in"]);
    assertEquals([...new Set(told)], ["signed-in"]);
  },
);

clientTest(
  "getSnapshot() is signed-out once a callback has failed, not before",
  async (kit) => {
    const { meanwhile, told } = await openPage(
      kit,
      (address) => address.replace(/code=[\w-]{8}/, "code=00000000"),
    );
    assertEquals([...new Set(meanwhile)], ["loading", "signed-out"]);
    assertEquals(meanwhile.indexOf("signed-out"), meanwhile.length - 1);
    assertEquals(told, ["signed-out"]);
  },
);

clientTest(
  "initialSnapshot is what is read until a callback has been consumed",
  async (kit) => {
    const { meanwhile, told } = await openPage(kit, (address) => address, {
      status: "signed-out",
      session: null,
    });
    assertEquals([...new Set(meanwhile)], ["signed-out", "signed-in"]);
    assertEquals([...new Set(told)], ["signed-in"]);
  },
);
