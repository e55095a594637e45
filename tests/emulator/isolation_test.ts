import { assertEquals, assertNotEquals } from "@std/assert";
import {
  createStore,
  type Emulator,
  type EmulatorOptions,
} from "../../lib/emulator/mod.ts";
import { call, callAsAdmin, type Loose, signedIn, start } from "./helpers.ts";

const VERIFIER = "v".repeat(43);
const CLIENT = { "X-Client": "203.0.113.7" };
const ENV = {
  GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
  GOTRUE_SMS_PROVIDER: "twilio",
  GOTRUE_SMS_TWILIO_ACCOUNT_SID: "id",
  GOTRUE_SMS_TWILIO_AUTH_TOKEN: "token",
  GOTRUE_SMS_TWILIO_MESSAGE_SERVICE_SID: "service",
  GOTRUE_OAUTH_SERVER_ENABLED: "true",
  GOTRUE_RATE_LIMIT_HEADER: "X-Client",
  GOTRUE_RATE_LIMIT_EMAIL_SENT: "2",
};

/** Something that one emulator changes and another may notice. */
interface Aspect {
  /** Whether emulators over one store share it. */
  readonly isData: boolean;
  /** Changes it, and gives what is needed to look for it. */
  change(emulator: Emulator): unknown;
  /** What an emulator shows of it. */
  look(emulator: Emulator, made: Loose): unknown;
}

async function statusOf(
  emulator: Emulator,
  method: string,
  path: string,
  body: unknown,
  headers = {},
): Promise<unknown> {
  const answer = await call(emulator, method, path, { body, headers });
  return answer.body.code ?? answer.status;
}

async function listOf(emulator: Emulator, path: string): Promise<unknown> {
  return (await callAsAdmin(emulator, "GET", path)).body;
}

/** Begins a flow and gives the code in the address that its link leads to. */
async function beginFlow(emulator: Emulator): Promise<string | null> {
  const email = "ann@example.com";
  await emulator.users.seed({ email });
  const body = {
    email,
    code_challenge: VERIFIER,
    code_challenge_method: "plain",
  };
  await call(emulator, "POST", "/otp", { body });
  const { search } = new URL((await emulator.mailbox.next(email)).link);
  const { headers } = await call(emulator, "GET", `/verify${search}`);
  return new URL(headers.get("Location")!).searchParams.get("code");
}

function signUp(emulator: Emulator, headers = {}): Promise<unknown> {
  const email = `${crypto.randomUUID()}@example.com`;
  const body = { email, password: "password-1234" };
  return statusOf(emulator, "POST", "/signup", body, headers);
}

const ASPECTS: Readonly<Record<string, Aspect>> = {
  "users": {
    isData: true,
    change: (emulator) => emulator.users.seed({ email: "ann@example.com" }),
    look: (emulator) => emulator.users.list(),
  },
  "sessions": {
    isData: true,
    change: (emulator) => signedIn(emulator),
    look: async (emulator, { access_token: token }) =>
      (await call(emulator, "GET", "/user", { token })).status,
  },
  "refresh tokens": {
    isData: true,
    change: (emulator) => signedIn(emulator),
    look: (emulator, { refresh_token }) =>
      statusOf(emulator, "POST", "/token?grant_type=refresh_token", {
        refresh_token,
      }),
  },
  "flow states": {
    isData: true,
    change: beginFlow,
    look: (emulator, auth_code) =>
      statusOf(emulator, "POST", "/token?grant_type=pkce", {
        auth_code,
        code_verifier: "another one",
      }),
  },
  "mails": {
    isData: true,
    change: (emulator) => signUp(emulator),
    look: (emulator) => emulator.mailbox.list(),
  },
  "text messages": {
    isData: true,
    change: (emulator) =>
      call(emulator, "POST", "/otp", { body: { phone: "15550100" } }),
    look: (emulator) => emulator.sms.list(),
  },
  "the audit log": {
    isData: true,
    change: (emulator) => signUp(emulator),
    look: (emulator) => listOf(emulator, "/admin/audit"),
  },
  "clients of the OAuth server": {
    isData: true,
    change: (emulator) =>
      callAsAdmin(emulator, "POST", "/admin/oauth/clients", {
        redirect_uris: ["https://app.example.com"],
      }),
    look: (emulator) => listOf(emulator, "/admin/oauth/clients"),
  },
  "custom providers": {
    isData: true,
    change: (emulator) =>
      callAsAdmin(emulator, "POST", "/admin/custom-providers", {
        provider_type: "oauth2",
        identifier: "custom:own",
        name: "Own",
        client_id: "client",
        client_secret: "secret",
        authorization_url: "https://idp.test/authorize",
        token_url: "https://idp.test/token",
        userinfo_url: "https://idp.test/user",
      }),
    look: (emulator) => listOf(emulator, "/admin/custom-providers"),
  },
  "the clock": {
    isData: false,
    change: (emulator) => emulator.clock.advance(1000),
    look: (emulator) => emulator.clock.now(),
  },
  "a frozen clock": {
    isData: false,
    change: (emulator) => emulator.clock.freeze(5000),
    look: (emulator) => emulator.clock.now(),
  },
  "keys": {
    isData: false,
    change: (emulator) => emulator.keys.rotate(),
    look: (emulator) => emulator.keys.jwks(),
  },
  "faults": {
    isData: false,
    change: (emulator) => emulator.faults.add({ status: 503 }),
    look: async (emulator) => (await call(emulator, "GET", "/health")).status,
  },
  "buckets of requests": {
    isData: false,
    change: async (emulator) => {
      for (let i = 0; i < 31; i++) {
        await statusOf(emulator, "POST", "/otp", {}, CLIENT);
      }
    },
    look: (emulator) => statusOf(emulator, "POST", "/otp", {}, CLIENT),
  },
  "budgets of mails": {
    isData: false,
    change: async (emulator) => {
      await signUp(emulator);
      await signUp(emulator);
    },
    look: (emulator) => signUp(emulator),
  },
};

