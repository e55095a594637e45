import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ProgramProblem } from "../../lib/emulator/program/problem.ts";
import { ask, type FakeHost, fakeHost, startProgram } from "./program_host.ts";

const FOUR = `
name: auth-tests
x-common: &common
  GOTRUE_JWT_AUD: authenticated
  GOTRUE_JWT_DEFAULT_GROUP_NAME: authenticated
  GOTRUE_JWT_EXP: 3600
  GOTRUE_SMTP_MAX_FREQUENCY: 0s
  GOTRUE_DB_DRIVER: postgres
services:
  confirm:
    image: supabase/auth:v2.189.0
    ports: ["9999:9999"]
    environment:
      <<: *common
      API_EXTERNAL_URL: http://localhost:9999
      GOTRUE_MAILER_AUTOCONFIRM: "false"
  autoconfirm:
    image: "\${REGISTRY:-docker.io}/supabase/gotrue@sha256:0123"
    ports:
      - target: 9998
        published: "9998"
        host_ip: 127.0.0.1
        protocol: tcp
    environment:
      - PORT=9998
      - GOTRUE_JWT_AUD=authenticated
      - GOTRUE_JWT_DEFAULT_GROUP_NAME=authenticated
      - GOTRUE_MAILER_AUTOCONFIRM=\${AUTO:-true}
      - GOTRUE_SITE_URL
      - GOTRUE_URI_ALLOW_LIST
  closed:
    image: supabase/auth
    ports: ["8080:80", "127.0.0.1:9997:9990/tcp", "53:53/udp"]
    env_file:
      - common.env
      - path: absent.env
        required: false
    environment:
      GOTRUE_API_PORT: 9990
      GOTRUE_DISABLE_SIGNUP: true
  rsa:
    extends: confirm
    image: supabase/auth
    ports: !override ["9996:9996"]
    environment:
      PORT: 9996
      GOTRUE_JWT_KEYS: \${RSA_KEYS:?}
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: \${NOBODY_SETS_THIS:?is missing}
`;

const ANN = { email: "ann@example.com", password: "correct horse" };

async function rsaKeys(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  );
  const key = await crypto.subtle.exportKey("jwk", privateKey);
  return JSON.stringify([
    { ...key, kid: "rsa-1", alg: "RS256", key_ops: ["sign", "verify"] },
  ]);
}

async function startFour(): Promise<FakeHost> {
  const host = fakeHost({
    "stack/compose.yml": FOUR,
    "stack/common.env": "GOTRUE_JWT_AUD=authenticated\n",
    "stack/.env": `GOTRUE_SITE_URL=https://app.example.com\nAUTO=true\n`,
  }, { RSA_KEYS: await rsaKeys() });
  await startProgram(host, "--compose", "stack/compose.yml");
  return host;
}

Deno.test("--compose starts each auth service on its published port", async () => {
  const host = await startFour();
  assertEquals([...host.ports.keys()], [9999, 9998, 9997, 9996]);
  assertEquals(host.warned, []);
  assertMatch(
    host.printed[1]!,
    /^autoconfirm: Listening on http:\/\/127.0.0.1:9998 \(profile server/,
  );
});

Deno.test("--compose gives each service its own settings over one store", async () => {
  const host = await startFour();
  const post = (port: number, path: string, body: unknown) =>
    ask(host, port, "POST", path, body);

  const refused = await post(9997, "/signup", ANN);
  assertEquals(refused.body.error_code, "signup_disabled");

  const pending = await post(9999, "/signup", ANN);
  assertEquals(pending.body.email, ANN.email);
  assertEquals(pending.body.access_token, undefined);

  const bob = { ...ANN, email: "bob@example.com" };
  const made = await post(9998, "/signup", bob);
  assertEquals(made.body.user.email, bob.email);
  for (const port of [9999, 9997, 9996]) {
    const signedIn = await post(port, "/token?grant_type=password", bob);
    assertEquals(signedIn.body.user.id, made.body.user.id);
    const [header] = signedIn.body.access_token.split(".");
    assertEquals(
      JSON.parse(atob(header)).alg,
      port === 9996 ? "RS256" : "HS256",
    );
  }
});

Deno.test("--service chooses services, whatever their image, and --port moves one", async () => {
  const host = fakeHost({
    "compose.yml": "services: { own: { build: ., environment: [A=1] } }",
  });
  const args = ["--compose", "compose.yml"];
  await assertRejects(
    () => startProgram(host, ...args),
    ProgramProblem,
    "compose.yml has no service with the image",
  );
  await assertRejects(
    () => startProgram(host, ...args, "--service", "own"),
    ProgramProblem,
    "compose.yml: own publishes no port",
  );
  await startProgram(host, ...args, "--service", "own", "--port", "7000");
  assertEquals([...host.ports.keys()], [7000]);
});

Deno.test("--compose gives up with one line where a file cannot be followed", async () => {
  const auth = "image: supabase/auth, ports: ['1:1']";
  const cases: [string, string][] = [
    ["services: [", "compose.yml is no YAML: "],
    ["version: '3'", "compose.yml has no services"],
    [
      `services: { a: { ${auth}, environment: { X: "\${NO:?}" } } }`,
      "compose.yml: a: The variable NO must be set",
    ],
    [
      `services: { a: { ${auth}, env_file: no.env } }`,
      "compose.yml: a: The file no.env cannot be read",
    ],
    [
      "services: { a: { image: supabase/auth, ports: [x] } }",
      "compose.yml: a: The service a publishes a port that cannot be read",
    ],
    [
      `services: { a: { ${auth}, extends: a } }`,
      "compose.yml: a extends no service of this file",
    ],
    [
      `services: { a: { ${auth}, extends: { file: b.yml, service: a } } }`,
      "compose.yml: a extends a service of another file",
    ],
    [
      `services: { a: { ${auth}, environment: { GOTRUE_JWT_EXP: soon } } }`,
      "a: GOTRUE_JWT_EXP must be a whole number",
    ],
  ];
  for (const [text, message] of cases) {
    const host = fakeHost({ "compose.yml": text });
    const error = await assertRejects(
      () => startProgram(host, "--compose", "compose.yml"),
      ProgramProblem,
    );
    assertEquals(error.message.slice(0, message.length), message);
    assertEquals(error.message.includes("\n"), false);
    assertEquals(host.ports.size, 0);
  }
});

Deno.test("--compose refuses one --port for several services and unknown services", async () => {
  const host = await startFour();
  host.ports.clear();
  const args = ["--compose", "stack/compose.yml"];
  await assertRejects(
    () => startProgram(host, ...args, "--port", "1"),
    ProgramProblem,
    "--port is for one service",
  );
  await assertRejects(
    () => startProgram(host, ...args, "--service", "auth"),
    ProgramProblem,
    "stack/compose.yml has no service auth",
  );
});
