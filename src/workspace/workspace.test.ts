import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { openWorkspaceFixture } from "../../test/workspace-fixture.ts";
import { UserError } from "../scenario/error.ts";
import { programFile } from "../run/programs.ts";
import { linkSystemTools } from "./commands.ts";

describe("the folder of a run", () => {
  test("is gone with all that was in it, read-only folders too", async () => {
    await using base = await temporaryFolder();
    const fixture = await openWorkspaceFixture({ baseDir: base.path });
    const { workspace } = fixture;
    await workspace.writeFiles("project", { "deep/er/file": "text" });
    await fixture.run("chmod", ["-R", "a-w", "deep"]);
    await workspace[Symbol.asyncDispose]();
    expect(await readdir(base.path)).toEqual([]);
  });

  test("stays when kept", async () => {
    await using base = await temporaryFolder();
    const { workspace } = await openWorkspaceFixture({ baseDir: base.path });
    await workspace.keep();
    await workspace[Symbol.asyncDispose]();
    expect(existsSync(workspace.paths.project)).toBe(true);
  });

  test("is not left behind when it cannot be furnished", async () => {
    await using base = await temporaryFolder();
    await expect(openWorkspaceFixture({ baseDir: base.path, uv: "\0" })).rejects.toThrow("null bytes");
    expect(await readdir(base.path)).toEqual([]);
  });

  test.each(["pyproject.toml", ".python-version", ".venv"])("is not made below %s, which uv would find", async (name) => {
    await using base = await temporaryFolder();
    await writeFile(path.join(base.path, name), "");
    await mkdir(path.join(base.path, "inner"));
    await expect(openWorkspaceFixture({ baseDir: path.join(base.path, "inner") })).rejects.toThrow(
      `${path.join(base.path, name)} would be found`,
    );
    expect(await readdir(path.join(base.path, "inner"))).toEqual([]);
  });

  test("stops uv from finding settings further up", async () => {
    await using base = await temporaryFolder();
    await writeFile(path.join(base.path, "uv.toml"), "this is = not [toml");
    await using fixture = await openWorkspaceFixture({ baseDir: base.path });
    expect((await fixture.run("uv", ["venv"])).exit).toBe(0);
  });

  test("has the same tools from links that were made before, and without them", async () => {
    await using base = await temporaryFolder();
    const made = path.join(base.path, "made");
    await linkSystemTools(made);
    const toolsOf = async (systemTools?: string): Promise<[name: string, target: string][]> => {
      await using fixture = await openWorkspaceFixture({ baseDir: base.path, ...(systemTools !== undefined && { systemTools }) });
      expect((await fixture.run("sh", ["-c", "echo a | tr a b"])).stdout).toBe("b\n");
      const { bin } = fixture.workspace.paths;
      const links = (await readdir(bin, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
      return await Promise.all(links.sort().map(async (name) => [name, await readlink(path.join(bin, name))]));
    };
    const expected = await toolsOf();
    expect(await toolsOf(made)).toEqual(expected);
    expect(await toolsOf(path.join(base.path, "absent"))).toEqual(expected);
    expect((await readdir(made)).sort()).toEqual(expected.map(([name]) => name).filter((name) => !/^uvx?$/.test(name)));
  });

  test("is for this person only", async () => {
    await using fixture = await openWorkspaceFixture();
    const { root } = fixture.workspace.paths;
    await fixture.workspace.writeKeyringAnswers("{}");
    expect((await stat(root)).mode & 0o777).toBe(0o700);
    expect((await stat(fixture.workspace.paths.keyringAnswers)).mode & 0o777).toBe(0o600);
  });
});

describe("files", () => {
  test("are written with folders, executable if they start with #!, and read back", async () => {
    await using fixture = await openWorkspaceFixture();
    const { workspace } = fixture;
    await workspace.writeFiles("project", { "a/tool": "#!/bin/sh\necho done\n", "b.toml": "x = 1\n" });
    await workspace.writeFiles("home", { ".netrc": "machine x\n" });
    expect((await fixture.run("a/tool", [])).stdout).toBe("done\n");
    expect((await stat(path.join(workspace.paths.project, "b.toml"))).mode & 0o111).toBe(0);
    expect((await workspace.readFile("b.toml")).content).toBe("x = 1\n");
    expect((await workspace.readFile("~/.netrc")).content).toBe("machine x\n");
    expect((await workspace.readFile(path.join(workspace.paths.home, ".netrc"))).content).toBe("machine x\n");
    expect((await workspace.readFile("absent")).content).toBeNull();
    expect((await workspace.readFile("absent/deeper")).content).toBeNull();
    expect(await workspace.readFile("a")).toEqual({ content: null, unread: "is a folder" });
    await writeFile(path.join(workspace.paths.project, "binary"), "\0 secret");
    expect((await workspace.readFile("binary")).content).toContain("secret");
  });

  test("that are a link out of the run exist, and are not read", async () => {
    await using fixture = await openWorkspaceFixture();
    await symlink("/etc/passwd", path.join(fixture.workspace.paths.project, "link"));
    expect(await fixture.workspace.readFile("link")).toEqual({ content: null, unread: "is a link out of the run's folder" });
  });

  test.each([
    ["uv's", "version_info = 3.11.7\n", "python3.11", ["zope-interface==1.0"]],
    ["uv 0.0.5's", "gourgeist = 0.0.4\nversion_info = 3.11\n", "python3.11", ["zope-interface==1.0"]],
    ["the standard library's", "version = 3.9.2\n", "python3.9", ["zope-interface==1.0"]],
    ["virtualenv's", "version_info = 3.13.0.final.0\nvirtualenv = 20.1\n", "python3.13", ["zope-interface==1.0"]],
    ["one without the global lock", "version_info = 3.13.1\n", "python3.13t", ["zope-interface==1.0"]],
    ["one with a folder of another Python alone", "version_info = 3.1\n", "python3.11", null],
    ["one that says no version", "home = /usr/bin\n", "python3.11", null],
  ])("of a venv are those of its own Python, not of a folder beside it: %s", async (_, config, python, installed) => {
    await using fixture = await openWorkspaceFixture();
    const { paths } = fixture.workspace;
    await fixture.workspace.writeFiles("project", {
      ".venv/pyvenv.cfg": config,
      [`.venv/lib/${python}/site-packages/zope.interface-1.0.dist-info/METADATA`]: "",
      ".venv/lib/python3.99/site-packages/forged-1.0.dist-info/METADATA": "",
    });
    expect(await fixture.workspace.installed(".venv")).toBe(installed?.join("\n") ?? null);
    // An exported script sees the same.
    const program =
      "import json, sys; sys.path.insert(0, sys.argv[1]); import installed; print(json.dumps(installed.packages(sys.argv[2])))";
    const { stdout } = await fixture.run("python3", ["-c", program, programFile("export"), path.join(paths.project, ".venv")]);
    expect(JSON.parse(stdout)).toEqual(installed?.map((each) => ({ package: each.split("==")[0], version: each.split("==")[1] })) ?? [{}]);
  });

  test("are removed by name, in home and in uv's cache; what is absent is no error", async () => {
    await using fixture = await openWorkspaceFixture();
    const { workspace } = fixture;
    await workspace.writeFiles("project", { "a/b": "" });
    await workspace.writeFiles("home", { ".netrc": "" });
    await mkdir(path.join(workspace.paths.cache, "wheels-v5"), { recursive: true });
    await workspace.removePaths(["a", "~/.netrc", workspace.paths.cache, "absent"]);
    expect(await readdir(workspace.paths.project)).toEqual([]);
    expect(existsSync(workspace.paths.cache)).toBe(false);
    expect((await workspace.readFile("~/.netrc")).content).toBeNull();
  });

  test.each(["../x", "/etc/x", "a/../../x", "link/x", "dangling/x", "file-link"])("%s leaves the folder, and is refused", async (name) => {
    await using outside = await temporaryFolder();
    await using fixture = await openWorkspaceFixture();
    const { workspace } = fixture;
    const { project } = workspace.paths;
    await writeFile(path.join(outside.path, "precious"), "precious");
    await symlink(outside.path, path.join(project, "link"));
    await symlink(path.join(outside.path, "absent"), path.join(project, "dangling"));
    await symlink(path.join(outside.path, "precious"), path.join(project, "file-link"));
    await expect(workspace.writeFiles("project", { [name]: "bad" })).rejects.toThrow(UserError);
    expect(await readdir(outside.path)).toEqual(["precious"]);
    expect(await readFile(path.join(outside.path, "precious"), "utf8")).toBe("precious");
  });

  test("removing a link removes the link, and nothing is removed through one", async () => {
    await using outside = await temporaryFolder();
    await using fixture = await openWorkspaceFixture();
    const { workspace } = fixture;
    await writeFile(path.join(outside.path, "precious"), "");
    const link = path.join(workspace.paths.project, "link");
    await symlink(outside.path, link);
    await expect(workspace.removePaths(["link/precious"])).rejects.toThrow("a link leads it out of the run's folder");
    await workspace.removePaths(["link"]);
    await expect(lstat(link)).rejects.toThrow("ENOENT");
    expect(await readdir(outside.path)).toEqual(["precious"]);
  });

  test.each([".", "~", "../project", ".."])("a step may not delete %s", async (name) => {
    await using fixture = await openWorkspaceFixture();
    await expect(fixture.workspace.removePaths([name])).rejects.toThrow(UserError);
    expect(existsSync(fixture.workspace.paths.project)).toBe(true);
  });

  test("a file in the place of a folder is the scenario's mistake", async () => {
    await using fixture = await openWorkspaceFixture();
    await expect(fixture.workspace.writeFiles("project", { a: "", "a/b": "" })).rejects.toThrow("a/b: a file and a folder want this name");
  });
});

describe("texts that steps wrote", () => {
  test("are told once, with what was there before", async () => {
    await using fixture = await openWorkspaceFixture();
    const { workspace } = fixture;
    const { project, home } = workspace.paths;
    await workspace.writeFiles("project", { "pyproject.toml": "old", "untouched.toml": "as it was" });
    expect(await workspace.writtenTexts()).toEqual([]);
    const receipt = path.join(home, ".local/share/uv/tools/keyring/uv-receipt.toml");
    const origin = path.join(project, ".venv/lib/python3.11/site-packages/a-1.dist-info/direct_url.json");
    for (const [file, text] of [
      [path.join(project, "pyproject.toml"), "new"],
      [path.join(project, "uv.lock"), "lock"],
      [path.join(project, "binary"), "a\0b"],
      [path.join(project, ".venv/pyvenv.cfg"), "cfg"],
      [path.join(project, ".venv/lib/module.py"), "module"],
      [path.join(home, ".local/share/uv/credentials/credentials.toml"), "secret"],
      [path.join(home, ".netrc"), "secret"],
      [origin, "url"],
      [receipt, "receipt"],
    ] as const) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    expect(await workspace.writtenTexts()).toMatchInlineSnapshot(`
      [
        {
          "before": "",
          "text": "receipt",
          "where": "~/.local/share/uv/tools/keyring/uv-receipt.toml",
        },
        {
          "before": "",
          "text": "url",
          "where": ".venv/lib/python3.11/site-packages/a-1.dist-info/direct_url.json",
        },
        {
          "before": "old",
          "text": "new",
          "where": "pyproject.toml",
        },
        {
          "before": "",
          "text": "lock",
          "where": "uv.lock",
        },
      ]
    `);
    expect(await workspace.writtenTexts()).toEqual([]);
    await writeFile(path.join(project, "uv.lock"), "lock, changed");
    expect(await workspace.writtenTexts()).toEqual([{ where: "uv.lock", text: "lock, changed", before: "lock" }]);
  });
});
