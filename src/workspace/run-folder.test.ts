import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, copyFile, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import type { ProcessIdentity } from "../observation/process.ts";
import { killLeftovers } from "../process/leftovers.ts";
import { findTagged, killTagged } from "../process/tagged-processes.ts";
import { createProcessIdentity } from "../process/process-identity.ts";
import { createRunFolder, markKept, type SweepOptions, sweepAbandoned } from "./run-folder.ts";

/** What harnesses with one cache folder share. */
const KEY = randomBytes(32);

/** A harness of its own process: makes a run's folder, starts a child that carries its run id, and goes on for ever. */
const HARNESS = `
  import { execFileSync, spawn, spawnSync } from "node:child_process";
  import { createProcessIdentity } from ${JSON.stringify(new URL("../process/process-identity.ts", import.meta.url).href)};
  import { createRunFolder } from ${JSON.stringify(new URL("run-folder.ts", import.meta.url).href)};
  const folder = await createRunFolder(process.argv[1], await createProcessIdentity(Buffer.from(process.argv[3], "hex")), process.argv[2]);
  const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore", env: { PATH: process.env.PATH, UV_MRE_RUN: process.argv[2] } });
  child.once("spawn", () => console.log(folder));
  setInterval(() => {}, 1000);
`;

/** A harness that starts: it sweeps, and says what it removed. */
const SWEEPER = `
  import { createProcessIdentity } from ${JSON.stringify(new URL("../process/process-identity.ts", import.meta.url).href)};
  import { killLeftovers } from ${JSON.stringify(new URL("../process/leftovers.ts", import.meta.url).href)};
  import { sweepAbandoned } from ${JSON.stringify(new URL("run-folder.ts", import.meta.url).href)};
  const owner = await createProcessIdentity(Buffer.from(process.argv[2], "hex"));
  const kill = (run, folders) => killLeftovers(run, folders, owner.seal);
  console.log(JSON.stringify(await sweepAbandoned({ baseDir: process.argv[1], owner, kill })));
`;

function kill(owner: ProcessIdentity): SweepOptions["kill"] {
  return (run, folders) => killLeftovers(run, folders, owner.seal);
}

interface StrangeHarness extends AsyncDisposable {
  readonly folder: string;
  /** By SIGKILL: nothing of it can clean up. */
  kill(): Promise<void>;
}

