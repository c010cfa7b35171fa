import { EXIT } from "../report/exit-status.ts";

/**
 * The status for a mistake of the user's, and for one of ours.
 */
export function failureStatus(argv: readonly string[], whose: "theirs" | "ours"): number {
  if (isCheck(argv)) return EXIT.stopGit;
  return whose === "theirs" ? EXIT.wrongInput : EXIT.bug;
}

/** Also where a wrong option stands before the command: its value cannot be told from a command. */
function isCheck(argv: readonly string[]): boolean {
  const [first = ""] = argv;
  return first === "check" || (first.startsWith("-") && argv.includes("check"));
}
