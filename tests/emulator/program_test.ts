import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEmulator } from "../../lib/emulator/emulator.ts";
import { listenOn } from "../../lib/emulator/listen.ts";
import { parseEnvFile } from "../../lib/emulator/program/env_file.ts";
import { HELP, parseFlags } from "../../lib/emulator/program/flags.ts";
import { interpolate } from "../../lib/emulator/program/interpolation.ts";
import { ProgramProblem } from "../../lib/emulator/program/problem.ts";
import {
  answerNode,
  type NodeRequest,
  type NodeResponse,
} from "../../lib/emulator/program/serve.ts";
import { ask, fakeHost, startProgram } from "./program_host.ts";

Deno.test("parseFlags() reads both forms of an option", () => {
  const flags = parseFlags([
    "--port=0",
    "--env-file",
    "a.env",
    "--env-file",
    "b.env",
    "--control",
  ]);
  assertEquals(flags.port, 0);
  assertEquals(flags.envFiles, ["a.env", "b.env"]);
  assertEquals([flags.control, flags.help], [true, false]);
  assertEquals(parseFlags(["-h"]).help, true);
});

Deno.test("parseFlags() gives up where a command line makes no sense", () => {
  const wrong: [string[], string][] = [
    [["--prot", "1"], "There is no option --prot; see --help"],
    [["serve"], "There is no option serve; see --help"],
    [["--port"], "--port needs a value"],
    [["--port", "--control"], "--port needs a value"],
    [["--port", "65536"], "--port must be a port from 0 to 65535"],
    [["--control=yes"], "--control takes no value"],
    [["--profile", "local"], "--profile must be supabase or server"],
    [["--service", "auth"], "--service needs --compose"],
  ];
  for (const [args, message] of wrong) {
    const error = assertThrows(() => parseFlags(args), ProgramProblem);
    assertEquals(error.message, message);
  }
});

Deno.test("HELP names every option", () => {
  const options = [...HELP.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) =>
    name
  );
  for (const name of options) {
    try {
      parseFlags([`--${name}`]);
    } catch (error) {
      assertEquals((error as Error).message, `--${name} needs a value`);
    }
  }
  assertEquals(options.length, 9);
});

Deno.test("interpolate() replaces variables as Compose does", () => {
  const lookup = (name: string) => ({ A: "one", EMPTY: "" })[name];
  const cases: [string, string][] = [
    ["$A-${A}", "one-one"],
    ["$$A and $${A}", "$A and ${A}"],
    ["${NONE:-two}|${NONE-two}|${EMPTY:-two}|${EMPTY-two}", "two|two|two|"],
    ["${A:-two}", "one"],
    ["${NONE:-${EMPTY:-${A}}}!", "one!"],
    ["${A:+yes}${NONE+no}${EMPTY:+no}${EMPTY+yes}", "yesyes"],
    ["100$ $ 1", "100$ $ 1"],
    ["${NONE}", ""],
    ['${NONE:-[{"kty":"oct"}]}', '[{"kty":"oct"}]'],
  ];
  for (const [text, expected] of cases) {
    assertEquals(interpolate(text, lookup), expected, text);
  }
  assertThrows(() => interpolate("${A", lookup), ProgramProblem, "not closed");
  assertThrows(() => interpolate("${NONE:?}", lookup), ProgramProblem, "NONE");
  assertThrows(() => interpolate("${A!}", lookup), ProgramProblem, "name");
});

Deno.test("parseEnvFile() reads quotes, comments and variables", () => {
  const text = [
    "# a comment",
    "export A=one # another",
    "B='$A # stays'",
    'C="$A\\n\\"two\\" \\$A"',
    "D=",
    'KEYS="[',
    '  1]"',
    "E=a#b",
    "F = ${B}${NONE:-x} ",
    "NAME_ONLY",
  ].join("\r\n");
  assertEquals(parseEnvFile("x.env", text), {
    A: "one",
    B: "$A # stays",
    C: 'one\n"two" $A',
    D: "",
    KEYS: "[\n  1]",
    E: "a#b",
    F: "$A # staysx",
  });
});

Deno.test("parseEnvFile() names the line that it cannot read", () => {
  assertThrows(
    () => parseEnvFile("x.env", "A=1\nno sense"),
    ProgramProblem,
    "x.env: line 2 is no NAME=value",
  );
  assertThrows(
    () => parseEnvFile("x.env", "A=1\n\nB='open\nC=2"),
    ProgramProblem,
    "x.env: the quote in line 3 is not closed",
  );
});

Deno.test("start() reads settings from the environment and from files beneath it", async () => {
  const host = fakeHost(
    { "a.env": "GOTRUE_JWT_AUD=file\nGOTRUE_DISABLE_SIGNUP=true\nGOTRUE_FOO=" },
    { GOTRUE_JWT_AUD: "process", HOME: "/nowhere" },
  );
  const program = await startProgram(host, "--env-file", "a.env");
  assertEquals([...host.ports.keys()], [9999]);
  const { body } = await ask(host, 9999, "GET", "/settings");
  assertEquals(body.disable_signup, true);
  assertEquals(host.warned, ["Unknown settings: GOTRUE_FOO"]);
  await program.close();
  assertEquals(host.ports.size, 0);
});

Deno.test("start() gives up before it listens when a setting is impossible", async () => {
  const host = fakeHost({}, { GOTRUE_JWT_EXP: "soon" });
  await assertRejects(
    () => startProgram(host),
    ProgramProblem,
    "GOTRUE_JWT_EXP must be a whole number",
  );
  await assertRejects(
    () => startProgram(host, "--env-file", "none.env"),
    ProgramProblem,
    "The file none.env cannot be read",
  );
  assertEquals(host.ports.size, 0);
});

