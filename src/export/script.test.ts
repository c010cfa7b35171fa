import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import { processState } from "../../test/process-state.ts";
import { NOTHING } from "../../test/export-material.ts";
import { exportScript } from "./script.ts";

/* The verdict of a script, with a uv that is a few lines of shell: it never says more than a run of ours. */

const folder = mkdtempSync(path.join(tmpdir(), "export-verdict-"));
afterAll(() => rmSync(folder, { recursive: true }));
const BUG = 'reproduced = { exit = "nonzero", request.none = {} }\nhealthy = { exit = 0, request.none = {} }';

const stub = path.join(folder, "uv");
writeFileSync(
  stub,
  `#!/bin/sh
parent() {
  [ -r "/proc/$1/stat" ] || { /bin/ps -o ppid= -p "$1" | tr -d " "; return; }
  read -r stat < "/proc/$1/stat"
  set -- \${stat##*) }
  echo "$2"
}
case $1 in
  --version) echo "uv 0.9.5 (abc 2025-10-21)" ;;
  die) kill -s "$2" $$ ;;
  exit) exit "$2" ;;
  hangup) echo $$ >"${folder}/pid"; kill -s "$2" "$(parent $PPID)"; /bin/sleep 15; echo late >"${folder}/pid" ;;
  full) echo "error: No space left on device (os error 28)" >&2; exit 2 ;;
  new) printf "error: unexpected argument '--new' found\\n\\nUsage: uv new [OPTIONS]\\n" >&2; exit 2 ;;
  run) printf "error: unexpected argument '--new' found\\n\\nUsage: uv run [OPTIONS]\\n" >&2; exit 2 ;;
esac
`,
);
chmodSync(stub, 0o755);
writeFileSync(path.join(folder, "plain"), "no program\n");

function exported(steps: string, head = ""): string {
  const text = `schema = 1\ntitle = "t"\n${head}\n${steps}\n`;
  return exportScript(parsedScenario(text), NOTHING, { verified: null });
}

function run(script: string, env: Readonly<Record<string, string>> = {}) {
  const file = path.join(folder, "repro.sh");
  writeFileSync(file, script);
  const { status, stdout, stderr } = spawnSync("bash", [file], {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, TMPDIR: folder, UV: stub, ...env },
  });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  return { status, says: (stderr === "" ? last : stderr.trimEnd()).replaceAll(folder, "$FOLDER") };
}

const step = (command: string, more = BUG): string => `[[step]]\nrun = ${command}\n${more}\n`;

