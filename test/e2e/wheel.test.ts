import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, realpath, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { type RunJson } from "../../src/index.ts";
import { realPython, someUv, temporaryFolder } from "../real-tools.ts";
import { ROOT } from "./command.ts";

/** What Python users get: `uvx uv-mre`, in a home without anything, on a machine without Node. */

const runFile = promisify(execFile);
const WHEELS = path.join(tmpdir(), "uv-mre-test-cache", "wheel");

/** A folder to stand for PATH, in which there is Python and a shell. */
async function onlyPython(home: string, python: string): Promise<string> {
  const folder = path.join(home, "path");
  await mkdir(folder, { recursive: true });
  for (const [name, target] of [
    ["python3", python],
    ["sh", "/bin/sh"],
    // uv's own start of a console script asks for these two.
    ["realpath", "/usr/bin/realpath"],
    ["dirname", "/usr/bin/dirname"],
  ] as const)
    await symlink(target, path.join(folder, name)).catch(() => undefined);
  return folder;
}

describe("the wheel", () => {
  let wheel = "";
  beforeAll(async () => {
    await runFile(process.execPath, [path.join(ROOT, "scripts/build-wheel.ts"), WHEELS]);
    const { version } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    wheel = path.join(WHEELS, `uv_mre-${version}-py3-none-any.whl`);
  });

  async function uvx(home: string, ...args: string[]): Promise<{ stdout: string; stderr: string; exit: number }> {
    const [uv, python] = [await someUv(), await realPython()];
    const cache = path.join(tmpdir(), "uv-mre-test-cache", "uvx");
    const env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PIP|UV|SSL|TMP|.*_PROXY$)/i.test(name))),
      HOME: home,
      // Python alone: no Node, and not even uv, which serves as it was started.
      PATH: await onlyPython(home, python.file),
      UV_CACHE_DIR: cache,
      UV_PYTHON: python.file,
      XDG_CACHE_HOME: path.join(home, "cache"),
    };
    const command = ["tool", "run", "--from", wheel, "uv-mre", ...args];
    return await runFile(uv, command, { cwd: home, env }).then(
      ({ stdout, stderr }) => ({ stdout, stderr, exit: 0 }),
      (error: { stdout: string; stderr: string; code: number }) => ({ stdout: error.stdout, stderr: error.stderr, exit: error.code }),
    );
  }

  it("comes to a verdict in an empty home, by its own Node", async () => {
    await using home = await temporaryFolder();
    const file = path.join(ROOT, "scenarios/env-credentials.toml");
    const { stdout, stderr, exit } = await uvx(home.path, "run", file, "--uv", "latest", "--json");
    expect([exit, stderr.includes("rror")]).toEqual([0, false]);
    const { runs } = JSON.parse(stdout) as RunJson;
    expect(runs.map(({ verdict, claim }) => [verdict, claim])).toEqual([["healthy", "held"]]);
    expect((await readdir(home.path)).filter((name) => name.startsWith("node"))).toEqual([]);
    const again = await uvx(home.path, "run", file, "--uv", "latest");
    expect(again.stdout).toContain("repeat: uvx uv-mre run ");
    // No other uv was fetched to bring the releases.
    expect((await uvx(home.path, "doctor")).stdout).toContain(` at ${await realpath(await someUv())}`);
  });

  it("has the version of package.json, and passes on status and words of a wrong command", async () => {
    await using home = await temporaryFolder();
    const { version } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    expect((await uvx(home.path, "--version")).stdout).toBe(`${version}\n`);
    const wrong = await uvx(home.path, "run", "absent.toml");
    expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining("absent.toml")]);
  });

  it("says how to get what the container backend needs", async () => {
    await using home = await temporaryFolder();
    const file = path.join(ROOT, "scenarios/env-credentials.toml");
    const { exit, stderr } = await uvx(home.path, "run", file, "--uv", "latest", "--backend", "pypiserver-container");
    expect([exit, stderr]).toEqual([2, expect.stringContaining("the container backend needs testcontainers: npm install testcontainers")]);
  });

  it("brings every program in another language", async () => {
    const { file } = await realPython();
    const { stdout } = await runFile(file, [
      "-c",
      "import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))",
      wheel,
    ]);
    const shipped = stdout.split("\n").flatMap((name) => /^uv_mre\/package\/(programs\/.*)/.exec(name)?.[1] ?? []);
    const written = await readdir(path.join(ROOT, "programs"), { withFileTypes: true, recursive: true });
    const programs = written.filter((entry) => entry.isFile() && /\.(py|sh)$/.test(entry.name));
    expect(shipped.sort()).toEqual(programs.map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name))).sort());
  });
});
