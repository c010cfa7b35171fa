// Many runs in one process: its memory, descriptors and time a run must stay flat. `node --expose-gc bench/many-runs.ts
// [RUNS] [SANDBOX]`; exits 1 where one of them grew.
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { loadScenarios, openHarness, runScenario } from "../src/index.ts";
import { SANDBOX_CHOICES } from "../src/sandbox/model.ts";
import { temporaryFolder } from "../test/real-tools.ts";
import { median } from "./measure.ts";

const RUNS = Number(process.argv[2] ?? 1_000);
const sandbox = SANDBOX_CHOICES.find((choice) => choice === process.argv[3]) ?? "auto";
const PARTS = 10;
/** How much more the last parts may have than the second and third; the first one warms up. */
const GROWTH = { memory: 1.15, descriptors: 1, time: 1.5 };

await using folder = await temporaryFolder();
await using harness = await openHarness({ sandbox });
const release = await harness.release("0.9.5");
const file = path.join(folder.path, "many.toml");
await writeFile(
  file,
  `schema = 1
title = "Asks once"
[index.private]
url = "https://feeds.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]
[[step]]
run = "uv pip install --target out --index-url {{login.private}} sandbox"
reproduced = { exit = "nonzero", request.any = { status = 401 } }
healthy = { exit = 0, request.any = { status = 200 } }
`,
);
const [loaded] = await loadScenarios([file]);

const parts: { memory: number; descriptors: number; time: number }[] = [];
for (let part = 0; part < PARTS; part++) {
  const times: number[] = [];
  for (let run = 0; run < RUNS / PARTS; run++) {
    const started = performance.now();
    const { verdict, reasons } = await runScenario(harness, loaded!, release);
    times.push(performance.now() - started);
    if (verdict !== "healthy") throw new Error(`${verdict}: ${JSON.stringify(reasons)}`);
  }
  globalThis.gc?.();
  const memory = process.memoryUsage().heapUsed / 2 ** 20;
  // Without the one by which the folder is read.
  const descriptors = process.platform === "linux" ? readdirSync("/proc/self/fd").length - 1 : 0;
  const time = median(times);
  parts.push({ memory, descriptors, time });
  const done = Math.round(((part + 1) * RUNS) / PARTS);
  const rss = process.memoryUsage().rss / 2 ** 20;
  console.log(
    `${done} runs: heap ${memory.toFixed(1)} MB, resident ${rss.toFixed(0)} MB, ${descriptors} descriptors, ${time.toFixed(0)} ms a run`,
  );
}
for (const [name, most] of Object.entries(GROWTH) as [keyof typeof GROWTH, number][]) {
  const least = (some: typeof parts): number => Math.min(...some.map((each) => each[name]));
  const grown = least(parts.slice(-2)) / Math.max(1, least(parts.slice(1, 3)));
  const isFlat = grown <= most;
  if (!isFlat) process.exitCode = 1;
  console.log(`${isFlat ? "met   " : "MISSED"}  ${name}: last ÷ first ${grown.toFixed(2)} (at most ${most})`);
}
