import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** Asks a question that `y` or `yes` answers with yes; anything else, and the end of the input, is no. Rejects where `signal` aborts. */
export async function confirm(question: string, input: Readable, output: Writable, signal: AbortSignal): Promise<boolean> {
  // The terminal keeps its own lines, so that Ctrl-C ends the command.
  const lines = createInterface({ input, output, terminal: false });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      lines.once("close", () => resolve(false));
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      lines.question(`${question} [y/N] `, (answer) => resolve(/^\s*y(?:es)?\s*$/iu.test(answer)));
    });
  } finally {
    lines.close();
  }
}
