/**
 * Runs the suites in a page of headless Chromium.
 */
import { Browser } from "./devtools.ts";
import {
  bundleWithPackage,
  type Installation,
  type SuiteResult,
} from "./installation.ts";

const SCRIPT = "suites_page.js";

export async function runChromium(
  installed: Installation,
): Promise<SuiteResult> {
  await bundleWithPackage(installed, SCRIPT, { platform: "browser" });
  const script = await Deno.readTextFile(`${installed.folder}/${SCRIPT}`);
  await using server = servePage(script);
  await using browser = await Browser.launch();
  // Only "localhost" counts as a secure context with a domain name.
  const page = await browser.open(`http://localhost:${server.addr.port}/`);
  return await page.evaluate<SuiteResult>(
    `import("/${SCRIPT}").then((module) => module.run())`,
  );
}

function servePage(script: string): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "localhost", port: 0, onListen: () => {} },
    (request) => {
      const isScript = new URL(request.url).pathname === `/${SCRIPT}`;
      const type = isScript ? "text/javascript" : "text/html";
      const body = isScript ? script : "<!doctype html><title>suites</title>";
      return new Response(body, { headers: { "content-type": type } });
    },
  );
}
