/** `POST /token?grant_type=web3` (auth-server §14.6). */
import { assertEquals, assertMatch } from "@std/assert";
import {
  type Account,
  ethereumAccount,
  solanaAccount,
} from "../../scripts/replay/wallet.ts";
import { claimsOf, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, World } from "./world.ts";

const ROUTE = "POST /token?grant_type=web3";
const PATH = "/token?grant_type=web3";
const WEB3 = {
  GOTRUE_SITE_URL: "https://example.com",
  GOTRUE_EXTERNAL_WEB3_SOLANA_ENABLED: "true",
  GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED: "true",
};

type Chain = "solana" | "ethereum";
const TITLES = { solana: "Solana", ethereum: "Ethereum" } as const;
const NETWORKS = { solana: "solana:mainnet", ethereum: "1" } as const;
/** Both chains verify by curves that not every runtime brings along. */
const NEEDS: ContractCase["needs"] = ["packages"];

/** A wallet of the suite, the same in every run. */
async function wallet(chain: Chain): Promise<Account> {
  const key = new Uint8Array(32).fill(7);
  return chain === "solana" ? await solanaAccount(key) : ethereumAccount(key);
}

/** What a message says of itself, by line; undefined leaves a line out. */
type Lines = Readonly<Record<string, string | undefined>>;

/** A message as wallets show it. */
function messageOf(
  world: World,
  chain: Chain,
  address: string,
  { domain = "example.com", ...changes }: Lines = {},
): string {
  const lines: Lines = {
    "URI": "https://example.com/login",
    "Version": "1",
    "Chain ID": NETWORKS[chain],
    "Nonce": "32891756",
    "Issued At": new Date(world.now()).toISOString(),
    ...changes,
  };
  return [
    `${domain} wants you to sign in with your ${TITLES[chain]} account:`,
    address,
    "",
    "I accept the terms of service",
    "",
    ...Object.entries(lines).filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${value}`),
  ].join("\n");
}

/** The body of a request, rightly signed. */
async function signed(
  world: World,
  chain: Chain,
  changes: Lines = {},
  edit: (message: string) => string = (message) => message,
): Promise<{ chain: Chain; message: string; signature: string }> {
  const account = await wallet(chain);
  const message = edit(messageOf(world, chain, account.address, changes));
  return { chain, message, signature: await account.sign(message) };
}

const MINUTE = 60_000;
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** What cannot be read in a message; the reason follows the prefix of the chain. */
const UNREADABLE: readonly (readonly [Lines, string])[] = [
  [{ domain: "-x" }, "domain in first line of message is not valid"],
  [{ "URI": "" }, "URI is not valid"],
  [{ "URI": undefined }, "URI is not specified"],
  [{ "Chain ID": "0" }, "Chain ID is not valid"],
  [{ "Version": "2" }, 'Version value is not supported, expected 1 got "2"'],
  [{ "Issued At": undefined }, "Issued At is not specified"],
  [
    { "Issued At": "yesterday" },
    "Issued At is not a valid ISO8601 timestamp",
  ],
  [
    { "Expiration Time": "2021-01-01T00:00:00Z" },
    "Issued At is after Expiration Time",
  ],
  [
    {
      "Not Before": at(20 * MINUTE),
      "Expiration Time": at(10 * MINUTE),
    },
    "Not Before is after Expiration Time",
  ],
];

/** The same, for what cannot be told by a line. */
const EDITS: readonly (readonly [
  why: string,
  edit: (message: string) => string,
  reason: (chain: Chain) => string,
])[] = [
  [
    "of five lines",
    (text) => text.split("\n").slice(0, 5).join("\n"),
    () => "message needs at least 6 lines",
  ],
  [
    "of another kind",
    (text) => text.replace("wants you", "asks you"),
    (chain) =>
      `message first line does not end in " wants you to sign in with your ${
        TITLES[chain]
      } account:"`,
  ],
  [
    "without an empty line",
    (text) => text.replace("\n\nI", "\n-\nI"),
    () => "third line must be empty",
  ],
  [
    "with a line of no meaning",
    (text) => `${text}\nno key`,
    () => "encountered unparsable line at index 10",
  ],
];

function prefixOf(chain: Chain): string {
  return chain === "solana" ? "siws" : "siwe";
}

function unreadable(chain: Chain): Refusal[] {
  const prefix = prefixOf(chain);
  return [
    ...UNREADABLE.map(([changes, reason]): Refusal => ({
      why: `on ${chain} for ${reason}`,
      given: async (world) => ({ body: await signed(world, chain, changes) }),
      answer: [400, "validation_failed", `${prefix}: ${reason}`],
    })),
    ...EDITS.map(([why, edit, reason]): Refusal => ({
      why: `on ${chain} for a message ${why}`,
      given: async (world) => ({ body: await signed(world, chain, {}, edit) }),
      answer: [400, "validation_failed", `${prefix}: ${reason(chain)}`],
    })),
  ];
}

