import { spawn, type ChildProcess } from "node:child_process";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { BIN, put, runCommand, smallScenario } from "./command.ts";

/** A command that goes on until it is stopped, and all that it has printed. */
class Watching {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  printed = "";
  #told = (): void => {};

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    // Both streams through one pipe, so that they keep their order.
    const words = [process.execPath, BIN, "run", ...args, "--uv", "0.9.5", "--watch"];
    this.child = spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', ...words], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.printed += text;
      this.#told();
    });
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
  }

  /** What was printed until it waited for a change the next time. */
  async untilWatching(): Promise<string> {
    const sign = /[^]*?\nwatching .*; Ctrl-C ends it\n/u;
    for (;;) {
      const found = sign.exec(this.printed)?.[0];
      if (found !== undefined) {
        this.printed = this.printed.slice(found.length);
        return found;
      }
      await Promise.race([new Promise<void>((resolve) => (this.#told = resolve)), this.ended.then(() => this.#fail())]);
    }
  }

  #fail(): never {
    throw new Error(`it ended by itself:\n${this.printed}`);
  }
}

it("run --watch: runs again what changed, says what that changed, goes on after a slip, and leaves nothing after Ctrl-C", async () => {
  await using folder = await temporaryFolder();
  await using rooms = await temporaryFolder();
  await using drafts = await temporaryFolder();
  // Whole at once, as editors do.
  const save = async (name: string, text: string): Promise<void> =>
    rename(await put(drafts.path, "draft", text), path.join(folder.path, name));
  const step = (run: string): string => smallScenario().replace("uv --version", run);
  await put(folder.path, "a.toml", smallScenario());
  await put(folder.path, "b/scenario.toml", `${step("sh ask")}[[step]]\nrun = "uv --version"\nexit = 0\n`);
  await put(folder.path, "b/project/ask", "echo uv 0.9.5\n");
  const watching = new Watching(["a.toml", "b", "--report", "report.xml"], folder.path, { TMPDIR: rooms.path });
  try {
    expect(await watching.untilWatching()).toContain("2 runs: 2 reproduced");

    await save("b/project/ask", "echo uv 1; exit 3\n");
    const beside = await watching.untilWatching();
    expect(beside).not.toContain("a.toml  ");
    expect(beside).toContain("b uv 0.9.5: reproduced became");
    expect(beside).toContain("  step 1, sh ask: exit 0 became 3");

    await save("a.toml", smallScenario().replace("schema = 1", "schema = "));
    expect(await watching.untilWatching()).toContain("error: a.toml:1:");

    await put(
      folder.path,
      "a.toml",
      smallScenario().replace('stdout = "uv 0.9.5"', 'stdout = "uv 2"').replace('lacks = "uv 0.9.5"', 'lacks = "uv 2"'),
    );
    const mended = await watching.untilWatching();
    expect(mended).toContain("a.toml uv 0.9.5: reproduced became healthy; what differed:\n  no request, keyring call, exit status");
    // The report has every scenario, whichever was run again.
    const report = await readFile(path.join(folder.path, "report.xml"), "utf8");
    expect(report).toContain('<testsuites name="uv-mre" tests="2"');

    watching.child.kill("SIGINT");
    expect(await watching.ended).toBe(130);
    expect(await readdir(rooms.path)).toEqual([]);
  } finally {
    watching.child.kill("SIGKILL");
  }
});

it("run --watch: refuses what goes with no end, and what is not there", async () => {
  await using folder = await temporaryFolder();
  await put(folder.path, "a.toml", smallScenario());
  const refused = await runCommand(["run", "a.toml", "--watch", "--json", "--shard", "1/2"], { cwd: folder.path });
  expect([refused.exit, refused.stderr]).toEqual([
    2,
    expect.stringContaining("--watch runs until Ctrl-C, which does not go with --json, --shard"),
  ]);
  await rm(path.join(folder.path, "a.toml"));
  expect((await runCommand(["run", "a.toml", "--watch"], { cwd: folder.path })).exit).toBe(2);
});
