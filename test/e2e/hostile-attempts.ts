/** What a stranger's step tries in the sandbox, each as Python that prints what it got; and what it may get at most. */
export const ATTEMPTS: Readonly<Record<string, readonly [python: string, wanted: RegExp]>> = {
  "a file outside the run": ["open(KEY).read()", /^FileNotFoundError$/],
  "a file of the user's home": ["os.listdir(HOME)", /^FileNotFoundError$/],
  "a write to the system": ["open('/usr/uv-mre', 'w')", /^(?:OSError|PermissionError)$/],
  // Its `/tmp` is one of its own; that nothing came of it is seen outside.
  "a write beside the run": [
    "open(os.path.join(os.path.dirname(KEY), 'x'), 'w').close()",
    /^(?:FileNotFoundError|OSError|PermissionError|None)$/,
  ],
  "another uv in the place of the run's": ["os.replace('x.py', '../bin/uv')", /^OSError$/],
  "the bytes of the release": ["open(shutil.which('uv'), 'r+')", /^(?:OSError|PermissionError)$/],
  "a file in the cache": ["open(os.path.join(CACHE, 'x'), 'w')", /^(?:FileNotFoundError|OSError)$/],
  "what else the cache holds": ["sorted(set(os.listdir(CACHE)) - {'releases'})", /^(?:FileNotFoundError|\[\])$/],
  "a write into the keyring probe": ["open('../probe/sitecustomize.py', 'a')", /^OSError$/],
  "the harness's note in the folder": ["open('../owner.json', 'w')", /^OSError$/],
  "the outputs of the step": ["[n for n in os.listdir('../output') if not n.startswith('keyring-')]", /^\[\]$/],
  "a pipe in the place of the journal": ["os.mkfifo('../output/keyring-9.jsonl')", /^(?:OSError|PermissionError)$/],
  "another name of a file outside": ["os.link(KEY, 'hard')", /^FileNotFoundError$/],
  "another name of a file of the system": ["os.link('/etc/ld.so.cache', 'hard')", /^(?:OSError|PermissionError)$/],
  "what a link in the project leads to outside": ["(os.symlink(KEY, 'soft'), open('soft').read())", /^FileNotFoundError$/],
  "processes of others": ["[p for p in os.listdir('/proc') if p.isdigit() and b'node' in seen('/proc/%s/cmdline' % p)]", /^\[\]$/],
  "the environment of the harness": [
    "[p for p in os.listdir('/proc') if p.isdigit() and b'OUTSIDE' in seen('/proc/%s/environ' % p)]",
    /^\[\]$/,
  ],
  "the user's settings of uv, pip, git and Python": ["[n for n, v in os.environ.items() if 'OUTSIDE' in v]", /^\[\]$/],
  "the user's settings of git": [
    "subprocess.run(['git', 'config', '--get', 'user.email'], capture_output=True).stdout",
    /^(?:b''|FileNotFoundError)$/,
  ],
  "a signal to the harness": ["os.kill(HARNESS, 9)", /^ProcessLookupError$/],
  "a TCP server of the machine": ["socket.create_connection(('127.0.0.1', PORT), 3)", /^ConnectionRefusedError$/],
  "an abstract socket of the machine": ["socket.socket(socket.AF_UNIX).connect('\\0uv-mre-test-%d' % HARNESS)", /^ConnectionRefusedError$/],
  "a way out of its network": ["len(socket.if_nameindex())", /^1$/],
  "a raw look at its network": ["socket.socket(socket.AF_PACKET, socket.SOCK_RAW)", /^PermissionError$/],
  "where the kernel says what becomes of a core": [
    "open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/sh')",
    /^(?:OSError|PermissionError)$/,
  ],
  "the limit on its processes": ["open('/proc/sys/kernel/pid_max', 'w').write('99999')", /^(?:OSError|PermissionError)$/],
  "the kernel's keyring": ["libc.syscall(250 if os.uname().machine == 'x86_64' else 219, 0, -3, 0)", /^-1$/],
  "a mount": ["libc.mount(b'none', b'/usr', None, 32 | 4096, None)", /^-1$/],
  "a user namespace": ["libc.unshare(0x10000000)", /^-1$/],
  "another user": ["os.setuid(0)", /^(?:OSError|PermissionError)$/],
  "a capability": ["[l for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapBnd')) and int(l.split()[1], 16)]", /^\[\]$/],
  "new rights by a setuid file": ["[l.split()[1] for l in open('/proc/self/status') if l.startswith('NoNewPrivs')]", /^\['1'\]$/],
  "a setuid file of its own": ["(os.chmod('x.py', 0o4755), os.statvfs('.').f_flag & os.ST_NOSUID != 0)[1]", /^True$/],
  "an open descriptor": [
    "[os.readlink(f) for f in ('/proc/self/fd/' + n for n in os.listdir('/proc/self/fd') if int(n) > 2) if os.path.exists(f) and os.readlink(f) != '/dev/null']",
    /^\[\]$/,
  ],
  "devices of the machine": ["[n for n in os.listdir('/dev') if n.startswith(('sd', 'vd', 'nvme', 'kmsg', 'mem'))]", /^\[\]$/],
  "a terminal to type into": ["open('/dev/tty')", /^OSError$/],
  "a huge file": ["open('big', 'wb').truncate(2 ** 40)", /^OSError$/],
  "an output beyond its limit": ["os.ftruncate(1, 2 ** 40)", /^OSError$/],
  "more than half of the memory": [
    "len(mmap.mmap(-1, os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') * 3 // 4, flags=mmap.MAP_PRIVATE))",
    /^OSError$/,
  ],
  "all of the memory by files": [
    "[p for p in ('/tmp', '/var/tmp', '/dev/shm') for s in [os.statvfs(p)] if s.f_blocks * s.f_frsize > 2 ** 30]",
    /^\[\]$/,
  ],
  "a file among the devices": ["open('/dev/x', 'w')", /^(?:OSError|PermissionError)$/],
  "a core file": ["resource.getrlimit(resource.RLIMIT_CORE)", /^\(0, 0\)$/],
};

