import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { BIN, put, smallScenario } from "./command.ts";

/** Runs a POSIX shell line in which `$RUN` is the command line under test; its status is printed last. */
async function shellLine(line: string): Promise<{ text: string; left: string[] }> {
  await using folder = await temporaryFolder();
  await put(folder.path, "small.toml", smallScenario());
  const script = `run() { "$NODE" "$BIN" run small.toml --uv 0.9.5 --uv 0.9.18; echo "status $?" >&3; }\n${line}`;
  const child = spawn("/bin/sh", ["-c", script], {
    cwd: folder.path,
    env: { ...process.env, NODE: process.execPath, BIN, TMPDIR: folder.path },
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stdio[3]?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  return { text: text.trim(), left: (await readdir(folder.path)).filter((name) => name.startsWith("uv-mre-")) };
}

describe("output that goes nowhere does not become a verdict, and no folder is left", () => {
  it.each([
    { what: "standard error on a full disk", line: "run 2>/dev/full", text: "status 0" },
    { what: "standard error into a pipe that nobody reads", line: "run 2>&1 >table | true", text: "status 0" },
    { what: "both into a pipe that nobody reads", line: "run 2>&1 | true", text: "status 141" },
    { what: "standard output into a pipe that nobody reads", line: "run | true", text: "status 141" },
    { what: "standard output on a full disk", line: "run >/dev/full", text: "status 74" },
  ])("$what: $text", async ({ line, text }) => {
    expect(await shellLine(line)).toEqual({ text, left: [] });
  });
});
