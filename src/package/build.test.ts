import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";

import { realPython, someUv, temporaryFolder } from "../../test/real-tools.ts";
import { packagePrograms } from "../run/programs.ts";
import type { Distribution } from "../scenario/distribution.ts";
import type { GeneratedPackage } from "../scenario/model.ts";
import { buildPackage } from "./build.ts";

const PLAIN: GeneratedPackage = {
  kind: "generated",
  name: "Acme.Sandbox",
  version: "1.2",
  requires: [],
  extras: {},
  requiresPython: null,
  formats: ["wheel", "sdist"],
  scripts: {},
  files: {},
  yanked: false,
  visibleTo: null,
  keyringPlugin: null,
};

/** The one that uses everything. */
const FULL: GeneratedPackage = {
  ...PLAIN,
  requires: ["leaf>=1"],
  extras: { cli: ['leaf[fast] ; python_version >= "3" or os_name == "nt"', "leaf @ https://files.example.com/leaf;a.whl"] },
  requiresPython: ">=3.8",
  scripts: { "acme-hello": "acme_sandbox:main", "acme-other": "acme_sandbox.other:run" },
  files: { "acme_sandbox/other.py": "def run():\n    print('other é')\n", "top, level.txt": "data\n" },
  yanked: "broken",
  visibleTo: ["token"],
};

function bytesOf(distribution: Distribution | undefined): Uint8Array {
  if (distribution?.content.kind !== "bytes") throw new Error("not built in memory");
  return distribution.content.bytes;
}

function write(folder: string, distributions: readonly Distribution[]): void {
  for (const each of distributions) writeFileSync(join(folder, each.filename), bytesOf(each));
}

function run(file: string, args: readonly string[], cwd: string): string {
  const { PATH = "", SystemRoot = "" } = process.env;
  const env = {
    PATH,
    SystemRoot,
    HOME: cwd,
    UV_CACHE_DIR: join(cwd, "cache"),
    PIP_NO_CACHE_DIR: "1",
    UV_OFFLINE: "1",
    UV_PYTHON_DOWNLOADS: "never",
  };
  const result = spawnSync(file, args, { cwd, encoding: "utf8", env });
  expect({ args, status: result.status, stderr: result.status === 0 ? "" : result.stderr, error: result.error }).toEqual({
    args,
    status: 0,
    stderr: "",
    error: undefined,
  });
  return result.stdout.trim();
}

