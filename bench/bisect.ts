// A bisection against the plain loop that a user writes: both bounds, then halving; for each probe
// `uv pip install --target`, `uv tool install keyring` where the scenario has one, and the scenario's commands. Of the
// commands only their own time counts for the loop, as if its index and folders cost nothing. Both find a uv on PATH to
// install with. Cold: empty caches. Warm: releases are at hand. Each is the median of three, ours and the loop's by turns,
// since the network varies. Exits 1 where a target is missed.
import { execFile, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Harness, loadScenarios, type LoadedScenario, openHarness, runScenario } from "../src/index.ts";
import { temporaryFolder } from "../test/real-tools.ts";
import { median, outputOf } from "./measure.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../", import.meta.url));
const REPORT_MEMORY = 'process.on("exit", () => process.stderr.write(`\\nmaxrss ${process.resourceUsage().maxRSS}\\n`))';
/** Kilobytes, of the harness itself; its children are not in it. */
const MEMORY_LIMIT = 200_000;

const CASES = [
  { name: "with keyring", file: "scenarios/history/keyring-user-name.toml", bad: "0.6.6", cold: 0.6, warm: 0.5 },
  { name: "without keyring", file: "scenarios/history/refused-index-passed-over.toml", bad: "0.4.25", cold: 0.8, warm: 0.75 },
];

/** Of each measurement; odd. */
const TURNS = 3;

interface Looped {
  readonly seconds: number;
  readonly firstChanged: string;
  readonly probes: number;
}

interface Bisected extends Looped {
  readonly maxRss: number;
}

await using harness = await openHarness();
const all = await harness.select(["all"]);
const good = all.at(-1) ?? "";
console.log(`up to uv ${good}; ${availableParallelism()} cores`);
let missed = false;
for (const { name, file, bad, cold, warm } of CASES) {
  const [scenario] = await loadScenarios([path.join(ROOT, file)]);
  if (scenario === undefined) throw new Error(`${file} is not there`);
  const ours: Bisected[] = [];
  const theirs: Looped[] = [];
  const oursWarm: Bisected[] = [];
  const theirsWarm: Looped[] = [];
  const again: Bisected[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    await using folder = await temporaryFolder();
    const cacheDir = path.join(folder.path, "cache");
    ours.push(await bisected(file, { bad, cacheDir }));
    theirs.push(await loop(scenario, { bad, folder: folder.path }));
    await rm(path.join(cacheDir, "results"), { recursive: true });
    oursWarm.push(await bisected(file, { bad, cacheDir }));
    theirsWarm.push(await loop(scenario, { bad, folder: folder.path }));
    again.push(await bisected(file, { bad, cacheDir }));
  }
  const [found, ...others] = new Set([...ours, ...theirs].map(({ firstChanged }) => firstChanged));
  if (others.length > 0) throw new Error(`uv-mre and the loop say ${[found, ...others].join(" and ")}`);
  console.log(`${name}: ${ours[0]?.probes} probes against ${theirs[0]?.probes} of the loop, both find ${found}`);
  told("  cold", secondsOf(ours), secondsOf(theirs), cold);
  told("  warm", secondsOf(oursWarm), secondsOf(theirsWarm), warm);
  figure(`  second bisection ${secondsOf(again).toFixed(2)} s, wanted 1`, secondsOf(again) <= 1);
  const memory = Math.max(...[...ours, ...oursWarm, ...again].map(({ maxRss }) => maxRss));
  figure(`  memory ${(memory / 1000).toFixed(0)} MB, wanted below ${MEMORY_LIMIT / 1000}`, memory < MEMORY_LIMIT);
}
if (missed) process.exitCode = 1;

function secondsOf(measured: readonly Looped[]): number {
  return median(measured.map(({ seconds }) => seconds));
}

function told(what: string, ours: number, theirs: number, target: number): void {
  const ratio = ours / theirs;
  figure(`${what} ${ours.toFixed(1)} s, loop ${theirs.toFixed(1)} s, ratio ${ratio.toFixed(2)}, wanted ${target}`, ratio <= target);
}

function figure(text: string, met: boolean): void {
  missed ||= !met;
  console.log(`${text}: ${met ? "met" : "MISSED"}`);
}

/** `uv-mre bisect` as a process of its own, as a user waits for it. */
async function bisected(file: string, { bad, cacheDir }: { bad: string; cacheDir: string }): Promise<Bisected> {
  const startedAt = performance.now();
  const own = ["--import", `data:text/javascript,${encodeURIComponent(REPORT_MEMORY)}`, "dist/bin.js"];
  const child = spawn(process.execPath, [...own, "bisect", file, "--bad", bad, "--good", good, "--json"], {
    cwd: ROOT,
    env: {
      ...process.env,
      UV_MRE_CACHE_DIR: cacheDir,
      PATH: `${path.dirname(await harness.bootstrap())}${path.delimiter}${process.env["PATH"] ?? ""}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { status, stdout, stderr } = await outputOf(child);
  const seconds = (performance.now() - startedAt) / 1000;
  if (status !== 0) throw new Error(`bisect ended with ${status}: ${stderr}`);
  const answer = JSON.parse(stdout) as { firstChanged: string; probes: unknown[] };
  const maxRss = Number(/maxrss (?<kilobytes>\d+)/.exec(stderr)?.groups?.["kilobytes"] ?? Number.NaN);
  return { seconds, firstChanged: answer.firstChanged, probes: answer.probes.length, maxRss };
}

async function loop(scenario: LoadedScenario, options: { bad: string; folder: string }): Promise<Looped> {
  let [low, high] = [all.indexOf(options.bad), all.length - 1];
  let milliseconds = 0;
  let probes = 0;
  const isBad = async (place: number): Promise<boolean> => {
    const answer = await plainProbe(harness, scenario, { version: all[place] ?? "", folder: options.folder });
    milliseconds += answer.milliseconds;
    probes++;
    return answer.isBad;
  };
  if (!(await isBad(low)) || (await isBad(high))) throw new Error("the bounds are not what they are said to be");
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isBad(middle)) low = middle;
    else high = middle;
  }
  return { seconds: milliseconds / 1000, firstChanged: all[high] ?? "", probes };
}

async function plainProbe(
  { bootstrap }: Harness,
  scenario: LoadedScenario,
  { version, folder }: { version: string; folder: string },
): Promise<{ isBad: boolean; milliseconds: number }> {
  const uv = await bootstrap();
  const target = path.join(folder, "target");
  const tools = { UV_TOOL_DIR: path.join(folder, "tools"), UV_TOOL_BIN_DIR: path.join(folder, "tool-bin") };
  const env = { ...process.env, ...tools, UV_CACHE_DIR: path.join(folder, "uv-cache") };
  await Promise.all(["target", "tools", "tool-bin"].map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
  const startedAt = performance.now();
  await run(uv, ["pip", "install", "--target", target, `uv==${version}`], { env });
  if (scenario.scenario.keyring !== null) await run(uv, ["tool", "install", "keyring==25.7.0"], { env });
  const installed = performance.now() - startedAt;
  const release = await harness.release(path.join(target, "bin", "uv"));
  const result = await runScenario(harness, scenario, release);
  if (result.verdict !== "reproduced" && result.verdict !== "healthy") throw new Error(`uv ${version}: ${result.verdict}`);
  const commands = result.observation.steps.reduce((sum, step) => sum + step.durationMs, 0);
  return { isBad: result.verdict === "reproduced", milliseconds: installed + commands };
}
