import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { put, ROOT, steady } from "./command.ts";

/** What the closing line of CI says, from reports that the real runner wrote of small test files. */

const COUNT = path.join(ROOT, "scripts/count-tests.ts");
const GOOD = `import { afterAll, beforeAll, describe, expect, test } from "vitest";
test("good", () => expect(1).toBe(1));
`;
const BAD = `${GOOD}test("bad", () => expect(1).toBe(2));\n`;

interface Ended {
  readonly exit: number;
  readonly stdout: string;
}

function run(file: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout) => {
      resolve({ exit: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout });
    });
  });
}

/** Runs the runner on test files and counts. */
async function count(texts: string | Readonly<Record<string, string>>, ...steps: string[]): Promise<Ended> {
  await using folder = await temporaryFolder();
  for (const [name, text] of Object.entries(typeof texts === "string" ? { a: texts } : texts)) {
    await put(folder.path, `${name}.test.ts`, text);
  }
  const { VITEST: _, ...env } = process.env;
  const options = { cwd: folder.path, env };
  const vitest = path.join(ROOT, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--root", ".", "--reporter", "json", "--outputFile", "report.json"];
  const { exit } = await run(process.execPath, args, options);
  const counted = await run(process.execPath, [COUNT, "report.json", String(exit), ...steps], options);
  return { exit: counted.exit, stdout: steady(counted.stdout, folder.path) };
}

describe("the count of tests", () => {
  it("is of what passed, failed and was skipped", async () => {
    expect(await count(GOOD)).toEqual({ exit: 0, stdout: "1 passed, 0 failed\n" });
    expect(await count(`${GOOD}test.skip("later", () => {});\n`)).toEqual({
      exit: 0,
      stdout: "1 passed, 0 failed, 1 skipped\n",
    });
    expect(await count(BAD)).toEqual({ exit: 1, stdout: "1 passed, 1 failed\n" });
  });

  it("a file that fails by itself is a failure", async () => {
    const bad: Readonly<Record<string, string>> = {
      before: `${GOOD}beforeAll(() => { throw new Error("no server"); });`,
      after: `${GOOD}afterAll(() => { throw new Error("not closed"); });`,
      beside: `${BAD}afterAll(() => { throw new Error("nor this"); });`,
      within: `${GOOD}describe("x", () => { afterAll(() => { throw new Error("no"); }); test("in", () => expect(1).toBe(1)); });`,
      empty: "export {};\n",
      unloaded: `import "./nowhere.ts";\n`,
    };
    const { exit, stdout } = await count(bad);
    expect([exit, ...stdout.trimEnd().split("\n").sort()]).toEqual([
      1,
      "4 passed, 7 failed, 1 skipped",
      "failed outside its tests: $FOLDER/after.test.ts: not closed",
      "failed outside its tests: $FOLDER/before.test.ts: no server",
      "failed outside its tests: $FOLDER/beside.test.ts: nor this",
      "failed outside its tests: $FOLDER/empty.test.ts: No test suite found in file $FOLDER/empty.test.ts",
      "failed outside its tests: $FOLDER/unloaded.test.ts: Cannot find module './nowhere.ts' imported from $FOLDER/unloaded.test.ts",
      "failed outside its tests: $FOLDER/within.test.ts",
    ]);
  });

  it("so is an error that no test waited for", async () => {
    const late = `${GOOD}test("late", async () => { void Promise.reject(new Error("late")); await new Promise((done) => setImmediate(done)); });`;
    expect(await count(late)).toEqual({ exit: 1, stdout: "the runner ended with status 1: see its output\n2 passed, 1 failed\n" });
  });

  it("so is another step of CI, and a report that is not there or not whole", async () => {
    expect(await count(GOOD, "npm run check")).toEqual({ exit: 1, stdout: "failed: npm run check\n1 passed, 1 failed\n" });
    await using folder = await temporaryFolder();
    const options = { cwd: folder.path, env: process.env };
    await put(folder.path, "half.json", '{"numPassedTests":');
    for (const report of ["absent.json", "half.json"]) {
      expect(await run(process.execPath, [COUNT, report, "1", "npm run check"], options)).toEqual({
        exit: 1,
        stdout: "no whole test report was written: the runner did not finish\nfailed: npm run check\n0 passed, 2 failed\n",
      });
    }
  });
});

it("why tests were skipped is said once", async () => {
  await using folder = await temporaryFolder();
  const text = `${GOOD}
test.for([1, 2])("two %s", (_, context) => context.skip("no Docker"));
test.for([1, 2])("more %s (skipped: no network)", (_, context) => context.skip());
`;
  await put(folder.path, "a.test.ts", text);
  const { VITEST: _, ...env } = process.env;
  const args = [
    path.join(ROOT, "node_modules/vitest/vitest.mjs"),
    "run",
    "--root",
    ".",
    "--reporter",
    path.join(ROOT, "test/skip-reporter.ts"),
  ];
  const all = await run(process.execPath, args, { cwd: folder.path, env });
  expect(all.stdout.trim().split("\n")).toEqual(["skipped: 2 tests: no Docker", "skipped: 2 tests: no network"]);
  const filtered = await run(process.execPath, [...args, "-t", "good"], { cwd: folder.path, env });
  expect(filtered.stdout.trim()).toBe("");
});

describe("reports of several machines", () => {
  const MERGE = path.join(ROOT, "scripts/merge-reports.ts");

  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const { VITEST: _, ...env } = process.env;
  const options = (): { cwd: string; env: NodeJS.ProcessEnv } => ({ cwd: folder.path, env });

  /** The runner's reports of three files, each as one shard. */
  beforeAll(async () => {
    folder = await temporaryFolder();
    const vitest = path.join(ROOT, "node_modules/vitest/vitest.mjs");
    for (const [name, text] of Object.entries({ good: GOOD, other: GOOD, bad: BAD })) {
      await put(folder.path, `${name}.test.ts`, text);
      await run(process.execPath, [vitest, "run", "--root", ".", "--reporter=blob", `--outputFile=${name}.json`, name], options());
    }
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  /** Merges reports under the names that shards give them. */
  async function merge(shards: Readonly<Record<string, string>>, shardCount: string): Promise<Ended> {
    await rm(path.join(folder.path, "parts"), { recursive: true, force: true });
    await mkdir(path.join(folder.path, "parts"));
    for (const [name, report] of Object.entries(shards)) {
      await copyFile(path.join(folder.path, `${report}.json`), path.join(folder.path, `parts/${name}.json`));
    }
    const merged = await run(process.execPath, [MERGE, shardCount, "parts"], options());
    return { exit: merged.exit, stdout: merged.stdout.trimEnd().split("\n").slice(-2).join("\n") };
  }

  it("are counted together", async () => {
    expect(await merge({ "blob-1-2": "good", "blob-2-2": "other" }, "2")).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/\n2 passed, 0 failed$/),
    });
    expect(await merge({ "blob-1-2": "good", "blob-2-2": "bad" }, "2")).toMatchObject({
      exit: 1,
      stdout: expect.stringMatching(/\n2 passed, 1 failed$/),
    });
  });

  it("are a failure when one is missing or does not belong to them", async () => {
    expect(await merge({ "blob-1-3": "good", "blob-3-3": "other" }, "3")).toEqual({
      exit: 1,
      stdout: "no report of a shard: blob-2-3.json not in parts\n0 passed, 1 failed",
    });
    expect(await merge({ "blob-1-1": "good", "blob-2-2": "other" }, "1")).toEqual({
      exit: 1,
      stdout: "not a report of these 1 shards: blob-2-2.json in parts\n0 passed, 1 failed",
    });
    expect(await merge({}, "0")).toMatchObject({ exit: 1, stdout: expect.stringMatching(/0 passed, 1 failed$/) });
  });
});

