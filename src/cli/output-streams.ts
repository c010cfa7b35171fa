import { EXIT } from "../report/exit-status.ts";

export interface WatchedOutput {
  /** The status to end with where something meant for standard output did not get there; `null`: it got all. */
  lost(): Promise<number | null>;
}

/**
 * Lets the work go on when the reader of a pipe is gone or a disk is full, so that runs are ended and their folders
 * removed as usual: without a listener the first error ends the process with 1, which means a contradicted claim.
 * What goes to standard error is company for the work and may be lost; what goes to standard output is the answer.
 */
export function watchOutput(): WatchedOutput {
  let failure: NodeJS.ErrnoException | null = null;
  // The stream is destroyed with its first error: what is written later goes nowhere, and says so here again.
  process.stdout.on("error", (error) => (failure ??= error));
  process.stderr.on("error", () => undefined);
  return {
    async lost() {
      await flushed(process.stdout);
      await flushed(process.stderr);
      if (failure === null) return null;
      if (failure.code === "EPIPE") return EXIT.closedPipe;
      console.error(`error: standard output cannot be written (${failure.code ?? failure.message})`);
      return EXIT.outputLost;
    },
  };
}

/** A line on standard error: company for the work. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Errors are told a tick after the write that made them. */
async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.destroyed) await new Promise<void>((resolve) => void stream.write("", () => resolve()));
  await new Promise<void>((resolve) => void setImmediate(resolve));
}
