/** Other tabs, whose news may come late, or be of what is stored apart. */
import { assertEquals } from "@std/assert";
import type { FakeTime } from "@std/testing/time";
import { memoryStorage } from "../../lib/session/storage.ts";
import type { Platform } from "../../lib/session/platform.ts";
import {
  clientTest,
  fulfilled,
  KEY,
  type Kit,
  listen,
  rest,
  timedTest,
} from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

const HOUR = 3_600_000;

/** A lock that another tab has had until just now. */
const TAKEN: Partial<Platform> = {
  locks: () => ({
    request: (_, { ifAvailable }, run) => run(ifAvailable ? null : {}),
  }),
};

/** Asks for a session that has expired, under that lock. */
async function askUnderLock(
  kit: Kit,
  time: FakeTime,
  meanwhile: (server: StubServer, store: (text: string) => void) => void,
): Promise<{ took: number; refreshes: number; token: string | undefined }> {
  const server = new StubServer();
  const { auth, storage } = kit.signedIn(server, { platform: TAKEN });
  await auth.initialize();
  time.tick(HOUR);
  meanwhile(server, (text) => storage.setItem(KEY, text));
  const begun = time.now;
  const { session } = await fulfilled(time, auth.getSession());
  const { refreshes } = server;
  return { took: time.now - begun, refreshes, token: session?.access_token };
}

timedTest(
  "a tab that has waited for the lock adopts what it sees a moment later",
  async (kit, time) => {
    let newer: string | undefined;
    const { took, refreshes, token } = await askUnderLock(
      kit,
      time,
      (server, store) => {
        const session = server.signIn();
        newer = session.access_token;
        setTimeout(() => store(JSON.stringify(session)), 50);
      },
    );
    assertEquals([took, refreshes, token], [60, 0, newer]);
  },
);

timedTest(
  "a tab that has waited for the lock in vain refreshes, only a little later",
  async (kit, time) => {
    const { took, refreshes } = await askUnderLock(kit, time, () => {});
    assertEquals([took, refreshes], [200, 1]);
  },
);

clientTest(
  "another tab's news of a user who is stored apart are told",
  async (kit) => {
    const news: (() => void)[] = [];
    const platform: Partial<Platform> = {
      openChannel: (_, onNews) => {
        news.push(onNews);
        return { announce: () => {}, close: () => {} };
      },
    };
    const server = new StubServer();
    const userStorage = memoryStorage();
    const { auth, storage } = kit.signedIn(server, { platform, userStorage });
    const told = listen(auth);
    const { session } = await auth.getSession();
    const other = kit.client(server.fetch, { storage, userStorage });
    await other.auth.updateUser({ data: { color: "red" } });
    const count = server.requests.length;
    news[0]!();
    news[0]!();
    await rest();
    assertEquals(told.slice(1).map(([event, cause]) => [event, cause]), [[
      "USER_UPDATED",
      "other-tab",
    ]]);
    const { user, access_token } = auth.getSnapshot().session!;
    assertEquals(user.user_metadata, { color: "red" });
    assertEquals(access_token, session!.access_token);
    assertEquals(server.requests.length, count);
  },
);
