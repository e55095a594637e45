/** The emulator's page in a real browser, used as a person uses it. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import puppeteer, { type Browser } from "puppeteer-core";
import type { EmulatorOptions } from "../../lib/emulator/mod.ts";
import { type Tab, Visit } from "./page_person.ts";

const CHROMIUM = Deno.env.get("CHROMIUM") ?? "chromium";
const PANELS = [
  "Inbox",
  "Users",
  "Sessions",
  "Factors",
  "Keys",
  "Clock",
  "Faults",
  "Requests",
  "Playground",
];
const CONFIRMING = { GOTRUE_MAILER_AUTOCONFIRM: "false" };

type Story = (visit: Visit) => Promise<void>;
const stories = new Map<string, readonly [Story, EmulatorOptions]>();

function tell(
  name: string,
  story: Story,
  env: Record<string, string> = {},
  options: EmulatorOptions = {},
): void {
  // Nobody waits between two mails.
  const quick = { GOTRUE_SMTP_MAX_FREQUENCY: "0s" };
  stories.set(name, [story, { ...options, env: { ...quick, ...env } }]);
}

const path = await findChromium();
if (path === undefined) {
  console.log(
    "The tests of the page in Chromium are skipped: install chromium, or name one by CHROMIUM",
  );
}

/** The path of the program, which the driver wants whole. */
async function findChromium(): Promise<string | undefined> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const paths = CHROMIUM.includes("/")
    ? [CHROMIUM]
    : folders.map((folder) => `${folder}/${CHROMIUM}`);
  for (const path of paths) {
    const found = await Deno.stat(path).catch(() => undefined);
    if (found?.isFile) return path;
  }
}

async function signUp(tab: Tab): Promise<void> {
  await tab.press("Sign up");
  await tab.reads("the access token lives");
}

tell(
  "a person signs up, confirms by the code, and sees it all",
  async (visit) => {
    const tab = await visit.open("playground");
    await tab.press("Sign up");
    await tab.reads("Confirm your email address");
    const { code } = await visit.emulator.mailbox.next("ada@example.com");
    await tab.type("Code from the mail", code);
    await tab.press("Confirm");
    await tab.reads("verified in this page");
    await tab.reads('"aal": "aal1"');
    assertEquals(await tab.events(), [
      "SIGNED_IN user",
      "INITIAL_SESSION restore",
    ]);
    await tab.press("Refresh the session");
    await tab.reads("TOKEN_REFRESHED");
    await tab.press("Sign out");
    await tab.reads("Nobody is signed in.");
  },
  CONFIRMING,
);

tell(
  "the link of the mail signs in the tab it opens, and the other one",
  async (visit) => {
    const first = await visit.open("playground");
    await first.press("Sign up");
    const { link } = await visit.emulator.mailbox.next("ada@example.com");
    const second = await visit.open("", link);
    await second.reads("the access token lives");
    assertEquals(second.page.url(), visit.url);
    assertEquals((await second.events())[0], "SIGNED_IN url");
    await first.reads("the access token lives");
    assertEquals((await first.events())[0], "SIGNED_IN other-tab");
    await second.press("Sign out");
    await first.reads("Nobody is signed in.");
    assertEquals((await first.events())[0], "SIGNED_OUT other-tab");
  },
  CONFIRMING,
);

tell(
  "a server with its own defaults is played with as well",
  async (visit) => {
    const tab = await visit.open("playground");
    await tab.tick(
      "E-mail addresses must be confirmed GOTRUE_MAILER_AUTOCONFIRM",
    );
    await signUp(tab);
    await tab.reads("verified in this page");
    await tab.reads("HS256");
  },
  {},
  { profile: "server" },
);

tell("errors say what went wrong, where it is read out", async (visit) => {
  const tab = await visit.open("playground");
  await tab.press("Sign in");
  await tab.reads("AuthApiError invalid_credentials (400)");
  const role = await tab.page.$eval(".alert:not([hidden])", (e) => e.role);
  assertEquals(role, "alert");
});

tell(
  "an authenticator app is set up by a QR code, and raises the session",
  async (visit) => {
    const tab = await visit.open("playground");
    await signUp(tab);
    await tab.press("Set up an authenticator app");
    await tab.until(() => {
      const image = document.querySelector<HTMLImageElement>(".scan img");
      return image?.complete && image.naturalWidth > 0;
    });
    await tab.press("Use the code of the moment");
    await tab.until(() =>
      document.querySelector<HTMLInputElement>("[name=code]")?.value.length ===
        6
    );
    await tab.press("Verify");
    await tab.reads("signed in with a second factor");
    await tab.reads('"aal": "aal2"');
    assertEquals((await tab.events())[0], "MFA_CHALLENGE_VERIFIED user");

    await tab.press("Sign out");
    await tab.press("Sign in");
    await tab.reads("a code raises this session to aal2");
    await tab.choose("Factors");
    await tab.reads("ada@example.com");
    await tab.press("Delete the factor of ada@example.com");
    await tab.reads("No second factors yet.");
  },
);

