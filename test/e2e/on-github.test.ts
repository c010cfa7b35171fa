import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand, smallScenario } from "./command.ts";

// What the command line does by itself in a workflow, and how parts of a run become one.
describe("in a GitHub workflow", () => {
  it("shows a contradicted claim at its line, writes the step's summary, and splits and merges a run", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "a.toml", smallScenario('\n[claims]\n"<0.9.6" = "reproduced"\n">=0.9.6" = "reproduced"\n'));
    await put(folder.path, "b.toml", smallScenario());
    const summary = path.join(folder.path, "summary.md");
    const inWorkflow = { cwd: folder.path, env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary } };
    const run = ["run", "a.toml", "b.toml", "--uv", "0.9.5", "--uv", "0.9.18", "--expect", "claims"];

    const [first, second] = [
      await runCommand([...run, "--shard", "1/2", "--report", "1.json"], inWorkflow),
      await runCommand([...run, "--shard", "2/2", "--report", "2.json"], inWorkflow),
    ];
    // A run without a claim is no held claim; a contradicted one is worse.
    expect([first.exit, second.exit]).toEqual([3, 1]);
    const [line] = second.stderr.split("\n").filter((each) => each.startsWith("::"));
    expect(line).toBe("::error file=a.toml,line=11,title=A claim is contradicted::uv 0.9.18: claimed reproduced, came to healthy");
    expect((await readFile(summary, "utf8")).match(/^# uv-mre: 2 scenarios$/gmu)).toHaveLength(2);

    const missing = await runCommand(["report", "1.json"], { cwd: folder.path });
    expect([missing.exit, missing.stderr]).toEqual([2, expect.stringContaining("the parts 2/2 are missing")]);
    const merged = await runCommand(["report", "1.json", "2.json", "--to", "all.xml"], { cwd: folder.path });
    expect(merged.exit).toBe(0);
    expect(await readFile(path.join(folder.path, "all.xml"), "utf8")).toContain('tests="4" failures="1" errors="0" skipped="0"');
  });
});
