import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { RunJson } from "../../src/index.ts";
import { temporaryFolder } from "../real-tools.ts";
import { namespacesWanted } from "../sandbox.ts";
import { BIN, put, runCommand, smallScenario, startCommand } from "./command.ts";

const runFile = promisify(execFile);

async function sandboxesOf(args: readonly string[], input = ""): Promise<string[]> {
  const { stdout } = await runCommand(["run", ...args, "--uv", "0.9.5", "--json"], { input });
  return (JSON.parse(stdout) as RunJson).runs.map(({ environment }) => environment.sandbox);
}

/** Of every process of the machine. */
function commandLines(): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return "";
    }
  });
}

/** Runs uv-mre where no user namespace can be made, as in a container, and no Docker is. */
async function withoutNamespaces(args: readonly string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const walls = ["--dev-bind", "/", "/", "--tmpfs", "/run", "--unshare-user", "--disable-userns", "--"];
  return runFile("bwrap", [...walls, process.execPath, BIN, ...args]).then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ exit: code, stdout, stderr }),
  );
}

describe.skipIf(!namespacesWanted())("--sandbox", () => {
  it("is the best that works here unless another is named, and told in JSON", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "small.toml", smallScenario());
    const issue = await put(folder.path, "issue.md", `# It fails\n\n\`\`\`toml\n${smallScenario()}\`\`\`\n`);
    expect(await sandboxesOf([file])).toEqual(["bwrap"]);
    expect(await sandboxesOf([file, "--sandbox", "none"])).toEqual(["none"]);
    expect(await sandboxesOf([file, "--untrusted"])).toEqual(["bwrap"]);
    expect(await sandboxesOf([issue])).toEqual(["bwrap"]);
    expect(await sandboxesOf(["-"], smallScenario())).toEqual(["bwrap"]);
    expect(await sandboxesOf(["-", "--sandbox", "none"], smallScenario())).toEqual(["none"]);
  });

  it("stops in one line where none works, and only for a scenario that needs one; the report of any other says why it had none", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "small.toml", smallScenario());
    const report = path.join(folder.path, "report.md");
    const own = await withoutNamespaces(["run", file, "--uv", "0.9.5", "--json", "--report", report]);
    const [run] = (JSON.parse(own.stdout) as RunJson).runs;
    expect([run?.environment.sandbox, run?.environment.withoutSandbox]).toEqual([
      "none",
      expect.stringMatching(/^no sandbox works here: ./),
    ]);
    expect(await readFile(report, "utf8")).toContain("| Sandbox | `none` (no sandbox works here: ");
    const stranger = await withoutNamespaces(["run", file, "--untrusted"]);
    expect(stranger.exit).toBe(2);
    expect(stranger.stderr).toMatch(
      /^.*small\.toml: may be a stranger's, and its commands would have your rights \(no sandbox works here: .*--sandbox none.*\n$/,
    );
    const named = await withoutNamespaces(["run", file, "--sandbox", "bwrap"]);
    expect(named.exit).toBe(2);
    expect(named.stderr).toMatch(/^error: --sandbox bwrap: no sandbox works here: .*\n$/);
  });

  it("goes with no loopback addresses, and lets no stranger's scenario have them", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "small.toml", smallScenario());
    const asked = await runCommand(["run", file, "--no-proxy", "--sandbox", "bwrap"]);
    expect([asked.exit, asked.stderr]).toEqual([2, expect.stringContaining("--no-proxy: serves at loopback addresses")]);
    const stranger = await runCommand(["run", file, "--no-proxy", "--untrusted"]);
    expect([stranger.exit, stranger.stderr]).toEqual([2, expect.stringContaining("--no-proxy goes with no sandbox")]);
  });

  it("is not where packages are fetched, so a stranger's are never built, unless it may have the user's rights anyway", async () => {
    const text = smallScenario().replace("[[step]]", 'as-of = "2026-11-01"\n[index.default]\npackages = ["docopt==0.6.2"]\n[[step]]');
    for (const command of ["run", "export"]) {
      const { exit, stderr } = await runCommand([command, "-", "--uv", "0.9.5"], { input: text });
      expect([exit, stderr]).toEqual([
        2,
        expect.stringMatching(
          /^error: <stdin>:\d+:14: index\.default\.packages: docopt==0\.6\.2 cannot be had by wheels alone, .*--sandbox none\)\n.*"docopt==0\.6\.2"/,
        ),
      ]);
    }
    expect(await sandboxesOf(["-", "--sandbox", "none"], text)).toEqual(["none"]);
  });

  it("is not what an export is verified in, so a stranger's is not verified", async () => {
    const { exit, stderr } = await runCommand(["export", "-", "--verify"], { input: smallScenario() });
    expect([exit, stderr]).toEqual([2, expect.stringContaining("--verify runs its export with your rights")]);
  });

  it("has a network in which every name has one IPv4 address, and tells which names were asked for", async () => {
    await using folder = await temporaryFolder();
    const ask = "import socket\nfor _ in 1, 2: print({each[0].name for each in socket.getaddrinfo('Feeds.Example.com', 443)})";
    const text = `schema = 1
title = "Asks for a name"
[[step]]
run = ["python", "-c", ${JSON.stringify(ask)}]
reproduced = { exit = 0, stdout = { contains = "{'AF_INET'}", lacks = "AF_INET6" } }
healthy = { exit = 1, stdout = "AF_INET6" }
`;
    const file = await put(folder.path, "names.toml", text);
    const { stdout } = await runCommand(["run", file, "--uv", "0.9.5", "--sandbox", "bwrap", "--json"]);
    const [run] = (JSON.parse(stdout) as RunJson).runs;
    const asked = run?.names?.map(({ step, name, type }) => [step, name, type]);
    expect([run?.verdict, asked]).toEqual([
      "reproduced",
      expect.arrayContaining([
        [0, "feeds.example.com", "A"],
        [0, "feeds.example.com", "AAAA"],
      ]),
    ]);
    expect(asked).toHaveLength(2);
    const shown = await runCommand(["run", file, "--uv", "0.9.5", "--sandbox", "bwrap", "--verbose"]);
    expect(shown.stdout).toContain("    names asked for: feeds.example.com\n");
  });

  it("tells an end by a signal and a command that cannot be started from one that fails with their status", async () => {
    await using folder = await temporaryFolder();
    const troubleOf = async (run: string[], before = ""): Promise<[number | null, string[]]> => {
      const text = `schema = 1\ntitle = "Ends"\n${before}[[step]]\nrun = ${JSON.stringify(run)}\nvenv = "active"\nreproduced = { exit = 137 }\nhealthy = { exit = 0 }\n`;
      const file = await put(folder.path, "ends.toml", text);
      const { stdout } = await runCommand(["run", file, "--uv", "0.9.5", "--sandbox", "bwrap", "--json"]);
      const [result] = (JSON.parse(stdout) as RunJson).runs;
      return [result?.steps.at(-1)?.exit ?? null, result?.trouble.map(({ detail }) => detail) ?? []];
    };
    const script = '[[step]]\nrun = "chmod +x .venv/bin/tool"\nwrite = { ".venv/bin/tool" = "#!/nowhere/python\\n" }\n';
    expect(await troubleOf(["sh", "-c", "kill -KILL $$"])).toEqual([null, ["`sh -c kill -KILL $$` was ended by SIGKILL"]]);
    expect(await troubleOf(["sh", "-c", "exit 137"])).toEqual([137, []]);
    expect(await troubleOf(["tool"], script)).toEqual([0, ["`tool` could not be started: $WORK/project/.venv/bin/tool: not found"]]);
  });

  it("leaves no process when uv-mre is killed: what holds it ends with the channel, and all in it with that", async () => {
    await using folder = await temporaryFolder();
    const token = `uv-mre-killed-${process.pid}`;
    const step = ["python", "-c", `import os, time\nif os.fork() == 0:\n    os.setsid()\ntime.sleep(1000)  # ${token}`];
    const text = `schema = 1\ntitle = "Sleeps"\n[[step]]\nrun = ${JSON.stringify(step)}\ntimeout = 600\nreproduced = { exit = 0, request.none = {} }\nhealthy = { exit = 1 }\n`;
    const file = await put(folder.path, "sleeps.toml", text);
    const started = startCommand(["run", file, "--uv", "0.9.5", "--sandbox", "bwrap"], { env: { TMPDIR: folder.path } });
    const daemons = (): number => commandLines().filter((line) => line.includes(token) && !/bwrap|waiter/.test(line)).length;
    await expect.poll(daemons, { timeout: 60_000 }).toBeGreaterThan(1);
    started.kill("SIGKILL");
    await started.finished;
    await expect.poll(() => commandLines().filter((line) => line.includes(token)), { timeout: 60_000 }).toEqual([]);
  });

  it("has a shell in it", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "small.toml", smallScenario());
    const { exit, stdout } = await runCommand(["shell", file, "--uv", "0.9.5", "--sandbox", "bwrap"], { input: "id -u\nexit 7\n" });
    expect([exit, stdout]).toEqual([7, "1000\n"]);
  });
});
