/** What is measured of the client, beside the bare operation. */
import { AuthClient, memoryStorage } from "../../../mod.ts";

/** One figure of the table. */
export interface Case {
  readonly name: string;
  /** Does it so many times. */
  run(count: number): unknown;
}

/** A case of ours, what it has to be compared with, and how much it may add. */
export interface Pair {
  readonly ours: Case;
  /** Its time is subtracted. */
  readonly bare: Case;
  readonly maxUs: number;
  /** Whether it makes a request. */
  readonly isRequest?: boolean;
}

const URL_ = "https://project.supabase.co/auth/v1";
const KEY = "supabase.auth.token";
const NOW = Math.floor(Date.now() / 1000);
const USER = {
  id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
  aud: "authenticated",
  role: "authenticated",
  email: "ada@example.com",
  email_confirmed_at: "2026-11-23T17:54:37.928365Z",
  phone: "",
  confirmed_at: "2026-11-23T17:54:37.928365Z",
  last_sign_in_at: "2026-11-23T17:54:37.932365Z",
  app_metadata: { provider: "email", providers: ["email"] },
  user_metadata: { name: "Ada" },
  identities: [{
    identity_id: "0a4f6b1e-8d5c-4b8e-9c8b-0f6f8c7f4a11",
    id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
    user_id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
    identity_data: { email: "ada@example.com", email_verified: false },
    provider: "email",
    last_sign_in_at: "2026-11-23T17:54:37.926365Z",
    created_at: "2026-11-23T17:54:37.926365Z",
    updated_at: "2026-11-23T17:54:37.926365Z",
    email: "ada@example.com",
  }],
  created_at: "2026-11-23T17:54:37.922365Z",
  updated_at: "2026-11-23T17:54:37.934365Z",
  is_anonymous: false,
};
const REQUEST = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"email":"ada@example.com","password":"correct horse"}',
};

let issued = 0;

/** The text of a session, another one each time. */
function sessionText(): string {
  const n = ++issued;
  const claims = btoa(JSON.stringify({ sub: USER.id, exp: NOW + 3600, n }));
  return JSON.stringify({
    access_token: `${"a".repeat(120)}.${claims}.${"c".repeat(86)}`,
    token_type: "bearer",
    expires_in: 3600,
    expires_at: NOW + 3600,
    refresh_token: `refresh${n}`,
    user: USER,
  });
}

const HEADERS = { "content-type": "application/json" };

/** Answers every request with a new session. */
function answer(_url: string, _init: RequestInit): Promise<Response> {
  return Promise.resolve(new Response(sessionText(), { headers: HEADERS }));
}

/** A case that does one thing after the other. */
function inTurn(name: string, once: () => Promise<unknown>): Case {
  return {
    name,
    async run(count) {
      for (let i = 0; i < count; i++) await once();
    },
  };
}

async function fetchAndParse(): Promise<unknown> {
  const response = await answer(`${URL_}/token`, REQUEST);
  return await response.json();
}

async function signedIn(): Promise<AuthClient> {
  const auth = new AuthClient({
    url: URL_,
    storage: memoryStorage(),
    fetch: answer,
  });
  await auth.signInWithPassword({ email: "ada@example.com", password: "x" });
  return auth;
}

/** Makes all cases; each has been run once and has given what it should. */
export async function createPairs(): Promise<Pair[]> {
  const auth = await signedIn();
  const credentials = { email: "ada@example.com", password: "correct horse" };
  const storage = memoryStorage();
  storage.setItem(KEY, sessionText());
  const reading = new AuthClient({ url: URL_, storage, fetch: answer });
  if (!(await reading.getSession()).session) throw new Error("No session");
  const read = async () => await storage.getItem(KEY);
  return [
    {
      ours: {
        name: "new AuthClient()",
        run(count) {
          for (let i = 0; i < count; i++) keep(makeClient(storage));
        },
      },
      bare: {
        name: "new object",
        run(count) {
          for (let i = 0; i < count; i++) keep({ url: URL_, storage });
        },
      },
      maxUs: 0.25,
    },
    {
      ours: inTurn("getSession()", () => reading.getSession()),
      bare: inTurn("reading storage", read),
      maxUs: 0.4,
    },
    {
      ours: inTurn(
        "signInWithPassword()",
        () => auth.signInWithPassword(credentials),
      ),
      bare: inTurn("fetch and json", fetchAndParse),
      maxUs: 6,
      isRequest: true,
    },
    {
      ours: inTurn("refreshSession()", () => auth.refreshSession()),
      bare: inTurn("fetch and json", fetchAndParse),
      maxUs: 6,
      isRequest: true,
    },
  ];
}

let kept: unknown;

/** So that no compiler takes it for useless. */
function keep(value: unknown): void {
  kept = value ?? kept;
}

/**
 * A client as an application makes one.
 *
 * @param storage Where its session would be.
 * @returns The client.
 */
export function makeClient(
  storage: ReturnType<typeof memoryStorage>,
): AuthClient {
  return new AuthClient({ url: URL_, key: "sb_publishable_x", storage });
}
