import { CommanderError, type Command } from "commander";
import { EXIT } from "../report/exit-status.ts";
import { UserError } from "../scenario/error.ts";
import { forgottenRun } from "./forgotten-run.ts";
import { machineFault } from "./machine-fault.ts";
import { watchOutput } from "./output-streams.ts";
import { createProgram } from "./program.ts";
import { asStarted, programWords } from "./started-as.ts";
import { failureStatus } from "./status.ts";

/**
 * Runs one command line (without `node` and the script) and returns its exit status.
 * The user's mistake is printed as a message; ours keeps its stack and exits with 70.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const output = watchOutput();
  const status = await run(argv);
  return (await output.lost()) ?? status;
}

async function run(argv: readonly string[]): Promise<number> {
  const outcome = { status: EXIT.ok as number };
  const program = createProgram((status) => {
    outcome.status = status;
  });
  try {
    const forgotten = forgottenRun(
      argv,
      program.commands.map((command) => command.name()),
      programWords(),
    );
    if (forgotten !== null) throw new UserError(forgotten);
    await program.parseAsync(argv, { from: "user" });
    return outcome.status;
  } catch (error) {
    return statusOf(error, program, argv);
  }
}

function statusOf(error: unknown, program: Command, argv: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : failureStatus(argv, "theirs");
  if (error instanceof UserError) {
    console.error(asStarted(error.message.startsWith("error:") ? error.message : `error: ${error.message}`, programWords()));
    return failureStatus(argv, "theirs");
  }
  const machine = machineFault(error);
  if (machine !== null) {
    console.error(`error: ${machine}`);
    return failureStatus(argv, "theirs");
  }
  console.error(`${program.name()}: this is a fault of uv-mre itself; please report it with the lines below.`);
  for (const each of errorsOf(error)) console.error(each);
  return failureStatus(argv, "ours");
}

/** Where cleaning up failed as well, both: the one that holds them shows neither. */
function errorsOf(error: unknown): unknown[] {
  return error instanceof Error && "error" in error && "suppressed" in error
    ? [...errorsOf(error.error), ...errorsOf(error.suppressed)]
    : [error];
}