async function startHarness(baseDir: string, run: string): Promise<StrangeHarness> {
  const harness = spawn(process.execPath, ["--input-type=module-typescript", "-e", HARNESS, baseDir, run, KEY.toString("hex")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(harness.stdout.setEncoding("utf8"), "data");
  const kill = async (): Promise<void> => {
    if (harness.exitCode !== null || harness.signalCode !== null) return;
    const gone = once(harness, "exit");
    harness.kill("SIGKILL");
    await gone;
  };
  return {
    folder: String(line).trim(),
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await killTagged(run);
    },
  };
}

describe("sweeping", () => {
  test("removes what a killed harness left, and its processes; a living one's stay", async () => {
    await using base = await temporaryFolder();
    await using dead = await startHarness(base.path, "sweep-dead");
    await using alive = await startHarness(base.path, "sweep-alive");
    const owner = await createProcessIdentity(KEY);
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: kill(owner) })).toEqual([]);
    await dead.kill();
    expect(existsSync(dead.folder)).toBe(true);
    expect((await findTagged("sweep-dead")).length).toBe(1);
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: kill(owner) })).toEqual([dead.folder]);
    expect(await findTagged("sweep-dead")).toEqual([]);
    expect((await findTagged("sweep-alive")).length).toBe(1);
    expect(await readdir(base.path)).toEqual([path.basename(alive.folder)]);
  });

  test("a folder whose owner's file cannot be written is gone again", async () => {
    await using base = await temporaryFolder();
    const full = (): string => {
      throw new Error("the disk is full");
    };
    await expect(createRunFolder(base.path, { ...(await createProcessIdentity()), seal: full }, "run-full")).rejects.toThrow(
      "the disk is full",
    );
    expect(await readdir(base.path)).toEqual([]);
  });

  test("leaves a folder that was kept, though its harness is dead", async () => {
    await using base = await temporaryFolder();
    await using harness = await startHarness(base.path, "sweep-kept");
    const owner = await createProcessIdentity(KEY);
    await markKept(harness.folder, { ...owner, token: owner.token.replace(/~.*/, "~1~1") }, "sweep-kept");
    await harness.kill();
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: kill(owner) })).toEqual([]);
    expect(existsSync(harness.folder)).toBe(true);
  });

  test.runIf(process.platform === "linux")(
    "leaves a live run of another pid namespace on this host, which sees no process of ours",
    async (context) => {
      const flags = [process.geteuid?.() === 0 ? "-pf" : "-Urpf", "--mount-proc"];
      if (spawnSync("unshare", [...flags, "true"]).status !== 0) context.skip("this machine allows no new pid namespace");
      await using base = await temporaryFolder();
      await using harness = await startHarness(base.path, "sweep-namespace");
      const args = [...flags, process.execPath, "--input-type=module-typescript", "-e", SWEEPER, base.path, KEY.toString("hex")];
      expect(spawnSync("unshare", args, { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "[]\n" });
      expect(existsSync(harness.folder)).toBe(true);
      expect((await findTagged("sweep-namespace")).length).toBe(1);
    },
  );

  test("leaves a folder whose owner's file proves nothing, and kills for none", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    const dead = { ...owner, token: owner.token.replace(/~.*/, "~1~1") };
    const make = (): Promise<string> => createRunFolder(base.path, dead, "sweep-unproved");
    const folders = {
      "another cache's": await createRunFolder(base.path, { ...dead, seal: (await createProcessIdentity()).seal }, "sweep-unproved"),
      "the group writes to it": await make(),
      "a copy": await make(),
      "another run": await make(),
      "a FIFO": await make(),
    };
    await chmod(folders["the group writes to it"], 0o770);
    const file = (folder: string): string => path.join(folder, "owner.json");
    await copyFile(file(await make()), file(folders["a copy"]));
    await writeFile(
      file(folders["another run"]),
      (await readFile(file(folders["another run"]), "utf8")).replace("sweep-unproved", "sweep-others"),
    );
    await rm(file(folders["a FIFO"]));
    execFileSync("mkfifo", [file(folders["a FIFO"])]);
    await symlink(await make(), path.join(base.path, "uv-mre-alink1"));
    const killed: string[] = [];
    const kill = async (run: string, its: readonly string[]): Promise<void> => {
      for (const folder of its) killed.push(folder, run);
    };
    const removed = await sweepAbandoned({ baseDir: base.path, owner, kill });
    expect(Object.entries(folders).filter(([, folder]) => !existsSync(folder))).toEqual([]);
    // What was copied and linked to is proved, and goes.
    expect({ removed: removed.length, killed: killed.length }).toEqual({ removed: 2, killed: 4 });
  });

  test.runIf(process.geteuid?.() === 0)("leaves a folder of another account, sealed or not", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    const folder = await createRunFolder(base.path, { ...owner, token: owner.token.replace(/~.*/, "~1~1") }, "sweep-account");
    await chown(folder, 65_534, 65_534);
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: kill(owner) })).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });

  test("ends a run once, for all its folders, before one of them goes", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    const dead = { ...owner, token: owner.token.replace(/~.*/, "~1~1") };
    const made = [await createRunFolder(base.path, dead, "sweep-both"), await createRunFolder(base.path, dead, "sweep-both")].sort();
    const killed: string[][] = [];
    const kill = async (run: string, its: readonly string[]): Promise<void> => void killed.push([run, ...its.filter(existsSync)].sort());
    expect((await sweepAbandoned({ baseDir: base.path, owner, kill })).sort()).toEqual(made);
    expect(killed).toEqual([[...made, "sweep-both"].sort()]);
  });

  test("goes on where a process or a file of one folder resists", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    const dead = { ...owner, token: owner.token.replace(/~.*/, "~1~1") };
    const [first, second] = [await createRunFolder(base.path, dead, "sweep-first"), await createRunFolder(base.path, dead, "sweep-second")];
    const resist = async (run: string): Promise<void> => {
      if (run === "sweep-first") throw new Error("processes survived SIGKILL: 1");
    };
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: resist })).toEqual([second]);
    expect(existsSync(first)).toBe(true);
  });

  test("leaves what another host owns", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    const folder = await createRunFolder(base.path, { ...owner, token: "another-host~1~1" }, "sweep-foreign");
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: kill(owner) })).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });

  test("removes an empty folder without an owner once it is old, and nothing that may be somebody's", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    const folders = ["uv-mre-fresh1", "uv-mre-empty1", "uv-mre-full12", "uv-mre-checkout", "other"];
    for (const name of folders) await mkdir(path.join(base.path, name));
    await writeFile(path.join(base.path, "uv-mre-full12", "thesis"), "");
    await writeFile(path.join(base.path, "uv-mre-empty1", ".owner.json"), '{"own');
    await writeFile(path.join(base.path, "uv-mre-afile1"), "");
    const long = new Date(Date.now() - 2 * 3_600_000);
    for (const name of [...folders.slice(1), "uv-mre-afile1"]) await utimes(path.join(base.path, name), long, long);
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: kill(owner) })).toEqual([path.join(base.path, "uv-mre-empty1")]);
    expect(await readdir(base.path)).toEqual(["other", "uv-mre-afile1", "uv-mre-checkout", "uv-mre-fresh1", "uv-mre-full12"]);
  });

  test("by many at once removes each folder and fails for none", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    const [host] = owner.token.split("~");
    for (let count = 0; count < 5; count++) await createRunFolder(base.path, { ...owner, token: `${host}~1~1` }, `sweep-many-${count}`);
    await Promise.all(Array.from({ length: 4 }, () => sweepAbandoned({ baseDir: base.path, owner, kill: kill(owner) })));
    expect(await readdir(base.path)).toEqual([]);
  });

  test("of a folder that is not there does nothing", async () => {
    await using base = await temporaryFolder();
    const owner = await createProcessIdentity(KEY);
    expect(await sweepAbandoned({ baseDir: path.join(base.path, "absent"), owner, kill: kill(owner) })).toEqual([]);
  });
});
