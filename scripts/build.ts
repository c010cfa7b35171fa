// Builds into a folder of its own, which then takes the place of dist: a build that fails leaves what was there, and a
// command that runs meanwhile never finds half of it. `--if-needed`: only if a source is younger than dist.
import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { isBuilt } from "./is-built.ts";

const ROOT = path.join(import.meta.dirname, "..");
const built = path.join(ROOT, `dist.new-${process.pid}`);
const previous = path.join(ROOT, `dist.old-${process.pid}`);
const dist = path.join(ROOT, "dist");

const steps = [
  ["typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", built],
  ["rolldown/bin/cli.mjs", "--config", "rolldown.config.ts", "--dir", built, "--logLevel", "warn"],
  ["vite/bin/vite.js", "build", "--config", "report-page/vite.config.ts", "--outDir", path.join(built, "page")],
] as const;

const unneeded = process.argv.includes("--if-needed") && isBuilt(ROOT);
try {
  if (unneeded) console.log("dist is younger than its sources: nothing to build");
  else if (steps.every(([tool, ...args]) => succeeds(tool, args))) putInPlace();
  else process.exitCode = 1;
} finally {
  for (const folder of [built, previous]) rmSync(folder, { recursive: true, force: true });
}

function succeeds(tool: string, args: readonly string[]): boolean {
  const script = path.join(ROOT, "node_modules", tool);
  return spawnSync(process.execPath, [script, ...args], { cwd: ROOT, stdio: "inherit" }).status === 0;
}

function putInPlace(): void {
  if (existsSync(dist)) renameSync(dist, previous);
  renameSync(built, dist);
}
