import { randomBytes } from "node:crypto";
import { constants, readFileSync, watch } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import path from "node:path";
import { openFolder } from "../disk/folder.ts";
import { readRegular } from "../disk/regular-file.ts";
import type { KeyringRecord } from "../observation/model.ts";
import { UserError } from "../scenario/error.ts";
import { isErrno } from "./errno.ts";
import { callsIn, type KeyringEvidence, type KeyringJournalOptions, type StepCalls } from "./keyring-calls.ts";

const LARGEST_JOURNAL = 64_000_000;

/** All calls of `keyring` so far, in the order in which they began. Not redacted. */
export async function readKeyringJournal(options: KeyringJournalOptions): Promise<readonly KeyringRecord[]> {
  return (await readKeyringEvidence(options)).calls;
}

export async function readKeyringEvidence(options: KeyringJournalOptions): Promise<KeyringEvidence> {
  const steps = await readSteps(options);
  return {
    calls: steps.flatMap(({ calls }) => calls).sort((a, b) => a.at - b.at),
    beside: steps.flatMap(({ beside }) => beside),
    outlived: new Set(steps.flatMap(({ outlived }) => [...outlived])),
  };
}

async function readSteps(options: KeyringJournalOptions): Promise<StepCalls[]> {
  const folder = await openFolder(options.paths.output).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  if (folder === null) return [];
  await using output = folder;
  const names = await readdir(output.path);
  const records = await Promise.all(
    names.map(async (name) => {
      const step = /^keyring-(-?\d+)\.jsonl$/.exec(name)?.[1];
      return step === undefined ? [] : callsIn(await journalText(output.at(name)), Number(step), options);
    }),
  );
  return records.flat();
}

/** A step's journal, held open so that nothing can take its place unseen. */
export interface HeldJournal extends AsyncDisposable {
  /** Says what was done to it; `null`: it has all that was written. */
  loss(): Promise<string | null>;
}

/** Begins a step's journal. What a keyring or a step then removes, replaces or empties had calls that nobody sees any more. */
export async function holdKeyringJournal(file: string): Promise<HeldJournal> {
  const line = `${JSON.stringify({ event: "opened", mark: randomBytes(8).toString("hex") })}\n`;
  const handle = await openEmpty(file);
  await handle.appendFile(line);
  return {
    async loss() {
      const [held, there] = [await handle.stat(), await lstat(file).catch(() => null)];
      if (there === null) return "the journal of keyring calls was removed while the step ran";
      if (there.ino !== held.ino || there.dev !== held.dev) return "the journal of keyring calls was replaced while the step ran";
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(line.length), 0, line.length, 0);
      return buffer.toString("utf8", 0, bytesRead) === line ? null : "the journal of keyring calls was emptied while the step ran";
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** A sandbox may have made it already; a step before may have put anything there, which is refused. */
async function openEmpty(file: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  const there = await handle.stat();
  if (there.isFile() && there.size === 0 && there.nlink === 1) return handle;
  await handle.close();
  throw new UserError(`the step's journal of keyring calls is there already: ${file}`);
}

/** A step may have put anything in its place. */
async function journalText(file: string): Promise<string> {
  const bytes = await readRegular(file, LARGEST_JOURNAL);
  if (bytes === null) throw new UserError(`${path.basename(file)} is no file of at most ${LARGEST_JOURNAL / 1_000_000} MB`);
  return bytes.toString("utf8");
}

/** When the calls of a step began whose processes are still there: their end is not theirs but the step's. */
export async function runningCalls(file: string, options: KeyringJournalOptions): Promise<number[]> {
  let running: ReadonlyMap<number, number> = new Map();
  try {
    ({ running } = callsIn(await journalText(file), 0, options));
  } catch {
    // There is none, or a step spoilt it, which shows when it is read for the judge.
  }
  return [...running].filter(([pid]) => isThere(pid)).map(([, at]) => at);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed one whose parent has not looked is still listed.
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/**
 * Tells of every call as it begins and again as it ends, until disposed. A call is reported at most twice; the second
 * time it is `finished`.
 */
export function followKeyringJournal(options: KeyringJournalOptions, listener: (record: KeyringRecord) => void): Disposable {
  const told = new Map<number, KeyringRecord>();
  let reading = Promise.resolve();
  const look = async (): Promise<void> => {
    for (const record of await readKeyringJournal(options)) {
      const before = told.get(record.at);
      if (before !== undefined && before.finished === record.finished) continue;
      told.set(record.at, record);
      listener(record);
    }
  };
  const watcher = watch(options.paths.output, () => {
    // The folder may go while it is read. What counts is read again when the run is over.
    reading = reading.then(look).catch(() => undefined);
  });
  return { [Symbol.dispose]: () => watcher.close() };
}