tell("a passkey is added, signs in, and is removed", async (visit) => {
  const tab = await visit.open("playground");
  const devtools = await tab.page.createCDPSession();
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  await tab.tick("Passkeys GOTRUE_PASSKEY_ENABLED");
  await tab.reads("Sign in with a passkey");
  await signUp(tab);
  await tab.press("Add a passkey");
  await tab.until(() => document.querySelector(".lines li"));
  await tab.press("Sign out");
  await tab.press("Sign in with a passkey");
  await tab.reads("the access token lives");
  assertEquals((await tab.events())[0], "SIGNED_IN user");
  await tab.choose("Factors");
  await tab.reads("ada@example.com");
  await tab.press("Delete the passkey of ada@example.com");
  await tab.reads("No passkeys yet.");
});

tell("guests and people of a provider come in", async (visit) => {
  const tab = await visit.open("playground");
  await tab.tick("Guests may sign in GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED");
  await tab.press("Continue as a guest");
  await tab.reads("a guest");
  await tab.press("Sign out");
  await tab.press("Continue");
  await tab.page.locator("input[type=email]").fill("bob@example.com");
  await tab.page.locator("button.main").click();
  await tab.reads("the access token lives");
  await tab.reads("bob@example.com");
}, { GOTRUE_EXTERNAL_GITHUB_ENABLED: "true" });

tell("mails and texts arrive in the inbox by themselves", async (visit) => {
  const { emulator } = visit;
  const tab = await visit.open("inbox");
  await tab.reads("No messages yet.");
  await ask(visit, "/otp", { email: "ann@example.com" });
  const { code, link } = await emulator.mailbox.next("ann@example.com");
  await tab.reads(code);
  const href = await tab.page.$eval(
    ".message a.button",
    (a) => a.getAttribute("href"),
  );
  assertEquals(href, link);
  await ask(visit, "/otp", { phone: "15551234567" });
  const { text } = await emulator.sms.next("15551234567");
  await tab.until(() => document.querySelectorAll(".messages li").length === 2);
  await tab.page.locator(".messages li:first-child button").click();
  await tab.reads(text);
  const said = await tab.page.$eval("[aria-live]", (e) => e.textContent);
  assertEquals(said, `New message to 15551234567: ${text}`);
}, { GOTRUE_SMS_AUTOCONFIRM: "false", GOTRUE_EXTERNAL_PHONE_ENABLED: "true" });

tell("a mail cannot run anything, whatever it is made of", async (visit) => {
  const tab = await visit.open("inbox");
  await ask(visit, "/otp", { email: "ann@example.com" });
  await tab.until(() => document.querySelector("iframe"));
  const sandbox = await tab.page.$eval(
    "iframe",
    (frame) => frame.sandbox.value,
  );
  assertEquals(sandbox, "allow-popups allow-popups-to-escape-sandbox");
  await visit.emulator.users.seed({
    email: "eve@example.com",
    user_metadata: { name: "<img src=x onerror='globalThis.harmed=1'>" },
  });
  await tab.choose("Users");
  await tab.reads("eve@example.com");
  await tab.page.locator("tbody details summary").click();
  await tab.reads("<img src=x");
  assertEquals(
    await tab.page.evaluate(() => "harmed" in globalThis),
    false,
  );
});

tell("users are added, played, and deleted; sessions ended", async (visit) => {
  const tab = await visit.open("users");
  await tab.type("E-mail", "ann@example.com");
  await tab.press("Add user");
  await tab.reads("ann@example.com");
  assert(visit.emulator.users.get("ann@example.com"));
  await tab.press("Sign in as ann@example.com");
  await tab.reads("the access token lives");
  await tab.choose("Sessions");
  await tab.press("End the session of ann@example.com");
  await tab.reads("Nobody is signed in.");
  await tab.choose("Playground");
  await tab.reads("session_not_found");
  await tab.reads("Sign up or sign in");
  await tab.choose("Users");
  await tab.press("Delete ann@example.com");
  await tab.until(() => !document.querySelector("tbody tr"));
  assertEquals(visit.emulator.users.list(), []);
});

tell("the clock is moved, and the session follows", async (visit) => {
  const tab = await visit.open("playground");
  await signUp(tab);
  await tab.choose("Clock");
  await tab.press("+ 1 hour");
  await tab.reads("1 h 0 min ahead");
  await tab.press("Freeze");
  await tab.reads("It stands still");
  await tab.choose("Playground");
  await tab.reads("TOKEN_REFRESHED");
  await tab.reads("verified in this page");
});

tell("keys are rotated, and tokens of revoked ones refused", async (visit) => {
  const tab = await visit.open("playground");
  await signUp(tab);
  await tab.choose("Keys");
  await tab.reads("ES256");
  await tab.page.locator("select[name=alg]").fill("EdDSA");
  await tab.tick("Revoke the former keys: their tokens fail at once");
  await tab.press("Rotate");
  await tab.until(() =>
    document.querySelector("tbody")?.textContent?.includes("EdDSA")
  );
  await tab.choose("Playground");
  await tab.press("Ask for the user");
  await tab.reads("bad_jwt");
});

