import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openHarness } from "../../src/index.ts";
import { statOf } from "../../src/process/proc.ts";
import { ATTACKED, attack, type Attacked, type Attacker, type AttackOptions, type Outcome } from "../attack.ts";
import { WHOLE, wholeOnly } from "../product/extent.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, ROOT, runCommand, startCommand } from "./command.ts";

// A whole run under attack comes to its verdict or to none, never to another one, and leaves nothing. The counts are printed.
const RELEASES = WHOLE ? ["0.5.0", "0.9.5", "0.13.9"] : ["0.9.5"];
const counts = new Map<string, Map<Outcome, number>>();
afterAll(() => {
  for (const [kind, outcomes] of counts) console.log(kind, Object.fromEntries(outcomes));
});

const nobody: Attacker = () => false;

/** Ends, or halts for a while, the process that came as the n-th. */
function strike(n: number, signal: NodeJS.Signals): Attacker {
  return (pids) => {
    const pid = pids[n];
    if (pid === undefined) return false;
    try {
      process.kill(pid, signal);
      if (signal === "SIGSTOP") setTimeout(() => void spawnSync("kill", ["-CONT", String(pid)]), 700);
    } catch {
      // It had ended by itself: the next one will do.
      return false;
    }
    return true;
  };
}

interface Given extends Partial<AttackOptions> {
  readonly uv: string;
  /** The account that the folder belongs to; ours unless said. */
  readonly owner?: number;
}

async function attacked(kind: string, attacker: Attacker, { owner, ...options }: Given): Promise<Found> {
  await using folder = await temporaryFolder();
  const scenario = await put(folder.path, "attacked.toml", ATTACKED);
  if (owner !== undefined) spawnSync("chown", ["-R", `${owner}:${owner}`, folder.path]);
  const found = await attack(attacker, { folder: folder.path, scenario, ...options });
  const ofKind = counts.get(kind) ?? new Map<Outcome, number>();
  counts.set(kind, ofKind.set(found.outcome, (ofKind.get(found.outcome) ?? 0) + 1));
  return { ...found, left: (await readdir(folder.path)).filter((name) => name.startsWith("uv-mre-")) };
}

interface Found extends Attacked {
  /** Folders of runs. */
  readonly left: readonly string[];
}

/** The verdict of the scenario when it is left alone, or none, which is never a fault of ours; and nothing is left. */
const RIGHT = { outcome: expect.toSatisfy(isRight, "healthy or no verdict") as string, left: [] };

function isRight(outcome: Outcome): boolean {
  return /^(?:healthy|unresolved|ended with (?:2|3|null))$/.test(outcome);
}

const isRoot = process.getuid?.() === 0;
const PLAIN_USER = 65_534;

/** Starts a command under limits of a shell. */
function limited(limits: string): readonly string[] {
  return ["bash", "-c", `${limits}; exec "$0" "$@"`];
}

/** As an account that `ulimit -u` holds for. */
function asPlainUser(limits: string): readonly string[] {
  return ["setpriv", `--reuid=${PLAIN_USER}`, `--regid=${PLAIN_USER}`, "--clear-groups", ...limited(limits)];
}

/** Without the system's Python, or with a checkout that only root can read, no plain user runs anything. */
const hasPlainUser =
  isRoot &&
  spawnSync("setpriv", [...asPlainUser("true").slice(1), process.execPath, "--check", path.join(ROOT, "package.json")]).status !== null &&
  spawnSync("setpriv", [...asPlainUser("true").slice(1), "/usr/bin/python3", "-c", "import venv"]).status === 0;

