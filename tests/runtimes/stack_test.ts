// Several servers over one store, and the file that keeps it: processes, ports, files.
import { assertEquals, assertMatch } from "@std/assert";
import { readUrls, run } from "./program_process.ts";

const COMPOSE = `
x-common: &common
  GOTRUE_JWT_AUD: authenticated
  GOTRUE_JWT_DEFAULT_GROUP_NAME: authenticated
services:
  confirm:
    image: supabase/auth:v2.189.0
    ports: ["0:9999"]
    environment: { <<: *common, GOTRUE_MAILER_AUTOCONFIRM: "false" }
  autoconfirm:
    image: supabase/auth:v2.189.0
    ports: ["0:9998"]
    environment: { <<: *common, GOTRUE_MAILER_AUTOCONFIRM: "true" }
  closed:
    image: supabase/gotrue
    ports: ["0:9997"]
    environment: { <<: *common, GOTRUE_DISABLE_SIGNUP: "true" }
  rsa:
    image: supabase/auth
    ports: ["0:9996"]
    environment: { <<: *common, GOTRUE_JWT_KEYS: "\${RSA_KEYS:?}" }
`;
const ANN = { email: "ann@example.com", password: "correct horse" };
const BOB = { email: "bob@example.com", password: "correct horse" };

// deno-lint-ignore no-explicit-any -- tests reach into answers of every shape.
type Loose = any;

async function rsaKeys(): Promise<string> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  const usages: KeyUsage[] = ["sign", "verify"];
  const { privateKey } = await crypto.subtle.generateKey(
    algorithm,
    true,
    usages,
  );
  const key = await crypto.subtle.exportKey("jwk", privateKey);
  return JSON.stringify([
    { ...key, kid: "rsa-1", alg: "RS256", key_ops: usages },
  ]);
}

async function post(url: string, path: string, body: unknown): Promise<Loose> {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return await answer.json();
}

function signIn(url: string, user: typeof ANN): Promise<Loose> {
  return post(url, "/token?grant_type=password", user);
}

/** A folder for the time of a test. */
async function inFolder(
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function end(child: Deno.ChildProcess): Promise<string> {
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 0);
  return await new Response(child.stderr).text();
}

Deno.test("--compose starts four services on four ports over one store", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/compose.yml`, COMPOSE);
    const args = ["--compose", `${folder}/compose.yml`];
    const child = run(args, { RSA_KEYS: await rsaKeys() }).spawn();
    const urls = await readUrls(child.stdout, 4);
    const [confirm, autoconfirm, closed, rsa] = urls as [
      string,
      string,
      string,
      string,
    ];
    assertEquals(new Set(urls).size, 4);

    const refused = await post(closed, "/signup", ANN);
    assertEquals(refused.error_code, "signup_disabled");
    const pending = await post(confirm, "/signup", ANN);
    assertEquals([pending.email, pending.access_token], [ANN.email, undefined]);
    const unconfirmed = await signIn(rsa, ANN);
    assertEquals(unconfirmed.error_code, "email_not_confirmed");
    const made = await post(autoconfirm, "/signup", BOB);
    for (const url of urls) {
      const { user, access_token: token } = await signIn(url, BOB);
      assertEquals(user.id, made.user.id);
      const { alg } = JSON.parse(atob(token.split(".")[0]));
      assertEquals(alg, url === rsa ? "RS256" : "HS256");
      const headers = { Authorization: `Bearer ${token}` };
      const own = await fetch(`${url}/user`, { headers });
      assertEquals((await own.json()).email, BOB.email);
    }
    assertEquals(await end(child), "");
  });
});

Deno.test("--data cuts a torn end back, says so, and keeps what comes before it", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/users.journal`;
    const args = ["--port", "0", "--data", file];
    const first = run(args).spawn();
    const [url] = await readUrls(first.stdout, 1);
    for (const user of [ANN, BOB]) await post(url!, "/signup", user);
    assertEquals(await end(first), "");
    await Deno.truncate(file, (await Deno.stat(file)).size - 3);

    const second = run(args).spawn();
    const [again] = await readUrls(second.stdout, 1);
    assertEquals((await signIn(again!, ANN)).user.email, ANN.email);
    const torn = await signIn(again!, BOB);
    assertEquals(torn.error_code, "invalid_credentials");
    assertMatch(
      await end(second),
      /^gotrue-emulator: .*users\.journal.*\n$/,
    );
    const third = run(args).spawn();
    const [last] = await readUrls(third.stdout, 1);
    assertEquals((await signIn(last!, ANN)).user.email, ANN.email);
    assertEquals(await end(third), "");
  });
});

Deno.test("--data refuses a file of somebody else and leaves it alone", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/letter.txt`;
    for (const text of ["Dear Ann,\n", "{}", "\0"]) {
      await Deno.writeTextFile(file, text);
      const { code, stdout, stderr } = await run([
        "--port",
        "0",
        "--data",
        file,
      ])
        .output();
      assertEquals([code, stdout.byteLength], [2, 0]);
      assertMatch(
        new TextDecoder().decode(stderr),
        /^gotrue-emulator: .*no data file of this emulator.*\n$/,
      );
      assertEquals(await Deno.readTextFile(file), text);
      assertEquals([...Deno.readDirSync(folder)].length, 1);
    }
  });
});