describe("what is built", () => {
  test("says of itself what an index must say of it", async () => {
    const [wheel, sdist] = await buildPackage(FULL, packagePrograms());
    const { content: _wheel, ...ofWheel } = wheel!;
    const { content: _sdist, ...ofSdist } = sdist!;
    expect(ofWheel).toMatchInlineSnapshot(`
      {
        "filename": "acme_sandbox-1.2-py3-none-any.whl",
        "metadata": {
          "sha256": "245b94cd616518c114efba7fb356cd235a67b5bc3d40a713fa69055049e258d8",
          "text": "Metadata-Version: 2.1
      Name: Acme.Sandbox
      Version: 1.2
      Requires-Python: >=3.8
      Requires-Dist: leaf>=1
      Provides-Extra: cli
      Requires-Dist: leaf[fast] ; (python_version >= "3" or os_name == "nt") and extra == "cli"
      Requires-Dist: leaf @ https://files.example.com/leaf;a.whl ; extra == "cli"
      ",
        },
        "project": "acme-sandbox",
        "requiresPython": ">=3.8",
        "sha256": "f9efbf7e2dd2267ab858faa53dd4f39e5bbc0f5e530c89e7dc4b972e720dfe95",
        "size": 2045,
        "version": "1.2",
        "visibleTo": [
          "token",
        ],
        "yanked": "broken",
      }
    `);
    expect(ofSdist).toMatchInlineSnapshot(`
      {
        "filename": "acme_sandbox-1.2.tar.gz",
        "metadata": null,
        "project": "acme-sandbox",
        "requiresPython": ">=3.8",
        "sha256": "614711dc798149c5d100e76ee55d76198c8868e489222d9d760eb05898faa359",
        "size": 2182,
        "version": "1.2",
        "visibleTo": [
          "token",
        ],
        "yanked": "broken",
      }
    `);
  });

  test("the wheel holds module, files, entry points and a RECORD of them all", async () => {
    const [wheel] = await buildPackage(FULL, packagePrograms());
    const files = Object.entries(unzipSync(bytesOf(wheel))).map(([path, data]) => `--- ${path}\n${new TextDecoder().decode(data)}`);
    expect(files.join("")).toMatchInlineSnapshot(`
      "--- acme_sandbox/__init__.py
      __version__ = "1.2"


      def main():
          print("Acme.Sandbox 1.2")
      --- acme_sandbox/other.py
      def run():
          print('other é')
      --- top, level.txt
      data
      --- acme_sandbox-1.2.dist-info/METADATA
      Metadata-Version: 2.1
      Name: Acme.Sandbox
      Version: 1.2
      Requires-Python: >=3.8
      Requires-Dist: leaf>=1
      Provides-Extra: cli
      Requires-Dist: leaf[fast] ; (python_version >= "3" or os_name == "nt") and extra == "cli"
      Requires-Dist: leaf @ https://files.example.com/leaf;a.whl ; extra == "cli"
      --- acme_sandbox-1.2.dist-info/WHEEL
      Wheel-Version: 1.0
      Generator: uv-mre
      Root-Is-Purelib: true
      Tag: py3-none-any
      --- acme_sandbox-1.2.dist-info/entry_points.txt
      [console_scripts]
      acme-hello = acme_sandbox:main
      acme-other = acme_sandbox.other:run
      --- acme_sandbox-1.2.dist-info/RECORD
      acme_sandbox/__init__.py,sha256=6da2wV2MPyjCCNDIFegeZGARWWiOV-Wg6CVsUJBTEes,64
      acme_sandbox/other.py,sha256=HPR9NCjcgXGKgmQrdrI5dArzNZEQaDEKwV2iG40NELI,33
      "top, level.txt",sha256=Zmey0aq2oAyqWu5a-K2fFGXlZ6vxwgnRVyfVez6Pbl8,5
      acme_sandbox-1.2.dist-info/METADATA,sha256=JFuUzWFlGMEU77p_s1bNI1pntbw9QKcT-mkFUEniWNg,286
      acme_sandbox-1.2.dist-info/WHEEL,sha256=_oGzdq3vIjv1PoFOCS_GTe5OlklLxFX0xh2jVtEfawE,77
      acme_sandbox-1.2.dist-info/entry_points.txt,sha256=-8c0373ygjmj0aiwmuODP3oRkoy0Bqbjrqx_shkC2wU,85
      acme_sandbox-1.2.dist-info/RECORD,,
      "
    `);
  });

  test("unusual versions are spelt in the one way that file names allow", async () => {
    const versions = ["1.0-1", "v2.0RC1", "1!3.0", "1.0+Local_1"];
    const built = await Promise.all(versions.map((version) => buildPackage({ ...PLAIN, version }, packagePrograms())));
    expect(built.map(([wheel, sdist]) => [wheel?.version, wheel?.filename, sdist?.filename].join("  "))).toMatchInlineSnapshot(`
      [
        "1.0-1  acme_sandbox-1.0.post1-py3-none-any.whl  acme_sandbox-1.0.post1.tar.gz",
        "v2.0RC1  acme_sandbox-2.0rc1-py3-none-any.whl  acme_sandbox-2.0rc1.tar.gz",
        "1!3.0  acme_sandbox-1!3.0-py3-none-any.whl  acme_sandbox-1!3.0.tar.gz",
        "1.0+Local_1  acme_sandbox-1.0+local.1-py3-none-any.whl  acme_sandbox-1.0+local.1.tar.gz",
      ]
    `);
  });

  test("a keyring backend is announced to keyring, with its program and the indexes that it knows", async () => {
    const programs = { ...packagePrograms(), keyringBackend: "ANSWERS = 1\n" };
    const [wheel] = await buildPackage({ ...PLAIN, keyringPlugin: ["private"] }, programs);
    const files = unzipSync(bytesOf(wheel));
    const text = (path: string): string => new TextDecoder().decode(files[path]);
    expect(text("acme_sandbox/keyring_backend.py")).toBe("ANSWERS = 1\n");
    expect(text("acme_sandbox-1.2.dist-info/entry_points.txt")).toBe("[keyring.backends]\nuv-mre = acme_sandbox.keyring_backend\n");
    expect(text("acme_sandbox/keyring_backend.json")).toBe('{"indexes":["private"]}');
  });

  test("the same package gives the same bytes in another process, time zone and locale", async () => {
    const script = `
      import { buildPackage } from ${JSON.stringify(new URL("build.ts", import.meta.url).href)};
      import { packagePrograms } from ${JSON.stringify(new URL("../run/programs.ts", import.meta.url).href)};
      const built = await buildPackage(${JSON.stringify(FULL)}, packagePrograms());
      console.log(JSON.stringify(built.map((each) => each.sha256)));`;
    const result = spawnSync(process.execPath, ["--input-type=module", "--experimental-strip-types", "--no-warnings", "-e", script], {
      encoding: "utf8",
      env: { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", PATH: process.env["PATH"] ?? "" },
    });
    expect(result.stderr).toBe("");
    expect(JSON.parse(result.stdout)).toEqual((await buildPackage(FULL, packagePrograms())).map((each) => each.sha256));
  });
});

describe("real installers, offline", async () => {
  const uv = await someUv();
  const { file: python } = await realPython();

  test.each(["wheel", "sdist"] as const)("pip and uv install the %s, and its commands run", async (format) => {
    await using folder = await temporaryFolder();
    const links = join(folder.path, "links");
    mkdirSync(links);
    write(links, await buildPackage({ ...FULL, formats: [format] }, packagePrograms()));
    write(links, await buildPackage({ ...PLAIN, name: "leaf", formats: [format], extras: { fast: [] } }, packagePrograms()));
    for (const installer of ["pip", "uv"] as const) {
      const venv = join(folder.path, `${installer}-venv`);
      run(uv, ["venv", "-q", "--python", python, venv], folder.path);
      const options = ["--no-index", "--find-links", links, "Acme.Sandbox>=1"];
      if (installer === "uv") run(uv, ["pip", "install", "-q", "--python", venv, ...options], folder.path);
      else run(python, ["-m", "pip", "-q", "--python", venv, "install", ...options], folder.path);
      const ran = ["acme-hello", "acme-other"].map((name) => run(join(venv, "bin", name), [], folder.path));
      expect(ran).toEqual(["Acme.Sandbox 1.2", "other é"]);
      const version =
        "import acme_sandbox, leaf, importlib.metadata as m; print(acme_sandbox.__version__, m.version('leaf'), m.requires('acme-sandbox'))";
      expect(run(join(venv, "bin", "python"), ["-c", version], folder.path)).toMatch(/^1\.2 1\.2 \['leaf>=1', /);
      run(uv, ["pip", "check", "--python", venv], folder.path);
    }
  });

  test("an unpacked sdist installs as editable", async () => {
    await using folder = await temporaryFolder();
    write(folder.path, await buildPackage({ ...PLAIN, formats: ["sdist"], scripts: { hello: "acme_sandbox:main" } }, packagePrograms()));
    run("tar", ["xzf", "acme_sandbox-1.2.tar.gz"], folder.path);
    const venv = join(folder.path, "venv");
    run(uv, ["venv", "-q", "--python", python, venv], folder.path);
    run(uv, ["pip", "install", "-q", "--python", venv, "-e", "./acme_sandbox-1.2"], folder.path);
    expect(run(join(venv, "bin", "hello"), [], folder.path)).toBe("Acme.Sandbox 1.2");
    const where = run(join(venv, "bin", "python"), ["-c", "import acme_sandbox; print(acme_sandbox.__file__)"], folder.path);
    expect(where).toContain(join("acme_sandbox-1.2", "src", "acme_sandbox"));
  });
});