describe("the verdict of a script", () => {
  it("is healthy or the bug where the command comes to an end of its own", () => {
    expect(run(exported(step('["uv", "exit", "0"]')))).toEqual({ status: 0, says: "=> healthy" });
    expect(run(exported(step('["uv", "exit", "1"]')))).toEqual({ status: 1, says: "=> the bug" });
    expect(run(exported(step('["uv", "exit", "127"]')))).toEqual({ status: 1, says: "=> the bug" });
  });

  it.each([
    ["a command that is not there", '["nowhere", "x"]', /^=> neither: step 1: nowhere could not be started: .*No such file/],
    ["a file that is no program", '["./plain"]', /^=> neither: step 1: \.\/plain could not be started: .*Permission denied/],
    ["a program that cannot be started", '["./odd"]', /^=> neither: step 1: \.\/odd could not be started: /],
    ["SIGTERM", '["uv", "die", "TERM"]', "=> neither: step 1: it was ended by signal 15"],
    ["SIGABRT", '["uv", "die", "ABRT"]', "=> neither: step 1: it was ended by signal 6"],
    ["what was killed inside", '["uv", "exit", "137"]', "=> neither: step 1: exit status 137: a command in it was ended by a signal"],
    ["a full disk", '["uv", "full"]', "=> neither: step 1: No space left on device"],
    ["an option that uv does not know", '["uv", "new", "--new"]', "=> neither: step 1: this uv does not know --new"],
  ])("is none for %s", (_, command, says) => {
    const found = run(exported(step(command), '[files]\nplain = "no program"\nodd = "#!/nowhere\\n"'));
    expect(found.status).toBe(125);
    expect(found.says).toMatch(says);
  });

  it("takes 137 and a full disk where they are what the step is about", () => {
    expect(
      run(exported(step('["uv", "exit", "137"]', "reproduced = { exit = 137, request.none = {} }\nhealthy = { exit = 0 }"))).status,
    ).toBe(1);
    const full = 'reproduced = { stderr = "no space left on device" }\nhealthy = { exit = 0 }';
    expect(run(exported(step('["uv", "full"]', full))).status).toBe(125);
    expect(run(exported(step('["uv", "full"]', full.replace("no space", "No space")))).status).toBe(1);
  });

  it("is none where the last step prepares nothing any more, and failed", () => {
    const after = `${step('["uv", "exit", "1"]')}[[step]]\nrun = "uv exit 3"\n`;
    expect(run(exported(after))).toEqual({ status: 125, says: "=> neither: step 2: it prepares the others, and exited with 3" });
    expect(run(exported(`${after}exit = [0, 3]\n`)).status).toBe(1);
  });

  it("takes a word of the program under uv run for the program's", () => {
    const nested = step('["uv", "new", "--new"]').replace('"uv", ', '"uv", "run", ');
    expect(run(exported(nested)).status).toBe(1);
    expect(run(exported(nested.replace('"new", "--new"', '"--new"'))).status).toBe(125);
  });

  it("is none for a release that the scenario is not about", () => {
    const about = (supported: string) => run(exported(step('["uv", "exit", "1"]'), `supported = "${supported}"`));
    expect(about(">=0.10")).toEqual({ status: 125, says: "=> neither: this is about uv >=0.10, and not about this release" });
    const outside = ["<0.9.5", "!=0.9.*", "~=0.8.1", ">=0.9, <0.9.4"];
    const inside = ["==0.9.*", "~=0.9.1", ">0.9, !=0.9.4"];
    expect([...outside, ...inside].map((each) => about(each).status)).toEqual([...outside.map(() => 125), ...inside.map(() => 1)]);
    expect(() => exported(step('["uv", "exit", "1"]'), 'supported = ">=0.9.0rc1"')).toThrowErrorMatchingInlineSnapshot(`
      [UserError: this scenario cannot be exported:
        supported: the script compares plain releases only, not >=0.9.0rc1]
    `);
  });

  it("is none without a uv that can be run; a relative one is found", () => {
    const script = exported(step('["uv", "exit", "1"]'));
    mkdirSync(path.join(folder, "directory"), { recursive: true });
    expect(run(script, { UV: "./uv" }).status).toBe(1);
    writeFileSync(path.join(folder, "shim"), '#!/bin/sh\n[ -n "$MANAGER" ] || exit 127\necho uv 0.9.5\n');
    chmodSync(path.join(folder, "shim"), 0o755);
    expect(run(script, { UV: "./shim", MANAGER: "x" })).toMatchObject({
      status: 125,
      says: "$FOLDER/./shim --version fails in a clean environment",
    });
    const missing = ["directory", "plain", "/nowhere/uv", ""].map((UV) => run(script, { UV, PATH: "/usr/bin:/bin" }));
    expect(missing).toMatchInlineSnapshot(`
      [
        {
          "says": "UV=$FOLDER/directory is no program",
          "status": 125,
        },
        {
          "says": "UV=$FOLDER/plain is no program",
          "status": 125,
        },
        {
          "says": "UV=/nowhere/uv is no program",
          "status": 125,
        },
        {
          "says": "uv is not on PATH, and UV= names none",
          "status": 125,
        },
      ]
    `);
  });

  it.each(["INT", "TERM", "HUP"])("is none where the script alone gets SIG%s, and nothing is left", async (signal) => {
    expect(run(exported(step(`["uv", "hangup", "${signal}"]`))).status).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith("tmp."))).toEqual([]);
    const pid = readFileSync(path.join(folder, "pid"), "utf8").trim();
    expect(pid).toMatch(/^\d+$/);
    await expect.poll(() => processState(pid), { timeout: 10_000 }).toMatch(/^Z|^$/);
  });

  it("is none where what it recorded cannot be written", () => {
    expect(run(exported(step('["uv", "exit", "1"]')), { JOURNAL: "/nowhere/journal" }).status).toBe(125);
  });

  it("sees a folder as a file without text, as our own run does", () => {
    const folderIs =
      'cwd = "made/here"\nreproduced = { file = { any = { path = "made", exists = true } } }\nhealthy = { file = { any = { path = "made", exists = false } } }';
    expect(run(exported(step('["uv", "exit", "0"]', folderIs))).status).toBe(1);
  });
});

it("patterns that Python reads otherwise are refused, others are not", () => {
  const matches = (pattern: string) => () =>
    exported(step('["uv"]', `reproduced = { stderr = { matches = '${pattern}' } }\nhealthy = { exit = 0 }`));
  const foreign = [
    "a{,3}b",
    "\\\\Ax",
    "x\\\\Z",
    "x\\\\a",
    "(x)\\\\1",
    "(?<n>x)",
    "(?<=x*)y",
    "[^]x",
    "[\\\\w-z]",
    "x[\\\\B]",
    "\\\\xg",
    "\\\\u0041",
    "😀",
    "^(a+)+x$",
    "(?:a|aa)*x",
    "[[:alpha:]]",
  ];
  for (const pattern of foreign.map((each) => each.replaceAll("\\\\", "\\")))
    expect(matches(pattern)).toThrow(/written in Python|is no regular expression/);
  const common = ["a{1,3}b{2}", "^\\d+\\.\\d+$", "[\\w.-]+ x", "[(?]x", "(?:a|b)c", "\\x41\\b", "[]a]x".replace("[]", "[\\]"), "a{x"];
  for (const pattern of common) expect(matches(pattern)).not.toThrow();
});