tell(
  "a fault strikes as often as it should, and the log shows it",
  async (visit) => {
    const tab = await visit.open("faults");
    await tab.page.locator("input[name=path]").fill("/otp");
    await tab.page.locator("input[name=times]").fill("1");
    await tab.press("Add");
    await tab.reads("answers 503");
    const email = "ann@example.com";
    assertEquals(await ask(visit, "/otp", { email }), 503);
    assertEquals(await ask(visit, "/otp", { email }), 200);
    await tab.choose("Requests");
    await tab.reads("503");
    await tab.page.locator(".requests summary").click();
    await tab.reads('"email": "ann@example.com"');
    await tab.press("Clear");
    await tab.reads("No requests yet.");
  },
);

tell(
  "the page goes on where it was when the tab is seen again",
  async (visit) => {
    const tab = await visit.open("users");
    const turn = (hidden: boolean) =>
      tab.page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", {
          value: hidden,
          configurable: true,
        });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await turn(true);
    await tab.reads("paused");
    await visit.emulator.users.seed({ email: "ann@example.com" });
    await turn(false);
    await tab.reads("ann@example.com");
    await tab.reads("live");
  },
);

tell("everything has a name, and the keyboard reaches it", async (visit) => {
  await visit.emulator.users.seed({ email: "ann@example.com" });
  await visit.emulator.signIn("ann@example.com");
  const tab = await visit.open("inbox");
  for (const panel of PANELS) {
    await tab.choose(panel);
    assertEquals(await namelessIn(tab), [], panel);
  }
  await tab.page.reload();
  await tab.reads("live");
  await tab.page.keyboard.press("Tab");
  assertEquals(await focused(tab), "Skip to the content");
  await tab.page.keyboard.press("Enter");
  assertEquals(await focused(tab), "Playground");
  await tab.page.locator("nav a").click();
  await tab.page.keyboard.press("ArrowDown");
  assertMatch(await focused(tab), /^Users/);
  await tab.page.keyboard.press("Enter");
  await tab.reads("Add a user");
  const remove = "[aria-label^='Delete']";
  await tab.page.waitForSelector(remove);
  await visit.emulator.users.seed({ email: "bob@example.com" });
  await tab.reads("bob@example.com");
  await tab.page.focus(remove);
  await tab.page.keyboard.press("Enter");
  await tab.until(() => document.querySelectorAll("tbody tr").length === 1);
  assertEquals(await focused(tab), "Delete");
  await tab.page.keyboard.press("Enter");
  await tab.until(() => !document.querySelector("tbody tr"));
  assertEquals(await focused(tab), "Users");
});

tell(
  "it is dark or light as one likes, and fits a narrow screen",
  async (visit) => {
    const tab = await visit.open("inbox");
    const ground = async (value: string) => {
      await tab.page.emulateMediaFeatures([
        { name: "prefers-color-scheme", value },
      ]);
      return await tab.page.evaluate(() =>
        getComputedStyle(document.documentElement).backgroundColor
      );
    };
    assertNotEquals(await ground("dark"), await ground("light"));
    await tab.page.setViewport({ width: 360, height: 700 });
    for (const panel of PANELS) {
      await tab.choose(panel);
      const excess = await tab.page.evaluate(() =>
        document.documentElement.scrollWidth - innerWidth
      );
      assert(excess <= 0, `${panel} is ${excess} px too wide`);
    }
  },
);

/** Controls without a name that can be read out. */
function namelessIn(tab: Tab): Promise<string[]> {
  return tab.page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      "a, button, input, select, iframe, [tabindex='0']",
    );
    return [...controls].filter((control) => {
      const { labels } = control as HTMLInputElement;
      const name = control.ariaLabel || control.title ||
        labels?.[0]?.textContent || control.textContent;
      return !name?.trim();
    }).map(({ outerHTML }) => outerHTML);
  });
}

function focused({ page }: Tab): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? "");
}

/** Sends a request from elsewhere; gives the status. */
async function ask(visit: Visit, path: string, body: object): Promise<number> {
  const { url, anonKey } = visit.emulator;
  const response = await fetch(url + path, {
    method: "POST",
    headers: { apikey: anonKey, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}

async function play(
  browser: Browser,
  story: Story,
  options: EmulatorOptions,
): Promise<void> {
  await using visit = await Visit.begin(browser, options);
  await story(visit);
  const own = [new URL(visit.url).origin, new URL(visit.emulator.url).origin];
  for (const { problems, origins } of visit.tabs) {
    assertEquals(problems, []);
    const foreign = [...origins].filter((origin) => !own.includes(origin));
    assertEquals(foreign, []);
  }
}

Deno.test({
  name: "the page of the emulator works for a person in Chromium",
  ignore: path === undefined,
  fn: async (t) => {
    const browser = await puppeteer.launch({
      executablePath: path!,
      // The sandbox refuses to run as root, as in most containers.
      args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
    });
    try {
      for (const [name, [story, options]] of stories) {
        await t.step(name, () => play(browser, story, options));
      }
    } finally {
      await browser.close();
    }
  },
});
