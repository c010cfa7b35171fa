import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/index.ts";
import { temporaryFolder } from "../real-tools.ts";
import { namespacesWanted } from "../sandbox.ts";
import { put, runCommand } from "./command.ts";

/** What a stranger's step tries, each as Python that prints what it got; and what it may get at most. */
const ATTEMPTS: Readonly<Record<string, readonly [python: string, wanted: RegExp]>> = {
  "a file outside the run": ["open(KEY).read()", /^FileNotFoundError$/],
  "a file of the user's home": ["os.listdir(HOME)", /^FileNotFoundError$/],
  "a write to the system": ["open('/usr/uv-mre', 'w')", /^OSError$/],
  "a write beside the run": ["open(os.path.join(os.path.dirname(KEY), 'x'), 'w')", /^(?:FileNotFoundError|OSError)$/],
  "another uv in the place of the run's": ["os.replace('x.py', '../bin/uv')", /^OSError$/],
  "a write into the keyring probe": ["open('../probe/sitecustomize.py', 'a')", /^OSError$/],
  "the harness's note in the folder": ["open('../owner.json', 'w')", /^OSError$/],
  "the outputs of the step": ["[n for n in os.listdir('../output') if not n.startswith('keyring-')]", /^\[\]$/],
  "a pipe in the place of the journal": ["os.mkfifo('../output/keyring-9.jsonl')", /^OSError$/],
  "processes of others": [
    "[p for p in os.listdir('/proc') if p.isdigit() and b'node' in open('/proc/%s/cmdline' % p, 'rb').read()]",
    /^\[\]$/,
  ],
  "the environment of the harness": [
    "[p for p in os.listdir('/proc') if p.isdigit() and b'OUTSIDE' in open('/proc/%s/environ' % p, 'rb').read()]",
    /^\[\]$/,
  ],
  "a signal to everyone": ["os.kill(HARNESS, 9)", /^ProcessLookupError$/],
  "a TCP server of the machine": ["socket.create_connection(('127.0.0.1', PORT), 3)", /^ConnectionRefusedError$/],
  "an abstract socket of the machine": ["socket.socket(socket.AF_UNIX).connect('\\0uv-mre-test-%d' % HARNESS)", /^ConnectionRefusedError$/],
  "where the kernel says what becomes of a core": ["open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/sh')", /^OSError$/],
  "the kernel's keyring": ["libc.syscall(250 if os.uname().machine == 'x86_64' else 219, 0, -3, 0)", /^-1$/],
  "a mount": ["libc.mount(b'none', b'/usr', None, 32 | 4096, None)", /^-1$/],
  "a user namespace": ["libc.unshare(0x10000000)", /^-1$/],
  "another user": ["os.setuid(0)", /^(?:OSError|PermissionError)$/],
  "a capability": ["[l for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapBnd')) and int(l.split()[1], 16)]", /^\[\]$/],
  "new rights by a setuid file": ["[l.split()[1] for l in open('/proc/self/status') if l.startswith('NoNewPrivs')]", /^\['1'\]$/],
  "an open descriptor": [
    "[os.readlink(f) for f in ('/proc/self/fd/' + n for n in os.listdir('/proc/self/fd') if int(n) > 2) if os.path.exists(f) and os.readlink(f) != '/dev/null']",
    /^\[\]$/,
  ],
  "devices of the machine": ["[n for n in os.listdir('/dev') if n.startswith(('sd', 'vd', 'nvme', 'kmsg', 'mem'))]", /^\[\]$/],
};

const PROGRAM = `
import ctypes, json, os, socket
libc = ctypes.CDLL(None, use_errno=True)
KEY, HOME, PORT, HARNESS = json.load(open("facts.json"))
attempts = json.load(open("attempts.json"))
got = {}
for name, code in attempts.items():
    try:
        got[name] = repr(eval(code))
    except Exception as error:
        got[name] = type(error).__name__
print(json.dumps(got))
`;

function scenario(facts: unknown): string {
  const attempts = Object.fromEntries(Object.entries(ATTEMPTS).map(([name, [code]]) => [name, code]));
  return `schema = 1
title = "What a stranger may try"
[files]
"x.py" = ${JSON.stringify(PROGRAM)}
"facts.json" = ${JSON.stringify(JSON.stringify(facts))}
"attempts.json" = ${JSON.stringify(JSON.stringify(attempts))}
[[step]]
run = "python x.py"
reproduced = { exit = 0, stdout = "{" }
healthy = { exit = "nonzero", stdout = "{" }
`;
}

describe.skipIf(!namespacesWanted())("a step in the sandbox does not get at", () => {
  let got: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    await using folder = await temporaryFolder();
    const key = path.join(folder.path, "key");
    await writeFile(key, "secret");
    const home = path.join(folder.path, "home");
    await mkdir(home);
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const abstract = createServer().listen(`\0uv-mre-test-${process.pid}`);
    const facts = [key, home, (server.address() as AddressInfo).port, process.pid];
    const file = await put(folder.path, "stranger.toml", scenario(facts));
    const { stdout } = await runCommand(["run", file, "--uv", "0.9.5", "--sandbox", "bwrap", "--json"], { env: { OUTSIDE: "OUTSIDE" } });
    server.close();
    abstract.close();
    const [run] = (JSON.parse(stdout) as RunJson).runs;
    got = JSON.parse(run?.steps[0]?.stdout ?? "{}") as Record<string, string>;
  });

  it.each(Object.entries(ATTEMPTS))("%s", (name, [, wanted]) => {
    expect(got[name]).toMatch(wanted);
  });
});
