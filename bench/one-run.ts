// `uv-mre run` against a hand-written shell script that issues the same uv commands, against the same index.
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadScenarios, openHarness } from "../src/index.ts";
import { openRun } from "../src/run/one-run/opened-run.ts";
import { stepHost } from "../src/run/one-run/run-scenario.ts";
import type { Step } from "../src/scenario/model.ts";
import { median } from "./measure.ts";

const REPEATS = 5;
const MANY = 8;

const harness = await openHarness();
const release = await harness.release("0.9.5");
const results: string[] = [];

for (const file of ["scenarios/keyring-shadowing.toml", "scenarios/env-credentials.toml"]) {
  const [loaded] = await loadScenarios([file]);
  const { scenario } = loaded!;
  const prepared = await harness.prepare(scenario, loaded!);
  await using site = await openRun(harness, scenario, release, prepared, {});
  const host = stepHost(harness, site, {});
  const folder = await mkdtemp(path.join(tmpdir(), "uv-mre-bench-"));
  const wheels = path.join(folder, "wheels");
  await mkdir(wheels);
  const plugin = scenario.keyring === null ? [] : await pluginFiles();
  for (const each of [...[...prepared.distributions.values()].flat(), ...plugin]) {
    const from = each.content.kind === "file" ? ["cp", each.content.path, path.join(wheels, each.filename)] : null;
    if (from !== null) spawnSync(from[0]!, from.slice(1));
    else if (each.content.kind === "bytes") await writeFile(path.join(wheels, each.filename), each.content.bytes);
  }
  const script = path.join(folder, "script.sh");
  await writeFile(script, await shellScript());
  const own = await medianTime(() => command("bash", [script], 1));
  const ours = await medianTime(() => command(process.execPath, ["dist/bin.js", "run", file, "--uv", "0.9.5"], 0));
  if (scenario.keyring !== null) {
    const eight = await eightTimes(file);
    report(`${file}: one run ÷ script`, ours / own, 1.15);
    report(`${file}: ${MANY} runs ÷ ${MANY} scripts`, eight / (own * MANY), 0.65);
  } else report(`${file}: one run above the script, ms`, ours - own, 350);
  await rm(folder, { recursive: true, force: true });

  /** What a user would write: a home of its own, keyring as a tool, the project, the commands. */
  async function shellScript(): Promise<string> {
    const lines = ["set -u", `W=$(mktemp -d ${folder}/run-XXXX)`, "mkdir $W/project $W/tmp"];
    const first = scenario.steps[0] as Step;
    const environment = { ...host.environmentFor(first) };
    const from = site.workspace.paths.root;
    const moved = (value: string): string => value.replaceAll(`${from}/home`, "$W/home").replaceAll(`${from}/project`, "$W/project");
    lines.push(
      "mkdir $W/home",
      `export ${Object.entries(environment)
        .map(([name, value]) => `${name}="${moved(value)}"`)
        .join(" ")}`,
    );
    if (scenario.keyring !== null) {
      lines.push(
        `env -u HTTP_PROXY -u HTTPS_PROXY ${release.file} tool install --quiet --no-index --find-links ${wheels} --with uv-mre-keyring-plugin keyring`,
      );
    }
    for (const [name, text] of Object.entries(scenario.files)) lines.push(`cat > $W/project/${name} <<'EOF'\n${site.fill(text)}EOF`);
    lines.push("cd $W/project");
    for (const step of scenario.steps) {
      const words = step.argv.map((word) => (word === "uv" ? release.file : site.fill(word))).join(" ");
      const set = Object.entries(step.env)
        .map(([name, value]) => `${name}='${site.fill(value)}'`)
        .join(" ");
      const venv = step.venv === "active" ? 'VIRTUAL_ENV="$W/project/.venv" PATH="$W/project/.venv/bin:$PATH"' : "";
      lines.push(`env ${set} ${venv} ${words} > $W/out 2> $W/err`);
    }
    lines.push("rm -rf $W", "exit 1");
    return `${lines.join("\n")}\n`;
  }
}

async function pluginFiles() {
  const { buildPackage } = await import("../src/package/build.ts");
  const { packagePrograms } = await import("../src/run/programs.ts");
  const { TOOL_PLUGIN } = await import("../src/run/harness/prepare.ts");
  return buildPackage(TOOL_PLUGIN, packagePrograms());
}

/** Eight runs of one scenario on all cores: the same file under eight names. */
async function eightTimes(file: string): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), "uv-mre-bench-"));
  for (let index = 0; index < MANY; index++) spawnSync("cp", [file, path.join(folder, `copy-${index}.toml`)]);
  const took = await medianTime(() => command(process.execPath, ["dist/bin.js", "run", folder, "--uv", "0.9.5"], 0), 3);
  await rm(folder, { recursive: true, force: true });
  return took;
}

/** Milliseconds of one call, which must end as expected. Not synchronous: the script's index is in this process. */
function command(file: string, args: string[], status: number): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === status) resolve(performance.now() - started);
      else reject(new Error(`${file} ${args.join(" ")} exited with ${code}\n${stderr}`));
    });
  });
}

/** Of what `once` comes to, the first time for nothing. */
async function medianTime(once: () => Promise<number>, repeats: number = REPEATS): Promise<number> {
  await once();
  const times: number[] = [];
  for (let index = 0; index < repeats; index++) times.push(await once());
  return median(times);
}

function report(what: string, value: number, limit: number): void {
  results.push(`${value <= limit ? "met   " : "MISSED"}  ${what}: ${value.toFixed(2)} (at most ${limit})`);
}

// Start-up alone.
const version = await medianTime(() => command(process.execPath, ["dist/bin.js", "--version"], 0), 15);
const bare = await medianTime(() => command(process.execPath, ["-e", "0"], 0), 15);
report("--version above `node -e 0`, ms", version - bare, 60);

await harness[Symbol.asyncDispose]();
for (const line of results) console.log(line);
process.exitCode = results.some((line) => line.startsWith("MISSED")) ? 1 : 0;
