// Runs every test with every combination. `--shard 2/8` runs one part of them and leaves its report in .vitest-reports,
// where `merge-reports.ts 8` counts all parts together: this is the way to more machines.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const VITEST = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const args = process.argv.slice(2);
const [, index, count] = /--shard[= ](\d+)\/(\d+)/.exec(args.join(" ")) ?? [];
const report =
  index === undefined
    ? []
    : [
        "--reporter=default",
        "--reporter=./test/skip-reporter.ts",
        "--reporter=blob",
        `--outputFile.blob=.vitest-reports/blob-${index}-${count}.json`,
      ];
const env = { ...process.env, UV_MRE_TESTS: "all" };
const { status } = spawnSync(process.execPath, [VITEST, "run", ...report, ...args], { stdio: "inherit", env });
process.exit(status ?? 1);
