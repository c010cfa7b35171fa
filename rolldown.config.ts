// Each command is a few files instead of hundreds: finding modules one by one cost a third of a second in every run.
import { defineConfig } from "rolldown";

export default defineConfig({
  input: { bin: "src/bin.ts", index: "src/index.ts", vitest: "src/vitest.ts", testcontainers: "src/testcontainers.ts" },
  platform: "node",
  resolve: { mainFields: ["module", "main"] },
  transform: { target: "node22.22" },
  // People import these two themselves, and must get the same classes as we do.
  external: [/^testcontainers($|\/)/, /^vitest($|\/)/],
  output: { dir: "dist", format: "esm", chunkFileNames: "chunk/[name]-[hash].js" },
});
