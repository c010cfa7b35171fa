import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { killLeftovers, noteLeader } from "./leftovers.ts";
import { createProcessIdentity } from "./process-identity.ts";
import { newCallId } from "./run-process.ts";
import { statOf } from "./proc.ts";

const { seal } = await createProcessIdentity();

interface Session {
  readonly leader: number;
  /** A process in the session, with an empty environment. */
  readonly child: number;
  /** By itself: its child goes on. */
  endLeader(): Promise<void>;
}

/** A session of two with nothing in their environments, as a step's `env -i` leaves them. */
async function startSession(cwd: string, output = "/dev/null", env: NodeJS.ProcessEnv = {}): Promise<Session> {
  const script = `/usr/bin/env -i /bin/sleep 307 >${output} 2>&1 & echo $!; read end`;
  const leader = spawn("/bin/sh", ["-c", script], { cwd, env, detached: true, stdio: ["pipe", "pipe", "ignore"] });
  const [line] = await once(leader.stdout, "data");
  const { pid } = leader;
  if (pid === undefined) throw new Error("sh did not start");
  onTestFinished(() => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Gone, as it should be.
    }
  });
  const child = Number(String(line));
  // Only then has it its output.
  await expect.poll(() => readFile(`/proc/${child}/cmdline`, "utf8")).toBe("/bin/sleep\u0000307\u0000");
  const endLeader = async (): Promise<void> => {
    const exited = once(leader, "exit");
    leader.stdin.end();
    await exited;
  };
  return { leader: pid, child, endLeader };
}

async function alive({ leader, child }: Session): Promise<string[]> {
  const found = await Promise.all([leader, child].map(statOf));
  return ["leader", "child"].filter((_, at) => found[at] !== null);
}

describe.skipIf(process.platform !== "linux")("what a killed harness left", () => {
  test("ends with the session, whatever its environment and working folder", async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, "output"));
    const session = await startSession("/");
    const forgotten = await startSession("/");
    await noteLeader(path.join(folder.path, "output"), { call: newCallId(), run: "run-left", pid: session.leader, seal });
    const forget = await noteLeader(path.join(folder.path, "output"), { call: newCallId(), run: "run-left", pid: forgotten.leader, seal });
    await forget();
    await killLeftovers("run-left", [folder.path], seal);
    expect({ noted: await alive(session), forgotten: await alive(forgotten) }).toEqual({ noted: [], forgotten: ["leader", "child"] });
  });

  test("is told from a session whose number is the same: by when the leader started", async () => {
    await using folder = await temporaryFolder();
    const session = await startSession(folder.path);
    const note = { pid: session.leader, start: "1", seal: seal(JSON.stringify(["leader", "run-left", session.leader, "1"])) };
    await writeFile(path.join(folder.path, "earlier.leader"), JSON.stringify(note));
    await killLeftovers("run-left", [folder.path], seal);
    expect(await alive(session)).toEqual(["leader", "child"]);
  });

  test("is not what a step claims by a note of its own", async () => {
    await using folder = await temporaryFolder();
    const session = await startSession(folder.path);
    const { start } = (await statOf(session.leader)) ?? { start: "" };
    const stranger = await createProcessIdentity();
    await noteLeader(folder.path, { call: "another-cache", run: "run-left", pid: session.leader, seal: stranger.seal });
    await noteLeader(folder.path, { call: "another-run", run: "run-other", pid: session.leader, seal });
    await writeFile(path.join(folder.path, "bare.leader"), JSON.stringify({ pid: session.leader, start }));
    await symlink("/dev/zero", path.join(folder.path, "endless.leader"));
    execFileSync("mkfifo", [path.join(folder.path, "hanging.leader")]);
    await killLeftovers("run-left", [folder.path], seal);
    expect(await alive(session)).toEqual(["leader", "child"]);
  });

  test("without a leader, it is known by a member that is at home in the run's folder", async () => {
    await using folder = await temporaryFolder();
    const sessions = {
      "works there": await startSession(folder.path),
      "writes there": await startSession("/", path.join(folder.path, "log")),
      "has nothing there": await startSession("/"),
    };
    for (const session of Object.values(sessions)) {
      await noteLeader(folder.path, { call: newCallId(), run: "run-left", pid: session.leader, seal });
      await session.endLeader();
    }
    await killLeftovers("run-left", [folder.path], seal);
    const left = await Promise.all(Object.values(sessions).map(alive));
    expect(Object.keys(sessions).filter((_, at) => left[at]?.length !== 0)).toEqual(["has nothing there"]);
  });

  test("is known by what carries the run's id, whichever of its folders has the note", async () => {
    await using folders = await temporaryFolder();
    const [other, noted] = [path.join(folders.path, "other"), path.join(folders.path, "noted")];
    await Promise.all([mkdir(other), mkdir(noted)]);
    const session = await startSession("/", "/dev/null", { UV_MRE_RUN: "run-left" });
    // Its start is not known, as on other systems.
    const note = { pid: session.leader, start: null, seal: seal(JSON.stringify(["leader", "run-left", session.leader, null])) };
    await writeFile(path.join(noted, "call.leader"), JSON.stringify(note));
    await killLeftovers("run-left", [other, noted], seal);
    expect(await alive(session)).toEqual([]);
  });

  test("a note that cannot be read is passed over, and so is a folder that is gone", async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, "half.leader"), '{"pid":');
    await writeFile(path.join(folder.path, "strange.leader"), '{"pid":-1}');
    await expect(killLeftovers("run-left", [folder.path], seal)).resolves.toBeUndefined();
    await expect(killLeftovers("run-left", [path.join(folder.path, "gone")], seal)).resolves.toBeUndefined();
  });
});
