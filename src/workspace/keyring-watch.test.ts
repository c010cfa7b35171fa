import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openWorkspaceFixture, type WorkspaceFixture } from "../../test/workspace-fixture.ts";
import type { ProcessResult } from "../observation/process.ts";
import { programFile } from "../run/programs.ts";
import { keyringJournalFile } from "./environment.ts";
import type { SeenBeside } from "./keyring-calls.ts";
import { readKeyringEvidence } from "./keyring-journal.ts";

const WATCH = programFile("keyring-watch/watch.py");

interface Watched extends ProcessResult {
  readonly seen: readonly SeenBeside[];
}

/** Runs a program of Python's as a step's command, watched or not; `WATCH` and `JOURNAL` are its words. */
async function run(fixture: WorkspaceFixture, program: string, { isWatched = true, file = "" } = {}): Promise<Watched> {
  const { workspace, python } = fixture;
  const journal = keyringJournalFile(workspace.paths, 0);
  await appendFile(journal, "");
  const command = file === "" ? [python.file, "-c", program, WATCH, journal] : [file];
  const args = isWatched ? ["-ISEB", WATCH, journal, ...command] : command.slice(1);
  const ended = await fixture.run(isWatched ? "python3" : path.basename(command[0] ?? ""), args);
  return { ...ended, seen: (await readKeyringEvidence({ paths: workspace.paths, toolPrefix: null, clockOrigin: 0 })).beside };
}

const KILLED_AT_FORK = "import os\nos.fork() or os.kill(os.getpid(), 9)\nos.wait()\n";

