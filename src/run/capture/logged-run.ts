import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readLog } from "../../capture/uv-log/read-log.ts";
import type { UvLog } from "../../capture/uv-log/model.ts";
import type { Looked } from "../../capture/model.ts";
import { hideUrlSecrets, type NameSecret } from "../../capture/secret-book.ts";
import type { KeyringRecord } from "../../observation/model.ts";
import { removeTree } from "../../disk/remove-tree.ts";
import { UserError } from "../../scenario/error.ts";
import { JOURNAL_VARIABLE, keyringJournalFile } from "../../workspace/environment.ts";
import { readKeyringJournal } from "../../workspace/keyring-journal.ts";
import { createRunFolder } from "../../workspace/run-folder.ts";
import { machineryOf } from "../harness/machinery.ts";
import type { Harness } from "../harness/harness.ts";
import { recordingPrograms } from "../programs.ts";
import { copyProject, originalPlace } from "./copy.ts";
import { placesOf } from "./look.ts";

/** One run of the user's command with its log read. */
export interface LoggedRun {
  readonly exit: number | null;
  readonly log: UvLog;
  readonly keyring: readonly KeyringRecord[];
}

export interface LoggedRunOptions {
  readonly looked: Looked;
  readonly argv: readonly string[];
  readonly nameSecret: NameSecret;
  readonly signal: AbortSignal;
  /** In the user's own folder in place of a copy. */
  readonly inPlace: boolean;
  /** Of a run that is recorded; `null`: this one is not. */
  readonly lead: Lead | null;
}

/** Makes of an environment one that leads elsewhere. */
export type Lead = (env: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;

const TIMEOUT_MS = 120_000;
export const LOG_ENVIRONMENT = { RUST_LOG: "uv=trace" };

/** Runs the command once, unchanged; its log is read in memory and kept nowhere. */
export async function runLogged(
  harness: Harness,
  { looked, argv, nameSecret, signal, inPlace, lead }: LoggedRunOptions,
): Promise<LoggedRun> {
  const folder = await createRunFolder(harness.baseDir, machineryOf(harness).identity, machineryOf(harness).tag);
  try {
    const place = inPlace ? originalPlace(looked, harness.env, argv) : await copyProject(looked, harness.env, folder, argv);
    const [probe, output, tmp] = ["probe", "output", "tmp"].map((name) => path.join(folder, name)) as [string, string, string];
    await Promise.all([probe, output, tmp].map((each) => mkdir(each)));
    await writeFile(path.join(probe, "sitecustomize.py"), recordingPrograms().probe);
    const earlier = harness.env["PYTHONPATH"];
    const result = await harness.run({
      file: looked.uv?.path ?? "uv",
      args: place.args,
      cwd: place.cwd,
      env: {
        ...(lead === null ? place.env : lead(place.env)),
        ...LOG_ENVIRONMENT,
        // A keyring of the user's would be compiled where it stands.
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONPATH: earlier === undefined || earlier === "" ? probe : `${probe}${path.delimiter}${earlier}`,
        [JOURNAL_VARIABLE]: keyringJournalFile({ output }, 0),
      },
      stdin: null,
      timeoutMs: TIMEOUT_MS,
      outputDir: tmp,
      signal,
    });
    const shown = hideUrlSecrets(argv.join(" "), nameSecret);
    if (result.spawnError !== null) throw new UserError(`${shown}: could not be started: ${result.spawnError}`);
    if (result.timedOut) throw new UserError(`${shown}: did not end within ${TIMEOUT_MS / 1000} s`);
    if (result.outputCut) throw new UserError(`${shown}: printed more than is read, so what it told is not known to the end`);
    const home = harness.env["HOME"] ?? path.join(folder, "home");
    const keyring = await readKeyringJournal({
      paths: { root: place.around, output, tmp, cache: place.cache, home },
      toolPrefix: placesOf(harness.env, home).tools,
      clockOrigin: 0,
    });
    return { exit: result.exit, log: readLog(hideUrlSecrets(result.stderr, nameSecret)), keyring };
  } finally {
    await removeTree(folder);
  }
}
