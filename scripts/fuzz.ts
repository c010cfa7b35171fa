// Tries the properties of the unit tests with ever new seeds, for as many minutes as the first argument says (10 unless said),
// then runs a scenario 1,000 times in one process. Exits 1 at the first failure, with the seed that shows it again.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const minutes = Number(process.argv[2] ?? 10);
const LARGEST_SEED = 2 ** 31;
const files = globSync("src/**/*.test.ts").filter((file) => readFileSync(file, "utf8").includes('from "fast-check"'));
if (files.length < 10) throw new Error(`only ${files.length} files with properties were found`);

const end = performance.now() + minutes * 60_000;
let rounds = 0;
while (performance.now() < end) {
  const seed = String(randomInt(LARGEST_SEED));
  const started = performance.now();
  const { status, stdout } = spawnSync("npx", ["vitest", "run", "--project", "unit", "--reporter", "dot", ...files], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    env: { ...process.env, UV_MRE_FUZZ_SEED: seed },
  });
  rounds++;
  console.log(
    `round ${rounds}, seed ${seed}: ${status === 0 ? "passed" : "FAILED"} in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  if (status !== 0) {
    console.log(stdout);
    console.log(`again: UV_MRE_FUZZ_SEED=${seed} npx vitest run --project unit ${files.join(" ")}`);
    process.exit(1);
  }
}
console.log(`${rounds} rounds of ${files.length} files: passed`);

const manyRuns = fileURLToPath(new URL("../bench/many-runs.ts", import.meta.url));
process.exitCode = spawnSync(process.execPath, ["--expose-gc", manyRuns], { stdio: "inherit" }).status ?? 1;
