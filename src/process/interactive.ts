import type { ProcessEnd } from "../observation/process.ts";
import { launch } from "./launch.ts";
import { newCallId } from "./run-process.ts";

export interface InteractiveRequest {
  readonly tag: string;
  /** Absolute path of a shell or another program that wants the terminal. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Open descriptors that it gets besides, as its 3, 4, … */
  readonly descriptors?: readonly number[];
  /** Ends it, with all that it started. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program on the user's own terminal; afterwards nothing that it started is left. Ctrl-C reaches the
 * program by the terminal, and us too: the caller ignores SIGINT meanwhile. Throws if it cannot be started.
 */
export async function spawnInteractive(request: InteractiveRequest): Promise<ProcessEnd> {
  const child = await launch({ ...request, run: request.tag, call: newCallId(), outputDir: null, seal: null, stdio: "terminal" });
  if ("spawnError" in child) throw new Error(`${request.file} could not be started: ${child.spawnError}`);
  const abort = (): void => child.kill();
  if (request.signal?.aborted === true) abort();
  request.signal?.addEventListener("abort", abort);
  try {
    return await child.ended;
  } finally {
    request.signal?.removeEventListener("abort", abort);
    await child.killSurvivors(await child.ended);
  }
}
