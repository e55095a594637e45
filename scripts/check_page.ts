/**
 * Fails when the emulator's page is not what its sources, and those of the
 * client in it, give today; or when it has grown beyond its budget.
 */
import { gzipSync } from "node:zlib";
import { ASSET, buildPage, renderAsset } from "./page_bundle.ts";
import { exists, readText, report } from "./sources.ts";

/** Bytes of all files together, gzipped. */
const BUDGET = 47_000;

const files = await buildPage();
const isCurrent = exists(ASSET) && readText(ASSET) === renderAsset(files);
const size = Object.values(files)
  .reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
report(
  "page",
  [
    ...(isCurrent ? [] : [`${ASSET} is not current: run deno task build:page`]),
    ...(size > BUDGET ? [`${size} bytes gzipped, at most ${BUDGET}`] : []),
  ],
  `${size} bytes gzipped`,
);
