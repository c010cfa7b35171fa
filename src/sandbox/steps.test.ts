import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { namespacesWanted } from "../../test/sandbox.ts";
import { thePython } from "../../test/workspace-fixture.ts";
import type { StartedElsewhere } from "../observation/process.ts";
import { packageRoot } from "../package-root.ts";
import { createStartChannel } from "../process/start-channel.ts";
import { DESCRIPTORS } from "./bubblewrap.ts";
import { type HeldRun, holdNetwork } from "./holder.ts";

const programs = path.join(packageRoot(), "programs/sandbox");

interface Held extends AsyncDisposable {
  readonly network: HeldRun;
  readonly folder: string;
  /** Starts a shell's script, with walls that let it see all. */
  start(script: string, changes?: { readonly command?: string[]; readonly stdout?: string }): Promise<StartedElsewhere>;
  output(): Promise<string>;
}

async function held(bwrap = "/usr/bin/bwrap"): Promise<Held> {
  const folder = await temporaryFolder();
  const network = await holdNetwork({
    start: createStartChannel({ tag: `test-steps-${process.pid}` }),
    unshare: "/usr/bin/unshare",
    python: (await thePython()).file,
    program: path.join(programs, "holder.py"),
    bwrap,
    seccompFile: null,
    ports: [],
    outputDir: folder.path,
  });
  const [stdout, stderr] = [path.join(folder.path, "stdout"), path.join(folder.path, "stderr")];
  let count = 0;
  return {
    network,
    folder: folder.path,
    async start(script, changes = {}) {
      // What is kept of a step has its names by those of its outputs.
      const own = changes.stdout ?? `${stdout}-${(count += 1)}`;
      for (const file of changes.stdout === undefined ? [own, stderr] : []) await writeFile(file, "", { flag: "a" });
      // Not bound to the life of bwrap, so that what ends it is seen.
      const walls = ["--unshare-pid", "--info-fd", String(DESCRIPTORS.info), "--dev-bind", "/", "/", "--proc", "/proc", ""];
      const command = changes.command ?? ["/bin/sh", "-c", script];
      const line = ["--args", String(DESCRIPTORS.arguments), "--", "/bin/sh", path.join(programs, "waiter.sh"), ...command];
      return network.steps.starter(walls, line)({ stdin: "/dev/null", stdout: own, stderr });
    },
    output: () => readFile(`${stdout}-1`, "utf8"),
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function endOf(started: Promise<StartedElsewhere>): Promise<unknown> {
  return (await started).ended;
}

describe.skipIf(!namespacesWanted())("a step that the holder starts", () => {
  it("ends by its exit or by a signal", async () => {
    await using place = await held();
    expect(await endOf(place.start("exit 0"))).toEqual({ exit: 0, signal: null });
    expect(await endOf(place.start("exit 137"))).toEqual({ exit: 137, signal: null });
    expect(await endOf(place.start("kill -KILL $$"))).toEqual({ exit: null, signal: "SIGKILL" });
    expect(await endOf(place.start("kill -PIPE $$"))).toEqual({ exit: null, signal: "SIGPIPE" });
  });

  it("tells why bwrap could not be started", async () => {
    await using place = await held("/usr/bin/nowhere");
    expect(await endOf(place.start("true"))).toEqual({
      exit: null,
      signal: null,
      spawnError: "/usr/bin/nowhere: No such file or directory",
    });
  });

  it("writes to no file that a link leads to", async () => {
    await using folder = await temporaryFolder();
    const [target, link] = [path.join(folder.path, "target"), path.join(folder.path, "link")];
    await writeFile(target, "");
    await symlink(target, link);
    await using place = await held();
    expect(await endOf(place.start("echo written", { stdout: link }))).toMatchObject({
      spawnError: expect.stringContaining("symbolic links"),
    });
    expect(await readFile(target, "utf8")).toBe("");
  });

  it("has its own standard descriptors, the tags of the run, and the signals' own meanings", async () => {
    await using place = await held();
    const signals = 'for each in PIPE XFSZ; do (sh -c "kill -$each \\$\\$"); echo $?; done';
    await endOf(place.start(`ls /proc/self/fd; env | grep UV_MRE_ | cut -d= -f1 | sort; env | grep -c NODE; ${signals}`));
    // The third is the folder that `ls` reads.
    expect(await place.output()).toBe("0\n1\n2\n3\nUV_MRE_CALL\nUV_MRE_RUN\n0\n141\n153\n");
  });

  it("goes first where memory runs out, and its holder reads what Python made of its modules from a folder", async () => {
    await using place = await held();
    await endOf(place.start("cat /proc/self/oom_score_adj"));
    expect(await place.output()).toBe("1000\n");
    expect((await readdir(place.folder, { recursive: true })).filter((name) => /steps\..*\.pyc$/.test(name))).toHaveLength(1);
  });

  it("has ended when all that it started has, and alone where others run beside it", async () => {
    await using place = await held();
    const neighbour = await place.start("echo up; exec sleep 600");
    await expect.poll(() => place.output()).toBe("up\n");
    const other = await place.start("exec sleep 601");
    other.kill();
    expect(await other.ended).toMatchObject({ signal: "SIGKILL" });
    expect(await endOf(place.start("setsid sleep 602 & exit 3"))).toEqual({ exit: 3, signal: null });
    const processes = `for each in /proc/${place.network.pid}/root/proc/[0-9]*/cmdline; do tr '\\0' ' ' <$each; echo; done | grep '^sleep'`;
    expect(execFileSync("/bin/sh", ["-c", processes], { encoding: "utf8" })).toBe("sleep 600 \n");
    neighbour.kill();
    expect(await neighbour.ended).toEqual({ exit: null, signal: "SIGKILL" });
  });

  it("ends at once where it is killed at once", async () => {
    await using place = await held();
    const started = await place.start("exec sleep 600");
    started.kill();
    expect(await started.ended).toMatchObject({ exit: null, signal: "SIGKILL" });
    expect(await endOf(place.start("exit 4"))).toEqual({ exit: 4, signal: null });
  });

  it("is killed with its holder, and none starts after", async () => {
    await using place = await held();
    const started = await place.start("echo up; exec sleep 600");
    await expect.poll(() => place.output()).toBe("up\n");
    process.kill(place.network.pid, "SIGKILL");
    expect(await started.ended).toEqual({ exit: null, signal: "SIGKILL" });
    expect(existsSync(`/proc/${place.network.pid}`)).toBe(false);
    expect(await endOf(place.start("true"))).toMatchObject({ spawnError: "the network of the run has ended" });
  });
});