/** What was signed for others, or for another time. */
function misplaced(chain: Chain): Refusal[] {
  const title = TITLES[chain];
  const other = "which is not allowed on this server";
  const list: readonly (readonly [Lines, string])[] = [
    [
      { URI: "http://example.com" },
      `Signed ${title} message is using URI which does not use HTTPS`,
    ],
    [
      { URI: "https://evil.example" },
      `Signed ${title} message is using URI ${other}, message was signed for another app`,
    ],
    [
      { domain: "evil.example" },
      `Signed ${title} message is using a Domain that does not match the one in URI ${other}`,
    ],
    [
      { "Not Before": at(60 * MINUTE) },
      `Signed ${title} message becomes valid in the future`,
    ],
    [
      { "Issued At": at(-60 * MINUTE) },
      `${title} message was issued too long ago`,
    ],
    [
      { "Issued At": at(60 * MINUTE) },
      `${title} message was issued too far in the future`,
    ],
    [
      {
        "Issued At": at(-5 * MINUTE),
        "Not Before": at(-5 * MINUTE),
        "Expiration Time": at(-MINUTE),
      },
      `Signed ${title} message is expired`,
    ],
  ];
  return list.map(([changes, reason]) => ({
    why: `for ${reason}`,
    given: async (world) => ({ body: await signed(world, chain, changes) }),
    answer: [400, "invalid_grant", reason],
  }));
}

const BASE64 =
  "signature must be 64 bytes encoded as base64 with or without padding";
const HEX =
  "signature must be 65 bytes long, encoded as a 130 character-long hexadecimal string";

function unsigned(chain: Chain): Refusal[] {
  return [
    {
      why: `on ${chain} for a signature too short`,
      given: async (world) => ({
        body: { ...await signed(world, chain), signature: "x" },
      }),
      answer: [400, "validation_failed", chain === "solana" ? BASE64 : HEX],
    },
    {
      why: `on ${chain} for the signature of another message`,
      given: async (world) => {
        const { signature } = await signed(world, chain, { Nonce: "1234" });
        return { body: { ...await signed(world, chain), signature } };
      },
      answer: [
        400,
        "invalid_grant",
        "Signature does not match address in message",
      ],
    },
  ];
}

const LONG = "x".repeat(64);

/** What is refused before a message is read. */
const EARLY: readonly Refusal[] = [
  {
    why: "where no wallet is accepted",
    env: {
      GOTRUE_EXTERNAL_WEB3_SOLANA_ENABLED: "false",
      GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED: "false",
    },
    body: {},
    answer: [422, "web3_provider_disabled", "Web3 provider is disabled"],
  },
  {
    why: "for a chain of nobody",
    body: { chain: "bitcoin" },
    answer: [400, "web3_unsupported_chain", "Unsupported chain"],
  },
  {
    why: "for a short message",
    body: { chain: "solana", message: "x" },
    answer: [400, "validation_failed", "message is too short"],
  },
  {
    why: "for a long message",
    body: { chain: "solana", message: "x".repeat(20481) },
    answer: [400, "validation_failed", "message must not exceed 20KB"],
  },
  {
    why: "on solana for a signature of odd characters",
    body: { chain: "solana", message: LONG, signature: "$".repeat(86) },
    answer: [
      400,
      "validation_failed",
      "signature does not contain valid base64 characters",
    ],
  },
];

export const TOKEN_WEB3: readonly ContractCase[] = [
  ...(["solana", "ethereum"] as const).map((chain): ContractCase => ({
    name: `${ROUTE} signs in by a wallet of ${chain}, and knows it again`,
    env: WEB3,
    needs: NEEDS,
    run: async (world) => {
      const body = await signed(world, chain);
      const first = await world.send("POST", PATH, { body });
      assertEquals(first.status, 200, JSON.stringify(first.body));
      const { user, access_token } = first.body;
      assertMatch(user.identities[0].id, new RegExp(`^web3:${chain}:`));
      assertEquals(user.user_metadata.custom_claims.domain, "example.com");
      assertEquals(claimsOf(access_token).amr[0].method, "web3");
      const second = await world.send("POST", PATH, { body });
      assertEquals(second.body.user.id, user.id);
    },
  })),
  ...refusals(ROUTE, { at: PATH, env: WEB3 }, [
    ...EARLY,
    ...(["solana", "ethereum"] as const).map((chain): Refusal => ({
      why: `where wallets of ${chain} are not accepted`,
      env: {
        [`GOTRUE_EXTERNAL_WEB3_${chain.toUpperCase()}_ENABLED`]: "false",
      },
      body: { chain },
      answer: [
        422,
        "web3_provider_disabled",
        `${TITLES[chain]} Web3 provider is disabled`,
      ],
    })),
  ]),
  ...refusals(ROUTE, { at: PATH, env: WEB3, needs: NEEDS }, [
    ...(["solana", "ethereum"] as const).flatMap((chain) => [
      ...unreadable(chain),
      ...misplaced(chain),
      ...unsigned(chain),
    ]),
  ]),
];
