import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { wholeOnly } from "../../test/product/extent.ts";
import { pipInstalledUv, realPython, someUv, temporaryFolder } from "../../test/real-tools.ts";
import type { ProcessResult, RunProcess } from "../observation/process.ts";
import { createProcessIdentity } from "../process/process-identity.ts";
import { createRunProcess } from "../process/run-process.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { UserError } from "../scenario/error.ts";
import { resolveReal, type ResolveOptions } from "./wheelhouse.ts";

/** Where what is not about fetching finds its files again. */
const SHARED_CACHE = join(tmpdir(), "uv-mre-test-cache", "packages");

const base: Omit<ResolveOptions, "requirements" | "cacheDir"> = {
  asOf: "2026-11-01",
  python: await realPython(),
  uv: await someUv(),
  run: createRunProcess({ tag: `wheelhouse-test-${process.pid}` }),
  env: Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  identity: await createProcessIdentity(),
  wheelsOnly: false,
};

const neverRun: RunProcess = ({ file }) => Promise.reject(new Error(`ran ${file}`));

/** As pip ends where it cannot learn an sdist's metadata. */
const FAILED: ProcessResult = {
  exit: 1,
  signal: null,
  timedOut: false,
  durationMs: 1,
  stdout: "",
  stderr: "error: metadata-generation-failed",
  outputCut: false,
  spawnError: null,
};

function absent(name: string): ProcessResult {
  return { ...FAILED, stderr: `ERROR: No matching distribution found for ${name}` };
}

function filenames(distributions: readonly Distribution[]): string[] {
  return distributions.map((each) => each.filename).sort();
}

function pathOf(distribution: Distribution | undefined): string {
  if (distribution?.content.kind !== "file") throw new Error("not on disk");
  return distribution.content.path;
}

/** What a cache holds of unfinished work. */
async function leftovers(cacheDir: string): Promise<string[]> {
  return readdir(join(cacheDir, "staging"));
}

