import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openHarness, STARTER_SCENARIO } from "../../src/index.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand, smallScenario, steady } from "./command.ts";

const WRONG = `schema = 1
titel = "x"
supported = "about 3"

[index.private]
flavour = "gitlob"
user = 3

[[step]]
run = "uv sync"
reproduced = { exit = "nonzero", final.any = { index = "privat", status = 401 } }
healthy = { exit = 0 }
`;

describe("a wrong command line, file or release: a message for people, status 2, nothing written", () => {
  it.each<{ args: string; says: string }>([
    { args: "", says: "Usage: uv-mre" },
    { args: "rnu small.toml", says: "error: unknown command 'rnu'\n(Did you mean run?)" },
    { args: "run", says: "error: missing required argument 'files'" },
    { args: "run small.toml --frob", says: "error: unknown option '--frob'" },
    { args: "run small.toml --reprot x.md", says: "error: unknown option '--reprot'\n(Did you mean --report?)" },
    { args: "run small.toml -j 0", says: "error: option '-j, --jobs <n>' argument '0' is invalid. must be a whole number from 1 on" },
    { args: "run small.toml --break index-dwon", says: "did you mean index-down?" },
    { args: "run small.toml --backend pypi", says: "error: --backend pypi: not one of embedded, pypiserver, pypiserver-container" },
    { args: "run small.toml --with-script", says: "error: --with-script puts the script into a report: name one with --report FILE" },
    { args: "run absent.toml", says: "error: absent.toml: no such file" },
    { args: "run small.toml absent.toml", says: "error: absent.toml: no such file" },
    { args: "run folder", says: "error: folder: no scenario (.toml) in this folder" },
    { args: "run prose.md", says: "error: prose.md: no fenced TOML scenario (```toml with `schema = 1`) in this Markdown" },
    { args: "run broken.toml", says: "error: broken.toml:1:" },
    { args: "run small.toml --uv nonsense!", says: 'error: not a release of uv: "nonsense!"; give an exact release (0.9.5), a range' },
    { args: "run small.toml --uv 9.9.9", says: "error: there is no uv 9.9.9; the nearest releases: " },
    { args: "run small.toml --uv >=9", says: ">=9" },
    { args: "run small.toml --uv ./absent/uv", says: "error: ./absent/uv: no such file, or not executable" },
    { args: "explore small.toml --backend pypi", says: "error: --backend pypi: not one of embedded, pypiserver, pypiserver-container" },
    { args: "run small.toml --uv ./folder", says: "error: ./folder: is a folder; name the uv binary\n" },
    { args: "run small.toml --python /nope", says: "error: no Python 3.9 or later was found by --python /nope. Correct --python, or" },
    { args: "bisect small.toml --python nope", says: "error: no Python 3.9 or later was found by --python nope. Correct --python, or" },
    { args: "run small.toml --uv ./small.toml", says: "error: ./small.toml: " },
    {
      args: "run small.toml --report absent/report.md",
      says: "error: absent/report.md cannot be written (there is no folder absent; make it first)",
    },
    { args: "run small.toml --report folder", says: "error: folder is a folder; name a file" },
    { args: "run small.toml --report ./small.toml", says: "error: ./small.toml is the scenario itself; name another file" },
    { args: "bisect small.toml --report small.toml", says: "error: small.toml is the scenario itself; name another file" },
    { args: "run small.toml --report /dev/null/report.md", says: "error: /dev/null/report.md cannot be written (ENOTDIR)" },
    { args: "run small.toml --no-proxy --uv absent/uv", says: "error: absent/uv: no such file" },
    { args: "shell small.toml --uv >=0.9", says: "releases; name an exact release, `latest` or `oldest`" },
    { args: "bisect small.toml --good >=0.9", says: "error: --good >=0.9: means " },
    { args: "bisect small.toml --bad minors --good 0.9.5", says: "releases; name an exact release, `latest` or `oldest`" },
    { args: "bisect small.toml --bad 9.9.9", says: "error: there is no uv 9.9.9; the nearest releases: " },
    { args: "bisect small.toml --good ./uv", says: "error: --good ./uv: is a binary; name a release" },
    { args: "bisect small.toml --good 0.9.5 --bad v0.9.5", says: "error: --good and --bad are the same release, uv 0.9.5;" },
    { args: "init small.toml", says: "error: small.toml exists already; name another file, or say --force to replace it" },
    { args: "init absent/x.toml", says: "error: absent/x.toml cannot be written (there is no folder absent; make it first)" },
    { args: "versions 9.9.9", says: "error: there is no uv 9.9.9" },
    { args: "cache polish", says: "error: command-argument value 'polish' is invalid" },
  ])("uv-mre $args", async ({ args, says }) => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", smallScenario());
    await put(folder.path, "prose.md", "# Nothing fenced here\n");
    await put(folder.path, "broken.toml", "schema = = 1\n");
    await put(folder.path, "folder/readme.txt", "no scenario");
    const { exit, stdout, stderr } = await runCommand(
      args.split(" ").filter((word) => word !== ""),
      { cwd: folder.path },
    );
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect((await readdir(folder.path, { recursive: true })).sort()).toEqual([
      "broken.toml",
      "folder",
      "folder/readme.txt",
      "prose.md",
      "small.toml",
    ]);
  });

  it("says that there is no temporary folder", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", smallScenario());
    const { exit, stderr } = await runCommand(["run", "small.toml"], { cwd: folder.path, env: { TMPDIR: "/absent" } });
    expect(stderr).toContain("error: no folder can be made in /absent (ENOENT); TMPDIR names another place");
    expect(exit).toBe(2);
  });

  it("says that there can be no cache folder, and does not try for ever", async () => {
    const { exit, stderr } = await runCommand(["versions"], { env: { UV_MRE_CACHE_DIR: "/proc/x" } });
    expect(stderr).toBe("error: the cache folder /proc/x cannot be made (ENOENT); UV_MRE_CACHE_DIR names another\n");
    expect(exit).toBe(2);
  });

  it("says everything that is wrong with a scenario at once", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "wrong.toml", WRONG);
    const { exit, stdout, stderr } = await runCommand(["run", "wrong.toml", "--report", "report.md"], { cwd: folder.path });
    expect(steady(stderr)).toMatchInlineSnapshot(`
      "error: wrong.toml:2:1: titel: unknown key \`titel\` (did you mean \`title\`?)
        titel = "x"
        ^
      wrong.toml:3:13: supported: \`about 3\` is no version specifier (PEP 440) (write a range of releases, as \`>=0.9,<0.10\`)
        supported = "about 3"
                    ^
      wrong.toml:6:11: index.private.flavour: must be "simple", "gitlab", "azure-devops", "artifactory", "pypiserver", "devpi", "gitea", "google-artifact-registry", "codeartifact", "nexus", "cloudsmith", "pypicloud", not "gitlob" (did you mean \`gitlab\`?)
        flavour = "gitlob"
                  ^
      wrong.toml:7:8: index.private.user: must be a text or a table, not a number (write "3", in quotes)
        user = 3
               ^
      wrong.toml:11:57: step[0].reproduced.final.any.index: there is no index \`privat\` (did you mean \`private\`?)
        reproduced = { exit = "nonzero", final.any = { index = "privat", status = 401 } }
                                                                ^
      "
    `);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(await readdir(folder.path)).toEqual(["wrong.toml"]);
  });
});

