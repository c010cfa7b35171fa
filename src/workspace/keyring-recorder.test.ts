import { chmod, copyFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { openWorkspaceFixture, type WorkspaceFixture } from "../../test/workspace-fixture.ts";
import type { KeyringRecord } from "../observation/model.ts";
import { readKeyringJournal } from "./keyring-journal.ts";

const ARGS = ["get", "https://feeds.example.com/simple/", "ann"];

interface Called {
  readonly exit: number | null;
  readonly stdout: string;
  readonly calls: readonly Partial<KeyringRecord>[];
  readonly unrecorded: readonly string[];
}

/** Has a command called as a step calls it. */
async function call(fixture: WorkspaceFixture, command = "keyring", args: readonly string[] = ARGS): Promise<Called> {
  const { workspace } = fixture;
  const environment = fixture.environment();
  const { project } = workspace.paths;
  const keyrings = await workspace.recordKeyrings({ environment, cwd: project, venv: path.join(project, ".venv") });
  const { exit, signal, stdout } = await fixture.run(command, args);
  const unrecorded = await keyrings.restore();
  const calls = await readKeyringJournal({ paths: workspace.paths, toolPrefix: null, clockOrigin: 0 });
  const kept = calls.map(({ from, argv, finished, exit, prefix }) => ({ from, argv, finished, exit, prefix }));
  return { exit: signal === null ? exit : -1, stdout, calls: kept, unrecorded };
}

/** A run whose home has these files. */
async function openWithHome(files: Readonly<Record<string, string>>): Promise<WorkspaceFixture> {
  const fixture = await openWorkspaceFixture();
  await fixture.workspace.writeFiles("home", files);
  return fixture;
}

const STAND_IN = { from: "other", argv: ARGS, prefix: "$WORK/home/.local/bin/keyring" };

test.each([
  ["a shell script", '#!/bin/sh\necho "$0 $@"\nexit 3\n', 3],
  ["a Python that hears of no sitecustomize", "#!/usr/bin/env -S python3 -I\nimport sys\nprint(*sys.argv)\nsys.exit(3)\n", 3],
])("%s is recorded with its exit status, and stands in its place again when the step has ended", async (_, text, exit) => {
  await using fixture = await openWithHome({ ".local/bin/keyring": text });
  const called = await call(fixture);
  expect(called).toMatchObject({ exit, calls: [{ ...STAND_IN, finished: true, exit }], unrecorded: [] });
  // It knows its folder.
  expect(called.stdout).toContain(`${path.join(fixture.workspace.paths.home, ".local/bin")}/`);
  expect(called.stdout).toContain(ARGS.join(" "));
  expect(await readFile(path.join(fixture.workspace.paths.home, ".local/bin/keyring"), "utf8")).toBe(text);
});

test("one in the folder where the step runs is recorded where an empty entry of PATH means it", async () => {
  await using fixture = await openWorkspaceFixture();
  await fixture.workspace.writeFiles("project", { keyring: "#!/bin/sh\nexit 3\n" });
  const { workspace } = fixture;
  const environment = { ...fixture.environment(), PATH: `${fixture.environment()["PATH"]}:` };
  const keyrings = await workspace.recordKeyrings({
    environment,
    cwd: workspace.paths.project,
    venv: path.join(workspace.paths.project, ".venv"),
  });
  expect(await readFile(path.join(workspace.paths.project, "keyring"), "utf8")).not.toBe("#!/bin/sh\nexit 3\n");
  expect(await keyrings.restore()).toEqual([]);
  expect(await readFile(path.join(workspace.paths.project, "keyring"), "utf8")).toBe("#!/bin/sh\nexit 3\n");
});

test("an executable of another kind is recorded", async () => {
  await using fixture = await openWorkspaceFixture();
  const folder = path.join(fixture.workspace.paths.home, ".local/bin");
  await mkdir(folder, { recursive: true });
  await copyFile("/bin/true", path.join(folder, "keyring"));
  await chmod(path.join(folder, "keyring"), 0o755);
  expect(await call(fixture)).toMatchObject({ exit: 0, calls: [{ ...STAND_IN, finished: true, exit: 0 }] });
});

test.each([
  ["was ended by a signal", "#!/bin/sh\nkill -KILL $$\n", -1],
  ["could not be started", "#!/nowhere/python\n", 126],
  ["was ended by a signal, in Python", "#!/usr/bin/env python3\nimport os\nos.kill(os.getpid(), 9)\n", -1],
])("a call that %s began and did not end", async (_, text, exit) => {
  await using fixture = await openWithHome({ ".local/bin/keyring": text });
  expect(await call(fixture)).toMatchObject({ exit, calls: [{ argv: ARGS, finished: false, exit: null }] });
});

test("a Python script stays where it is, since the probe sees it", async () => {
  await using fixture = await openWithHome({ ".local/bin/keyring": "#!/usr/bin/env python3\nprint(open(__file__).read())\n" });
  const called = await call(fixture);
  expect(called).toMatchObject({ exit: 0, calls: [{ argv: ARGS, finished: true }], unrecorded: [] });
  expect(called.stdout).toContain("#!/usr/bin/env python3");
});

test("a shell script that leads to a keyring in Python is one call: that of the keyring", async () => {
  await using fixture = await openWithHome({
    ".local/bin/keyring": '#!/bin/sh\nexec "$HOME/real/keyring" "$@"\n',
    "real/keyring": "#!/usr/bin/env python3\n",
  });
  const { calls } = await call(fixture);
  expect(calls).toMatchObject([{ argv: ARGS, finished: true }]);
  expect(calls[0]?.prefix).not.toBe(STAND_IN.prefix);
});

test("what a step itself puts there is told as not recorded, and stays", async () => {
  await using fixture = await openWithHome({ "spare/keyring": "#!/bin/sh\nexit 1\n" });
  const { calls, unrecorded } = await call(fixture, "sh", [
    "-c",
    'mkdir -p "$HOME/.local/bin"; mv "$HOME/spare/keyring" "$HOME/.local/bin"; keyring get',
  ]);
  expect(calls).toEqual([]);
  expect(unrecorded).toEqual(["$WORK/home/.local/bin/keyring is no Python script that the probe sees, and the step itself put it there"]);
});

test.each(["mv", "cp"])("what a step puts in the place of another by %s is left there, and told as not recorded", async (put) => {
  await using fixture = await openWithHome({ ".local/bin/keyring": "#!/bin/sh\n", other: "#!/bin/sh\nexit 5\n" });
  const { unrecorded } = await call(fixture, "sh", ["-c", `${put} "$HOME/other" "$HOME/.local/bin/keyring"; keyring get`]);
  expect(unrecorded).toEqual(["$WORK/home/.local/bin/keyring is no Python script that the probe sees, and the step itself put it there"]);
  const { home } = fixture.workspace.paths;
  expect(await readFile(path.join(home, ".local/bin/keyring"), "utf8")).toBe("#!/bin/sh\nexit 5\n");
  await expect(readFile(path.join(home, ".local/bin/keyring.recorded"))).rejects.toThrow("ENOENT");
});

test("one outside the run's folder is told as not recorded, and left alone", async () => {
  await using fixture = await openWorkspaceFixture();
  await using elsewhere = await openWithHome({ "bin/keyring": "#!/bin/sh\n" });
  const folder = path.join(elsewhere.workspace.paths.home, "bin");
  const { workspace } = fixture;
  const environment = { ...fixture.environment(), PATH: folder };
  const keyrings = await workspace.recordKeyrings({ environment, cwd: workspace.paths.project, venv: "/nowhere" });
  expect(await readFile(path.join(folder, "keyring"), "utf8")).toBe("#!/bin/sh\n");
  expect(await keyrings.restore()).toEqual([
    `${folder}/keyring is no Python script that the probe sees, and it is outside the run's folder`,
  ]);
});