function make(options: Omit<EmulatorOptions, "env"> = {}): Emulator {
  return start(ENV, { now: () => 1_750_000_000_000, ...options });
}

type Pair = readonly [one: Emulator, other: Emulator];

/** Two emulators, once in the order in which they were made and once in the other. */
function bothWays(isShared: boolean): readonly Pair[] {
  const pair = (): Pair => {
    const options = isShared ? { store: createStore() } : {};
    return [make(options), make(options)];
  };
  const [first, second] = [pair(), pair()];
  return [first, [second[1], second[0]]];
}

for (const [name, { isData, change, look }] of Object.entries(ASPECTS)) {
  Deno.test(`Two emulators do not share ${name}`, async () => {
    for (const [one, other] of bothWays(false)) {
      const made = await change(one);
      const unchanged = await look(make(), made);
      assertEquals(await look(other, made), unchanged);
      assertNotEquals(await look(one, made), unchanged);
    }
  });

  const verb = isData ? "share" : "do not share";
  Deno.test(`Two emulators over one store ${verb} ${name}`, async () => {
    for (const [one, other] of bothWays(true)) {
      const made = await change(one);
      const unchanged = await look(make(), made);
      const seen = await look(other, made);
      assertEquals(seen, isData ? await look(one, made) : unchanged);
      if (isData) assertNotEquals(seen, unchanged);
      else assertNotEquals(await look(one, made), unchanged);
    }
  });
}

Deno.test("Two emulators over one store keep their own settings", async () => {
  const store = createStore();
  const [one, other] = [
    start({ GOTRUE_DISABLE_SIGNUP: "true" }, { store }),
    start({}, { store }),
  ];
  assertEquals(await signUp(one), "signup_disabled");
  assertEquals(await signUp(other), 200);
});

Deno.test("Two emulators over one store call their own hooks and tell of their own faults", async () => {
  const store = createStore();
  const heard: string[] = [];
  const [one, other] = ["one", "other"].map((name) =>
    start({}, {
      store,
      hooks: {
        beforeUserCreated: () => {
          heard.push(`hook of ${name}`);
        },
      },
      onDiagnostic: ({ type }) => heard.push(`${type} of ${name}`),
    })
  ) as [Emulator, Emulator];
  await signUp(one);
  await call(other, "POST", "/signup", {
    body: {
      email: "ann@example.com",
      password: "password-1234",
      code_challenge: VERIFIER,
      code_challenge_method: "unheard-of",
    },
  });
  assertEquals(heard, [
    "hook of one",
    "hook of other",
    "unexpected-failure of other",
  ]);
});

Deno.test("reset() leaves alone what is in another store", async () => {
  const [one, other] = [make(), make()];
  await other.users.seed({ email: "ann@example.com" });
  one.reset();
  assertEquals(other.users.list().length, 1);
});

Deno.test("onUser() hears of users of all emulators over its store, and of no others", async () => {
  const store = createStore();
  const [one, other, stranger] = [make({ store }), make({ store }), make()];
  const heard: string[] = [];
  one.onUser(({ type }) => heard.push(type));
  await other.users.seed({ email: "ann@example.com" });
  await stranger.users.seed({ email: "bob@example.com" });
  assertEquals(heard, ["created"]);
});