describe("what may be a slip of the pen", () => {
  it("a host that is nearly an index's is told, with its place, and the run goes on", async () => {
    await using folder = await temporaryFolder();
    const near =
      '\n[index.private]\nurl = "https://packages.example.com/simple/"\n[env]\nUV_INDEX = "https://pakages.example.com/simple/"\n';
    await put(folder.path, "near.toml", smallScenario(near));
    const { exit, stderr } = await runCommand(["run", "near.toml", "--uv", "0.9.5"], { cwd: folder.path });
    expect({ exit, stderr: steady(stderr) }).toMatchInlineSnapshot(`
      {
        "exit": 0,
        "stderr": "warning: near.toml:12:21: env.UV_INDEX: no index is at \`pakages.example.com\` (did you mean \`packages.example.com\`?)
        UV_INDEX = "https://pakages.example.com/simple/"
                            ^
      [1/1] near.toml  uv 0.9.5  reproduced  ($TIME)
      ",
      }
    `);
  });

  it("a pasted token is refused, and not shown", async () => {
    const letters = "aB3dE-f7Hi_jK9mNoP2q";
    const input = `Here it is:\n\n\`\`\`toml\n${smallScenario(`env.TOKEN = "glpat-${letters}"\n`)}\`\`\`\n`;
    const { exit, stdout, stderr } = await runCommand(["run", "-", "--uv", "0.9.5"], { input });
    expect(stdout + stderr).not.toContain(letters);
    expect({ exit, stdout, stderr }).toMatchInlineSnapshot(`
      {
        "exit": 2,
        "stderr": "error: <stdin>:11:14: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
        env.TOKEN = "glpat-********************"
                     ^
      ",
        "stdout": "",
      }
    `);
  });
});