describe.runIf(process.platform === "linux")("a watched command", () => {
  test("is what it would be unwatched: leader, session, environment, signals, descriptors, children", async () => {
    await using fixture = await openWorkspaceFixture();
    const told = `import os, signal
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid(), sorted(os.listdir("/proc/self/fd"))[:-1])
print([status[name] for name in ("SigIgn", "SigBlk", "SigCgt")], os.getcwd())
print(open(f"/proc/self/task/{os.getpid()}/children").read(), sorted((k, v) for k, v in os.environ.items() if k != "UV_MRE_CALL"))
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no child")
`;
    const [watched, free] = [await run(fixture, told), await run(fixture, told, { isWatched: false })];
    expect(watched.stdout).toContain("no child");
    expect(watched).toMatchObject({ exit: 0, stdout: free.stdout, stderr: "", seen: [] });
  });

  test.each([
    ["an exit status", "import sys; sys.exit(3)", { exit: 3, signal: null }],
    ["a signal", "import os; os.kill(os.getpid(), 15)", { exit: null, signal: "SIGTERM" }],
    ["SIGKILL", "import os; os.kill(os.getpid(), 9)", { exit: null, signal: "SIGKILL" }],
    ["a core", "import os, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.abort()", { exit: null, signal: "SIGABRT" }],
  ])("ends by %s as its own", async (_, program, end) => {
    await using fixture = await openWorkspaceFixture();
    expect(await run(fixture, program)).toMatchObject({ ...end, seen: [] });
  });

  test("stops and goes on, has threads that start others, and becomes another from one of them", async () => {
    await using fixture = await openWorkspaceFixture();
    const program = `import os, signal, subprocess, threading
called = [threading.Thread(target=subprocess.run, args=(["sh", "-c", "exit 0"],)) for _ in range(20)]
[each.start() for each in called], [each.join() for each in called]
child = subprocess.Popen(["sleep", "600"])
os.kill(child.pid, signal.SIGSTOP)
print(os.WIFSTOPPED(os.waitpid(child.pid, os.WUNTRACED)[1]))
os.kill(child.pid, signal.SIGCONT)
print(os.WIFCONTINUED(os.waitpid(child.pid, os.WCONTINUED)[1]))
child.kill()
print(child.wait(), flush=True)
threading.Thread(target=os.execvp, args=("sh", ["sh", "-c", "echo from a thread; exit 5"])).start()
threading.Event().wait()
`;
    expect(await run(fixture, program)).toMatchObject({ exit: 5, stdout: "True\nTrue\n-9\nfrom a thread\n", stderr: "", seen: [] });
  });

  test("can wait for a child as soon as the child's descriptor says that it has ended", async () => {
    await using fixture = await openWorkspaceFixture();
    // uv 0.5.0 panics where it cannot.
    const program = `import os, select
def wait(end):
    child = os.fork()
    if child == 0:
        os.execvp("sh", ["sh", "-c", end])
    ended = select.poll()
    ended.register(os.pidfd_open(child))
    ended.poll()
    return os.waitpid(child, os.WNOHANG)[0] == child
print({wait(end) for end in ("exit 3", "kill -TERM $$", "kill -KILL $$") for _ in range(30)})
`;
    expect(await run(fixture, program)).toMatchObject({ stdout: "{True}\n", stderr: "", seen: [] });
  });

  test("tells of what a signal ended before it became a command, from every thread and below", async () => {
    await using fixture = await openWorkspaceFixture();
    const program = `import os, subprocess, sys, threading
def fork():
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
called = [threading.Thread(target=fork) for _ in range(3)]
[each.start() for each in called], [each.join() for each in called]
subprocess.run([sys.executable, "-c", ${JSON.stringify(KILLED_AT_FORK)}])
`;
    const { seen } = await run(fixture, program);
    expect(seen.map((entry) => (entry.event === "killed" ? [entry.what, entry.signal, entry.call] : entry))).toEqual(
      Array.from({ length: 4 }, () => ["start", 9, null]),
    );
  });

  test("tells nothing of what is ended after it", async () => {
    await using fixture = await openWorkspaceFixture();
    // Their parent has gone, and nothing waits for them but the end of the run.
    expect(await run(fixture, 'import os\nif os.fork() == 0:\n    os.execvp("sleep", ["sleep", "600"])\n')).toMatchObject({
      exit: 0,
      seen: [],
    });
    expect(await run(fixture, "import os, time\nif os.fork() == 0:\n    time.sleep(600)\n")).toMatchObject({ exit: 0, seen: [] });
  });

  test("runs unwatched where tracing is refused, as it is to what another traces already", async () => {
    await using fixture = await openWorkspaceFixture();
    const nested = `import os, sys\nos.execv(sys.executable, [sys.executable, "-ISE", *sys.argv[1:3], "/bin/sh", "-c", "exit 4"])`;
    expect(await run(fixture, nested)).toMatchObject({ exit: 4, stderr: "", seen: [] });
  });

  test("ends with its tracer", async () => {
    await using fixture = await openWorkspaceFixture();
    const program = `import os, re, time
os.kill(int(re.search(r"TracerPid:\\s+(\\d+)", open("/proc/self/status").read())[1]), 15)
time.sleep(600)
`;
    expect(await run(fixture, program)).toMatchObject({ exit: null, signal: "SIGKILL" });
  });

  test("that cannot be started says so, and a text that names no interpreter is a shell's", async () => {
    await using fixture = await openWorkspaceFixture();
    const file = path.join(fixture.workspace.paths.project, "command");
    await writeFile(file, "echo run by a shell", { mode: 0o755 });
    expect(await run(fixture, "", { file })).toMatchObject({ exit: 0, stdout: "run by a shell\n", seen: [] });
    await writeFile(file, "#!/nowhere/sh\n");
    expect((await run(fixture, "", { file })).seen).toMatchObject([{ event: "unstarted", error: "No such file or directory" }]);
  });

  test("ends by SIGKILL where its journal cannot be written to", async () => {
    await using fixture = await openWorkspaceFixture();
    const limited = `import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
os.execv(sys.executable, [sys.executable, "-ISE", *sys.argv[1:3], sys.executable, "-c", ${JSON.stringify(`${KILLED_AT_FORK}print("went on")`)}])
`;
    const ended = await run(fixture, limited, { isWatched: false });
    expect([ended.signal, ended.stdout, await readFile(keyringJournalFile(fixture.workspace.paths, 0), "utf8")]).toEqual([
      "SIGKILL",
      "",
      "",
    ]);
  });
});
