import { mkdir, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openBelow, openFolder } from "../disk/folder.ts";
import { removeTree } from "../disk/remove-tree.ts";
import type { FileRecord } from "../observation/model.ts";
import type { ProcessIdentity } from "../observation/process.ts";
import { allDone } from "../all-done.ts";
import { subjectHash } from "./subject-hash.ts";
import { findCommand, installCommands, type Commands } from "./commands.ts";
import { type Layout, layoutFor, type WorkspacePaths, workspacePaths } from "./layout.ts";
import { JOURNAL_VARIABLE } from "./environment.ts";
import { NO_KEYRINGS, type RecordedKeyrings, recordKeyrings } from "./keyring-recorder.ts";
import { createPlaces } from "./places.ts";
import { createRunFolder, markKept } from "./run-folder.ts";
import { RunFiles } from "./run-files.ts";
import { refuseMeddlingParents } from "./surroundings.ts";
import { type WrittenText, WrittenTexts } from "./written.ts";

/** Python imports it at start from the first folder on `PYTHONPATH` that has it. */
const PROBE_FILE = "sitecustomize.py";
export interface WorkspaceOptions {
  readonly run: string;
  readonly owner: ProcessIdentity;
  readonly commands: Commands;
  /** Default: the system's temporary folder. */
  readonly baseDir?: string | null;
  /** Where the steps see the folder; `null`, as by default: where it is. */
  readonly seenRoot?: string | null;
  /** The texts of the programs that record calls of keyring; `null`: none is recorded, to show that they change nothing. */
  readonly recording: { readonly probe: string; readonly recorder: string; readonly watch: string } | null;
}

/**
 * The folder of one run: a home, a project, the commands on PATH. All paths that a scenario names are relative to the
 * project, `~/…` in home, or absolute within the run's folder; what leaves throws a `UserError`.
 */
export interface Workspace extends AsyncDisposable {
  readonly paths: WorkspacePaths;
  /** As the steps see them. */
  readonly seen: WorkspacePaths;
  /** A place of `paths` as the steps see it. */
  asSeen(place: string): string;
  /** Where what steps print goes: the open `output/`, whatever a step puts in its place. */
  readonly outputDir: string;
  /** Of the project's files, `~/…` is home. */
  writeFiles(place: "project" | "home", files: Readonly<Record<string, string>>): Promise<void>;
  /** A file of the project that is no text. */
  writeBytes(name: string, bytes: Uint8Array): Promise<void>;
  /** What does not exist is no error. */
  removePaths(names: readonly string[]): Promise<void>;
  /** `null`: not there; `""` for a folder, and for a link that leads out. */
  readFile(name: string): Promise<Pick<FileRecord, "content" | "unread">>;
  /** See `RunFiles.installed`. */
  installed(venv: string): Promise<string | null>;
  /** The CA that steps are told to trust, as PEM, and what they may show themselves. */
  writeCertificates(ca: string, client: string | null, proxyCa: string | null): Promise<void>;
  /** For the keyring plugin; see `keyring-answers.ts`. Holds secrets: only this user may read it. */
  writeKeyringAnswers(text: string): Promise<void>;
  /** Text files that steps changed since the last call, for leaks. */
  writtenTexts(): Promise<WrittenText[]>;
  /** Where a step runs, as it sees it. Made if it is not there. */
  workingDirectory(name: string): Promise<string>;
  findCommand(word: string, environment: Readonly<Record<string, string>>, cwd?: string): Promise<string | null>;
  /** Has the calls of every `keyring` that this step may start recorded; dispose of it when the step has ended. */
  recordKeyrings(step: {
    readonly environment: Readonly<Record<string, string>>;
    readonly cwd: string;
    readonly venv: string;
  }): Promise<RecordedKeyrings>;
  /** Disposing leaves the folder from now on, secrets included; no later start removes it. */
  keep(): Promise<void>;
}

/**
 * Makes the folder of a run. Disposing removes it; end the run's processes first.
 *
 * @throws UserError if the base folder holds what uv would find from below.
 */