describe("what a run prints", () => {
  it("a table on stdout, progress on stderr", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", smallScenario());
    const { exit, stdout, stderr } = await runCommand(["run", "small.toml", "--uv", "0.9.5", "--uv", "0.9.18", "-j", "1"], {
      cwd: folder.path,
    });
    expect(steady(stdout)).toMatchInlineSnapshot(`
      "SCENARIO    UV      VERDICT     CLAIM  TIME
      small.toml  0.9.5   reproduced  –      $TIME
      small.toml  0.9.18  healthy     –      $TIME

      2 runs: 1 reproduced, 1 healthy
      repeat: npx uv-mre run small.toml --uv 0.9.5 --uv 0.9.18
      "
    `);
    expect(steady(stderr)).toMatchInlineSnapshot(`
      "[1/2] small.toml  uv 0.9.5  reproduced  ($TIME)
      [2/2] small.toml  uv 0.9.18  healthy  ($TIME)
      "
    `);
    expect(exit).toBe(0);
  });

  it("the command that repeats it, in the report as on the terminal", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", smallScenario());
    const flags = ["--backend", "embedded", "--break", "package-missing", "--python", "python3", "--no-proxy"];
    const { exit, stdout } = await runCommand(["run", "small.toml", "--uv", "0.9.18", ...flags, "--report", "report.md"], {
      cwd: folder.path,
    });
    const repeat = `npx uv-mre run small.toml --uv 0.9.18 ${flags.join(" ")}\n`;
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining(`repeat: ${repeat}`) });
    expect(await readFile(path.join(folder.path, "report.md"), "utf8")).toContain(`\`\`\`sh\n${repeat}\`\`\`\n`);
  });

  it("one JSON object, alone, on stdout", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "small.toml", smallScenario());
    const { exit, stdout } = await runCommand(["run", "small.toml", "--uv", "0.9.5", "--uv", "0.9.18", "--json"], { cwd: folder.path });
    const { schema, runs } = JSON.parse(stdout) as { schema: number; runs: { uv: string; verdict: string; claim: string }[] };
    expect({ exit, schema, runs: runs.map(({ uv, verdict, claim }) => ({ uv, verdict, claim })) }).toEqual({
      exit: 0,
      schema: 1,
      runs: [
        { uv: "0.9.5", verdict: "reproduced", claim: "none" },
        { uv: "0.9.18", verdict: "healthy", claim: "none" },
      ],
    });
  });

  it.each([
    { what: "a claim that holds", more: '\n[claims]\n"<1" = "reproduced"\n', exit: 0 },
    { what: "a claim that is contradicted", more: '\n[claims]\n"<1" = "healthy"\n', exit: 1 },
    { what: "a step that fails", more: '\n[[step]]\nrun = ["python", "-c", "raise SystemExit(7)"]\n', exit: 3 },
    {
      what: "a step that hangs",
      more: '\n[[step]]\nrun = ["python", "-c", "import time; time.sleep(600)"]\ntimeout = 1\n',
      exit: 3,
    },
  ])("$what: exit status $exit", async ({ more, exit }) => {
    const finished = await runCommand(["run", "-", "--uv", "0.9.5"], { input: smallScenario(more) });
    expect(finished).toMatchObject({ exit });
  });

  it("why a run is unresolved: how the step ended and what it said, without a secret; --verbose cuts nothing in a pipe", async () => {
    const step = ["python", "-c", `import sys; sys.exit('a${"b".repeat(150)}c: {{secret.private}}')`];
    const { exit, stdout } = await runCommand(["run", "-", "--uv", "0.9.5", "--verbose"], {
      input: `schema = 1
title = "a step that fails"

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"

[[step]]
run = ${JSON.stringify(step)}
reproduced = { exit = 7 }
healthy = { exit = 0 }
`,
    });
    expect(exit).toBe(3);
    expect(stdout).toContain(`sys.exit('\\''a${"b".repeat(150)}c: <secret:private.alice>'\\'')'  (exit 1 after `);
    expect(steady(stdout.slice(stdout.indexOf("SCENARIO")))).toMatchInlineSnapshot(`
      "SCENARIO  UV     VERDICT     CLAIM  TIME
      -         0.9.5  unresolved  –      $TIME
        ↳ step[0].reproduced.exit: wanted: the command exits with 7; seen: exit status 1
        ↳ step[0].healthy.exit: wanted: the command exits with 0; seen: exit status 1
        ↳ leak: step 1 wrote the secret of private.alice (plain) to stderr
        ↳ step 1, \`python -c 'import sys;
          sys.exit('\\''abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
          bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbc: <secret:p…\`: exit 1 after
          $TIME; its last lines:
            abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
            bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbc: <secret:private.alice>

      1 run: 1 unresolved; 1 leak
      "
    `);
  });

  it("unsupported alone is no failure, and is counted", async () => {
    const scenario = smallScenario().replace('release it is"', 'release it is"\nsupported = ">=0.9.6"');
    const { exit, stdout } = await runCommand(["run", "-", "--uv", "0.9.5", "--uv", "0.9.18"], { input: scenario });
    expect(exit).toBe(0);
    expect(stdout).toContain("2 runs: 1 healthy, 1 unsupported");
  });
});

