#!/usr/bin/env node
// Answers --version before anything is imported; everything else loads lazily, with V8's compile cache on.
import { readFileSync } from "node:fs";
import module from "node:module";
import { failureStatus } from "./cli/status.ts";
import { nodeIsTooOld } from "./node-version.ts";

const tooOld = nodeIsTooOld();
const argv = process.argv.slice(2);
const [argument] = argv;

if (argument === "--version" || argument === "-V") {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  console.log((manifest as { version: string }).version);
} else if (tooOld !== null) {
  console.error(`${tooOld}\nIn a checkout, \`npm ci\` brings its own Node 24 and \`npx uv-mre\` uses it.`);
  process.exitCode = failureStatus(argv, "theirs");
} else {
  // Node would end with 1, which means a contradicted claim or a bad commit; with 13 where nothing settles any more.
  process.exitCode = failureStatus(argv, "ours");
  process.on("uncaughtException", (error) => {
    console.error("uv-mre: this is a fault of uv-mre itself, or of how it is installed; please report it with the lines below.");
    console.error(error);
    process.exit(failureStatus(argv, "ours"));
  });
  // `cache` shows and clears that folder: it must not fill it itself.
  if (argument !== "cache") {
    const { compileCacheFolder } = await import("./run/cache/cache-folder.ts");
    const folder = compileCacheFolder(process.env);
    if (folder !== null) module.enableCompileCache(folder);
  }
  const { main } = await import("./cli/main.ts");
  process.exitCode = await main(argv);
}
