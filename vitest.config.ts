import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const SKIPS = "./test/skip-reporter.ts";

// `unit` sits beside the source; `scenarios` is shipped scenarios × real uv releases; `e2e` the command line and the package.
export default defineConfig({
  test: {
    reporters: process.env["CI"] === "true" ? ["default", SKIPS, ["json", { outputFile: ".vitest-results.json" }]] : ["default", SKIPS],
    // One more than cores: some wait for a process, a retry or a timer.
    maxWorkers: availableParallelism() + 1,
    globalSetup: "./test/in-memory.ts",
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Files share what a worker has loaded; none may leave anything behind in it.
    isolate: false,
    projects: [
      {
        extends: true,
        test: { name: "unit", setupFiles: "./test/fixed-seed.ts", include: ["src/**/*.test.ts", "test/product/*.test.ts"] },
      },
      { extends: true, test: { name: "scenarios", include: ["scenarios/**/*.test.ts"] } },
      { extends: true, test: { name: "e2e", include: ["test/e2e/**/*.test.ts"] } },
    ],
  },
});
