import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { createProcessIdentity } from "../process/process-identity.ts";
import { isWholeTree, keepTree, treeDigest } from "./kept-tree.ts";

let cacheDir: string;
let made: number;

beforeEach(async () => {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  cacheDir = folder.path;
  made = 0;
});

async function keep(): Promise<string> {
  return keepTree({ cacheDir, identity: await createProcessIdentity() }, path.join(cacheDir, "tools", "one"), async (target) => {
    made++;
    await mkdir(path.join(target, "below", "__pycache__"), { recursive: true });
    await writeFile(path.join(target, "below", "module.py"), "x = 1");
    await writeFile(path.join(target, "below", "__pycache__", "module.pyc"), "compiled");
    await symlink("module.py", path.join(target, "below", "link"));
  });
}

test("a tree is made once, by two at once too, and leaves nothing else", async () => {
  const [one, two] = await Promise.all([keep(), keep()]);
  expect(one).toBe(two);
  const before = made;
  await keep();
  expect(made).toBe(before);
  expect(await readdir(path.join(cacheDir, "staging"))).toEqual([]);
  expect((await readdir(cacheDir)).sort()).toEqual(["staging", "tools"]);
});

test.each<[string, (tree: string) => Promise<unknown>]>([
  ["a byte", (tree) => writeFile(path.join(tree, "below/module.py"), "x = 2")],
  ["a file less", (tree) => rm(path.join(tree, "below/module.py"))],
  ["a file more", (tree) => writeFile(path.join(tree, "sitecustomize.py"), "")],
  ["another bytecode", (tree) => writeFile(path.join(tree, "below/__pycache__/module.pyc"), "Compiled")],
  ["a link elsewhere", (tree) => rm(path.join(tree, "below/link")).then(() => symlink("/", path.join(tree, "below/link")))],
  ["its seal", (tree) => appendFile(path.join(tree, "uv-mre-tree.json"), " ")],
  ["all of it", (tree) => rm(tree, { recursive: true }).then(() => writeFile(tree, ""))],
  ["its place", (tree) => rename(tree, path.join(tree, "..", "two")).then(() => mkdir(tree))],
])("a tree with %s changed is made again", async (_, damage) => {
  const tree = await keep();
  const digest = await treeDigest(tree);
  await damage(tree);
  expect(await isWholeTree(tree, "one")).toBe(false);
  expect(await keep()).toBe(tree);
  expect(made).toBe(2);
  expect(await readFile(path.join(tree, "below/module.py"), "utf8")).toBe("x = 1");
  expect(await treeDigest(tree)).toBe(digest);
});

test("bytecode that Python put there since is no change; a tree made for something else is another", async () => {
  const tree = await keep();
  await writeFile(path.join(tree, "below/__pycache__/other.pyc"), "");
  expect(await isWholeTree(tree, "one")).toBe(true);
  expect(await isWholeTree(tree, "two")).toBe(false);
  expect(existsSync(path.join(tree, "uv-mre-tree.json"))).toBe(true);
});
