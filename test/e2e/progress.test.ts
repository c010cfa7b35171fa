import { spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { BIN, put, runCommand, smallScenario } from "./command.ts";

/** A terminal of 90 columns around a command; what it draws is printed. */
const TERMINAL = `import fcntl, os, pty, struct, sys, termios
pid, screen = pty.fork()
if pid == 0:
    fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    try:
        part = os.read(screen, 65536)
    except OSError:
        break
    if not part:
        break
    sys.stdout.buffer.write(part)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

const COMMANDS = [
  [
    "run",
    ["run", "small.toml", "--uv", "0.9.5", "--uv", "0.9.18", "-j", "1"],
    /\[█{10}░{10}\] 1\/2 {2}1 (?:reproduced|healthy); running: small\.toml 0\.9/,
  ],
  ["map", ["map", "small.toml", "--uv", "0.9.5", "--uv", "0.9.18", "--confirm", "2"], /\[█+░*\] \d\/2/],
] as const;

it.each(COMMANDS)("%s: one bar with its count on a terminal, which is gone at the end", async (_, args, bar) => {
  await using folder = await temporaryFolder();
  await put(folder.path, "small.toml", smallScenario());
  const { CI: _ci, NO_COLOR: _no, ...rest } = process.env;
  const env = { ...rest, TERM: "xterm" };
  const { stdout } = spawnSync("python3", ["-c", TERMINAL, process.execPath, BIN, ...args], { cwd: folder.path, env, encoding: "utf8" });
  const screen = stripVTControlCharacters(stdout);
  expect(screen).toMatch(bar);
  for (const frame of screen.match(/\[[█░]+\][^\r\n[]*/gu) ?? []) expect(frame.length).toBeLessThan(90);
  // Nothing of it stands between what stays.
  expect(screen.slice(screen.lastIndexOf("repeat: "))).not.toContain("█");
});

it.each(COMMANDS)("%s: a line for each result in a pipe, without a code of a terminal's", async (_, args) => {
  await using folder = await temporaryFolder();
  await put(folder.path, "small.toml", smallScenario());
  const { stderr } = await runCommand(args, { cwd: folder.path });
  for (const code of ["\u001b", "█", "░"]) expect(stderr).not.toContain(code);
  const results = stderr.split("\n").filter((line) => /uv 0\.9\.(?:5|18) .*(?:reproduced|healthy)/.test(line));
  // A search runs those at a change again.
  expect(results.length).toBeGreaterThanOrEqual(2);
});
