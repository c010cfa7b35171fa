import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { findMarked, killMarked } from "../../src/process/marked.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand, startCommand, type Started } from "./command.ts";

/** A step that hangs, and so does a child that left its process group; it says where the gateway listens. */
const HANGING = `schema = 1
title = "A step that hangs"

[index.private]
user = "alice"
packages = [{ name = "sandbox" }]

[[step]]
run = ["python", "-c", """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
with open("draft", "w") as file:
    file.write(os.environ["HTTP_PROXY"])
os.rename("draft", "ready")
time.sleep(600)
"""]
timeout = 600
reproduced = { exit = 1 }
healthy = { exit = 0 }
`;

interface UnderWay {
  readonly command: Started;
  readonly ports: readonly number[];
  /** Ids of runs, as their processes carry them. */
  readonly runs: readonly string[];
}

/** Starts two runs side by side and comes back once both hang. */
async function startHanging(folder: string): Promise<UnderWay> {
  await put(folder, "hanging.toml", HANGING);
  const uvs = ["--uv", "0.9.5", "--uv", "0.9.18", "-j", "2"];
  const command = startCommand(["run", "hanging.toml", ...uvs, "--report", "report.md"], { cwd: folder, env: { TMPDIR: folder } });
  let ended = false;
  void command.finished.then(() => (ended = true));
  for (;;) {
    const found = await Promise.all((await foldersOf(folder)).map(lookInto));
    const ready = found.filter((entry) => entry !== null);
    if (ready.length === 2) return { command, ports: ready.map(({ port }) => port), runs: ready.map(({ run }) => run) };
    if (ended) throw new Error(`ended before it hung: ${(await command.finished).stderr}`);
    await pause(20);
  }
}

async function lookInto(folder: string): Promise<{ port: number; run: string } | null> {
  const [proxy, owner] = await Promise.all(
    ["project/ready", "owner.json"].map((name) => readFile(path.join(folder, name), "utf8").catch(() => null)),
  );
  if (proxy == null || owner == null) return null;
  return { port: Number(new URL(proxy).port), run: (JSON.parse(owner) as { run: string }).run };
}

async function foldersOf(base: string): Promise<string[]> {
  return (await readdir(base)).filter((name) => name.startsWith("uv-mre-")).map((name) => path.join(base, name));
}

async function processesOf(runs: readonly string[]): Promise<number[]> {
  return (await Promise.all(runs.map((run) => findMarked(run)))).flat();
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

async function left(folder: string, { runs, ports }: UnderWay): Promise<{ processes: number; ports: number; folders: number }> {
  const listening = await Promise.all(ports.map(isListening));
  return {
    processes: (await processesOf(runs)).length,
    ports: listening.filter(Boolean).length,
    folders: (await foldersOf(folder)).length,
  };
}

const NOTHING = { processes: 0, ports: 0, folders: 0 };

describe("nothing survives", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("%s: exit status 130, no process, port or folder", async (signal) => {
    await using folder = await temporaryFolder();
    const underWay = await startHanging(folder.path);
    // Two runs with two processes each; the harness has a folder of its own.
    expect(await left(folder.path, underWay)).toEqual({ processes: 4, ports: 2, folders: 3 });
    underWay.command.kill(signal);
    const { exit, stderr } = await underWay.command.finished;
    expect({ exit, left: await left(folder.path, underWay) }).toEqual({ exit: 130, left: NOTHING });
    expect(stderr).toContain("interrupted");
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it("SIGKILL: the next start ends the processes and removes the folders", async () => {
    await using folder = await temporaryFolder();
    const underWay = await startHanging(folder.path);
    underWay.command.kill("SIGKILL");
    await underWay.command.finished;
    try {
      expect(await left(folder.path, underWay)).toEqual({ processes: 4, ports: 0, folders: 3 });
      const next = await runCommand(["cache", "show"], { env: { TMPDIR: folder.path } });
      expect({ exit: next.exit, left: await left(folder.path, underWay) }).toEqual({ exit: 0, left: NOTHING });
    } finally {
      for (const run of underWay.runs) await killMarked(run);
    }
  });

  it("a run that ends by itself, with a child that outlives its step", async () => {
    await using folder = await temporaryFolder();
    const scenario = HANGING.replace("os.rename", "print(os.environ['UV_MRE_RUN'])\nos.rename").replace('\ntime.sleep(600)\n"', '\n"');
    await put(folder.path, "leaving.toml", scenario);
    const { exit, stdout } = await runCommand(["run", "leaving.toml", "--uv", "0.9.5", "--json"], {
      cwd: folder.path,
      env: { TMPDIR: folder.path },
    });
    const { runs } = JSON.parse(stdout) as { runs: { verdict: string; steps: { stdout: string }[] }[] };
    const run = runs[0]?.steps[0]?.stdout.trim() ?? "";
    expect(run).toMatch(/^run-[0-9a-f]{16}$/);
    expect({ exit, verdict: runs[0]?.verdict, processes: await processesOf([run]), folders: await foldersOf(folder.path) }).toEqual({
      exit: 0,
      verdict: "healthy",
      processes: [],
      folders: [],
    });
  });
});
