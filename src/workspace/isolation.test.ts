import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { someUv, temporaryFolder } from "../../test/real-tools.ts";
import { openWorkspaceFixture, thePython } from "../../test/workspace-fixture.ts";

/** What a user may have that would change what uv does, or that a run could damage. */
const HOME_FILES: Record<string, string> = {
  ".config/uv/uv.toml": "this is = not [toml",
  ".local/share/uv/credentials/credentials.toml": "nor = [this",
  ".config/pip/pip.conf": "[global]\nindex-url = https://person.example.com/simple/\n",
  ".pip/pip.conf": "[global]\nindex-url = https://person.example.com/simple/\n",
  ".netrc": "machine feeds.example.com login person password person-secret\n",
  ".config/python_keyring/keyringrc.cfg": "[backend]\ndefault-keyring=absent.Backend\n",
  ".local/share/python_keyring/keyringrc.cfg": "[backend]\ndefault-keyring=absent.Backend\n",
  ".gitconfig": "[credential]\n\thelper = absent\n",
  "etc/uv/uv.toml": "nor = [this",
  "etc/pip/pip.conf": "[global]\nindex-url = https://person.example.com/simple/\n",
  "modules/sitecustomize.py": "raise SystemExit('the sitecustomize of the user')\n",
};

const COMMAND = "#!/bin/sh\necho 'the command of the user ran' >&2\nexit 97\n";

async function poison(home: string): Promise<Record<string, string>> {
  for (const [name, text] of Object.entries(HOME_FILES)) await write(path.join(home, name), text);
  for (const name of ["uv", "uvx", "python", "python3", "keyring", "pip", "git"]) {
    await write(path.join(home, "bin", name), COMMAND);
    await chmod(path.join(home, "bin", name), 0o755);
  }
  await mkdir(path.join(home, ".cache/uv"), { recursive: true });
  await symlink("/absent", path.join(home, ".cache/uv/link"));
  await mkdir(path.join(home, "tmp"));
  return {
    HOME: home,
    USERPROFILE: home,
    PATH: path.join(home, "bin"),
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_CONFIG_DIRS: path.join(home, "etc"),
    XDG_DATA_HOME: path.join(home, ".local/share"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
    XDG_RUNTIME_DIR: home,
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/absent",
    TMPDIR: path.join(home, "tmp"),
    VIRTUAL_ENV: "/absent",
    CONDA_PREFIX: "/absent",
    PYTHONPATH: path.join(home, "modules"),
    PYTHONHOME: "/absent",
    PYTHON_KEYRING_BACKEND: "absent.Backend",
    NETRC: path.join(home, ".netrc"),
    SSL_CERT_FILE: "/absent",
    SSL_CERT_DIR: "/absent",
    REQUESTS_CA_BUNDLE: "/absent",
    HTTP_PROXY: "http://person.example.com:1",
    https_proxy: "http://person.example.com:1",
    ALL_PROXY: "http://person.example.com:1",
    NO_PROXY: "*",
    PIP_INDEX_URL: "https://person.example.com/simple/",
    PIP_CONFIG_FILE: path.join(home, ".pip/pip.conf"),
    UV_CACHE_DIR: "/absent/cache",
    UV_CONFIG_FILE: "/absent/uv.toml",
    UV_CREDENTIALS_DIR: "/absent",
    UV_DEFAULT_INDEX: "https://person.example.com/simple/",
    UV_INDEX: "https://person.example.com/simple/",
    UV_INDEX_PRIVATE_PASSWORD: "person-secret",
    UV_KEYRING_PROVIDER: "subprocess",
    UV_NATIVE_TLS: "1",
    UV_NO_CACHE: "1",
    UV_OFFLINE: "1",
    UV_PROJECT_ENVIRONMENT: "/absent/venv",
    UV_PYTHON: "2.7",
    UV_PYTHON_INSTALL_DIR: "/absent",
    UV_SYSTEM_PYTHON: "1",
    UV_TOOL_BIN_DIR: "/absent",
    UV_TOOL_DIR: "/absent",
    UV_WORKING_DIRECTORY: "/absent",
    GIT_CONFIG_GLOBAL: "/absent",
  };
}

/** A project that needs nothing from any index, in a run; what its commands print, folders replaced. */
const PROBE = `
  const { openWorkspaceFixture } = await import(${JSON.stringify(new URL("../../test/workspace-fixture.ts", import.meta.url).href)});
  const [uv, base, python] = process.argv.slice(1);
  await using fixture = await openWorkspaceFixture({ uv, baseDir: base, python: JSON.parse(python) });
  const { workspace, run } = fixture;
  await workspace.writeFiles("project", { "pyproject.toml": '[project]\\nname = "app"\\nversion = "0.1.0"\\nrequires-python = ">=3.9"\\n' });
  const commands = [
    ["uv", "sync", "--color", "never"],
    ["uv", "lock", "--check"],
    ["uv", "cache", "dir"],
    ["uv", "tool", "dir"],
    ["uv", "tool", "dir", "--bin"],
    ["uv", "python", "find", "--no-project"],
    ["uv", "pip", "list"],
    ["uv", "run", "python", "-c", "import os, sys, tempfile; print(sys.prefix, os.path.expanduser('~'), tempfile.gettempdir())"],
    ["python", "-c", "import keyring"],
    ["python3", "-m", "pip", "config", "list"],
    ["git", "config", "--list"],
    ["env"],
  ];
  const seen = [];
  for (const [command, ...args] of commands) {
    const { exit, stdout, stderr } = await run(command, args);
    const plain = (text) => text.replaceAll(workspace.paths.root, "$WORK").replace(/\\d+(\\.\\d+)?m?s\\b/g, "TIME").replace(/UV_MRE_(RUN|CALL)=.*/g, "UV_MRE_$1=X");
    seen.push({ command: [command, ...args].join(" "), exit, stdout: plain(stdout).split("\\n").sort().join("\\n"), stderr: plain(stderr) });
  }
  console.log(JSON.stringify({ seen, keyring: await workspace.findCommand("keyring", fixture.environment()) }));
`;

interface Seen {
  readonly seen: readonly { readonly command: string; readonly exit: number; readonly stdout: string; readonly stderr: string }[];
  readonly keyring: string | null;
}

async function probe(environment: NodeJS.ProcessEnv, baseDir: string): Promise<Seen> {
  const args = ["--input-type=module-typescript", "-e", PROBE, await someUv(), baseDir, JSON.stringify(await thePython())];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment, maxBuffer: 10_000_000 });
  const seen: Seen = JSON.parse(stdout);
  return seen;
}

