import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { connectDocker } from "../../src/backend/docker.ts";
import { OWNER_LABEL } from "../../src/backend/sweep.ts";
import { findTagged, killTagged } from "../../src/process/tagged-processes.ts";
import { dockerMissing, dockerNote } from "../docker.ts";
import { WHOLE } from "../product/extent.ts";
import { temporaryFolder } from "../real-tools.ts";
import { withoutSandbox } from "../sandbox.ts";
import { put, runCommand, startCommand, type Started } from "./command.ts";

// A sandbox ends what is in it by its namespaces; without one, processes must be found.
withoutSandbox();

/**
 * A step that hangs, and so do two children: one left its process group, one has nothing in its environment that tells
 * whose it is, and listens. It says where the gateway and that child listen, and each socket's inode.
 */
const HANGING = `schema = 1
title = "A step that hangs"

[index.private]
user = "alice"
packages = [{ name = "sandbox" }]

[[step]]
run = ["python", "-c", """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
subprocess.Popen([sys.executable, "-c", "import socket, time; own = socket.create_server(('127.0.0.1', 0)); print(own.getsockname()[1], file=open('own', 'w'), flush=True); time.sleep(600)"], env={})
while not os.path.exists("own") or not os.path.getsize("own"):
    time.sleep(0.01)
sockets = {}
for table in filter(os.path.exists, ["/proc/net/tcp", "/proc/net/tcp6"]):
    for line in open(table):
        part = line.split()
        if part[3] == "0A":
            sockets[int(part[1].rpartition(":")[2], 16)] = part[9]
with open("draft", "w") as file:
    for port in (int(os.environ["HTTP_PROXY"].strip("/").rpartition(":")[2]), int(open("own").read())):
        file.write("%d/%s " % (port, sockets.get(port, "")))
os.rename("draft", "ready")
time.sleep(600)
"""]
timeout = 600
reproduced = { exit = 1 }
healthy = { exit = 0 }
`;

/** A port may be another test's a moment later: Linux gives away one of 7,000. No other socket has its inode, which is "" elsewhere. */
interface Listener {
  readonly port: number;
  readonly inode: string;
}

interface UnderWay {
  readonly command: Started;
  /** Of gateways. */
  readonly ports: readonly Listener[];
  /** Of children with an empty environment. */
  readonly untagged: readonly Listener[];
  /** Ids of runs, as their processes carry them. */
  readonly runs: readonly string[];
}

/** Starts two runs side by side and comes back once both hang. */
async function startHanging(folder: string, more: readonly string[] = []): Promise<UnderWay> {
  await put(folder, "hanging.toml", HANGING);
  const uvs = ["--uv", "0.9.5", "--uv", "0.9.18", "-j", "2"];
  const command = startCommand(["run", "hanging.toml", ...uvs, "--report", "report.md", ...more], { cwd: folder, env: { TMPDIR: folder } });
  let ended = false;
  void command.finished.then(() => (ended = true));
  for (;;) {
    const found = await Promise.all((await foldersOf(folder)).map(lookInto));
    const ready = found.filter((entry) => entry !== null);
    if (ready.length === 2) {
      const [ports, untagged] = [ready.map(({ gateway }) => gateway), ready.map(({ own }) => own)];
      return { command, ports, untagged, runs: ready.map(({ run }) => run) };
    }
    if (ended) throw new Error(`ended before it hung: ${(await command.finished).stderr}`);
    await pause(20);
  }
}

async function lookInto(folder: string): Promise<{ gateway: Listener; own: Listener; run: string } | null> {
  const [said, owner] = await Promise.all([readFile(path.join(folder, "project/ready"), "utf8").catch(() => null), ownerOf(folder)]);
  const [gateway, own] = listenersIn(said ?? "");
  if (gateway === undefined || own === undefined || owner === null) return null;
  return { gateway, own, run: owner.run };
}

async function ownerOf(folder: string): Promise<{ owner: string; run: string } | null> {
  const text = await readFile(path.join(folder, "owner.json"), "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as { owner: string; run: string });
}

/** The text of a file that a command brings about. */
async function whenThere(file: string, command: Started): Promise<string> {
  let ended = false;
  void command.finished.then(() => (ended = true));
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => null);
    if (text !== null) return text;
    if (ended) throw new Error(`ended before it hung: ${(await command.finished).stderr}`);
    await pause(20);
  }
}

function listenersIn(said: string): Listener[] {
  return [...said.matchAll(/(?<port>\d+)\/(?<inode>\d*)/g)].map(({ groups }) => ({
    port: Number(groups?.["port"]),
    inode: groups?.["inode"] ?? "",
  }));
}

async function foldersOf(base: string): Promise<string[]> {
  return (await readdir(base)).filter((name) => name.startsWith("uv-mre-")).map((name) => path.join(base, name));
}

async function processesOf(runs: readonly string[]): Promise<number[]> {
  return (await Promise.all(runs.map((run) => findTagged(run)))).flat();
}

async function isListening({ port, inode }: Listener): Promise<boolean> {
  if (inode !== "") return (await listeningInodes()).has(inode);
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

async function listeningInodes(): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")));
  const rows = tables
    .join("\n")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return new Set(rows.flatMap(([, , , state, , , , , , inode]) => (state === "0A" && inode !== undefined ? [inode] : [])));
}

async function listening(listeners: readonly Listener[]): Promise<number> {
  return (await Promise.all(listeners.map(isListening))).filter(Boolean).length;
}

