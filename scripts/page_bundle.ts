/**
 * Builds the emulator's page from `scripts/page/`: one script, one style sheet
 * and one document, as the text of a module. The same sources give the same
 * bytes, on any machine.
 */
import { build, stop, transform } from "esbuild";
import { linkPackages } from "./npm_cache.ts";
import { readText, ROOT } from "./sources.ts";

/** Where the page is kept. */
export const ASSET = "lib/emulator/page/asset.ts";

const SOURCE = "scripts/page";

/** The files of the page by their names in its address. */
export type PageFiles = Readonly<Record<string, string>>;

/** Builds the files. */
export async function buildPage(): Promise<PageFiles> {
  const [script, style] = await Promise.all([buildScript(), buildStyle()]);
  await stop();
  const document = readText(`${SOURCE}/index.html`).replace(/\n\s*/g, "\n");
  return { "": document, "page.css": style, "page.js": script };
}

/** The module that holds the files. */
export function renderAsset(files: PageFiles): string {
  const members = Object.entries(files).map(([name, text]) =>
    `  ${JSON.stringify(name)}:\n    ${JSON.stringify(text)},\n`
  );
  return `// Made by \`deno task build:page\` from ${SOURCE}/; not to be edited here.\n` +
    `/** The files of the page by their names below its address. */\n` +
    `export const FILES: Readonly<Record<string, string>> = {\n` +
    `${members.join("")}};\n`;
}

async function buildScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${SOURCE}/main.ts`],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    legalComments: "none",
    nodePaths: [await linkPackages(["jose"])],
    preserveSymlinks: true,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

async function buildStyle(): Promise<string> {
  const { code } = await transform(readText(`${SOURCE}/page.css`), {
    loader: "css",
    minify: true,
    target: ["chrome123", "firefox120", "safari17.5"],
  });
  return code;
}
