import { UserError } from "../../scenario/error.ts";

/**
 * What went wrong with a place in the run's folder, where that is a step's doing or the machine's: a link that leads
 * out, a folder that is gone, a full disk, a journal that something else wrote into. Anything else is our bug, and thrown on.
 */
export function placeFault(error: unknown): string {
  const ofTheSystem = error instanceof Error && "syscall" in error;
  if (ofTheSystem || error instanceof UserError || error instanceof SyntaxError) return error.message;
  throw error;
}
