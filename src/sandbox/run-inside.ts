import { randomBytes } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import path from "node:path";
import type { ProcessRequest, RunProcess } from "../observation/process.ts";
import { bubblewrapArguments, commandInside, DESCRIPTORS, onTerminal, type Walls } from "./bubblewrap.ts";
import { enterArguments } from "./holder.ts";
import { limitWords } from "./limits.ts";
import { allGone, endingOf, lastLine, notStarted } from "./exit-of-command.ts";
import type { Enclosed, Inside, Room } from "./model.ts";
import type { Steps } from "./steps.ts";

export interface SandboxedRun extends Walls {
  /** Absolute paths. */
  readonly prlimit: string;
  readonly nsenter: string;
  readonly bwrap: string;
  /** File with the filter of system calls; `null`: none for this machine. */
  readonly seccompFile: string | null;
  /** Whose network the steps have. */
  readonly holder: number;
}

/** More is not the waiter's. */
const STATUS_BYTES = 4_096;

/** Says how one command is started so that it is enclosed; what is kept of it meanwhile goes into the folder. */
type Enclose<Way> = (meant: Inside, outputDir: string) => Promise<Way>;

/** How programs are started for the user's hands; `python` is one that is seen inside. */
export function byHand(encloseOne: Enclose<Enclosed>, { python, folder }: { python: string; folder: string }): Room["enclose"] {
  return (meant, isTerminal) => encloseOne(isTerminal ? { ...meant, ...onTerminal(python, meant) } : meant, folder);
}

/** A `RunProcess` whose commands are started by what encloses them, each anew. */
export function runEnclosed(
  run: RunProcess,
  journalOf: () => string | null,
  encloseOne: Enclose<Enclosed | Pick<ProcessRequest, "starter">>,
): RunProcess {
  return async (request) => {
    const enclosed = await encloseOne({ ...request, journal: journalOf() }, request.outputDir);
    await using _kept = Symbol.asyncDispose in enclosed ? enclosed : null;
    // Nothing is left by then of what is inside, whose numbers of processes say nothing here.
    const { ended: _, ...kept } = request;
    const result = await run({ ...kept, ...enclosed });
    const fault = notStarted(result, result.stderr);
    if (fault !== null) return { ...result, exit: null, stderr: "", spawnError: fault };
    if (result.spawnError === null) return result;
    // What was to build the walls says on the command's own stderr why it did not come to that.
    const why = lastLine(result.stderr);
    return { ...result, stderr: "", spawnError: why === "" ? result.spawnError : `${result.spawnError} (${why})` };
  };
}

/** Has the holder start a command in a sandbox of its own. */
export async function startInside(walls: Walls, steps: Steps, inside: Inside): Promise<Pick<ProcessRequest, "starter">> {
  await makeJournal(inside);
  return { starter: steps.starter(optionsFor(walls, inside), commandLine(inside)) };
}

/** What starts a command in a sandbox of its own without the holder, which has no terminal. */
export async function enclose(sandbox: SandboxedRun, inside: Inside, outputDir: string): Promise<Enclosed> {
  await makeJournal(inside);
  const files = await openFiles(outputDir, sandbox.seccompFile);
  await files.arguments.write(optionsFor(sandbox, inside).join("\0"), 0);
  const limited = limitWords().map((word) => `--${word}`);
  return {
    file: sandbox.prlimit,
    args: [...limited, sandbox.nsenter, ...enterArguments(sandbox.holder), sandbox.bwrap, ...commandLine(inside)],
    // What a scenario sets is for the command, not for what builds the walls.
    env: {},
    cwd: "/",
    isContained: true,
    descriptors: [files.status.fd, files.info.fd, files.arguments.fd, ...(files.seccomp === null ? [] : [files.seccomp.fd])],
    async settle(end) {
      await allGone(await readStart(files.info), sandbox.holder);
      return endingOf(await readStart(files.status), end);
    },
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  };
}

/** The bound file must be there. */
async function makeJournal({ journal }: Inside): Promise<void> {
  if (journal !== null) await (await open(journal, "a", 0o600)).close();
}

/** bwrap wants an end after the last one, too. */
function optionsFor(walls: Walls, inside: Inside): string[] {
  return [...bubblewrapArguments(walls, inside), ""];
}

function commandLine(inside: Inside): string[] {
  return ["--args", String(DESCRIPTORS.arguments), "--", ...commandInside(inside)];
}

interface Files extends AsyncDisposable {
  readonly status: FileHandle;
  readonly info: FileHandle;
  readonly arguments: FileHandle;
  readonly seccomp: FileHandle | null;
}

async function openFiles(folder: string, seccompFile: string | null): Promise<Files> {
  const [status, info, args] = await Promise.all([nameless(folder), nameless(folder), nameless(folder)]);
  const seccomp = seccompFile === null ? null : await open(seccompFile, "r");
  return {
    status,
    info,
    arguments: args,
    seccomp,
    async [Symbol.asyncDispose]() {
      await Promise.all([status.close(), info.close(), args.close(), seccomp?.close()]);
    },
  };
}

/** A file that lives by its descriptor alone. */
export async function nameless(folder: string): Promise<FileHandle> {
  const file = path.join(folder, `${randomBytes(8).toString("hex")}.sandbox`);
  const handle = await open(file, "wx+", 0o600);
  await rm(file);
  return handle;
}

export async function readStart(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(STATUS_BYTES), 0, STATUS_BYTES, 0);
  return buffer.toString("utf8", 0, bytesRead);
}
