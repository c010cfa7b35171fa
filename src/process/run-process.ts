import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { devNull } from "node:os";
import path from "node:path";
import type { ProcessIdentity, ProcessRequest, ProcessResult, RunProcess } from "../observation/process.ts";
import { launch, type Launched } from "./launch.ts";
import { openOutput, type OutputFile, placeOf } from "./output.ts";

/**
 * A `RunProcess` whose children carry `UV_MRE_RUN=<tag>`. The call returns when the direct child has ended
 * and everything that it started is gone, killed if need be; also after a timeout and an abort, which show as
 * `timedOut` or `signal: "SIGKILL"`. Calls may overlap: each ends its own processes only.
 */
export function createRunProcess(options: CallerOptions): RunProcess {
  return (request) => runOnce(request, options);
}

export interface CallerOptions {
  readonly tag: string;
  /** By which the next start knows our children, should we be killed. Default: it does not. */
  readonly seal?: ProcessIdentity["seal"] | null;
}

/** Tells one call from all others, in environment and file names. */
export function newCallId(): string {
  return randomBytes(8).toString("hex");
}

async function runOnce(request: ProcessRequest, { tag, seal = null }: CallerOptions): Promise<ProcessResult> {
  const call = newCallId();
  await using stdout = await openOutput(request.outputDir, `${call}.stdout`);
  await using stderr = await openOutput(request.outputDir, `${call}.stderr`);
  await using stdin = await openInput(request, call);
  if (request.signal?.aborted === true) return { ...NOTHING, signal: "SIGKILL" };
  const started = performance.now();
  if (request.starter !== undefined) {
    const files = { stdin: stdin?.place() ?? devNull, stdout: stdout.place(), stderr: stderr.place() };
    return await follow({ ...request.starter(files), killSurvivors: async () => {} }, request, started, stdout, stderr);
  }
  const stdio = { stdin: stdin?.fd ?? ("ignore" as const), stdout: stdout.fd, stderr: stderr.fd };
  const child = await launch({ ...request, run: tag, seal, call, stdio });
  if ("spawnError" in child) return { ...NOTHING, spawnError: child.spawnError };
  return await follow(child, request, started, stdout, stderr);
}

async function follow(
  child: Omit<Launched, "pid">,
  request: ProcessRequest,
  started: number,
  stdout: OutputFile,
  stderr: OutputFile,
): Promise<ProcessResult> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill();
  }, request.timeoutMs);
  const abort = (): void => child.kill();
  // An abort between the first look and here would go unheard.
  if (request.signal?.aborted === true) abort();
  request.signal?.addEventListener("abort", abort);
  try {
    const ended = await child.ended;
    const durationMs = performance.now() - started;
    await request.ended?.();
    // Before the output is read: what survives still writes.
    await child.killSurvivors(ended);
    const { spawnError, ...end } = { spawnError: null, ...(await (request.settle?.(ended) ?? ended)) };
    const [out, err] = [await stdout.read(), await stderr.read()];
    if (spawnError !== null) return { ...NOTHING, spawnError, stderr: err.text };
    return { ...end, timedOut, durationMs, stdout: out.text, stderr: err.text, outputCut: out.cut || err.cut, spawnError: null };
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", abort);
  }
}

const NOTHING: ProcessResult = {
  exit: null,
  signal: null,
  timedOut: false,
  durationMs: 0,
  stdout: "",
  stderr: "",
  outputCut: false,
  spawnError: null,
};

/** A file, not a pipe: it needs no writer, and a child that reads nothing breaks nothing. */
async function openInput(request: ProcessRequest, call: string): Promise<Omit<OutputFile, "read"> | null> {
  if (request.stdin === null) return null;
  const file = path.join(request.outputDir, `${call}.stdin`);
  const handle = await open(file, "wx+", 0o600);
  const bytes = Buffer.from(request.stdin);
  // By position: the child reads from where the descriptor stands, which is still the start.
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done, bytes.length - done, done)).bytesWritten;
  return {
    fd: handle.fd,
    place: () => placeOf(handle),
    [Symbol.asyncDispose]: async () => {
      await handle.close();
      await rm(file, { force: true });
    },
  };
}
