/**
 * Builds the emulator's page, which the package carries ready to be served.
 *
 *   deno task build:page
 */
import { gzipSync } from "node:zlib";
import { ASSET, buildPage, renderAsset } from "./page_bundle.ts";
import { ROOT } from "./sources.ts";

const files = await buildPage();
await Deno.writeTextFile(`${ROOT}/${ASSET}`, renderAsset(files));
const sizes = Object.entries(files).map(([name, text]) =>
  `${name || "index.html"} ${text.length} (${gzipSync(text).length} gzipped)`
);
console.log(`${ASSET}: ${sizes.join(", ")}`);
