import { randomBytes } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import path from "node:path";
import type { RunProcess } from "../observation/process.ts";
import { bubblewrapArguments, commandInside, DESCRIPTORS, onTerminal, type Walls } from "./bubblewrap.ts";
import { enterArguments } from "./holder.ts";
import { limitArguments } from "./limits.ts";
import { allGone, endingOf } from "./ending.ts";
import type { Enclosed, Inside, Room } from "./model.ts";

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

/** Encloses one command; what is kept of it meanwhile goes into the folder. */
type Enclose = (meant: Inside, outputDir: string) => Promise<Enclosed>;

/** The ways into a room; `python` is one that is seen inside, `folder` for what is started by hand. */
export function waysIn(encloseOne: Enclose, { python, folder }: { python: string; folder: string }): Pick<Room, "runProcess" | "enclose"> {
  return {
    runProcess: (run, journalOf) => runEnclosed(run, journalOf, encloseOne),
    enclose: (meant, isTerminal) => encloseOne(isTerminal ? { ...meant, ...onTerminal(python, meant) } : meant, folder),
  };
}

/** A `RunProcess` whose commands are started by what encloses them, each anew. */
function runEnclosed(run: RunProcess, journalOf: () => string | null, encloseOne: Enclose): RunProcess {
  return async (request) => {
    await using enclosed = await encloseOne({ ...request, journal: journalOf() }, request.outputDir);
    const result = await run({ ...request, ...enclosed });
    if (result.spawnError === null) return result;
    // What was to build the walls says on the command's own stderr why it did not come to that.
    const why = result.stderr.trim().split("\n").at(-1) ?? "";
    return { ...result, stderr: "", spawnError: why === "" ? result.spawnError : `${result.spawnError} (${why})` };
  };
}

/** What starts a command in a sandbox of its own. */
export async function enclose(sandbox: SandboxedRun, inside: Inside, outputDir: string): Promise<Enclosed> {
  if (inside.journal !== null) await (await open(inside.journal, "a", 0o600)).close();
  const files = await openFiles(outputDir, sandbox.seccompFile);
  await files.arguments.write(`${bubblewrapArguments(sandbox, inside).join("\0")}\0`, 0);
  const limited = [...limitArguments(), sandbox.nsenter];
  return {
    file: sandbox.prlimit,
    args: [
      ...limited,
      ...enterArguments(sandbox.holder),
      sandbox.bwrap,
      "--args",
      String(DESCRIPTORS.arguments),
      "--",
      ...commandInside(inside),
    ],
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