Deno.test("start() takes port and interface from the server's own settings", async () => {
  const host = fakeHost({}, {
    GOTRUE_API_PORT: "9998",
    GOTRUE_API_HOST: "localhost",
    GOTRUE_API_EXTERNAL_URL: "https://auth.example.com",
  });
  await startProgram(host, "--profile", "server");
  assertEquals(host.printed, [
    "Listening on http://localhost:9998 (profile server, known as https://auth.example.com)",
  ]);
});

Deno.test("listenOn() lets links and tokens name the real address", async () => {
  const emulator = createEmulator({
    env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
  });
  await listenOn(fakeHost(), emulator, { port: 4711 });
  assertEquals(emulator.url, "http://127.0.0.1:4711/auth/v1");
  assertEquals(emulator.clientOptions().url, emulator.url);
  assertEquals(emulator.settings["GOTRUE_JWT_ISSUER"], emulator.url);
  await emulator.fetch(`${emulator.url}/otp`, {
    method: "POST",
    body: JSON.stringify({ email: "ann@example.com" }),
  });
  const { link } = await emulator.mailbox.next("ann@example.com");
  assertEquals(link.split("?")[0], `${emulator.url}/verify`);
});

Deno.test("listenOn() leaves an address alone that was set", async () => {
  const env = { API_EXTERNAL_URL: "https://auth.example.com" };
  const emulator = createEmulator({ profile: "server", env });
  await listenOn(fakeHost(), emulator, { port: 0 });
  assertEquals(emulator.url, "https://auth.example.com");
});

Deno.test("listenOn() refuses a port that is none", async () => {
  await assertRejects(
    () => listenOn(fakeHost(), createEmulator(), { port: 70_000 }),
    TypeError,
    "whole number from 0 to 65535",
  );
});

Deno.test("listenOn() lets nobody be anybody where others can come", async () => {
  const env = { GOTRUE_EXTERNAL_GITHUB_ENABLED: "true" };
  const places: [hostname: string, answer: number][] = [
    ["127.0.0.1", 302],
    ["::1", 302],
    ["localhost", 302],
    ["0.0.0.0", 400],
    ["::", 400],
    ["192.0.2.7", 400],
  ];
  for (const [hostname, status] of places) {
    const host = fakeHost();
    const emulator = createEmulator({ env });
    await listenOn(host, emulator, { port: 1, hostname });
    const begun = await ask(host, 1, "GET", "/authorize?provider=github");
    assertEquals(begun.status, status, hostname);
    const page = "/_emulator/provider/github?email=ann@example.com";
    const { body } = await ask(host, 1, "GET", page);
    const isOpen = body.error_code !== "feature_disabled";
    assertEquals(isOpen, status === 302, hostname);
  }
  await assertRejects(
    () =>
      listenOn(fakeHost(), createEmulator({ consentPage: true }), {
        port: 1,
        hostname: "0.0.0.0",
      }),
    TypeError,
    "for loopback addresses only",
  );
});

Deno.test("start() says that no page stands in for providers where others can come", async () => {
  for (const hostname of ["127.0.0.1", "0.0.0.0"]) {
    const host = fakeHost();
    await startProgram(host, "--hostname", hostname);
    const isTold = host.printed.includes(
      "Others can reach 0.0.0.0: no page stands in for external providers",
    );
    assertEquals(isTold, hostname === "0.0.0.0");
  }
});

Deno.test("answerNode() keeps cookies apart and passes bodies on", async () => {
  const { outgoing, sent } = fakeOutgoing();
  await answerNode(
    async (request) => {
      const headers = new Headers({ "X-Url": request.url });
      headers.append("Set-Cookie", "a=1");
      headers.append("Set-Cookie", "b=2");
      return new Response(await request.text(), { status: 201, headers });
    },
    "http://127.0.0.1:1",
    fakeIncoming("POST", "//evil.example/x?y=1", "hello"),
    outgoing,
  );
  assertEquals(sent.status, 201);
  assertEquals(sent.headers.filter((_, i) => i % 2 === 1).slice(1), [
    "a=1",
    "b=2",
    "http://127.0.0.1:1/evil.example/x?y=1",
  ]);
  assertEquals([sent.text, sent.ended, sent.destroyed], ["hello", true, false]);
});

Deno.test("answerNode() breaks the connection when the handler throws", async () => {
  const { outgoing, sent } = fakeOutgoing();
  await answerNode(
    () => Promise.reject(new TypeError("Connection reset")),
    "http://127.0.0.1:1",
    fakeIncoming("GET", "/", ""),
    outgoing,
  );
  assertEquals([sent.status, sent.destroyed], [0, true]);
});

function fakeIncoming(method: string, url: string, body: string): NodeRequest {
  return {
    method,
    url,
    rawHeaders: ["Content-Type", "text/plain"],
    async *[Symbol.asyncIterator]() {
      await Promise.resolve();
      if (body !== "") yield new TextEncoder().encode(body);
    },
  };
}

interface Sent {
  status: number;
  headers: readonly string[];
  text: string;
  ended: boolean;
  destroyed: boolean;
}

function fakeOutgoing(): { outgoing: NodeResponse; sent: Sent } {
  const sent: Sent = {
    status: 0,
    headers: [],
    text: "",
    ended: false,
    destroyed: false,
  };
  const outgoing: NodeResponse = {
    writableFinished: false,
    destroyed: false,
    writeHead: (status, headers) =>
      void Object.assign(sent, { status, headers }),
    write: (chunk) => {
      sent.text += new TextDecoder().decode(chunk);
      return true;
    },
    end: () => void (sent.ended = true),
    destroy: () => void (sent.destroyed = true),
    on: () => {},
    once: () => {},
  };
  return { outgoing, sent };
}
