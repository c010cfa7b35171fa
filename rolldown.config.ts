// Each command is a few files instead of hundreds: finding modules one by one cost a third of a second in every run.
import { chmod } from "node:fs/promises";
import { defineConfig } from "rolldown";

export default defineConfig({
  input: { bin: "src/bin.ts", index: "src/index.ts", vitest: "src/vitest.ts", testcontainers: "src/testcontainers.ts" },
  platform: "node",
  resolve: { mainFields: ["module", "main"] },
  transform: { target: "node22.22" },
  // People import these two themselves, and must get the same classes as we do.
  external: [/^testcontainers($|\/)/, /^vitest($|\/)/],
  // npm makes it executable only when it installs; `npx uv-mre` must work after a build of one's own, too.
  plugins: [{ name: "executable", writeBundle: ({ dir = "dist" }) => chmod(`${dir}/bin.js`, 0o755) }],
  output: { dir: "dist", format: "esm", chunkFileNames: "chunk/[name]-[hash].js" },
});
