import { CommanderError, type Command } from "commander";
import { UserError } from "../scenario/error.ts";
import { createProgram } from "./program.ts";

/** Exit statuses of every command; `check` has its own (see `command/check.ts`). */
export const EXIT = { held: 0, contradicted: 1, wrongInput: 2, unresolved: 3, bug: 70, interrupted: 130 } as const;

/**
 * Runs one command line (without `node` and the script) and returns its exit status.
 * The person's mistake is printed as a message; ours keeps its stack and exits with 70.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const outcome = { status: EXIT.held as number };
  const program = createProgram((status) => {
    outcome.status = status;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return outcome.status;
  } catch (error) {
    return statusOf(error, program, argv);
  }
}

function statusOf(error: unknown, program: Command, argv: readonly string[]): number {
  // git bisect takes 2 for "bad": a wrong command line must end the search, not answer it.
  const wrongInput = argv[0] === "check" ? 128 : EXIT.wrongInput;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : wrongInput;
  if (error instanceof UserError) {
    console.error(error.message.startsWith("error:") ? error.message : `error: ${error.message}`);
    return wrongInput;
  }
  console.error(`${program.name()}: this is a fault of uv-mre itself; please report it with the lines below.`);
  console.error(error);
  return argv[0] === "check" ? 128 : EXIT.bug;
}
