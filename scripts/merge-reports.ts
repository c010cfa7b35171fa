// `merge-reports.ts COUNT [FOLDER]` puts the reports of all COUNT shards together and counts them. A shard that left no
// report is a failure: vitest alone merges two of eight and calls it a success.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const VITEST = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const COUNT_TESTS = fileURLToPath(new URL("count-tests.ts", import.meta.url));
const RESULTS = ".vitest-results.json";

const [count = "", folder = ".vitest-reports"] = process.argv.slice(2);
const wanted = Array.from({ length: Number(count) }, (_, at) => `blob-${at + 1}-${count}.json`);
const found = filesOf(folder);
const missing = wanted.filter((name) => !found.includes(name));
const others = found.filter((name) => !wanted.includes(name));
if (wanted.length === 0 || missing.length + others.length > 0) {
  if (wanted.length === 0) console.log("usage: merge-reports.ts COUNT [FOLDER]");
  if (missing.length > 0) console.log(`no report of a shard: ${missing.join(", ")} not in ${folder}`);
  if (others.length > 0) console.log(`not a report of these ${count} shards: ${others.join(", ")} in ${folder}`);
  console.log(`0 passed, ${Math.max(missing.length + others.length, 1)} failed`);
  process.exit(1);
}
const merge = [VITEST, `--merge-reports=${folder}`, "--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`];
const merged = spawnSync(process.execPath, merge, { stdio: "inherit" });
const counted = spawnSync(process.execPath, [COUNT_TESTS, RESULTS, String(merged.status ?? 1)], { stdio: "inherit" });
process.exit(counted.status ?? 1);

function filesOf(name: string): string[] {
  try {
    return readdirSync(name);
  } catch {
    return [];
  }
}
