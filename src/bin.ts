#!/usr/bin/env node
// Answers --version before anything is imported; everything else loads lazily, with V8's compile cache on.
import { readFileSync } from "node:fs";
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const argument = process.argv[2];

if (argument === "--version" || argument === "-V") {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  console.log((manifest as { version: string }).version);
} else if (major < 22 || (major === 22 && minor < 22)) {
  console.error(
    `uv-mre needs Node 22.22 or newer; this is Node ${process.versions.node}.\n` +
      "In a checkout, `npm ci` brings its own Node 24 and `npx uv-mre` uses it.",
  );
  process.exitCode = 2;
} else {
  // `cache` shows and clears that folder: it must not fill it itself.
  if (argument !== "cache") {
    const { cacheFolder } = await import("./run/cache-folder.ts");
    module.enableCompileCache(`${cacheFolder(process.env)}/node-compile-cache`);
  }
  const { main } = await import("./cli/main.ts");
  process.exitCode = await main(process.argv.slice(2));
}
