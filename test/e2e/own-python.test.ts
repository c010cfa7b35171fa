import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chown, copyFile, cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openHarness, type RunJson } from "../../src/index.ts";
import { packagePlaces } from "../../src/uv/package-places.ts";
import { createRunProcess } from "../../src/process/run-process.ts";
import { WHOLE } from "../product/extent.ts";
import { pipInstalledUv, temporaryFolder } from "../real-tools.ts";
import { namespacesWanted } from "../sandbox.ts";
import { put, runCommand } from "./command.ts";
import { testUsers } from "./plain-user.ts";

const SYSTEM_PYTHON = "/usr/bin/python3";

const SCENARIO = `schema = 1
title = "Into the Python itself"
[index.private]
url = "https://packages.example.com/simple/"
packages = [{ name = "acme-tools", scripts = { acme-tool = "acme_tools:main" }, files = { "acme_tools/__init__.py" = "def main(): print('it runs')" } }]
[[step]]
run = "uv pip install --system --break-system-packages --index-url {{url.private}} acme-tools"
[[step]]
run = ["python", "-c", "import subprocess, sysconfig; subprocess.run([sysconfig.get_path('scripts') + '/acme-tool'], check=True)"]
reproduced = { exit = 0, stdout = "it runs" }
healthy = { exit = 1, stdout = "it runs" }
[[step]]
run = ["sh", "-c", "UV_SYSTEM_PYTHON=1 uv pip uninstall --break-system-packages acme-tools && python -c 'import acme_tools'"]
exit = 1
`;

/** The system's Python, which is root's, and, but for root's plain user, the one on PATH; `npm test` takes the last. */
const cases = testUsers().flatMap((who) =>
  (who.python === null && existsSync(SYSTEM_PYTHON) ? [SYSTEM_PYTHON, null] : [who.python]).map((python) => ({
    who,
    name: who.name,
    python,
  })),
);

describe.skipIf(!namespacesWanted())("a run with a Python of its own", () => {
  it.each(WHOLE ? cases : cases.slice(-1))("installs into $python as $name, and leaves the user's as it was", async ({ who, python }) => {
    await using folder = await temporaryFolder();
    await using harness = await openHarness({ python });
    const place = (name: string): string => path.join(folder.path, name);
    await Promise.all(["tmp", "cache", "output"].map((name) => mkdir(place(name))));
    // What another user would fetch, too.
    await harness.sandbox("bwrap", "own-python");
    const bubblewrap = path.join(harness.cacheDir, "bubblewrap");
    if (existsSync(bubblewrap)) await cp(bubblewrap, place("cache/bubblewrap"), { recursive: true });
    execFileSync("chown", ["-R", String(who.id), place("cache")]);
    for (const each of [".", "tmp"]) await chown(place(each), who.id, who.id);
    const uv = place("uv");
    await copyFile(await pipInstalledUv("0.9.5"), uv);
    const file = await put(folder.path, "own.toml", SCENARIO);
    const places = await packagePlaces(await harness.python(), { run: createRunProcess({ tag: "test" }), folder: place("output") });

    const before = places.map(digestOf);
    const named = python === null ? [] : ["--python", python];
    const env = { TMPDIR: place("tmp"), UV_MRE_CACHE_DIR: place("cache") };
    const { stdout, stderr } = await runCommand(["run", file, "--uv", uv, "--json", ...named], { env, as: who.as });
    const [run] = (JSON.parse(stdout) as RunJson).runs;
    expect([run?.verdict, run?.reasons, stderr.includes("fault")]).toEqual(["reproduced", [], false]);
    expect(run?.environment.added.map(({ name }) => name)).not.toContain("PIP_REQUIRE_VIRTUALENV");
    expect(places.map(digestOf)).toEqual(before);
    expect(readdirSync(place("tmp"))).toEqual([]);
  });

  it("is refused outside the sandbox, with its places; among others, its run alone is unresolved", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "own.toml", SCENARIO);
    const other = await put(folder.path, "other.toml", SCENARIO);
    for (const flags of [["--sandbox", "none"], ["--no-proxy"]]) {
      const { exit, stderr } = await runCommand(["run", file, "--uv", "0.9.5", ...flags]);
      expect([exit, stderr]).toEqual([
        2,
        expect.stringMatching(/own\.toml:7:23: step\[0\]\.run: `--system` would change the user's own Python \(.*sandbox.*venv/),
      ]);
    }
    const { exit, stdout } = await runCommand(["run", file, other, "--uv", "0.9.5", "--sandbox", "none", "--json"]);
    const { runs } = JSON.parse(stdout) as RunJson;
    expect([exit, runs.map(({ verdict }) => verdict)]).toEqual([3, ["unresolved", "unresolved"]]);
    expect(runs[0]?.reasons[0]?.seen).toContain("would change the user's own Python");
  });
});

/** Of all that is below a folder: names, modes, times and bytes. */
function digestOf(place: string): string {
  const hash = createHash("sha256");
  const visit = (file: string): void => {
    const entry = lstatSync(file, { bigint: true });
    hash.update(`${file} ${entry.mode} ${entry.uid} ${entry.mtimeNs}\n`);
    if (entry.isDirectory()) for (const name of readdirSync(file).sort()) visit(path.join(file, name));
    else if (entry.isSymbolicLink()) hash.update(readlinkSync(file));
    else hash.update(readFileSync(file));
  };
  visit(place);
  return hash.digest("hex");
}
