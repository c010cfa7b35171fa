import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type BisectJson, loadScenarios, type MapJson, mapScenario, openHarness, UserError } from "../../src/index.ts";
import { WHOLE, wholeOnly } from "../product/extent.ts";
import { temporaryFolder } from "../real-tools.ts";
import { BIN, put, runCommand } from "./command.ts";

const BOUNDS = ["--bad", "0.6.14", "--good", "0.7.1"];

/** 0.6 reproduces, 0.7 is healthy, and no other run of this machine has asked it. */
function scenario(more = ""): string {
  return `schema = 1
title = "uv says that it is 0.6"
env = { ONLY_THIS_TEST = "${randomBytes(8).toString("hex")}" }

[[step]]
run = "uv --version"
reproduced = { stdout = "uv 0.6" }
healthy = { stdout = "uv 0.7" }
${more}`;
}

/** Releases that a search reported, with what it said of them. */
function asked(stderr: string): { uv: string; cached: boolean }[] {
  return [...stderr.matchAll(/^ {2}uv (?<uv>\S+) {2}\S+(?<cached> {2}\(cached\))?$/gm)].map(({ groups }) => ({
    uv: groups?.["uv"] ?? "",
    cached: groups?.["cached"] !== undefined,
  }));
}

/** Sends the signal as soon as the first probe is told. */
async function interruptedSearch(
  signal: "SIGINT" | "SIGKILL",
  args: readonly string[],
  cwd: string,
): Promise<{ exit: number | null; stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    const before = asked(stderr).length;
    stderr += chunk;
    if (before === 0 && asked(stderr).length > 0) child.kill(signal);
  });
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, stderr })));
}

/** `npm test` ends a bisection by one of them and a map by the other. */
const SIGNALS = ["SIGINT", "SIGKILL"] as const;

