// One file that asks no network: script and style are inlined, the data is put in when a report is written.
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  resolve: { alias: { "node:util": `${import.meta.dirname}/node-util.ts` } },
  plugins: [viteSingleFile()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../dist/page", emptyOutDir: true, target: "es2022" },
});