describe.skipIf(process.platform !== "linux").each(RELEASES)("uv %s", (uv) => {
  it("left alone it is healthy", async () => {
    const { outcome, seen } = await attacked("left alone", nobody, { uv });
    expect([outcome, seen > 3]).toEqual(["healthy", true]);
  });

  const signals = (WHOLE ? ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGHUP", "SIGSTOP"] : ["SIGKILL"]) as NodeJS.Signals[];
  it.each(signals)("%s at every child in turn", { timeout: 600_000 }, async (signal) => {
    const seen = WHOLE ? (await attacked("left alone", nobody, { uv })).seen + 2 : 2;
    const wrong: unknown[] = [];
    for (let n = 0; n < seen; n++) {
      const { outcome, left, reasons } = await attacked(signal, strike(n, signal), { uv });
      if (!isRight(outcome) || left.length > 0) wrong.push({ child: n, outcome, left, reasons });
    }
    expect(wrong).toEqual([]);
  });

  const limits = WHOLE ? ["-n 24", "-n 40", "-n 64", "-n 128", "-f 0", "-f 8", "-f 200", "-t 1"] : ["-n 64"];
  // With so little it may not remove its folder: the next start does.
  it.each(limits)("ulimit %s", { timeout: 300_000 }, async (limit) => {
    expect(await attacked(`ulimit ${limit.slice(0, 2)}`, nobody, { uv, as: limited(`ulimit ${limit}`) })).toMatchObject({
      outcome: RIGHT.outcome,
    });
  });

  it("stopped for six seconds and woken, it has seen too little", { timeout: 300_000 }, async (context) => {
    wholeOnly(context);
    const reasons: string[] = [];
    for (let n = 0; n < 6; n++) {
      const found = await attacked("harness stopped", stopHarness(n), { uv });
      expect(found).toMatchObject({ ...RIGHT, struck: true });
      reasons.push(...found.reasons);
    }
    // While the venv is made, nothing is missed.
    expect(reasons.join()).toMatch(/stood still for \d+ s/);
  });

  it("a disk that is full", { timeout: 300_000 }, async (context) => {
    wholeOnly(context);
    context.skip(!isRoot, "it needs root");
    for (const size of ["200k", "600k", "1500k", "4m"]) {
      // In a mount namespace of its own, so that nothing is left mounted.
      const as = ["unshare", "--mount", "sh", "-c", `mount -t tmpfs -o size=${size} none "$TMPDIR" && exec "$0" "$@"`];
      await using own = await temporaryFolder();
      expect(await attacked("full disk", nobody, { uv, as, scenario: await put(own.path, "attacked.toml", ATTACKED) })).toMatchObject(
        RIGHT,
      );
    }
  });

  it("ulimit -u for a plain user", { timeout: 900_000 }, async (context) => {
    wholeOnly(context);
    context.skip(!hasPlainUser, "it needs root, who becomes a plain user");
    await using own = await temporaryFolder();
    const env = { UV_MRE_CACHE_DIR: await plainUsersCache(own.path, uv), UV_MRE_PYTHON: "/usr/bin/python3", HOME: own.path };
    const run = async (limit: string): Promise<Found> =>
      attacked("ulimit -u", nobody, { uv, env, owner: PLAIN_USER, as: asPlainUser(limit) });
    expect(await run("true")).toMatchObject({ outcome: "healthy" });
    // With fewer than 8, Node waits for its own threads for good before it runs anything of ours.
    for (const most of [8, 10, 12, 14, 16, 18, 20, 24, 28, 40, 80]) expect(await run(`ulimit -u ${most}`)).toMatchObject(RIGHT);
  });

  it("a control group that refuses processes", { timeout: 900_000 }, async (context) => {
    wholeOnly(context);
    context.skip(!isRoot, "it needs root");
    for (const most of [6, 10, 12, 14, 16, 18, 20, 24, 30, 60]) {
      await using group = await processGroup(most);
      if (group === null) return;
      expect(await attacked("pids.max", nobody, { uv, as: limited(`echo $$ > ${group.path}/cgroup.procs`) })).toMatchObject(RIGHT);
    }
  });
});

/** Halts the harness once its run has so many processes. */
function stopHarness(n: number): Attacker {
  return (pids, harness) => {
    if (pids.length <= n) return false;
    process.kill(harness, "SIGSTOP");
    setTimeout(() => process.kill(harness, "SIGCONT"), 6_000);
    return true;
  };
}

/** A cache that a plain user owns, with the release in it and what the keyring tool is made of. */
async function plainUsersCache(folder: string, uv: string): Promise<string> {
  await using harness = await openHarness();
  await harness.release(uv);
  const cache = path.join(folder, "cache");
  for (const name of ["wheelhouse", "resolutions", `releases/${uv}`])
    await cp(path.join(harness.cacheDir, name), path.join(cache, name), { recursive: true });
  spawnSync("chown", ["-R", `${PLAIN_USER}:${PLAIN_USER}`, folder]);
  return cache;
}

/** A control group with a limit of processes, where this machine has such; it is gone when disposed of. */
async function processGroup(most: number): Promise<(AsyncDisposable & { readonly path: string }) | null> {
  for (const parent of ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"]) {
    const place = path.join(parent, `uv-mre-attack-${process.pid}`);
    try {
      await mkdir(place);
      await writeFile(path.join(place, "pids.max"), String(most));
      return { path: place, [Symbol.asyncDispose]: () => rmdir(place) };
    } catch {
      await rmdir(place).catch(() => {});
    }
  }
  return null;
}

describe.skipIf(process.platform !== "linux")("what is others'", () => {
  const HANGING = `schema = 1
title = "A step that waits for a file"

[index.private]
packages = [{ name = "sandbox" }]

[[step]]
run = ["python", "-c", "import os, time; open('waiting', 'w').close(); [time.sleep(0.01) for _ in iter(lambda: os.path.exists('go'), True)]; print('came to its end')"]
reproduced = { exit = "nonzero" }
healthy = { exit = 0, stdout = "came to its end" }
`;

  /** A run that waits in a folder, with its own folder there. */
  async function waiting(folder: string): Promise<{ go(): Promise<string> }> {
    const scenario = await put(folder, "hanging.toml", HANGING);
    const command = startCommand(["run", scenario, "--uv", "0.9.5"], { env: { TMPDIR: folder } });
    const files = (): Promise<string[]> => readdir(folder, { recursive: true });
    await expect.poll(async () => (await files()).some((name) => name.endsWith("project/waiting")), { timeout: 60_000 }).toBe(true);
    const [project = ""] = (await files()).filter((name) => name.endsWith("/project"));
    return {
      async go() {
        await writeFile(path.join(folder, project, "go"), "");
        return (await command.finished).stdout;
      },
    };
  }

  it.runIf(isRoot)("a harness in another pid namespace leaves a run that lives alone", { timeout: 300_000 }, async () => {
    await using folder = await temporaryFolder();
    const run = await waiting(folder.path);
    const scenario = await put(folder.path, "other.toml", HANGING.replace("iter(lambda: os.path.exists('go'), True)", "()"));
    const other = ["unshare", "--pid", "--fork", "--mount-proc"];
    for (let turn = 0; turn < (WHOLE ? 5 : 1); turn++) {
      const { stdout } = await runCommand(["run", scenario, "--uv", "0.9.5"], { env: { TMPDIR: folder.path }, as: other });
      expect(stdout).toContain("1 healthy");
    }
    expect(await run.go()).toContain("1 healthy");
  });

  it.runIf(isRoot)(
    "a folder of another account, with an owner file that names a process of ours, is let be",
    { timeout: 300_000 },
    async () => {
      await using folder = await temporaryFolder();
      const victim = spawn("sleep", ["600"], { stdio: "ignore", env: { UV_MRE_RUN: "run-0123456789abcdef" } });
      await once(victim, "spawn");
      // What a killed harness of ours leaves, as another account would forge it.
      const run = await waiting(folder.path);
      const [name = ""] = (await readdir(folder.path)).filter((each) => each.startsWith("uv-mre-"));
      const forged = path.join(folder.path, "uv-mre-forged");
      const owner = JSON.parse(await readFile(path.join(folder.path, name, "owner.json"), "utf8")) as Record<string, unknown>;
      await put(forged, "owner.json", JSON.stringify({ ...owner, run: "run-0123456789abcdef" }));
      await put(forged, "kept", "theirs");
      spawnSync("chown", ["-R", `${PLAIN_USER}:${PLAIN_USER}`, forged]);
      expect(await run.go()).toContain("1 healthy");
      await pause(10);
      await runCommand(["versions"], { env: { TMPDIR: folder.path } });
      expect([await readFile(path.join(forged, "kept"), "utf8"), (await statOf(victim.pid ?? 0)) !== null]).toEqual(["theirs", true]);
      victim.kill("SIGKILL");
    },
  );
});
