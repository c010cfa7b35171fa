import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, statSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { RunJson } from "../../src/index.ts";
import { dockerMissing, dockerNote } from "../docker.ts";
import { pipInstalledUv, temporaryFolder } from "../real-tools.ts";
import { namespacesWanted } from "../sandbox.ts";
import { put, runCommand, smallScenario, startCommand } from "./command.ts";
import { inGroup, testUsers } from "./plain-user.ts";

const DOCKER = ["--sandbox", "docker", "--uv", "0.9.5"];

function containers(folder: string): string[] {
  const ids = execFileSync("docker", ["ps", "--all", "--quiet", "--filter", "label=uv-mre.owner"], { encoding: "utf8" }).split("\n");
  return ids.filter((id) => id !== "" && mountsOf(id).includes(folder));
}

function mountsOf(container: string): string {
  try {
    return execFileSync("docker", ["inspect", "--format", "{{json .HostConfig.Mounts}}", container], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return ""; // It went meanwhile.
  }
}

describe.skipIf(dockerMissing !== null)(`--sandbox docker${dockerNote}`, () => {
  it.skipIf(!namespacesWanted() || testUsers().length < 2)("is what auto takes where bubblewrap does not work", async () => {
    const [, plain] = testUsers();
    const { as, id, python } = inGroup(plain!, statSync("/var/run/docker.sock").gid);
    await using folder = await temporaryFolder();
    chmodSync(folder.path, 0o777);
    const file = await put(folder.path, "small.toml", smallScenario());
    const env = { HOME: folder.path, TMPDIR: folder.path, UV_MRE_CACHE_DIR: `${folder.path}/cache` };
    // In there, no user namespace can be made.
    const walls = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "--uid", String(id), "--disable-userns", "--"];
    const uv = `${folder.path}/uv`;
    await copyFile(await pipInstalledUv("0.9.5"), uv);
    const args = ["run", file, "--uv", uv, "--sandbox", "auto", "--json", "--python", python ?? ""];
    const { stdout, stderr } = await runCommand(args, { as: [...as, ...walls], env });
    expect(stderr).not.toContain("error:");
    expect((JSON.parse(stdout) as RunJson).runs.map(({ environment, verdict }) => [environment.sandbox, verdict])).toEqual([
      ["docker", "reproduced"],
    ]);
  });

  it.skipIf(!namespacesWanted())("says in one line why it does not work", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "small.toml", smallScenario());
    const as = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/run", "--"];
    const answers = await Promise.all(
      ["", "tcp://127.0.0.1:9"].map((host) => runCommand(["run", file, ...DOCKER], { env: { DOCKER_HOST: host }, as })),
    );
    expect(answers.map(({ exit, stderr }) => [exit, stderr])).toEqual([
      [2, expect.stringMatching(/^error: --sandbox docker: no sandbox works here: no daemon is there .*\n$/)],
      [2, expect.stringMatching(/^error: --sandbox docker: no sandbox works here: .*no daemon answers at DOCKER_HOST .*\n$/)],
    ]);
  });

  it("leaves no container and no process when uv-mre is killed", async () => {
    await using folder = await temporaryFolder();
    const step = ["python", "-c", "import os, time\nif os.fork() == 0:\n    os.setsid()\ntime.sleep(1000)"];
    const text = `schema = 1\ntitle = "Sleeps"\n[[step]]\nrun = ${JSON.stringify(step)}\ntimeout = 600\nreproduced = { exit = 0, request.none = {} }\nhealthy = { exit = 1 }\n`;
    const file = await put(folder.path, "sleeps.toml", text);
    const started = startCommand(["run", file, ...DOCKER], { env: { TMPDIR: folder.path } });
    // The first one is the trial's, which goes again.
    const processes = (): string =>
      containers(folder.path)
        .map((container) => spawnSync("docker", ["top", container, "-o", "pid,args"], { encoding: "utf8" }).stdout)
        .join("");
    await expect.poll(() => processes().split("time.sleep(1000)").length, { timeout: 60_000 }).toBe(3);
    started.kill("SIGKILL");
    await started.finished;
    await expect.poll(() => containers(folder.path), { timeout: 60_000 }).toEqual([]);
  });

  it("ends a step at its time limit with all that it started, and each step before the next begins", async () => {
    await using folder = await temporaryFolder();
    const others = "[p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, os.getpid())]";
    const text = `schema = 1
title = "Leaves daemons"
[[step]]
run = ["python", "-c", "import os, time\\nopen('/tmp/left', 'w')\\nif os.fork() == 0: os.setsid(); time.sleep(1000)"]
[[step]]
run = ["python", "-c", "import os; print(${others}, os.listdir('/tmp'))"]
reproduced = { stdout = "[] []", request.none = {} }
healthy = { exit = "nonzero", request.none = {} }
[[step]]
run = ["python", "-c", "import os, time\\nif os.fork() == 0: os.setsid()\\ntime.sleep(1000)"]
timeout = 1
reproduced = { exit = 0, request.none = {} }
healthy = { exit = 1, request.none = {} }
`;
    const file = await put(folder.path, "daemons.toml", text);
    const { stdout } = await runCommand(["run", file, ...DOCKER, "--json"], { env: { TMPDIR: folder.path } });
    const [run] = (JSON.parse(stdout) as RunJson).runs;
    expect(run?.steps.map((step) => [step.stdout, step.exit, step.timedOut])).toEqual([
      ["", 0, false],
      [expect.stringMatching(/^\[\] \[/), 0, false],
      ["", null, true],
    ]);
    expect(containers(folder.path)).toEqual([]);
  });

  it("has a shell in it", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "small.toml", smallScenario());
    const { exit, stdout } = await runCommand(["shell", file, ...DOCKER], { input: "id -un\nexit 7\n" });
    expect([exit, stdout]).toEqual([7, "user\n"]);
  });
});
