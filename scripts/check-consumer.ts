// Whether the package's types hold for those who use it: packed, installed beside the newest @types/node, and compiled without
// `skipLibCheck`. Says how many packages `npm install` of it brings, and how big they are.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..");
const PROGRAM = `import { loadScenarios, openHarness, runScenario, type RunJson } from "uv-mre";
import { scenarioTests } from "uv-mre/vitest";
import { PypiServerContainer } from "uv-mre/testcontainers";
export const used = [loadScenarios, openHarness, runScenario, scenarioTests, PypiServerContainer];
export type Output = RunJson;
`;
const OPTIONS = ["--strict", "--noEmit", "--skipLibCheck", "false", "--module", "nodenext", "--target", "es2024"];

const folder = mkdtempSync(path.join(tmpdir(), "uv-mre-consumer-"));
try {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own answer
  const [packed] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ROOT)) as { filename: string }[];
  const tarball = path.join(folder, packed?.filename ?? "");
  npm(["install", "--global", "--ignore-scripts", "--prefix", path.join(folder, "global"), tarball], folder);
  const installed = path.join(folder, "global/lib/node_modules");
  console.log(`npm install --global brings ${packagesBelow(installed)} packages, ${(sizeOf(installed) / 1e6).toFixed(1)} MB`);
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  writeFileSync(path.join(folder, "program.ts"), PROGRAM);
  npm(
    ["install", "--ignore-scripts", tarball, "@types/node@latest", `typescript@${versionOf("typescript")}`, "vitest", "testcontainers"],
    folder,
  );
  const compiler = path.join(folder, "node_modules/typescript/bin/tsc");
  const args = [compiler, ...OPTIONS, "--lib", "es2024,esnext.disposable", "--types", "node", "program.ts"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const types = (JSON.parse(readFileSync(path.join(folder, "node_modules/@types/node/package.json"), "utf8")) as { version: string })
    .version;
  console.log(status === 0 ? `its types hold with @types/node ${types}` : stdout);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel", "error"], { cwd, encoding: "utf8" });
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(path.join(ROOT, "node_modules", name, "package.json"), "utf8")) as { version: string }).version;
}

function packagesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(?:^|node_modules\/)(?:@[^/]+\/)?[^/]+\/package\.json$/.test(name),
  ).length;
}

function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.reduce((sum, entry) => sum + (entry.isFile() ? statSync(path.join(entry.parentPath, entry.name)).size : 0), 0);
}