const PROGRAM = `
import ctypes, json, mmap, os, resource, shutil, socket, subprocess
libc = ctypes.CDLL(None, use_errno=True)
KEY, HOME, CACHE, PORT, HARNESS = json.load(open("facts.json"))
attempts = json.load(open("attempts.json"))

def seen(file):
    try:
        return open(file, "rb").read()
    except PermissionError:
        return b""

got = {}
for name, code in attempts.items():
    try:
        got[name] = repr(eval(code))
    except Exception as error:
        got[name] = type(error).__name__
print(json.dumps(got))
`;

/** A scenario of one step that makes all attempts and prints what they got as JSON. */
export function attemptsScenario(facts: unknown): string {
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

/** Steps that take all they can get, and what the verdict `unresolved` says of it. */
export const TAKERS = {
  "processes without end": {
    run: ["python", "-c", "import os, signal\nfor _ in range(5000):\n    if os.fork() == 0: signal.pause()"],
    says: /Resource temporarily unavailable/,
  },
  "memory without end": {
    run: ["python", "-c", "import mmap\nheld = [mmap.mmap(-1, 1 << 30, flags=mmap.MAP_PRIVATE) for _ in range(1 << 16)]"],
    says: /Cannot allocate memory/,
  },
  "a signal to everyone": {
    run: [
      "python",
      "-c",
      "import os\nassert os.getpid() < 100, 'not in a sandbox'\ntry: os.kill(-1, 9)\nexcept ProcessLookupError: pass\nos.kill(os.getpid(), 9)",
    ],
    says: /SIGKILL/,
  },
  "connections without end": {
    run: [
      "python",
      "-c",
      "import resource, socket\nresource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)\n" +
        "held = [socket.create_connection(('feeds.example.com', 443)) for _ in range(1100)]\n" +
        // The last is closed once all before it were taken: until then none may go.
        "held[-1].recv(1)",
    ],
    says: /the limit of 1000 connections open at once/,
  },
} as const satisfies Readonly<Record<string, { readonly run: readonly string[]; readonly says: RegExp }>>;

/** A scenario whose conditions would hold if the step came to its end, whichever that is. */
export function takerScenario(run: readonly string[]): string {
  return `schema = 1
title = "Takes all"
[[step]]
run = ${JSON.stringify(run)}
timeout = 120
reproduced = { exit = "nonzero", request.none = {} }
healthy = { exit = 0, request.none = {} }
`;
}