describe("a step that no release knows", () => {
  const mistyped = smallScenario().replace("uv --version", "uv synk --quiet");
  const warning =
    "warning: -: nothing was judged, as no release that was run knows step 1, `uv synk --quiet`. " +
    "uv 0.9.18 does not: error: unrecognized subcommand 'synk'; tip: a similar subcommand exists: 'sync'. Is it spelt right?\n";

  it("is warned of at the end, with uv's own hint, and the status says that nothing was judged", async () => {
    const { exit, stdout } = await runCommand(["run", "-", "--uv", "0.9.5", "--uv", "0.9.18"], { input: mistyped });
    expect({ exit, end: stdout.slice(stdout.indexOf("\n\n") + 2) }).toEqual({ exit: 3, end: `2 runs: 2 unsupported\n${warning}` });
    const json = await runCommand(["run", "-", "--uv", "0.9.18", "--json"], { input: mistyped });
    expect({ exit: json.exit, warned: json.stderr.endsWith(warning) }).toEqual({ exit: 3, warned: true });
    expect(JSON.parse(json.stdout)).toMatchObject({ runs: [{ verdict: "unsupported" }] });
  });

  it("is no matter where one release knows it, or all are outside `supported`", async () => {
    const auth = smallScenario().replace("uv --version", "uv auth dir").replace("healthy = {", "healthy = { exit = 0,");
    const some = await runCommand(["run", "-", "--uv", "0.5.0", "--uv", "0.9.18"], { input: auth });
    expect(some.stdout).toContain("2 runs: 1 healthy, 1 unsupported\n");
    const outside = await runCommand(["run", "-", "--uv", "0.5.0"], {
      input: mistyped.replace("schema = 1", 'schema = 1\nsupported = ">1"'),
    });
    expect(outside.stdout).toContain("1 run: 1 unsupported\n");
    expect([some, outside].filter(({ stdout }) => stdout.includes("warning:"))).toEqual([]);
  });
});