describe("bisect", () => {
  it.each(WHOLE ? SIGNALS : SIGNALS.slice(0, 1))("goes on after %s and repeats no finished probe", async (signal) => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario());
    const first = await interruptedSearch(signal, ["bisect", "small.toml", ...BOUNDS, "-j", "1"], folder.path);
    const told = first.stderr.includes("npx uv-mre bisect small.toml --good 0.7.1 --bad 0.6.14 --jobs 1");
    expect([first.exit, told]).toEqual([signal === "SIGINT" ? 130 : null, true]);
    const finished = asked(first.stderr).map(({ uv }) => uv);
    expect(finished.length).toBeGreaterThan(0);

    const second = await runCommand(["bisect", "small.toml", ...BOUNDS, "--confirm", "2", "--json"], { cwd: folder.path });
    expect(JSON.parse(second.stdout) as BisectJson).toMatchObject({ lastBefore: "0.6.17", firstChanged: "0.7.0", direction: "fixed" });
    const repeated = asked(second.stderr).filter(({ uv, cached }) => finished.includes(uv) && !cached);
    expect(repeated).toEqual([]);
    expect(asked(second.stderr).filter(({ cached }) => !cached)).not.toEqual([]);
  });

  it.each(WHOLE ? SIGNALS : SIGNALS.slice(1))("map goes on after %s and repeats no finished probe", async (signal) => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario());
    const args = ["map", "small.toml", "--uv", ">=0.6.14,<=0.7.1"];
    const first = await interruptedSearch(signal, [...args, "-j", "1"], folder.path);
    expect([first.exit, first.stderr.includes(`npx uv-mre map small.toml --uv '>=0.6.14,<=0.7.1' --jobs 1`)]).toEqual([
      signal === "SIGINT" ? 130 : null,
      true,
    ]);
    const finished = asked(first.stderr).map(({ uv }) => uv);
    expect(finished.length).toBeGreaterThan(0);

    const second = await runCommand([...args, "--confirm", "2", "--json"], { cwd: folder.path });
    const { exhaustive, segments } = JSON.parse(second.stdout) as MapJson;
    expect([exhaustive, segments.map(({ from, to, verdict }) => `${from} … ${to} ${verdict}`)]).toEqual([
      true,
      ["0.6.14 … 0.6.17 reproduced", "0.7.0 … 0.7.1 healthy"],
    ]);
    // Each once from the cache; both sides of the change are then run again.
    const again = asked(second.stderr).filter(({ uv }) => finished.includes(uv) && uv !== "0.6.17");
    expect(again.filter(({ cached }) => !cached)).toEqual([]);
    expect(second.stderr).toContain("\n1 of 6 releases asked, 5 more to ask\n");
  });

  it("--skip leaves releases out of both searches, and says so", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario());
    const skip = ["--skip", "0.6.17", "--skip", "0.7.0", "--confirm", "2", "--json"];
    const bisected = await runCommand(["bisect", "small.toml", ...BOUNDS, ...skip], { cwd: folder.path });
    expect(JSON.parse(bisected.stdout) as BisectJson).toMatchObject({
      outcome: "range",
      lastBefore: "0.6.16",
      firstChanged: "0.7.1",
      skipped: ["0.6.17", "0.7.0"],
    });
    const { probes } = JSON.parse(bisected.stdout) as BisectJson;
    expect(probes.find(({ uv }) => uv === "0.7.0")?.reasons).toEqual(["left out by --skip"]);
    const mapped = await runCommand(["map", "small.toml", "--uv", ">=0.6.16,<=0.7.1", ...skip], { cwd: folder.path });
    expect((JSON.parse(mapped.stdout) as MapJson).releases.map(({ uv }) => uv)).toEqual(["0.6.16", "0.7.1"]);
    expect(asked(bisected.stderr + mapped.stderr).filter(({ uv }) => ["0.6.17", "0.7.0"].includes(uv))).toEqual([]);
    const unknown = await runCommand(["map", "small.toml", "--skip", "0.6.99"], { cwd: folder.path });
    expect([unknown.exit, unknown.stderr]).toEqual([2, expect.stringContaining("0.6.99")]);
  });

  it(
    "answers by what is installed where the network fails, says what is missing, and goes on there",
    { timeout: 600_000 },
    async (context) => {
      wholeOnly(context);
      await using folder = await temporaryFolder();
      await put(folder.path, "small.toml", scenario());
      const env = { UV_MRE_CACHE_DIR: path.join(folder.path, "cache") };
      await using harness = await openHarness();
      for (const uv of ["0.6.16", "0.7.1"]) {
        await harness.release(uv);
        await cp(path.join(harness.cacheDir, "releases", uv), path.join(folder.path, "cache/releases", uv), { recursive: true });
      }
      // Brings the list of them.
      await runCommand(["versions", "0.7.1"], { env });
      const nowhere = "http://127.0.0.1:9/simple/";
      const lost = { ...env, UV_DEFAULT_INDEX: nowhere, UV_INDEX_URL: nowhere, PIP_INDEX_URL: nowhere, PIP_RETRIES: "0" };
      const between = ["--bad", "0.6.16", "--good", "0.7.1"];
      const first = await runCommand(["bisect", "small.toml", ...between, "--confirm", "2", "--json"], { cwd: folder.path, env: lost });
      const offline = JSON.parse(first.stdout) as BisectJson;
      expect({ exit: first.exit, ...offline }).toMatchObject({ exit: 0, outcome: "range", lastBefore: "0.6.16", firstChanged: "0.7.1" });
      expect(first.stderr).toContain("2 releases could not be fetched: 0.6.17, 0.7.0; this asks them once they can be:");
      expect(first.stderr).toContain("  npx uv-mre bisect small.toml --good 0.7.1 --bad 0.6.16 --confirm 2");
      expect(offline.probes.find(({ uv }) => uv === "0.7.0")?.reasons?.join("")).toMatch(/fetched/);
      const finished = [...new Set(asked(first.stderr).map(({ uv }) => uv))];
      expect(finished.sort()).toEqual(["0.6.16", "0.7.1"]);

      const second = await runCommand(["bisect", "small.toml", ...between, "--confirm", "2", "--json"], { cwd: folder.path, env });
      expect(JSON.parse(second.stdout) as BisectJson).toMatchObject({ firstChanged: "0.7.0" });
      expect(asked(second.stderr).filter(({ uv, cached }) => finished.includes(uv) && !cached)).toEqual([]);
    },
  );

  it("asks two searches at once, then the cache and both neighbours anew, and with --no-cache all of them", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario());
    const search = (...more: string[]) =>
      runCommand(["bisect", "small.toml", ...BOUNDS, "--confirm", "2", "--json", ...more], { cwd: folder.path });
    const both = await Promise.all([search(), search()]);
    expect(both.map(({ exit, stdout }) => [exit, (JSON.parse(stdout) as BisectJson).firstChanged])).toEqual([
      [0, "0.7.0"],
      [0, "0.7.0"],
    ]);
    const again = asked((await search()).stderr).filter(({ cached }) => !cached);
    expect(again.map(({ uv }) => uv).sort()).toEqual(["0.6.17", "0.7.0"]);
    expect(asked((await search("--no-cache")).stderr).filter(({ cached }) => cached)).toEqual([]);
  });

  it("comes to an end where it is aborted, or a release cannot be had, while releases are to be fetched ahead", async () => {
    await using folder = await temporaryFolder();
    await using harness = await openHarness();
    const [loaded] = await loadScenarios([await put(folder.path, "small.toml", scenario())]);
    if (loaded === undefined) throw new Error("no scenario");
    const options = { uv: [">=0.6.14,<=0.7.1"], parallel: 1, confirm: 2, useCache: false };
    const stop = new AbortController();
    const aborted = mapScenario(harness, loaded, { ...options, signal: stop.signal, onRun: () => stop.abort() });
    await expect(aborted).rejects.toThrow("interrupted");
    const release = harness.release.bind(harness);
    vi.spyOn(harness, "release").mockImplementation((uv) => (uv === "0.7.0" ? Promise.reject(new UserError("gone")) : release(uv)));
    const { missing } = await mapScenario(harness, loaded, options);
    expect([...missing]).toEqual(["0.7.0"]);
  });

  it("repeats a release whose runs differ, skips it and names the range", async () => {
    await using folder = await temporaryFolder();
    const counter = path.join(folder.path, "counter");
    // 0.6.17 is the one that changes its mind.
    const script = `case "$(uv --version)" in *0.6.17*) echo >> "${counter}"; [ $(($(wc -l < "${counter}") % 2)) = 0 ];; *0.6*) exit 1;; esac`;
    await put(
      folder.path,
      "flaky.toml",
      `schema = 1
title = "One release is flaky"

[[step]]
run = ["sh", "-c", '''${script}''']
reproduced = { exit = 1, request.none = {} }
healthy = { exit = 0, request.none = {} }
`,
    );
    const { exit, stdout, stderr } = await runCommand(
      ["bisect", "flaky.toml", "--bad", "0.6.15", "--good", "0.7.0", "--repeat", "2", "--json"],
      // The counter is outside the run.
      { cwd: folder.path, env: { UV_MRE_SANDBOX: "none" } },
    );
    const answer = JSON.parse(stdout) as BisectJson;
    expect({ exit, lastBefore: answer.lastBefore, firstChanged: answer.firstChanged, skipped: answer.skipped }).toEqual({
      exit: 0,
      lastBefore: "0.6.16",
      firstChanged: "0.7.0",
      skipped: ["0.6.17"],
    });
    const runs = asked(stderr).map(({ uv }) => uv);
    expect(runs.filter((uv) => uv === "0.6.17")).toHaveLength(5);
    // The two of the answer have twenty runs.
    expect(runs.filter((uv) => uv === "0.6.16")).toHaveLength(20);
  });

  it("knows what latest and oldest mean, and names those releases in what it prints", async () => {
    await using folder = await temporaryFolder();
    const listed = JSON.parse((await runCommand(["versions", "--json"])).stdout) as { versions: { version: string }[] };
    const [older = "", newest = ""] = listed.versions.slice(-2).map(({ version }) => version);
    await put(
      folder.path,
      "small.toml",
      scenario()
        .replace("schema = 1", `schema = 1\nsupported = ">=${older}"`)
        .replace("uv 0.6", `uv ${older}`)
        .replace("uv 0.7", `uv ${newest}`),
    );
    const { exit, stdout, stderr } = await runCommand(
      ["bisect", "small.toml", "--good", "latest", "--bad", "oldest", "--confirm", "2", "--json"],
      {
        cwd: folder.path,
      },
    );
    expect({ exit, answer: JSON.parse(stdout) as BisectJson }).toMatchObject({ exit: 0, answer: { good: newest, bad: older } });
    expect(stderr).toContain(`npx uv-mre bisect small.toml --good ${newest} --bad ${older} --confirm 2\n`);
  });

  it("looks for bounds within what the scenario supports, and says of one given outside that it is", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario().replace("schema = 1", 'schema = 1\nsupported = ">=0.6.17,<=0.7.0"'));
    const { exit, stdout } = await runCommand(["bisect", "small.toml", "--confirm", "2", "--json"], { cwd: folder.path });
    const answer = JSON.parse(stdout) as BisectJson;
    expect({ exit, asked: answer.probes.map(({ uv }) => uv).toSorted() }).toEqual({ exit: 0, asked: ["0.6.17", "0.7.0"] });
    const outside = await runCommand(["bisect", "small.toml", "--good", "0.7.1"], { cwd: folder.path });
    expect(outside.exit).toBe(2);
    expect(outside.stderr).toContain('error: uv 0.7.1 is outside the scenario\'s `supported = ">=0.6.17,<=0.7.0"`');
  });

  it.each(["bisect", "map"])("%s of a step that no release knows says so in uv's words", async (command) => {
    await using folder = await temporaryFolder();
    const step = '[[step]]\nrun = "uv snyc"\nreproduced = { exit = "nonzero" }\nhealthy = { exit = 0 }\n';
    await put(folder.path, "slip.toml", `schema = 1\ntitle = "A slip"\n\n${step}`);
    const args = command === "bisect" ? ["--good", "0.9.5", "--bad", "0.9.15"] : ["--uv", "0.9.5", "--uv", "0.9.15"];
    const { stderr } = await runCommand([command, "slip.toml", ...args], { cwd: folder.path });
    expect(stderr).toContain(
      "warning: slip.toml: nothing was judged, as no release that was run knows step 1, `uv snyc`. uv 0.9.15 does not",
    );
  });

  it("keeps no more releases than --max-disk allows", { timeout: 300_000 }, async (context) => {
    wholeOnly(context);
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario());
    const { exit, stderr } = await runCommand(
      ["bisect", "small.toml", "--bad", "0.6.17", "--good", "0.7.0", "-j", "1", "--max-disk", "60MB", "--confirm", "3"],
      { cwd: folder.path, env: { UV_MRE_CACHE_DIR: path.join(folder.path, "cache"), NODE_DISABLE_COMPILE_CACHE: "1" } },
    );
    // Three runs of each: the two are the answer.
    expect({ exit, asked: asked(stderr).length }).toEqual({ exit: 0, asked: 6 });
    expect(stderr).toContain("npx uv-mre bisect small.toml --good 0.7.0 --bad 0.6.17 --confirm 3");
    expect(await readdir(path.join(folder.path, "cache", "releases"))).toEqual(["0.7.0"]);
  });
});

