import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostEnvironment } from "../../test/uv-context.ts";
import type { PythonInfo } from "../observation/process.ts";
import { createRunProcess } from "../process/run-process.ts";
import { findPython } from "./python.ts";

let folder: string;
let real: PythonInfo;
let asked: string[];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "uv-mre-python-")));
  asked = [];
  real = await find(hostEnvironment());
  asked = [];
  await rm(path.join(folder, "cache"), { recursive: true, force: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const run = createRunProcess({ tag: "python-test" });

function find(env: Record<string, string>, options: { cwd?: string; minimum?: string; python?: string } = {}): Promise<PythonInfo> {
  return findPython({
    env,
    cwd: folder,
    cacheDir: path.join(folder, "cache"),
    workDir: folder,
    run: (request) => {
      asked.push(path.relative(folder, request.file));
      return run(request);
    },
    ...options,
  });
}

/** An executable script, as version managers make them. */
async function script(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

function shim(): string {
  return `#!/bin/sh\nexec ${real.file} "$@"\n`;
}

function answering(version: string): string {
  return `#!/bin/sh\necho '["/elsewhere/python", "${version}"]'\n`;
}

function pathOf(...names: string[]): { PATH: string } {
  return { PATH: [...names.map((name) => path.join(folder, name)), "/usr/bin", "/bin"].join(path.delimiter) };
}

describe("which Python is chosen", () => {
  it("is the first on PATH, by the real path behind a shim", async () => {
    await script("shims/python3", shim());
    expect(await find(pathOf("shims"))).toEqual(real);
    expect(real.file).toBe(await realpath(real.file));
  });

  it("is the base of a virtual environment, which may be gone tomorrow", async () => {
    await run({
      file: real.file,
      args: ["-m", "venv", "--without-pip", path.join(folder, "venv")],
      cwd: folder,
      env: {},
      stdin: null,
      timeoutMs: 60_000,
      outputDir: folder,
    });
    expect(await find(pathOf("venv/bin"))).toEqual(real);
    expect(asked).toEqual(["venv/bin/python3"]);
  });

  it("passes over what is too old, broken or no Python", async () => {
    await script("a/python3", answering("2.7.18"));
    await script("b/python3", "#!/bin/sh\necho 'command not found' >&2; exit 127\n");
    await script("c/python3", "#!/bin/sh\necho hello\n");
    await script("d/python3", "#!/nowhere/interpreter\n");
    await script("e/python3", shim());
    expect(await find(pathOf("a", "b", "c", "d", "e"))).toEqual(real);
    expect(asked).toEqual(["a/python3", "b/python3", "c/python3", "d/python3", "e/python3"]);
  });

  it("is a newer one by its own name where python3 is too old", async () => {
    await script("a/python3", answering("3.8.1"));
    await script("a/python3.12", shim());
    expect(await find({ PATH: path.join(folder, "a") })).toEqual(real);
  });

  it("is not swayed by PYTHONPATH, PYTHONHOME or a sitecustomize", async () => {
    await script("evil/sitecustomize.py", "raise SystemExit('hijacked')");
    await script("evil/json.py", "raise SystemExit('hijacked')");
    const env = { ...pathOf("shims"), PYTHONPATH: path.join(folder, "evil"), PYTHONHOME: path.join(folder, "evil") };
    await script("shims/python3", shim());
    expect(await find(env)).toEqual(real);
  });

  it("is the one that UV_MRE_PYTHON names, by path or by name on PATH", async () => {
    await script("a/python3", answering("3.13.0"));
    await script("own/pypy", shim());
    expect(await find({ ...pathOf("a"), UV_MRE_PYTHON: "own/pypy" })).toEqual(real);
    expect(await find({ ...pathOf("a", "own"), UV_MRE_PYTHON: "pypy" })).toEqual(real);
    expect(await find({ ...pathOf("a", "own"), UV_MRE_PYTHON: "python3" }, { python: "pypy" })).toEqual(real);
  });
});

describe("where there is none", () => {
  it("says what was tried", async () => {
    await script("a/python3", answering("3.8.1"));
    await script("a/python", "#!/bin/sh\necho 'pyenv: python: command not found' >&2; exit 127\n");
    await expect(find({ PATH: path.join(folder, "a") })).rejects.toMatchObject({
      name: "UserError",
      message: [
        "no Python 3.9 or later was found on PATH; tried:",
        `  ${folder}/a/python3: is 3.8.1`,
        `  ${folder}/a/python: pyenv: python: command not found`,
        "Install Python, or name one by UV_MRE_PYTHON.",
      ].join("\n"),
    });
  });

  it("says how to name one", async () => {
    await expect(find({})).rejects.toThrow(/^no Python 3.9 or later was found on PATH. Install Python, or name one by UV_MRE_PYTHON.$/);
  });

  it("names the option, or the variable that gives the option its value", async () => {
    const options = { python: "./absent" };
    await expect(find({ UV_MRE_PYTHON: "python3" }, options)).rejects.toThrow(
      "no Python 3.9 or later was found by --python ./absent. Correct --python, or leave it out to search PATH.",
    );
    await expect(find({ UV_MRE_PYTHON: "./absent" }, options)).rejects.toThrow("found by UV_MRE_PYTHON=./absent. Correct UV_MRE_PYTHON,");
  });

  it("tries nothing but UV_MRE_PYTHON where it is set", async () => {
    await script("shims/python3", shim());
    await expect(find({ ...pathOf("shims"), UV_MRE_PYTHON: "./absent" })).rejects.toThrow(
      "no Python 3.9 or later was found by UV_MRE_PYTHON=./absent. Correct UV_MRE_PYTHON, or unset it to search PATH.",
    );
    await expect(find({ ...pathOf("shims"), UV_MRE_PYTHON: "shims/python3" }, { minimum: "3.99" })).rejects.toThrow(/is 3\.\d+\.\d+\n/);
  });
});

describe("what is remembered", () => {
  it("an interpreter is asked once, and again when it has changed", async () => {
    const env = pathOf("bin");
    await mkdir(path.join(folder, "bin"));
    await symlink(real.file, path.join(folder, "bin", "python3"));
    await find(env);
    expect(await find(env)).toEqual(real);
    expect(asked).toHaveLength(1);
    await rm(path.join(folder, "bin", "python3"));
    await script("bin/python3", shim());
    await find(env);
    expect(asked).toHaveLength(2);
  });

  it("an answer whose interpreter is gone counts for nothing", async () => {
    const env = { ...pathOf(".pyenv/shims"), HOME: folder };
    const [before, answer] = [path.join(folder, "before"), path.join(folder, "answer")];
    await writeFile(before, "");
    await script(".pyenv/shims/python3", `#!/bin/sh\ncat ${answer}\n`);
    await writeFile(answer, JSON.stringify([before, "3.12.0"]));
    expect(await find(env)).toEqual({ file: before, version: "3.12.0" });
    await writeFile(answer, JSON.stringify([real.file, real.version]));
    expect(await find(env)).toEqual({ file: before, version: "3.12.0" });
    await rm(before);
    expect(await find(env)).toEqual(real);
  });

  it("a shim of pyenv is asked again when pyenv would choose another", async () => {
    await script("root/shims/python3", shim());
    const env = { ...pathOf("root/shims"), PYENV_ROOT: path.join(folder, "root") };
    const cwd = path.join(folder, "project", "deep");
    await mkdir(cwd, { recursive: true });
    const counts: number[] = [];
    const ask = async (more: Record<string, string> = {}): Promise<void> => {
      await find({ ...env, ...more }, { cwd });
      counts.push(asked.length);
    };
    await ask();
    await ask();
    await writeFile(path.join(folder, "root", "version"), "3.12\n");
    await ask();
    await writeFile(path.join(folder, "project", ".python-version"), "3.13\n");
    await ask();
    await ask({ PYENV_VERSION: "3.11" });
    await ask();
    expect(counts).toEqual([1, 1, 2, 3, 4, 4]);
  });

  it("another shim is asked each time, for nobody knows what it depends on", async () => {
    await script("shims/python3", shim());
    await find(pathOf("shims"));
    await find(pathOf("shims"));
    expect(asked).toHaveLength(2);
  });

  it("a spoilt memory is no memory", async () => {
    await mkdir(path.join(folder, "bin"));
    await symlink(real.file, path.join(folder, "bin", "python3"));
    await find(pathOf("bin"));
    const file = path.join(folder, "cache", "python.json");
    await writeFile(file, (await readFile(file, "utf8")).slice(0, 20));
    expect(await find(pathOf("bin"))).toEqual(real);
    expect(asked).toHaveLength(2);
  });
});
