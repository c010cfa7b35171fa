// Checks the programs in Python by ruff and those in shell by shellcheck. `--fix` mends what ruff can.
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import path from "node:path";

/** One release for all: another one's rules and format differ. */
const RUFF = "0.17.6";
const ROOT = path.dirname(import.meta.dirname);

const fix = process.argv.includes("--fix");
const ruff = ruffCommand();
const shells = [".ci/run", ...globSync(["docker/**/*.sh", "programs/**/*.sh"], { cwd: ROOT })];
const checks: [string, readonly string[]][] = [
  [ruff, ["check", "--quiet", ...(fix ? ["--fix"] : [])]],
  [ruff, ["format", "--quiet", ...(fix ? [] : ["--diff"])]],
  ["shellcheck", shells],
];
let failed = false;
for (const [command, args] of checks) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit" });
  if (error !== undefined) fail(`${command} cannot be started (${error.message}); install it (Debian: apt-get install shellcheck)`);
  failed ||= status !== 0;
}
if (failed) fail("the programs are not in order; `npm run check:programs -- --fix` mends what ruff can");

/** ruff from PATH where it is the right release, else the one from PyPI, kept in node_modules. */
function ruffCommand(): string {
  const said = spawnSync("ruff", ["--version"], { encoding: "utf8" });
  if (said.stdout?.trim() === `ruff ${RUFF}`) return "ruff";
  const folder = path.join(ROOT, "node_modules/.cache", `ruff-${RUFF}`);
  const command = path.join(folder, "bin/ruff");
  if (existsSync(command)) return command;
  const options = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--no-deps", "--target", folder];
  const pip = spawnSync("python3", ["-m", "pip", "install", ...options, `ruff==${RUFF}`], { stdio: "inherit" });
  if (pip.status !== 0) fail(`ruff ${RUFF} cannot be had: put it on PATH, or give python3 a pip that reaches PyPI`);
  return command;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
