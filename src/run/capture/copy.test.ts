import { mkdir, readFile, readlink, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { copyProject, type RunPlace } from "./copy.ts";
import { look } from "./look.ts";

const FILES = {
  "app/pyproject.toml": '[project]\nname = "app"\n',
  "app/sub/keep": "",
  "app-data/keep": "",
  "app/.venv/pyvenv.cfg": "",
  "outside/pyvenv.cfg": "",
  "home/keep": "",
};

interface Trial {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Link → where it leads, both below the folder. */
  readonly links?: Readonly<Record<string, string>>;
  /** Link → where it leads from where it stands. */
  readonly relative?: Readonly<Record<string, string>>;
  /** How the project is named. */
  readonly folder?: string;
}

/** Copies a project as it is before `argv` runs; `$WORK` is where it lies. */
async function copying(trial: Trial, use: (copied: RunPlace, work: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const work = await realpath(folder.path);
  const at = (text: string): string => text.replaceAll("$WORK", work);
  for (const [name, text] of Object.entries({ ...FILES, ...trial.files })) {
    await mkdir(dirname(join(work, name)), { recursive: true });
    await writeFile(join(work, name), at(text));
  }
  for (const [link, target] of Object.entries(trial.links ?? {})) await symlink(join(work, target), join(work, link));
  for (const [link, target] of Object.entries(trial.relative ?? {})) await symlink(target, join(work, link));
  const env = { HOME: join(work, "home"), ...Object.fromEntries(Object.entries(trial.env ?? {}).map(([key, value]) => [key, at(value)])) };
  const looked = await look({
    folder: join(work, trial.folder ?? "app"),
    env,
    nameSecret: () => "secret-1",
    versionOf: async () => "0.0.0",
  });
  await mkdir(join(work, "run"));
  await use(await copyProject(looked, env, join(work, "run"), ["uv", ...(trial.argv ?? ["sync"]).map(at)]), work);
}

describe("a copy of a project", () => {
  it.each([
    ["--project", "$WORK/app"],
    ["--directory=$WORK/app/sub", "sync"],
    ["pip", "install", "$WORK/app[extra]"],
    ["pip", "install", "-e$WORK/app"],
    ["pip", "install", "x @ file://$WORK/app ; python_version > '3'"],
  ])("stands for the project in the command's own words: %s %s", async (...argv) => {
    await copying({ argv }, async ({ args, cwd: project }, work) => {
      expect(args.join(" ")).toContain(project);
      expect(args.join(" ")).not.toContain(`${work}/app`);
    });
  });

  it("stands for nothing whose name only begins as the project's", async () => {
    await copying({ argv: ["sync", "--find-links", "$WORK/app-data"], env: { PATH: "$WORK/app-data:$WORK/app" } }, async (copied, work) => {
      expect(copied.args).toContain(`${work}/app-data`);
      expect(copied.env["PATH"]).toBe(`${work}/app-data:${copied.cwd}`);
    });
  });

  it("has the cache's own links as they are", async () => {
    const files = { "home/.cache/uv/archive-v0/one/keep": "", "home/.cache/uv/wheels-v5/keep": "" };
    await copying({ files, relative: { "home/.cache/uv/wheels-v5/one": "../archive-v0/one" } }, async ({ cache }) => {
      expect(await readlink(join(cache, "wheels-v5/one"))).toBe("../archive-v0/one");
    });
  });

  it("is none of the original where the project is named by a link, or links lead back into it", async () => {
    const links = { named: "app", "app/current": "app/sub", "app/there": "named/sub", "app/away": "outside" };
    await copying({ folder: "named", links, argv: ["--project", "$WORK/app", "sync"] }, async ({ cwd: project, args }, work) => {
      expect(await realpath(project)).toBe(project);
      expect(args).toContain(project);
      expect(await Promise.all(["current", "there", "away"].map((link) => readlink(join(project, link))))).toEqual([
        `${project}/sub`,
        `${project}/sub`,
        `${work}/outside`,
      ]);
    });
  });

  it("has scripts of its own in the environment that is active", async () => {
    const files = { "app/env/pyvenv.cfg": "", "app/env/bin/pip": "#!$WORK/app/env/bin/python\n" };
    await copying({ files, env: { VIRTUAL_ENV: "$WORK/app/env" } }, async ({ cwd: project }) => {
      expect(await readFile(join(project, "env/bin/pip"), "utf8")).toBe(`#!${project}/env/bin/python\n`);
    });
  });

  const linked = { links: { "app/.venv2": "outside" } };
  it.each<[string, Trial]>([
    ["--cache-dir", { argv: ["sync", "--cache-dir", "$WORK/outside"] }],
    ["--directory", { argv: ["--directory=$WORK/outside", "sync"] }],
    ["--project", { argv: ["sync", "--project", "../outside"] }],
    ["--target", { argv: ["pip", "install", "--target", "$WORK/new", "x"] }],
    ["-t", { argv: ["pip", "install", "-t$WORK/new", "x"] }],
    ["--prefix", { argv: ["pip", "install", "--prefix=$WORK/outside", "x"] }],
    ["-o", { argv: ["pip", "compile", "-o", "$WORK/new.txt", "pyproject.toml"] }],
    ["outside", { argv: ["pip", "install", "$WORK/outside"] }],
    ["--target", { ...linked, argv: ["pip", "install", "--target", ".venv2", "x"] }],
    ["UV_PROJECT_ENVIRONMENT", { env: { UV_PROJECT_ENVIRONMENT: "$WORK/outside" } }],
    ["UV_PROJECT_ENVIRONMENT", { ...linked, env: { UV_PROJECT_ENVIRONMENT: ".venv2" } }],
    ["UV_PROJECT_ENVIRONMENT", { env: { UV_PROJECT_ENVIRONMENT: "$WORK/not-yet" }, argv: ["run", "x"] }],
    ["VIRTUAL_ENV", { env: { VIRTUAL_ENV: "$WORK/outside" }, argv: ["pip", "install", "x"] }],
    ["VIRTUAL_ENV", { env: { VIRTUAL_ENV: "$WORK/outside" }, argv: ["-q", "pip", "sync", "x"] }],
    ["VIRTUAL_ENV", { env: { VIRTUAL_ENV: "$WORK/outside" }, argv: ["run", "uv", "pip", "install", "x"] }],
    ["VIRTUAL_ENV", { env: { VIRTUAL_ENV: "$WORK/outside" }, argv: ["sync", "--active"] }],
    ["CONDA_PREFIX", { env: { CONDA_PREFIX: "$WORK/outside" }, argv: ["pip", "install", "x"] }],
    ["--system", { argv: ["pip", "install", "--system", "x"] }],
    ["UV_SYSTEM_PYTHON", { env: { UV_SYSTEM_PYTHON: "1" }, argv: ["pip", "install", "x"] }],
    ["--python 3.12", { argv: ["pip", "install", "-p", "3.12", "x"] }],
    ["--python", { argv: ["pip", "install", "--python=$WORK/outside/bin/python", "x"] }],
    ["UV_PROJECT", { env: { UV_PROJECT: "$WORK/outside" } }],
    ["uv.lock", { links: { "app/uv.lock": "outside/uv.lock" } }],
    ["pyproject.toml", { files: { "app/pyproject.toml": '[tool.uv.sources]\nx = { path = "$WORK/app/sub" }\n' } }],
  ])("is refused where uv would write into what it does not stand for: %s %j", async (words, trial) => {
    await expect(copying(trial, async () => undefined)).rejects.toThrow(new RegExp(`${words}.*capture works on a copy`, "s"));
  });

  it("is refused where the project's own environment is a link that leads away", async () => {
    const trial: Trial = { files: {}, links: { "app/sub/.venv": "outside" }, folder: "app/sub" };
    await expect(copying({ ...trial, argv: ["pip", "install", "x"] }, async () => undefined)).rejects.toThrow("capture works on a copy");
  });

  it.each<Trial>([
    { env: { VIRTUAL_ENV: "$WORK/outside" }, argv: ["sync"] },
    { env: { VIRTUAL_ENV: "$WORK/outside" }, argv: ["pip", "list"] },
    { env: { UV_PROJECT_ENVIRONMENT: "$WORK/outside" }, argv: ["lock"] },
    { env: { VIRTUAL_ENV: "$WORK/outside" }, argv: ["pip", "install", "--target", "here", "x"] },
    { argv: ["sync", "--find-links", "$WORK/outside", "--python", "$WORK/outside/bin/python"] },
    { argv: ["run", "--no-sync", "pytest", "$WORK/outside"] },
  ])("is made where nothing but it is written: %j", async (trial) => {
    await copying(trial, async ({ cwd: project }) => expect(await readFile(join(project, "pyproject.toml"), "utf8")).toContain("app"));
  });
});
