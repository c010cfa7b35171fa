import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RunProcess } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import type { GeneratedPackage } from "../scenario/model.ts";
import { packageContents, type PackagePrograms } from "./contents.ts";
import { sourceFiles } from "./sdist.ts";

export interface RepositoryOptions {
  /** Absolute path of git. */
  readonly git: string;
  readonly run: RunProcess;
  readonly programs: PackagePrograms;
  /** An empty folder: `NAME.git` is made in it for each package. */
  readonly folder: string;
}

const WHO = { NAME: "uv-mre", EMAIL: "uv-mre@example.com", DATE: "2020-01-01T12:00:00Z" };
const TIMEOUT_MS = 60_000;

/**
 * Makes a bare repository of each package: on `main` a commit for each version in the order given, with a tag `vVERSION`. The
 * same packages have the same commits, on every machine.
 *
 * @throws UserError if git fails.
 */
export async function makeRepositories(packages: readonly GeneratedPackage[], options: RepositoryOptions): Promise<void> {
  for (const [name, versions] of Map.groupBy(packages, (pkg) => pkg.name)) await makeRepository(name, versions, options);
}

async function makeRepository(name: string, versions: readonly GeneratedPackage[], options: RepositoryOptions): Promise<void> {
  const work = path.join(options.folder, `${name}.work`);
  const bare = path.join(options.folder, `${name}.git`);
  await mkdir(work);
  await call(options, work, ["init", "--quiet"]);
  await call(options, work, ["symbolic-ref", "HEAD", "refs/heads/main"]);
  for (const version of versions) {
    for (const entry of await readdir(work)) if (entry !== ".git") await rm(path.join(work, entry), { recursive: true });
    const contents = packageContents(version, options.programs);
    for (const [file, text] of await sourceFiles(version, contents, options.programs.buildBackend)) {
      await mkdir(path.dirname(path.join(work, file)), { recursive: true });
      await writeFile(path.join(work, file), text);
    }
    await call(options, work, ["add", "--all", "--force"]);
    await call(options, work, ["commit", "--quiet", "--allow-empty", "--message", `Release ${version.version}`]);
    await call(options, work, ["tag", "--force", `v${version.version}`]);
  }
  await call(options, options.folder, ["clone", "--quiet", "--bare", work, bare]);
  // As GitHub and GitLab do: uv fetches commits by their ids.
  await call(options, bare, ["config", "uploadpack.allowAnySHA1InWant", "true"]);
  await rm(work, { recursive: true });
}

async function call({ git, run, folder }: RepositoryOptions, cwd: string, args: readonly string[]): Promise<void> {
  const who = ["AUTHOR", "COMMITTER"].flatMap((role) => Object.entries(WHO).map(([key, value]) => [`GIT_${role}_${key}`, value]));
  const result = await run({
    file: git,
    args,
    cwd,
    env: { ...Object.fromEntries(who), GIT_CONFIG_NOSYSTEM: "1", HOME: folder, PATH: path.dirname(git), TZ: "UTC", LANG: "C" },
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir: folder,
  });
  if (result.exit !== 0) throw new UserError(`git ${args[0]} failed: ${result.spawnError ?? result.stderr.trim()}`);
}