describe("where a scenario comes from", () => {
  it("Markdown: the fenced scenario of an issue", async () => {
    await using folder = await temporaryFolder();
    const issue = `# It fails\n\n\`\`\`console\n$ uv sync\n\`\`\`\n\nThe scenario:\n\n\`\`\`toml\n${smallScenario()}\`\`\`\n\nThanks!\n`;
    await put(folder.path, "issue.md", issue);
    const { exit, stdout } = await runCommand(["run", "issue.md", "--uv", "0.9.5"], { cwd: folder.path });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/issue\.md +0\.9\.5 +reproduced/);
  });

  it.each([["run"], ["export"]])("Markdown: of two scenarios the first is taken, and %s says so", async (command) => {
    await using folder = await temporaryFolder();
    const second = smallScenario().replace("uv says", "The other");
    await put(folder.path, "two.md", `# Two\n\n\`\`\`toml\n${smallScenario()}\`\`\`\n\n\`\`\`toml\n${second}\`\`\`\n`);
    const { exit, stdout, stderr } = await runCommand([command, "two.md", "--uv", "0.9.5"], { cwd: folder.path });
    expect({ exit, other: stdout.includes("The other") }).toEqual({ exit: 0, other: false });
    expect(stderr).toContain(
      "two.md:14:1: another scenario begins here and is left out: the first, from line 4 on, is taken; put this one into a file of its own\n",
    );
  });

  it("Markdown: a problem is told at its line in the Markdown", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "issue.md", `# It fails\n\n\`\`\`toml\n${smallScenario("titel = 1\n")}\`\`\`\n`);
    const { exit, stderr } = await runCommand(["run", "issue.md"], { cwd: folder.path });
    expect(exit).toBe(2);
    expect(stderr).toContain("issue.md:11:1: step[0].titel: unknown key `titel`");
  });

  it("standard input, also as Markdown", async () => {
    const { exit, stdout } = await runCommand(["run", "-", "--uv", "0.9.5", "--json"], {
      input: `Hello\n\n\`\`\`toml\n${smallScenario()}\`\`\`\n`,
    });
    expect(exit).toBe(0);
    expect((JSON.parse(stdout) as { runs: { scenario: string }[] }).runs[0]?.scenario).toBe("-");
  });

  it("a folder with scenario.toml, project/ and home/; and a folder of scenarios", async () => {
    await using folder = await temporaryFolder();
    const reads = `schema = 1
title = "the project's and the home's files are there"

[[step]]
run = ["python", "-c", "import pathlib; print(open('a/b.txt').read(), (pathlib.Path.home() / 'c.txt').read_text())"]
reproduced = { stdout = "absent" }
healthy = { stdout = "from project from home" }
`;
    await put(folder.path, "all/unpacked/scenario.toml", reads);
    await put(folder.path, "all/unpacked/project/a/b.txt", "from project");
    await put(folder.path, "all/unpacked/home/c.txt", "from home");
    await put(folder.path, "all/small.toml", smallScenario());
    const one = await runCommand(["run", "all/unpacked", "--uv", "0.9.5"], { cwd: folder.path });
    expect(one.stdout).toMatch(/all\/unpacked +0\.9\.5 +healthy/);
    const all = await runCommand(["run", "all", "--uv", "0.9.5"], { cwd: folder.path });
    expect(all.stdout).toContain("2 runs: 1 reproduced, 1 healthy");
  });
});

describe("init", () => {
  it("writes a scenario that runs as it is", async () => {
    await using folder = await temporaryFolder();
    const init = await runCommand(["init", "mine.toml"], { cwd: folder.path });
    expect(init).toMatchInlineSnapshot(`
      {
        "exit": 0,
        "stderr": "",
        "stdout": "wrote mine.toml

      Run it:
        npx uv-mre run mine.toml
        npx uv-mre run mine.toml --uv 0.9.5 --uv latest --report report.md
      ",
      }
    `);
    const run = await runCommand(["run", "mine.toml", "--uv", "0.9.5", "--report", "report.md"], { cwd: folder.path });
    expect(steady(run.stdout)).toMatchInlineSnapshot(`
      "SCENARIO   UV     VERDICT  CLAIM  TIME
      mine.toml  0.9.5  healthy  –      $TIME

      1 run: 1 healthy
      repeat: npx uv-mre run mine.toml --uv 0.9.5
      "
    `);
    expect({ exit: run.exit, files: (await readdir(folder.path)).sort() }).toEqual({ exit: 0, files: ["mine.toml", "report.md"] });
  });

  it("--force replaces, and only that", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "mine.toml", "schema = 1");
    expect((await runCommand(["init", "mine.toml"], { cwd: folder.path })).exit).toBe(2);
    expect((await runCommand(["init", "mine.toml", "--force"], { cwd: folder.path })).exit).toBe(0);
    expect(await readFile(file, "utf8")).toBe(STARTER_SCENARIO);
  });
});

