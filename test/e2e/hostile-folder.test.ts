import { chown, copyFile, lstat, mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/index.ts";
import { pipInstalledUv, temporaryFolder } from "../real-tools.ts";
import { withoutSandbox } from "../sandbox.ts";
import { put, runCommand } from "./command.ts";
import { testUsers } from "./plain-user.ts";

// Without a sandbox the harness must hold by itself.
withoutSandbox();

/** What a step without a sandbox puts somewhere, as Python; VICTIM is a folder of the user's. */
const KINDS = {
  "a FIFO": "os.mkfifo(NAME)",
  "a link to a folder": "os.symlink(VICTIM, NAME)",
  "a link to a file": "os.symlink(VICTIM + '/kept', NAME)",
  "a socket": "socket.socket(socket.AF_UNIX).bind(NAME)",
  "a huge file": "open(NAME, 'w').truncate(1 << 40)",
  "a file that nobody may open": "os.close(os.open(NAME, os.O_CREAT, 0))",
  "a folder that nobody may enter": "os.mkdir(NAME, 0)",
  "a tree deeper than any path": "\nfor _ in range(1500):\n    os.mkdir(NAME)\n    os.chdir(NAME)",
} as const;

/** Where, as the folder and the name of it. */
const PLACES = {
  "its output": "os.path.split(os.path.realpath('../output'))",
  "its journal": "os.path.split(os.environ['UV_MRE_KEYRING_JOURNAL'])",
  "a file that is read, and written later": "(os.getcwd(), 'file')",
  "a home that is searched for secrets": "(os.environ['HOME'], 'file')",
} as const;

const REGULAR = ["a huge file", "a file that nobody may open"];
const CASES = Object.keys(KINDS).flatMap((kind) => Object.keys(PLACES).map((place) => ({ kind, place })));

function scenario(kind: string, place: string, victim: string): string {
  const program = `import os, shutil, socket
VICTIM = ${JSON.stringify(victim)}
folder, NAME = ${place}
os.chdir(folder)
if os.path.isdir(NAME): shutil.rmtree(NAME)
elif os.path.lexists(NAME): os.remove(NAME)
${kind}
`;
  return `schema = 1
title = "spoilt"
[index.private]
url = "https://feeds.example.com/simple/"
user = "alice"
[[step]]
run = ["python", "-c", ${JSON.stringify(program)}]
[[step]]
run = "true"
write = { "file" = "x" }
reproduced = { exit = 0, file.any = { path = "file", contains = "x" }, leak.none = {} }
healthy = { exit = "nonzero", file.any = { path = "file", exists = true }, leak.any = {} }
`;
}

const DESCRIPTORS = `schema = 1
title = "What is open"
[files]
"x.py" = """
import os
places = ['/proc/self/fd/' + n for n in os.listdir('/proc/self/fd') if int(n) > 2]
print([os.readlink(p) for p in places if os.path.exists(p) and os.readlink(p) != '/dev/null'])
"""
[[step]]
run = "python x.py"
reproduced = { stdout = { contains = "[", lacks = "kept" } }
healthy = { stdout = "kept" }
`;

describe.each(testUsers().slice(-1))("for $name without a sandbox, a step that puts", (who) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let runs: RunJson["runs"] = [];
  let left: readonly string[] = [];
  let seen: unknown;
  const counts = { passed: 0, failed: 0 };

  beforeAll(async () => {
    folder = await temporaryFolder();
    const place = (name: string): string => path.join(folder.path, name);
    await Promise.all(["home", "tmp", "cache", "victim"].map((name) => mkdir(place(name))));
    await writeFile(place("victim/kept"), "kept");
    await copyFile(await pipInstalledUv("0.9.5"), place("uv"));
    const files: string[] = [];
    for (const [at, { kind, place: where }] of CASES.entries()) {
      const text = scenario(KINDS[kind as keyof typeof KINDS], PLACES[where as keyof typeof PLACES], place("victim"));
      files.push(await put(folder.path, `case-${at}.toml`, text));
    }
    for (const each of [".", "home", "tmp", "cache", "victim", "victim/kept"]) await chown(place(each), who.id, who.id);
    const env = { HOME: place("home"), TMPDIR: place("tmp"), UV_MRE_CACHE_DIR: place("cache"), PYTHONDONTWRITEBYTECODE: "1" };
    const flags = ["--json", "--jobs", "4", ...(who.python === null ? [] : ["--python", who.python])];
    await using key = await open(place("victim/kept"));
    const options = { env, as: who.as, inherited: key.fd };
    files.push(await put(folder.path, "descriptors.toml", DESCRIPTORS));
    const { stdout, stderr } = await runCommand(["run", ...files, "--uv", place("uv"), ...flags], options);
    if (stderr.includes("a fault of uv-mre")) throw new Error(stderr);
    ({ runs } = JSON.parse(stdout) as RunJson);
    left = await readdir(place("tmp"));
    const kept = await lstat(place("victim/kept"));
    seen = [await readdir(place("victim")), await readFile(place("victim/kept"), "utf8"), kept.mode & 0o777, kept.nlink];
  });

  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
    console.log(`hostile folder, no sandbox, ${who.name}: ${counts.passed} passed, ${counts.failed} failed`);
  });

  it.each(CASES)("$kind into the place of $place is judged, and holds nothing up", ({ kind, place }) => {
    const run = runs[CASES.findIndex((each) => each.kind === kind && each.place === place)];
    // What was to be read or written there was not: no verdict. A home is only searched.
    const verdicts = place.startsWith("a home") ? ["reproduced", "unresolved"] : ["unresolved"];
    // A regular file is written over, whatever its size; one that cannot be is the step's own, and root reads it anyway.
    if (REGULAR.includes(kind) && !place.startsWith("its output")) verdicts.push("reproduced");
    counts[verdicts.includes(run?.verdict ?? "") ? "passed" : "failed"]++;
    expect(verdicts).toContain(run?.verdict);
  });

  it("its own eyes on its descriptors sees none that uv-mre was started with", () => {
    const { verdict } = runs.at(-1) ?? {};
    counts[verdict === "reproduced" ? "passed" : "failed"]++;
    expect(verdict).toBe("reproduced");
  });

  it("something anywhere changes nothing outside, and leaves nothing", () => {
    const isFine = left.length === 0 && JSON.stringify(seen) === JSON.stringify([["kept"], "kept", 0o644, 1]);
    counts[isFine ? "passed" : "failed"]++;
    expect([left, seen]).toEqual([[], [["kept"], "kept", 0o644, 1]]);
  });
});
