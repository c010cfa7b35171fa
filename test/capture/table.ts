/**
 * Captures every broken project with given releases and prints what came of it. Run by hand: node test/capture/table.ts
 * 0.9.5 0.13.9 [-- PROJECT…]. RECORD=1 captures with --record, those that are for it included; MINIMIZE=1 makes each smaller, too; KEEP=FOLDER keeps scenarios and output, SHOW=1 prints them.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../e2e/command.ts";
import { pipInstalledUv } from "../real-tools.ts";
import { captureProject, cpuSeconds, lineCount, type Outcome, timedInto } from "./capture-project.ts";
import { ALL_PROJECTS, isShownBy, PROJECTS } from "./projects.ts";
import { openWorld } from "./world.ts";

const split = process.argv.indexOf("--");
const releases = process.argv.slice(2, split < 0 ? undefined : split);
const isRecorded = process.env["RECORD"] !== undefined;
const names = split < 0 ? Object.keys(isRecorded ? ALL_PROJECTS : PROJECTS) : process.argv.slice(split + 1);
const base = await mkdtemp(join(tmpdir(), "uv-mre-capture-"));
try {
  await using world = await openWorld(base);
  for (const name of names) {
    for (const release of releases.filter((each) => isShownBy(name, each))) {
      const uv = await pipInstalledUv(release);
      const folder = join(base, `${name}-${release}`);
      await mkdir(folder, { recursive: true });
      const outcome: Outcome = await captureProject(world, name, uv, folder, isRecorded ? ["--record"] : []).catch((error: Error) => ({
        exit: null,
        verdict: "failed",
        repair: null,
        expected: null,
        seconds: 0,
        cpu: 0,
        runs: 0,
        leaks: [],
        leaksIn: () => [],
        changed: [],
        scenario: null,
        stdout: "",
        stderr: String(error.stack).slice(0, 2000),
      }));
      const lines = outcome.scenario === null ? 0 : lineCount(await readFile(outcome.scenario, "utf8"));
      const { verdict, repair, expected, seconds, cpu, runs, leaks, changed } = outcome;
      console.log(
        `| ${name} | ${release} | ${verdict} | ${repair ?? "-"}${repair === expected ? "" : ` (expected ${expected ?? "-"})`} | ${lines} | ${cpu.toFixed(1)} CPU s of ${seconds.toFixed(1)} s | ${runs} | ${leaks.length === 0 ? "none" : leaks.join(" ")} | ${changed.length === 0 ? "none" : changed.join(" ")} |`,
      );
      if (process.env["MINIMIZE"] !== undefined && outcome.scenario !== null && verdict === "same") {
        const before = performance.now();
        const times = join(folder, "times-minimize");
        const ran = await runCommand(["minimize", outcome.scenario, "--uv", release], { as: timedInto(times) });
        const text = await readFile(outcome.scenario.replace(/\.toml$/, ".min.toml"), "utf8").catch(() => "");
        const heals = ran.stdout.includes("Kept: the symptom, and that it is healthy");
        const runs = /, (\d+) runs/.exec(ran.stdout)?.[1] ?? "?";
        // It names the file where it was told to look.
        const leaks = outcome.leaksIn(text + ran.stdout.replaceAll(folder, ""));
        console.log(
          `|   minimised | ${release} | exit ${ran.exit} | ${heals ? "heals" : "no pair"} | ${lineCount(text)} | ${(await cpuSeconds(times)).toFixed(1)} CPU s of ${((performance.now() - before) / 1000).toFixed(1)} s | ${runs} | ${leaks.length === 0 ? "none" : leaks.join(" ")} | |`,
        );
      }
      const kept = process.env["KEEP"];
      if (kept !== undefined) {
        if (outcome.scenario !== null) await copyFile(outcome.scenario, join(kept, `${name}-${release}.toml`));
        await writeFile(join(kept, `${name}-${release}.log`), `${outcome.stdout}\n${outcome.stderr}`);
      }
      if (process.env["SHOW"] !== undefined)
        console.log(outcome.stdout, outcome.stderr, outcome.scenario === null ? "" : await readFile(outcome.scenario, "utf8"));
    }
  }
} finally {
  await rm(base, { recursive: true, force: true });
}
