import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { chmod, link, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { WHOLE } from "../../test/product/extent.ts";
import { temporaryFolder } from "../../test/real-tools.ts";
import { openWorkspaceFixture, type WorkspaceFixture } from "../../test/workspace-fixture.ts";
import { removeTree } from "../disk/remove-tree.ts";
import { createRunProcess } from "../process/run-process.ts";
import { readKeyringJournal } from "./keyring-journal.ts";

/* What a step may leave where the harness reads, writes and removes next. */

async function fifo(file: string): Promise<void> {
  execFileSync("mkfifo", [file]);
}

async function socket(file: string): Promise<void> {
  // A socket's own path is short.
  const server = createServer();
  const here = process.cwd();
  await new Promise<void>((resolve) => void server.listen(path.relative(here, file), resolve));
  onTestFinished(() => void server.close());
}

async function print(fixture: WorkspaceFixture, text: string): Promise<string> {
  const run = createRunProcess({ tag: `hostile-${process.pid}`, seal: fixture.owner.seal });
  const { workspace } = fixture;
  const request = { file: "/bin/cat", args: [], cwd: "/", env: {}, timeoutMs: 30_000, outputDir: workspace.outputDir };
  return (await run({ ...request, stdin: text })).stdout;
}

describe.skipIf(process.platform !== "linux")("output", () => {
  test("goes where it went before a step swapped the folder for a link", async () => {
    await using outside = await temporaryFolder();
    await using fixture = await openWorkspaceFixture();
    const { output } = fixture.workspace.paths;
    renameSync(output, `${output}.moved`);
    await symlink(outside.path, output);
    expect(await print(fixture, "said")).toBe("said");
    expect(await readdir(outside.path)).toEqual([]);
  });
});

describe("the journal of keyring calls", () => {
  test.each([
    ["a FIFO", (file: string) => fifo(file)],
    ["a link to what never ends", (file: string) => symlink("/dev/zero", file)],
    ["a socket", socket],
    ["a folder", (file: string) => mkdir(file)],
    ["a sparse file", async (file: string) => writeFile(file, "").then(() => truncate(file, 1_000_000_000_000))],
  ])("that is %s cannot be read, and holds nothing up", async (_, put) => {
    await using fixture = await openWorkspaceFixture();
    const { paths } = fixture.workspace;
    await put(path.join(paths.output, "keyring-0.jsonl"));
    await expect(readKeyringJournal({ paths, toolPrefix: null, clockOrigin: 0 })).rejects.toThrow("keyring-0.jsonl is no file");
  });

  test("in a folder that is now a link is not read there", async () => {
    await using outside = await temporaryFolder();
    await using fixture = await openWorkspaceFixture();
    const { paths } = fixture.workspace;
    await rm(paths.output, { recursive: true });
    await symlink(outside.path, paths.output);
    await expect(readKeyringJournal({ paths, toolPrefix: null, clockOrigin: 0 })).rejects.toThrow("ENOTDIR");
  });
});

describe("a file that a later step writes", () => {
  test.each([
    ["a FIFO", (file: string) => fifo(file)],
    ["a socket", socket],
  ])("where there is %s: the scenario's mistake, at once", async (_, put) => {
    await using fixture = await openWorkspaceFixture();
    await put(path.join(fixture.workspace.paths.project, "taken"));
    await expect(fixture.workspace.writeFiles("project", { taken: "text" })).rejects.toThrow(
      "taken: something that is no file has this name",
    );
  });

  test("that has another name outside keeps what it holds there", async () => {
    await using outside = await temporaryFolder();
    await using fixture = await openWorkspaceFixture();
    const theirs = path.join(outside.path, "theirs");
    await writeFile(theirs, "precious");
    await link(theirs, path.join(fixture.workspace.paths.project, "linked"));
    await fixture.workspace.writeFiles("project", { linked: "text" });
    expect([await readFile(theirs, "utf8"), (await fixture.workspace.readFile("linked")).content]).toEqual(["precious", "text"]);
  });
});

describe("a file of a condition", () => {
  test.each([
    ["a FIFO", "is no regular file", (file: string) => fifo(file)],
    ["a socket", "is no regular file", socket],
    ["a link to what never ends", "is a link out of the run's folder", (file: string) => symlink("/dev/zero", file)],
  ])("that is %s is not read", async (_, unread, put) => {
    await using fixture = await openWorkspaceFixture();
    await put(path.join(fixture.workspace.paths.project, "odd"));
    expect(await fixture.workspace.readFile("odd")).toEqual({ content: null, unread });
  });

  test("that is too large is no text", async () => {
    await using fixture = await openWorkspaceFixture();
    const file = path.join(fixture.workspace.paths.project, "sparse");
    await writeFile(file, "");
    await truncate(file, 1_000_000_000_000);
    await expect(fixture.workspace.readFile("sparse")).rejects.toThrow("more than is read");
  });
});

describe("the search for secrets", () => {
  test("passes over what is no file, and comes to its end", async () => {
    await using fixture = await openWorkspaceFixture();
    const { project } = fixture.workspace.paths;
    await fifo(path.join(project, "fifo"));
    await symlink("/dev/zero", path.join(project, "endless"));
    await symlink("/", path.join(project, "everything"));
    await socket(path.join(project, "socket"));
    await writeFile(path.join(project, "sparse"), "");
    await truncate(path.join(project, "sparse"), 1_000_000_000_000);
    await writeFile(path.join(project, "text"), "found");
    expect(await fixture.workspace.writtenTexts()).toEqual([{ where: "text", text: "found", before: "" }]);
  });

  const many = WHOLE ? 50_000 : 5_000;

  test(`goes through ${many} files`, { timeout: 120_000 }, async () => {
    await using fixture = await openWorkspaceFixture();
    const folder = path.join(fixture.workspace.paths.project, "many");
    const program =
      "import os,sys\nos.mkdir(sys.argv[1])\nfor i in range(int(sys.argv[2])):\n open(f'{sys.argv[1]}/{i}','w').write('text')";
    execFileSync("python3", ["-c", program, folder, String(many)]);
    expect(await fixture.workspace.writtenTexts()).toHaveLength(many);
    expect(await fixture.workspace.writtenTexts()).toEqual([]);
  });

  test("says of a tree that is too deep that it was not searched", async () => {
    await using fixture = await openWorkspaceFixture();
    deepen(path.join(fixture.workspace.paths.project, "deep"));
    await expect(fixture.workspace.writtenTexts()).rejects.toThrow("levels deep");
  });
});

/** 500 folders in one another, whose path is twenty times longer than a path may be. */
function deepen(folder: string): void {
  const program =
    "import os,sys\nos.makedirs(sys.argv[1]); os.chdir(sys.argv[1])\nfor i in range(500):\n os.mkdir('d'*200); os.chdir('d'*200)\nopen('end','w')";
  execFileSync("python3", ["-c", program, folder]);
}

describe("removal", () => {
  test("leaves nothing of a tree that is deep, locked, and full of links, FIFOs and odd names; and nothing else goes", async () => {
    await using outside = await temporaryFolder();
    await writeFile(path.join(outside.path, "precious"), "");
    const base = path.join(outside.path, "run");
    mkdirSync(path.join(base, "locked/inner"), { recursive: true });
    deepen(path.join(base, "deep"));
    await fifo(path.join(base, "fifo"));
    await socket(path.join(base, "socket"));
    await symlink(outside.path, path.join(base, "everything"));
    await writeFile(path.join(base, "locked/inner/file"), "");
    await writeFile(Buffer.concat([Buffer.from(`${base}/`), Buffer.from([0xff, 0xfe])]), "");
    for (const name of ["locked/inner", "locked"]) await chmod(path.join(base, name), 0);
    await removeTree(base);
    expect(await readdir(outside.path)).toEqual(["precious"]);
  });

  test("of a run whose folder is now a link leaves where it leads", async () => {
    await using outside = await temporaryFolder();
    await writeFile(path.join(outside.path, "precious"), "");
    const fixture = await openWorkspaceFixture();
    const { root } = fixture.workspace.paths;
    renameSync(root, `${root}.moved`);
    await symlink(outside.path, root);
    await fixture[Symbol.asyncDispose]();
    await rm(`${root}.moved`, { recursive: true });
    expect([existsSync(root), (await stat(path.join(outside.path, "precious"))).isFile()]).toEqual([false, true]);
  });
});