describe("keyring, as the shipped scenarios name it", async () => {
  const options: ResolveOptions = { ...base, requirements: ["keyring==25.7.0"], cacheDir: SHARED_CACHE };
  const { distributions, missing } = await resolveReal(options);

  test("comes with what it needs on every platform, hashed and described", async () => {
    expect(missing).toEqual([]);
    expect([...new Set(distributions.map((each) => each.project))].sort()).toMatchInlineSnapshot(`
      [
        "backports-tarfile",
        "cffi",
        "cryptography",
        "importlib-metadata",
        "jaraco-classes",
        "jaraco-context",
        "jaraco-functools",
        "jeepney",
        "keyring",
        "more-itertools",
        "pycparser",
        "pywin32-ctypes",
        "secretstorage",
        "typing-extensions",
        "zipp",
      ]
    `);
    const keyring = distributions.find((each) => each.project === "keyring");
    expect({ version: keyring?.version, requiresPython: keyring?.requiresPython, filename: keyring?.filename }).toMatchInlineSnapshot(`
      {
        "filename": "keyring-25.7.0-py3-none-any.whl",
        "requiresPython": ">=3.9",
        "version": "25.7.0",
      }
    `);
    for (const each of distributions) {
      const bytes = await readFile(pathOf(each));
      expect([each.filename, bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual([
        each.filename,
        each.size,
        each.sha256,
      ]);
      expect(each.metadata?.text).toMatch(/^Metadata-Version: \d/);
      expect(
        createHash("sha256")
          .update(each.metadata?.text ?? "")
          .digest("hex"),
      ).toBe(each.metadata?.sha256);
    }
  });

  test("is there the second time without uv, pip or a network", async () => {
    expect(await resolveReal({ ...options, uv: "/nowhere/uv", env: {}, run: neverRun })).toEqual({ distributions, missing });
  });

  test.each(["0.9.5", null])("locks for all platforms and syncs offline with uv %s", async (version) => {
    const uv = await pipInstalledUv(version);
    await using folder = await temporaryFolder();
    const links = join(folder.path, "links");
    const project = join(folder.path, "project");
    await mkdir(links);
    await mkdir(project);
    for (const each of distributions) await copyFile(pathOf(each), join(links, each.filename));
    await writeFile(
      join(project, "pyproject.toml"),
      '[project]\nname = "app"\nversion = "0.1.0"\nrequires-python = ">=3.9"\ndependencies = ["keyring"]\n\n[tool.uv]\npackage = false\n',
    );
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: folder.path,
      UV_CACHE_DIR: join(folder.path, "cache"),
      UV_PYTHON_DOWNLOADS: "never",
    };
    const args = ["sync", "--offline", "--no-index", "--find-links", links, "--python", base.python.file];
    const result = spawnSync(uv, args, { cwd: project, env, encoding: "utf8" });
    expect({ status: result.status, stderr: result.status === 0 ? "" : result.stderr }).toEqual({ status: 0, stderr: "" });
    expect(await readFile(join(project, "uv.lock"), "utf8")).toContain('name = "pywin32-ctypes"');
  });
});

const noNetwork = {
  HTTPS_PROXY: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  ALL_PROXY: "",
  UV_HTTP_RETRIES: "0",
  PIP_RETRIES: "0",
};

describe("fetching", () => {
  test("two processes and two calls at once agree, and leave nothing half-made", async () => {
    await using folder = await temporaryFolder();
    const options = { ...base, requirements: ["iniconfig==2.0.0"], cacheDir: folder.path };
    const other = spawn(
      process.execPath,
      ["--experimental-strip-types", "--no-warnings", "--input-type=module", "-e", childScript(options, "run")],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let printed = "";
    other.stdout.on("data", (chunk) => (printed += String(chunk)));
    const [first, second] = await Promise.all([resolveReal(options), resolveReal(options), once(other, "close")]);
    expect(filenames(first.distributions)).toEqual(["iniconfig-2.0.0-py3-none-any.whl"]);
    expect(second).toEqual(first);
    expect(JSON.parse(printed)).toEqual(first);
    expect(await leftovers(folder.path)).toEqual([]);
  });

  test("a fetch that is killed leaves no file and no resolution, and the next one clears up after it", async () => {
    await using folder = await temporaryFolder();
    const options = { ...base, requirements: ["iniconfig==2.0.0"], cacheDir: folder.path };
    // pip has ended, its file is in the work folder, and nothing more happens.
    const hanging = `async (request) => {
      const result = await run(request);
      if (!request.args.includes("download")) return result;
      console.log("downloaded");
      return await new Promise(() => setInterval(() => {}, 1000));
    }`;
    const child = spawn(
      process.execPath,
      ["--experimental-strip-types", "--no-warnings", "--input-type=module", "-e", childScript(options, hanging)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    expect(String(await once(child.stdout, "data"))).toBe("downloaded\n");
    child.kill("SIGKILL");
    await once(child, "close");
    expect(await leftovers(folder.path)).toHaveLength(1);
    expect(await readdir(folder.path)).not.toContain("resolutions");

    expect(filenames((await resolveReal(options)).distributions)).toEqual(["iniconfig-2.0.0-py3-none-any.whl"]);
    expect(await leftovers(folder.path)).toEqual([]);
  });

  test("a file that is gone, cut short or of another byte is fetched again; where it cannot be, it is named", async () => {
    await using folder = await temporaryFolder();
    const options = { ...base, requirements: ["iniconfig==2.0.0"], cacheDir: folder.path };
    const good = await resolveReal(options);
    const path = pathOf(good.distributions[0]);
    const bytes = await readFile(path);
    const flipped = Buffer.from(bytes);
    flipped[7] = (flipped[7] ?? 0) ^ 1;
    for (const spoil of [() => truncate(path, 10), () => rm(path), () => writeFile(path, flipped)]) {
      await spoil();
      await expect(resolveReal({ ...options, run: neverRun })).rejects.toThrow(/^ran /);
      expect(await resolveReal(options)).toEqual(good);
      expect(await readFile(path)).toEqual(bytes);
    }
    await rm(path);
    await expect(resolveReal({ ...options, env: { ...base.env, ...noNetwork } })).rejects.toThrow(
      /\nDamaged in the cache, and so to be fetched again: iniconfig-2\.0\.0-py3-none-any\.whl$/,
    );
  });

  test("what has wheels for another platform only comes with those, for every Python", async (context) => {
    wholeOnly(context);
    const { distributions } = await resolveReal({ ...base, requirements: ["windows-curses==2.4.1"], cacheDir: SHARED_CACHE });
    expect(filenames(distributions)).toMatchInlineSnapshot(`
      [
        "windows_curses-2.4.1-cp310-cp310-win_amd64.whl",
        "windows_curses-2.4.1-cp311-cp311-win_amd64.whl",
        "windows_curses-2.4.1-cp312-cp312-win_amd64.whl",
        "windows_curses-2.4.1-cp313-cp313-win_amd64.whl",
        "windows_curses-2.4.1-cp38-cp38-win_amd64.whl",
        "windows_curses-2.4.1-cp39-cp39-win_amd64.whl",
      ]
    `);
    expect(distributions.every((each) => each.metadata !== null)).toBe(true);
  });

  test("what cannot be had even as an sdist is said by the result", async (context) => {
    wholeOnly(context);
    await using folder = await temporaryFolder();
    const failing: RunProcess = (request) => (request.args.includes("--no-binary") ? Promise.resolve(FAILED) : base.run(request));
    const options = { ...base, requirements: ["docopt==0.6.2"], asOf: "2026-10-31", cacheDir: folder.path, run: failing };
    expect(await resolveReal(options)).toMatchObject({ missing: ["docopt==0.6.2"] });
  });

  test("what has an sdist only comes as that", async (context) => {
    wholeOnly(context);
    await using folder = await temporaryFolder();
    const options = { ...base, requirements: ["docopt==0.6.2"], cacheDir: folder.path };
    const { run } = base;
    const { distributions, missing } = await resolveReal(options);
    expect(distributions).toMatchObject([{ filename: "docopt-0.6.2.tar.gz", version: "0.6.2", metadata: null }]);
    expect(missing).toEqual([]);
    // By wheels only, no sdist is so much as asked for its name, although it is there by now.
    const asked: string[] = [];
    const watched: RunProcess = (request) => (asked.push(request.args.join(" ")), run(request));
    await expect(resolveReal({ ...options, run: watched, wheelsOnly: true })).rejects.toThrow(
      /^docopt==0\.6\.2 cannot be had by wheels alone, and an sdist's build code would run with your rights\n/,
    );
    expect(asked.filter((args) => args.startsWith("pip compile"))).toEqual([expect.stringContaining(" --no-build ")]);
    expect(asked.filter((args) => args.includes(" download "))).toEqual([]);
  });

  test("by wheels only, what has some that none of the platforms takes is not built either", async () => {
    await using folder = await temporaryFolder();
    const options = { ...base, requirements: ["iniconfig==2.0.0"], cacheDir: folder.path };
    const noFile: RunProcess = (request) =>
      request.args.includes("download") ? Promise.resolve(absent("iniconfig==2.0.0")) : base.run(request);
    const unfetched = resolveReal({ ...options, run: noFile, wheelsOnly: true });
    await expect(unfetched).rejects.toThrow(/^iniconfig==2\.0\.0 cannot be had by wheels alone/);
  });

  test("by wheels only, what was resolved with sdists allowed and has none is taken as it is", async () => {
    const options = { ...base, requirements: ["iniconfig==2.0.0"], cacheDir: SHARED_CACHE };
    const known = await resolveReal(options);
    expect(await resolveReal({ ...options, run: neverRun, wheelsOnly: true })).toEqual(known);
  });

  test("two versions of one project", async () => {
    const both = await resolveReal({ ...base, requirements: ["iniconfig==2.0.0", "iniconfig==1.1.1"], cacheDir: SHARED_CACHE });
    expect(filenames(both.distributions)).toEqual(["iniconfig-1.1.1-py2.py3-none-any.whl", "iniconfig-2.0.0-py3-none-any.whl"]);
  });

  test("two projects that exclude each other", async (context) => {
    wholeOnly(context);
    // pytest 7.4 wants pluggy<2 and >=0.12; pluggy 0.11 is what a scenario about the conflict would name.
    const conflict = await resolveReal({ ...base, requirements: ["pytest==7.4.4", "pluggy==0.11.0"], cacheDir: SHARED_CACHE });
    expect(filenames(conflict.distributions).filter((name) => /^(?:pluggy-0\.11|pytest)/.test(name))).toEqual([
      "pluggy-0.11.0-py2.py3-none-any.whl",
      "pytest-7.4.4-py3-none-any.whl",
    ]);
  });

  test("settings of the user's that bend the outcome do not, and a Python without pip will do", async () => {
    await using folder = await temporaryFolder();
    const venv = join(folder.path, "venv");
    expect(spawnSync(base.uv, ["venv", "-q", "--python", base.python.file, venv], { encoding: "utf8" }).stderr).toBe("");
    const env = {
      ...base.env,
      PIP_NO_BINARY: ":all:",
      PIP_TARGET: "/nowhere",
      PIP_REQUIRE_VIRTUALENV: "1",
      UV_EXCLUDE_NEWER: "2010-01-01",
      UV_RESOLUTION: "lowest",
      VIRTUAL_ENV: "/nowhere",
    };
    const python = { file: join(venv, "bin", "python"), version: base.python.version };
    const { distributions } = await resolveReal({
      ...base,
      env,
      python,
      requirements: ["iniconfig==2.0.0"],
      cacheDir: join(folder.path, "cache"),
    });
    expect(filenames(distributions)).toEqual(["iniconfig-2.0.0-py3-none-any.whl"]);
    expect(await readdir(join(folder.path, "cache"))).toContain("pip");
  });
});

describe("what the user must hear", () => {
  test("no network and not cached", async () => {
    await using folder = await temporaryFolder();
    const options = {
      ...base,
      env: { ...base.env, ...noNetwork },
      requirements: ["iniconfig==2.0.0", "zipp==3.20.0"],
      cacheDir: folder.path,
    };
    const error: unknown = await resolveReal(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error).split("\n")[0]).toMatchInlineSnapshot(
      `"UserError: iniconfig==2.0.0, zipp==3.20.0: not in the cache yet, and PyPI (or the mirror that uv is set up for) cannot be reached"`,
    );
    expect(await leftovers(folder.path)).toEqual([]);
  });

  test("a network that fails between resolving and downloading", async () => {
    await using folder = await temporaryFolder();
    const run: RunProcess = (request) =>
      base.run(request.args.includes("download") ? { ...request, env: { ...request.env, ...noNetwork, PIP_RETRIES: "1" } } : request);
    const resolving = resolveReal({ ...base, run, requirements: ["iniconfig==2.0.0"], cacheDir: folder.path });
    await expect(resolving).rejects.toThrow(/^iniconfig==2\.0\.0: not in the cache yet, and pip cannot fetch/);
    expect(await readdir(folder.path)).not.toContain("resolutions");
  });

  test("a version that does not exist, and a date to come", async () => {
    const resolve = (requirement: string, asOf: string): Promise<unknown> =>
      resolveReal({ ...base, asOf, requirements: [requirement], cacheDir: SHARED_CACHE }).catch((thrown: unknown) => thrown);
    const unknown = await resolve("iniconfig==99.0", "2026-11-01");
    expect(unknown).toBeInstanceOf(UserError);
    expect(String(unknown)).toMatch(/^UserError: iniconfig==99\.0: uv finds no solution as of 2026-11-01\n[^]*iniconfig==99\.0/);
    const before = await resolve("iniconfig==2.0.0", "2020-01-01");
    expect(String(before)).toMatch(/^UserError: iniconfig==2\.0\.0: uv finds no solution as of 2020-01-01/);
    expect(String(await resolve("iniconfig==2.0.0", "2999-01-01"))).toMatchInlineSnapshot(
      `"UserError: as-of = "2999-01-01" lies in the future: nothing can be pinned by it"`,
    );
  });
});

/** Resolves in a process of its own; \`run\` is an expression over the real \`run\`. */
function childScript(options: ResolveOptions, run: string): string {
  const from = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const { run: _run, identity: _identity, env: _env, ...plain } = options;
  return `
    import { createProcessIdentity } from ${from("../process/process-identity.ts")};
    import { createRunProcess } from ${from("../process/run-process.ts")};
    import { resolveReal } from ${from("wheelhouse.ts")};
    const run = createRunProcess({ tag: "wheelhouse-test-child-${process.pid}" });
    const options = { ...${JSON.stringify(plain)}, env: process.env, run: ${run}, identity: await createProcessIdentity() };
    console.log(JSON.stringify(await resolveReal(options)));`;
}