export async function createWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const layout = layoutFor(process.platform);
  const baseDir = await realpath(options.baseDir ?? tmpdir());
  refuseMeddlingParents(baseDir);
  const root = await createRunFolder(baseDir, options.owner, options.run);
  const paths = workspacePaths(root, layout);
  try {
    await furnish(paths, options, layout);
  } catch (error) {
    await removeTree(root);
    throw error;
  }
  return openWorkspace(paths, options, layout);
}

async function furnish(paths: WorkspacePaths, options: WorkspaceOptions, layout: Layout): Promise<void> {
  // An empty file here hides the system's `/etc/uv/uv.toml`: uv takes the first that exists.
  const systemConfig = path.join(paths.etc, "uv", "uv.toml");
  const folders = [paths.project, paths.home, paths.tmp, paths.bin, paths.probe, paths.output, path.dirname(systemConfig)];
  await allDone(folders.map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
  await allDone([
    writeFile(systemConfig, ""),
    // uv also looks for settings from the project upwards, and takes the first that it finds.
    writeFile(path.join(paths.root, "uv.toml"), ""),
    ...(options.recording === null ? [] : [writeFile(path.join(paths.probe, PROBE_FILE), options.recording.probe)]),
    installCommands(paths.bin, options.commands, layout),
  ]);
}

async function openWorkspace(paths: WorkspacePaths, options: WorkspaceOptions, layout: Layout): Promise<Workspace> {
  const root = await openFolder(paths.root);
  const output = await openBelow(root, ["output"]);
  const places = createPlaces(paths, workspacePaths(options.seenRoot ?? paths.root, layout));
  const { seen } = places;
  const files = new RunFiles(places, root);
  const written = new WrittenTexts(paths, root);
  let kept = false;
  return {
    paths,
    seen,
    asSeen: places.asSeen,
    outputDir: output.path,
    writeFiles: async (place, texts) => {
      for (const [name, text] of Object.entries(texts)) {
        const inHome = place === "project" && name.startsWith("~/");
        const file = await (inHome ? files.write("home", name.slice(2), text) : files.write(place, name, text));
        if (place === "project") written.remember(file, text);
      }
    },
    writeBytes: async (name, bytes) => {
      await files.write("project", name, bytes);
    },
    removePaths: async (names) => {
      for (const name of names) await files.remove(name);
    },
    readFile: (name) => files.read(name),
    installed: (venv) => files.installed(venv),
    writeCertificates: async (ca, client, proxyCa) => {
      await mkdir(paths.caFolder, { recursive: true });
      await writeFile(paths.ca, ca);
      if (ca !== "") await writeFile(path.join(paths.caFolder, `${subjectHash(ca)}.0`), ca);
      if (proxyCa !== null) await writeFile(paths.proxyCa, proxyCa);
      if (client !== null) await writeFile(paths.clientCertificate, client, { mode: 0o600 });
    },
    writeKeyringAnswers: (text) => writeFile(paths.keyringAnswers, text, { mode: 0o600 }),
    writtenTexts: () => written.changed(),
    workingDirectory: async (name) => places.asSeen(await files.folder(name)),
    findCommand: (word, environment, cwd = seen.project) => findCommand(word, environment, cwd, layout, places),
    recordKeyrings: ({ environment, cwd, venv }) =>
      options.recording === null
        ? Promise.resolve(NO_KEYRINGS)
        : recordKeyrings({
            places,
            layout,
            searchPath: environment["PATH"] ?? "",
            cwd,
            more: [path.join(venv, layout.scripts), path.join(seen.project, ".venv", layout.scripts)],
            python: options.commands.python.file,
            recorder: options.recording.recorder,
            watch: options.recording.watch,
            journal: environment[JOURNAL_VARIABLE] ?? "",
          }),
    keep: async () => {
      kept = true;
      await markKept(paths.root, options.owner, options.run);
    },
    [Symbol.asyncDispose]: async () => {
      await output[Symbol.asyncDispose]();
      await root[Symbol.asyncDispose]();
      if (!kept) await removeTree(paths.root);
    },
  };
}