describe("releases", () => {
  it("a path to a binary is a release, called by what it answers", async () => {
    await using folder = await temporaryFolder();
    await using harness = await openHarness();
    const { file } = await harness.release("0.9.5");
    await put(folder.path, "small.toml", smallScenario());
    const { exit, stdout } = await runCommand(["run", "small.toml", "--uv", path.relative(folder.path, file), "--json"], {
      cwd: folder.path,
    });
    const { runs } = JSON.parse(stdout) as { runs: { uv: string; verdict: string }[] };
    expect({ exit, run: runs.map(({ uv, verdict }) => [uv, verdict]) }).toEqual({ exit: 0, run: [["0.9.5", "reproduced"]] });
  });

  it("versions: what a specification means", async () => {
    const { exit, stdout } = await runCommand(["versions", ">=0.9.4,<0.9.7", "0.9.18", "--json"]);
    const { versions } = JSON.parse(stdout) as { versions: { version: string; installed: boolean }[] };
    expect({ exit, versions: versions.map(({ version }) => version) }).toEqual({
      exit: 0,
      versions: ["0.9.4", "0.9.5", "0.9.6", "0.9.18"],
    });
    const { stdout: text } = await runCommand(["versions", "0.9.5"]);
    expect(text).toMatch(/^0\.9\.5( {2}installed)?\n$/);
  });

  it("cache: what is kept, in a folder that an environment variable names", async () => {
    await using folder = await temporaryFolder();
    const env = { UV_MRE_CACHE_DIR: path.join(folder.path, "kept") };
    const { exit, stdout, stderr } = await runCommand(["cache", "show"], { env });
    expect({ exit, stdout: steady(stdout, folder.path), stderr }).toMatchInlineSnapshot(`
      {
        "exit": 0,
        "stderr": "",
        "stdout": "$FOLDER/kept: 32 B of at most 5.0 GB (--max-disk or UV_MRE_MAX_DISK)
        releases: none
      ",
      }
    `);
    await put(folder.path, "kept/results/a/b.json", "x".repeat(2000));
    await put(folder.path, "kept/not-ours.txt", "stays".repeat(1000));
    const shown = JSON.parse((await runCommand(["cache", "show", "--json"], { env })).stdout) as { entries: unknown };
    expect(shown.entries).toEqual([{ name: "results", bytes: 2000 }]);
    await put(folder.path, "kept/node-compile-cache/a/b", "x".repeat(3000));
    const cleared = await runCommand(["cache", "clear"], { env });
    expect([cleared.exit, steady(cleared.stdout, folder.path)]).toEqual([0, "cleared $FOLDER/kept (5.0 kB)\n"]);
    expect(await readdir(path.join(folder.path, "kept"))).toEqual(["not-ours.txt"]);
  });

  it("doctor: what this machine has", async () => {
    const { exit, stdout } = await runCommand(["doctor"]);
    expect(exit).toBe(0);
    const lines = stdout.split("\n").filter((line) => /^[✓–✗]/.test(line));
    expect(lines.map((line) => line.slice(2).split(":")[0])).toMatchInlineSnapshot(`
      [
        "Node.js",
        "Python",
        "pip of that Python",
        "uv to install others with",
        "list of uv releases",
        "cache",
        "Docker (for pypiserver-container and --sandbox docker)",
      ]
    `);
  });

  it("doctor: what is missing, with advice, and status 3", async () => {
    await using folder = await temporaryFolder();
    const { exit, stdout } = await runCommand(["doctor"], {
      env: { PATH: folder.path, UV_MRE_PYTHON: undefined, UV_MRE_CACHE_DIR: path.join(folder.path, "cache") },
    });
    expect(exit).toBe(3);
    expect(stdout).toMatch(/✗ Python: no Python .* Install Python/);
  });
});

