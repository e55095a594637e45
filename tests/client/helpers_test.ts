/** The spies of these tests: that they find what they are to find. */
import { assertRejects, assertStringIncludes } from "@std/assert";
import { AuthNetworkError } from "../../lib/errors.ts";
import { Kit, tellAll } from "./helpers.ts";
import { StubServer } from "./stub_server.ts";

const LEAK = "A secret was told";

async function assertFound(run: (kit: Kit) => Promise<unknown>): Promise<void> {
  const kit = new Kit();
  await run(kit);
  await assertRejects(() => kit.end(), Error, LEAK);
}

Deno.test("the spy finds a token in an error's cause", () =>
  assertFound(async (kit) => {
    const server = new StubServer();
    const { auth } = kit.signedIn(server);
    server.interfere = (request) => {
      throw new TypeError(`cannot send ${request.body["refresh_token"]}`);
    };
    await auth.refreshSession().catch(() => {});
  }));

Deno.test("the spy finds a token in a diagnostic", () =>
  assertFound(async (kit) => {
    const server = new StubServer();
    const { auth, stored } = kit.signedIn(server);
    const { user } = await auth.getUser(stored.access_token);
    kit.hide(stored.refresh_token);
    auth.onAuthStateChange(() => {
      throw new Error(`${user.id} ${stored.refresh_token}`);
    });
    await auth.refreshSession();
    await auth.refreshSession();
  }));

Deno.test("the spy finds a secret in the address of a request", () =>
  assertFound(async (kit) => {
    const secret = "the-secret-path";
    kit.hide(secret);
    const { auth } = kit.client(() => Promise.resolve(Response.json({})), {
      url: `https://auth.example/${secret}`,
    });
    await auth.signInWithOtp({ phone: "15550100" });
  }));

Deno.test("tellAll() tells messages, properties, stacks and causes", () => {
  const cause = Object.assign(new Error("inner"), { hidden: ["deep"] });
  const error = new AuthNetworkError("timeout", "outer", { cause });
  const text = tellAll(error);
  for (const part of ["outer", "inner", "deep", "timeout", "    at "]) {
    assertStringIncludes(text, part);
  }
});