describe("check answers as `git bisect run` wants it", () => {
  it.each<{ says: string; status: number; args: (uv: { good: string; bad: string }) => string[] }>([
    { says: "healthy", status: 0, args: ({ good }) => ["small.toml", "--uv", good] },
    { says: "reproduced", status: 1, args: ({ bad }) => ["small.toml", "--uv", bad] },
    { says: "unresolved", status: 125, args: ({ good }) => ["unresolved.toml", "--uv", good] },
    { says: "a build that is not there", status: 125, args: () => ["small.toml", "--uv", "./absent/uv"] },
    { says: "a build that does not run", status: 125, args: () => ["small.toml", "--uv", "./small.toml"] },
    { says: "a wrong scenario", status: 128, args: ({ good }) => ["wrong.toml", "--uv", good] },
    { says: "no scenario", status: 128, args: ({ good }) => ["absent.toml", "--uv", good] },
    { says: "a wrong flag", status: 128, args: ({ good }) => ["small.toml", "--uvv", good] },
    { says: "no uv", status: 128, args: () => ["small.toml"] },
    { says: "several releases", status: 128, args: () => ["small.toml", "--uv", ">=0.9"] },
    { says: "one of each minor", status: 128, args: () => ["small.toml", "--uv", "minors"] },
    { says: "the newest release, whose verdict is neither", status: 125, args: () => ["small.toml", "--uv", "latest"] },
  ])("$status: $says", async ({ status, args }) => {
    await using harness = await openHarness();
    const [good, bad] = await Promise.all(["0.7.0", "0.6.17"].map((uv) => harness.release(uv)));
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario());
    await put(folder.path, "unresolved.toml", scenario().replaceAll("uv 0.", "uv 9."));
    await put(folder.path, "wrong.toml", scenario("[nonsense]"));
    const { exit, stderr } = await runCommand(["check", ...args({ good: good?.file ?? "", bad: bad?.file ?? "" })], { cwd: folder.path });
    expect({ exit, stderr }).toMatchObject({ exit: status });
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  const OLD_NODE = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });';
  const BROKEN =
    'import { registerHooks } from "node:module"; registerHooks({ resolve(name, context, next) { if (/(cli\\/main\\.ts|chunk\\/main-[^/]*\\.js)$/.test(name)) throw new Error("half installed"); return next(name, context); } });';
  it.each<{ says: string; args: string[]; preload?: string; status: number; stderr: string }>([
    { says: "a wrong flag before it", args: ["--bogus", "check", "e.toml", "--uv", "x"], status: 128, stderr: "unknown option '--bogus'" },
    { says: "its own flag before it", args: ["--python", "x", "check", "e.toml"], status: 128, stderr: "unknown option '--python'" },
    { says: "a Node that is too old", args: ["check", "e.toml"], preload: OLD_NODE, status: 128, stderr: "needs Node 22.22 or newer" },
    { says: "such a Node, and run", args: ["run", "check"], preload: OLD_NODE, status: 2, stderr: "needs Node 22.22 or newer" },
    { says: "files that can't be loaded", args: ["check", "e.toml"], preload: BROKEN, status: 128, stderr: "half installed" },
    { says: "such files, and run", args: ["run", "check"], preload: BROKEN, status: 70, stderr: "half installed" },
  ])("$status: $says", async ({ args, preload, status, stderr }) => {
    const env = preload === undefined ? {} : { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` };
    const finished = await runCommand(args, { env });
    expect(finished).toMatchObject({ exit: status, stderr: expect.stringContaining(stderr) });
  });
});

describe("git bisect run with check", () => {
  /** A repository whose commits stand for releases, searched from the first to the last. */
  async function gitBisect(scenarioFile: string): Promise<{ exit: number | null; output: string }> {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", scenario());
    await put(folder.path, "wrong.toml", scenario("[nonsense]"));
    const step = `#!/bin/sh
uv=$(cat release)
test "$uv" = broken && exit 125
${process.execPath} ${BIN} check ../${scenarioFile} --uv "$uv"
status=$?
case $status in 0) exit 1 ;; 1) exit 0 ;; *) exit $status ;; esac
`;
    await chmod(await put(folder.path, "step.sh", step), 0o755);
    const checkout = path.join(folder.path, "checkout");
    await mkdir(checkout);
    const git = (...args: string[]) => runGit(checkout, args);
    await git("init", "--quiet");
    for (const release of ["0.6.14", "0.6.15", "broken", "0.7.0", "0.7.1"]) {
      await put(checkout, "release", release);
      await git("add", "release");
      await git("commit", "--quiet", "--message", `uv ${release}`);
    }
    await git("bisect", "start", "HEAD", "HEAD~4");
    return await git("bisect", "run", "../step.sh");
  }

  it("skips what does not build and narrows to the commits that follow", async () => {
    const { output } = await gitBisect("small.toml");
    expect(output).toMatch(/There are only 'skip'ped commits left to test/);
    expect(output).not.toMatch(/bisect run failed/);
  });

  it("stops git where the scenario is wrong", async () => {
    const { exit, output } = await gitBisect("wrong.toml");
    expect(exit).not.toBe(0);
    expect(output).toMatch(/exit code 128/);
    expect(output).not.toMatch(/first bad commit/);
  });
});

function runGit(cwd: string, args: readonly string[]): Promise<{ exit: number | null; output: string }> {
  const who = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.com", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.com" };
  const env = { ...process.env, ...who, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const child = spawn("git", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, output })));
}