test("a poisoned home and environment change nothing, and are not changed", async () => {
  await using home = await temporaryFolder();
  await using base = await temporaryFolder();
  const environment = await poison(home.path);
  const before = await fingerprint(home.path);
  const poisoned = await probe(environment, base.path);
  expect(poisoned).toEqual(await probe({ PATH: "/usr/bin:/bin", HOME: "/" }, base.path));
  expect(await fingerprint(home.path)).toEqual(before);
  expect(await readdir(base.path)).toEqual([]);

  expect(poisoned.keyring).toBeNull();
  const python = await thePython();
  const exits = Object.fromEntries(poisoned.seen.map(({ command, exit }) => [command.slice(0, 30), exit]));
  expect(exits).toMatchInlineSnapshot(`
    {
      "env": 0,
      "git config --list": 0,
      "python -c import keyring": 1,
      "python3 -m pip config list": 0,
      "uv cache dir": 0,
      "uv lock --check": 0,
      "uv pip list": 0,
      "uv python find --no-project": 0,
      "uv run python -c import os, sy": 0,
      "uv sync --color never": 0,
      "uv tool dir": 0,
      "uv tool dir --bin": 0,
    }
  `);
  const printed = Object.fromEntries(poisoned.seen.map(({ command, stdout }) => [command, stdout.trim().replace(python.file, "$PYTHON")]));
  expect({
    cache: printed["uv cache dir"],
    tools: printed["uv tool dir"],
    toolCommands: printed["uv tool dir --bin"],
    python: printed["uv python find --no-project"],
    pip: printed["python3 -m pip config list"]?.split("\n"),
  }).toMatchInlineSnapshot(`
    {
      "cache": "$WORK/home/.cache/uv",
      "pip": [
        ":env:.config-file='/dev/null'",
        ":env:.require-virtualenv='1'",
      ],
      "python": "$WORK/project/.venv/bin/python",
      "toolCommands": "$WORK/home/.local/bin",
      "tools": "$WORK/home/.local/share/uv/tools",
    }
  `);
  expect(JSON.stringify(poisoned)).not.toMatch(/person|absent/);
});

test("the system's uv.toml is hidden", async () => {
  // What stands in for `/etc/uv/uv.toml` here is the folder that `XDG_CONFIG_DIRS` names; `docs/isolation.md` says how the real one was tried.
  await using fixture = await openWorkspaceFixture();
  const { etc } = fixture.workspace.paths;
  const system = path.join(etc, "uv", "uv.toml");
  expect(await readFile(system, "utf8")).toBe("");
  await writeFile(system, "this is = not [toml");
  expect((await fixture.run("uv", ["pip", "list"])).stderr).toContain(system);
});

test("the commands on PATH are the run's own, and nothing else", async () => {
  await using fixture = await openWorkspaceFixture();
  const { bin } = fixture.workspace.paths;
  expect(await readlink(path.join(bin, "uv"))).toBe(fixture.uv);
  const { version, file } = fixture.python;
  const [major, minor] = version.split(".");
  for (const name of ["python", `python${major}`, `python${major}.${minor}`]) {
    const { stdout } = await fixture.run(name, ["-c", "import os, sys; print(os.path.realpath(sys.executable))"]);
    expect(stdout).toBe(`${file}\n`);
  }
  for (const name of ["keyring", "pip", "ssh", "pyenv", "conda"])
    expect(await fixture.workspace.findCommand(name, fixture.environment())).toBeNull();
  expect((await fixture.run("sh", ["-c", "git --version && echo $((1 + 1))"])).stdout).toMatch(/^git version .*\n2\n$/);
});

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Every file with its content. */
async function fingerprint(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const content = entry.isFile()
        ? createHash("sha256")
            .update(await readFile(file))
            .digest("hex")
        : "";
      return `${path.relative(folder, file)} ${content}`;
    }),
  );
  return lines.sort();
}