describe("help", () => {
  it("lists the commands", async () => {
    const { exit, stdout, stderr } = await runCommand(["--help"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: uv-mre [options] [command]

      One file says what went wrong with uv and a private package index; any uv
      release answers.

      Options:
        -V, --version                   print the version
        -h, --help                      display help for command

      Commands:
        run [options] <files...>        Run scenarios with one or many uv releases and
                                        judge each run
        report [options] <files...>     Make a report of kept JSON, or merge several:
                                        Markdown on standard output, or any form by
                                        --to
        bisect [options] <file>         Find the release where the verdict changed
        map [options] <file>            Find every change of verdict over all releases
        check [options] <file>          Judge one uv binary, for \`git bisect run\`: 0
                                        healthy, 1 reproduced, 125 neither
        shell [options] <file>          Open a shell in the prepared workspace, with
                                        the index running and its requests printed
                                        live
        explore [options] <file>        Find the smallest set of conditions under
                                        which the symptom appears, each proven
                                        necessary
        minimize [options] <file>       Take out of a scenario whatever its symptom
                                        does not need
        export [options] <file>         Write the scenario as something that runs
                                        without uv-mre
        init [options] [file]           Write a commented scenario that runs as it is
        capture [options] <command...>  From a project that fails to a scenario that
                                        shows the same, without its names and secrets
        versions [options] [specs...]   List the uv releases that a specification
                                        means, and which are installed
        doctor [options]                Say what this machine has, what is missing and
                                        how to get it
        cache [options] [action]        Show, prune or clear what uv-mre keeps:
                                        releases, packages, keyring tools, results
        completion <shell>              Print what makes a shell complete uv-mre's
                                        commands, options and files
        help [command]                  display help for command

      Examples:
        uv-mre init my-bug.toml                      write a commented scenario that runs as it is
        uv-mre run my-bug.toml                       run it with the newest uv
        uv-mre run my-bug.toml --uv 0.9.5 --uv latest --report report.md
        uv-mre run issue.md                          the scenario in an issue's Markdown
        uv-mre bisect my-bug.toml                    since which release?

      Exit status of run: 0 all claims held, 1 a claim was contradicted, 2 the input is wrong,
      3 unresolved runs remain, 130 interrupted.
      "
    `);
  });

  it("says what run takes", async () => {
    const { exit, stdout } = await runCommand(["run", "--help"]);
    expect(exit).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: uv-mre run [options] <files...>

      Run scenarios with one or many uv releases and judge each run

      Arguments:
        files                 scenario files, folders, Markdown, or - for standard
                              input

      Options:
        --backend <kind>      serve every index by this backend: embedded, pypiserver,
                              pypiserver-container
        --python <path>       the Python to use (env: UV_MRE_PYTHON)
        --sandbox <kind>      what keeps commands from this machine (default: auto,
                              the best that works here) (choices: "auto", "bwrap",
                              "docker", "none", env: UV_MRE_SANDBOX)
        --max-disk <size>     what the cache may take; the releases not used for
                              longest go (default: UV_MRE_MAX_DISK, else 5GB)
        --untrusted           take the scenario for a stranger's, as one from Markdown
                              or standard input: it must run in a sandbox
        --uv <spec>           release, range, \`latest\`, \`oldest\`, \`minors\`, \`all\`, or
                              a path to a binary (repeatable) (default: latest)
        --json                print one JSON object on standard output
        --report <file>       write a report; its ending says which: .md (default),
                              .html, .json, .xml, .svg (repeatable) (default: none)
        --expect <what>       exit with 0 only if every judged run is so: reproduced,
                              healthy, claims
        --shard <i/n>         run only the i-th of n parts; \`report\` merges their JSON
        --with-script         put the exported script behind a fold of the report
        --keep                keep the run's folder and print how to enter it
        --watch               run again when a scenario or a file beside it changes,
                              and show what that changed; Ctrl-C ends it
        --verbose             print the time line of requests and keyring calls of
                              each run
        -j, --jobs <n>        runs at once (default: the number of cores)
        --no-proxy            serve at loopback addresses; the scenario must use
                              {{url.NAME}} throughout
        --break <what>        break one thing on purpose: index-down, wrong-python,
                              uv-killed, package-missing, tls-untrusted
        --accept-exit-status  take verdicts that rest on exit statuses alone: for
                              claims, and as an answer
        -h, --help            display help for command
      "
    `);
  });

  it("prints the version alone", async () => {
    for (const flag of ["--version", "-V"]) {
      expect(await runCommand([flag])).toEqual({ exit: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
    }
  });
});