/** `.ci/run` with commands that do nothing but what is told, on a machine where nothing is missing. */
async function ci(commands: Readonly<Record<string, string>>): Promise<{ exit: number; last: string | undefined }> {
  await using folder = await temporaryFolder();
  await mkdir(path.join(folder.path, ".ci"));
  await copyFile(path.join(ROOT, ".ci/run"), path.join(folder.path, ".ci/run"));
  await put(folder.path, "docker/setup.sh", "exit 0\n");
  const all = { node: "echo v24.1.0", python3: "", shellcheck: "", git: "", "apt-get": "exit 1", sudo: 'exec "$@"', npm: "", ...commands };
  for (const [name, script] of Object.entries(all)) await chmod(await put(folder.path, `bin/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
  const env = { PATH: `${path.join(folder.path, "bin")}:/usr/bin:/bin` };
  const { exit, stdout } = await run("bash", [path.join(folder.path, ".ci/run")], { cwd: folder.path, env });
  return { exit, last: stdout.trimEnd().split("\n").at(-1) };
}

describe(".ci/run always ends with a count", () => {
  const report = JSON.stringify({ numPassedTests: 3, numFailedTests: 0, testResults: [] });
  const npm = (failing: string): string => `
case "$*" in
  "${failing}") exit 7 ;;
  test) echo '${report}' > .vitest-results.json ;;
  "run --silent ci:count -- "*) shift 4; exec "${process.execPath}" "${COUNT}" "$@" ;;
esac`;

  it.each([
    ["nothing", {}, 0, "3 passed, 0 failed"],
    ["apt-get", { python3: "exit 1" }, 1, "0 passed, 1 failed"],
    ["an old Node", { node: "echo v18.19.0" }, 1, "0 passed, 1 failed"],
    ["no version of Node", { node: "" }, 1, "0 passed, 1 failed"],
    ["npm ci", { npm: npm("ci") }, 1, "0 passed, 1 failed"],
    ["npm run check", { npm: npm("run check") }, 1, "3 passed, 1 failed"],
    ["npm test", { npm: npm("test") }, 1, "0 passed, 1 failed"],
  ])("where this fails: %s", async (_, commands, exit, last) => {
    expect(await ci({ npm: npm("nothing"), ...commands })).toEqual({ exit, last });
  });
});
