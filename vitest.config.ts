import { defineConfig } from "vitest/config";

// `unit` sits beside the source; `scenarios` is shipped scenarios × real uv releases; `e2e` the command line and the package.
export default defineConfig({
  test: {
    reporters: process.env["CI"] === "true" ? ["default", ["json", { outputFile: ".vitest-results.json" }]] : ["default"],
    // One worker a core; the default leaves one core to the terminal.
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["src/**/*.test.ts", "test/product/*.test.ts"] } },
      { extends: true, test: { name: "scenarios", include: ["scenarios/**/*.test.ts"] } },
      { extends: true, test: { name: "e2e", include: ["test/e2e/**/*.test.ts"] } },
    ],
  },
});
