import { assertEquals } from "@std/assert";
import { type Console, spyOnConsole } from "./console_spy.ts";

function createConsole(): Console {
  const quiet = () => {};
  return {
    debug: quiet,
    log: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    trace: quiet,
    dir: quiet,
  };
}

Deno.test("spyOnConsole() tells what modules below an address write, nothing else", () => {
  const here: string[] = [];
  const spied = createConsole();
  spyOnConsole(spied, import.meta.url, (method) => here.push(method));
  spied.warn("x");
  spied.log("x");
  assertEquals(here, ["warn", "log"]);

  const elsewhere: string[] = [];
  const other = createConsole();
  const address = new URL("../lib/", import.meta.url).href;
  spyOnConsole(other, address, (method) => elsewhere.push(method));
  other.warn("x");
  assertEquals(elsewhere, []);
});
