import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { killLeft } from "../process/left.ts";
import { findMarked, killMarked } from "../process/marked.ts";
import { createOwnership } from "../process/ownership.ts";
import { createOwnedFolder, markKept, sweepAbandoned } from "./owner.ts";

/** A harness of its own process: makes a run's folder, starts a child that carries its run id, and goes on for ever. */
const HARNESS = `
  import { spawn } from "node:child_process";
  import { createOwnership } from ${JSON.stringify(new URL("../process/ownership.ts", import.meta.url).href)};
  import { createOwnedFolder } from ${JSON.stringify(new URL("owner.ts", import.meta.url).href)};
  const folder = await createOwnedFolder(process.argv[1], await createOwnership(), process.argv[2]);
  const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore", env: { PATH: process.env.PATH, UV_MRE_RUN: process.argv[2] } });
  child.once("spawn", () => console.log(folder));
  setInterval(() => {}, 1000);
`;

interface StrangeHarness extends AsyncDisposable {
  readonly folder: string;
  /** By SIGKILL: nothing of it can clean up. */
  kill(): Promise<void>;
}

async function startHarness(baseDir: string, run: string): Promise<StrangeHarness> {
  const harness = spawn(process.execPath, ["--input-type=module-typescript", "-e", HARNESS, baseDir, run], {
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
      await killMarked(run);
    },
  };
}

describe("sweeping", () => {
  test("removes what a killed harness left, and its processes; a living one's stay", async () => {
    await using base = await temporaryFolder();
    await using dead = await startHarness(base.path, "sweep-dead");
    await using alive = await startHarness(base.path, "sweep-alive");
    const owner = await createOwnership();
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: killLeft })).toEqual([]);
    await dead.kill();
    expect(existsSync(dead.folder)).toBe(true);
    expect((await findMarked("sweep-dead")).length).toBe(1);
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: killLeft })).toEqual([dead.folder]);
    expect(await findMarked("sweep-dead")).toEqual([]);
    expect((await findMarked("sweep-alive")).length).toBe(1);
    expect(await readdir(base.path)).toEqual([path.basename(alive.folder)]);
  });

  test("leaves a folder that was kept, though its harness is dead", async () => {
    await using base = await temporaryFolder();
    await using harness = await startHarness(base.path, "sweep-kept");
    const owner = await createOwnership();
    await markKept(harness.folder, { ...owner, token: owner.token.replace(/~.*/, "~1~1") }, "sweep-kept");
    await harness.kill();
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: killLeft })).toEqual([]);
    expect(existsSync(harness.folder)).toBe(true);
  });

  test("leaves what another host owns", async () => {
    await using base = await temporaryFolder();
    const owner = await createOwnership();
    const folder = await createOwnedFolder(base.path, { ...owner, token: "another-host~1~1" }, "sweep-foreign");
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: killLeft })).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });

  test("removes an empty folder without an owner once it is old, and nothing that may be somebody's", async () => {
    await using base = await temporaryFolder();
    const owner = await createOwnership();
    const folders = ["uv-mre-fresh1", "uv-mre-empty1", "uv-mre-full12", "uv-mre-checkout", "other"];
    for (const name of folders) await mkdir(path.join(base.path, name));
    await writeFile(path.join(base.path, "uv-mre-full12", "thesis"), "");
    await writeFile(path.join(base.path, "uv-mre-empty1", ".owner.json"), '{"own');
    await writeFile(path.join(base.path, "uv-mre-afile1"), "");
    const long = new Date(Date.now() - 2 * 3_600_000);
    for (const name of [...folders.slice(1), "uv-mre-afile1"]) await utimes(path.join(base.path, name), long, long);
    expect(await sweepAbandoned({ baseDir: base.path, owner, kill: killLeft })).toEqual([path.join(base.path, "uv-mre-empty1")]);
    expect(await readdir(base.path)).toEqual(["other", "uv-mre-afile1", "uv-mre-checkout", "uv-mre-fresh1", "uv-mre-full12"]);
  });

  test("by many at once removes each folder and fails for none", async () => {
    await using base = await temporaryFolder();
    const owner = await createOwnership();
    const [host] = owner.token.split("~");
    for (let count = 0; count < 5; count++) await createOwnedFolder(base.path, { ...owner, token: `${host}~1~1` }, `sweep-many-${count}`);
    await Promise.all(Array.from({ length: 4 }, () => sweepAbandoned({ baseDir: base.path, owner, kill: killLeft })));
    expect(await readdir(base.path)).toEqual([]);
  });

  test("of a folder that is not there does nothing", async () => {
    await using base = await temporaryFolder();
    const owner = await createOwnership();
    expect(await sweepAbandoned({ baseDir: path.join(base.path, "absent"), owner, kill: killLeft })).toEqual([]);
  });
});