async function left(folder: string, { runs, ports, untagged }: Omit<UnderWay, "command">): Promise<typeof NOTHING> {
  return {
    processes: (await processesOf(runs)).length,
    untagged: await listening(untagged),
    ports: await listening(ports),
    folders: (await foldersOf(folder)).length,
  };
}

const NOTHING = { processes: 0, untagged: 0, ports: 0, folders: 0 };

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

describe("nothing survives", () => {
  it.each(WHOLE ? SIGNALS : SIGNALS.slice(0, 2))("%s: exit status 130, no process, port or folder", async (signal) => {
    await using folder = await temporaryFolder();
    const underWay = await startHanging(folder.path);
    // Two runs with three processes each; the harness has a folder of its own.
    expect(await left(folder.path, underWay)).toEqual({ processes: 4, untagged: 2, ports: 2, folders: 3 });
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
      expect(await left(folder.path, underWay)).toEqual({ processes: 4, untagged: 2, ports: 0, folders: 3 });
      const next = await runCommand(["cache", "show"], { env: { TMPDIR: folder.path } });
      expect({ exit: next.exit, left: await left(folder.path, underWay) }).toEqual({ exit: 0, left: NOTHING });
    } finally {
      for (const run of underWay.runs) await killTagged(run);
    }
  });

  it("SIGKILL while an export is verified: the next start ends its script and removes its folder", async () => {
    await using folder = await temporaryFolder();
    // Our own run comes first and ends; the script's step hangs, and its environment says nothing of us.
    const scenario = `schema = 1
title = "A step that hangs the second time"

[[step]]
run = ["python", "-c", """
import os, socket, time
if os.path.exists("${folder.path}/once"):
    own = socket.create_server(("127.0.0.1", 0))
    with open("${folder.path}/draft", "w") as file:
        inode = os.fstat(own.fileno()).st_ino if os.path.exists("/proc/net/tcp") else ""
        file.write("%d/%s" % (own.getsockname()[1], inode))
    os.rename("${folder.path}/draft", "${folder.path}/twice")
    time.sleep(600)
open("${folder.path}/once", "w").close()
"""]
timeout = 600
reproduced = { exit = 1 }
healthy = { exit = 0 }
`;
    await put(folder.path, "twice.toml", scenario);
    const args = ["export", "twice.toml", "--verify", "--uv", "0.9.5", "-o", "repro.sh"];
    const command = startCommand(args, { cwd: folder.path, env: { TMPDIR: folder.path } });
    const untagged = listenersIn(await whenThere(path.join(folder.path, "twice"), command));
    const runs = (await Promise.all((await foldersOf(folder.path)).map(ownerOf))).map((owner) => owner?.run ?? "nobody's");
    command.kill("SIGKILL");
    await command.finished;
    const what = { runs, ports: [], untagged };
    expect(await left(folder.path, what)).toEqual({ processes: expect.any(Number), untagged: 1, ports: 0, folders: 2 });
    const next = await runCommand(["cache", "show"], { env: { TMPDIR: folder.path } });
    expect({ exit: next.exit, left: await left(folder.path, what) }).toEqual({ exit: 0, left: NOTHING });
  });

  it.skipIf(dockerMissing !== null)(`SIGKILL: the next start removes its container, though it needs none itself${dockerNote}`, async () => {
    await using folder = await temporaryFolder();
    const underWay = await startHanging(folder.path, ["--backend", "pypiserver-container"]);
    const { owner } = (await ownerOf((await foldersOf(folder.path))[0] ?? "")) ?? { owner: "nobody" };
    const docker = (await connectDocker()).container.dockerode;
    const containers = async (): Promise<number> =>
      (await docker.listContainers({ all: true, filters: { label: [`${OWNER_LABEL}=${owner}`] } })).length;
    expect(await containers()).toBe(1);
    underWay.command.kill("SIGKILL");
    await underWay.command.finished;
    await runCommand(["cache", "show"], { env: { TMPDIR: folder.path } });
    // Another test's sweep may be at it.
    await expect.poll(containers, { timeout: 60_000 }).toBe(0);
    expect(await left(folder.path, underWay)).toEqual(NOTHING);
  });

  it("a run that ends by itself, with a child that outlives its step", async () => {
    await using folder = await temporaryFolder();
    const says = `print(os.environ["UV_MRE_RUN"])\nprint(open("ready").read())\n`;
    // A deciding step that asks nothing is no verdict, unless that is what is wanted.
    const wanted = 'healthy = { exit = 0, request.none = { index = "private" } }';
    const scenario = HANGING.replace('\ntime.sleep(600)\n"', `\n${says}"`).replace("healthy = { exit = 0 }", wanted);
    await put(folder.path, "leaving.toml", scenario);
    const { exit, stdout } = await runCommand(["run", "leaving.toml", "--uv", "0.9.5", "--json"], {
      cwd: folder.path,
      env: { TMPDIR: folder.path },
    });
    const { runs } = JSON.parse(stdout) as { runs: { verdict: string; steps: { stdout: string }[] }[] };
    const [run = "", ...said] = runs[0]?.steps[0]?.stdout.trim().split(/\s+/) ?? [];
    expect(run).toMatch(/^run-[0-9a-f]{16}$/);
    const [gateway, own, ...none] = listenersIn(said.join(" "));
    if (gateway === undefined || own === undefined) throw new Error("it does not say where they listen");
    expect([none, [gateway, own].every(({ port }) => port > 0)]).toEqual([[], true]);
    expect({
      exit,
      verdict: runs[0]?.verdict,
      left: await left(folder.path, { runs: [run], ports: [gateway], untagged: [own] }),
    }).toEqual({ exit: 0, verdict: "healthy", left: NOTHING });
  });
});
