// `build-wheel.ts [FOLDER]` puts what is built into a wheel for PyPI, with hatchling: the files that npm would pack, less
// what only a JavaScript program or a reader needs. Needs a Python with pip, or uv.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..");
const target = path.resolve(process.argv[2] ?? path.join(ROOT, "wheelhouse"));
const work = mkdtempSync(path.join(tmpdir(), "uv-mre-wheel-"));
try {
  cpSync(path.join(ROOT, "wheel"), work, { recursive: true });
  const inside = path.join(work, "src/uv_mre/package");
  mkdirSync(inside, { recursive: true });
  for (const name of ["dist", "docker", "programs", "schema", "package.json"]) {
    cpSync(path.join(ROOT, name), path.join(inside, name), { recursive: true, filter: isNeeded });
  }
  for (const name of ["README.md", "LICENSE"]) cpSync(path.join(ROOT, name), path.join(work, name));
  mkdirSync(target, { recursive: true });
  const pip = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", target, work];
  process.exitCode = spawnSync("python3", pip, { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function isNeeded(file: string): boolean {
  return !/\.d\.ts$|__pycache__|\.whl$/.test(file);
}
