import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isBuilt } from "../../scripts/is-built.ts";

/** For tests that run the real command line, as a process of its own. */

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The command line under test: what is built, which starts in half the time, unless the source is newer. A Node too old
 * for the source's `using` has only what is built.
 */
export const BIN = path.join(ROOT, Number.parseInt(process.versions.node) < 24 || isBuilt(ROOT) ? "dist/bin.js" : "src/bin.ts");

export interface CommandOptions {
  /** Default: the root of the project. */
  readonly cwd?: string;
  /** On top of this process's environment; `undefined` removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input; empty unless given. */
  readonly input?: string;
  /** What starts the command as another user. */
  readonly as?: readonly string[];
  /** An open descriptor that the command gets, far above its others: Node closes those below for its children. */
  readonly inherited?: number;
}

export interface Finished {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `uv-mre ARGS` without a terminal; `onStderr` gets all that stands on standard error so far. */
export function startCommand(args: readonly string[], options: CommandOptions = {}, onStderr?: (text: string) => void): Started {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const inherited = options.inherited === undefined ? [] : [...Array.from({ length: 60 }, () => "ignore" as const), options.inherited];
  const [file = "", ...words] = [...(options.as ?? []), process.execPath, BIN, ...args];
  const child = spawn(file, words, {
    cwd: options.cwd ?? ROOT,
    env: { ...env, ...options.env },
    stdio: ["pipe", "pipe", "pipe", ...inherited],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("its streams are no pipes");
  stdout.on("data", (chunk: Buffer) => out.push(chunk));
  stderr.on("data", (chunk: Buffer) => {
    err.push(chunk);
    onStderr?.(Buffer.concat(err).toString("utf8"));
  });
  // A command that does not read its input may be gone before it is written.
  stdin.on("error", () => undefined);
  stdin.end(options.input ?? "");
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) =>
      resolve({ exit, stdout: Buffer.concat(out).toString("utf8"), stderr: Buffer.concat(err).toString("utf8") }),
    );
  });
  if (child.pid === undefined) throw new Error("the command did not start");
  return { pid: child.pid, finished, kill: (signal) => void child.kill(signal) };
}

/** Runs `uv-mre ARGS` to its end. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return startCommand(args, options).finished;
}

/** Writes a file, with the folders above it, and returns its path. */
export async function put(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** What differs from machine to machine and from run to run, by name. */
export function steady(text: string, ...places: readonly string[]): string {
  let steady = text;
  for (const [index, place] of places.entries()) steady = steady.replaceAll(place, index === 0 ? "$FOLDER" : `$FOLDER${index + 1}`);
  return steady.replaceAll(ROOT.replace(/\/$/, ""), "$ROOT").replaceAll(/\b\d+(\.\d+)? ?(ms|s)\b/g, "$TIME");
}

/** A scenario of one short step: 0.9.5 reproduces, every other release is healthy. */
export function smallScenario(more = ""): string {
  return `schema = 1
title = "uv says which release it is"

[[step]]
run = "uv --version"
reproduced = { stdout = "uv 0.9.5" }
healthy = { stdout = { contains = "uv", lacks = "uv 0.9.5" } }
${more}`;
}
