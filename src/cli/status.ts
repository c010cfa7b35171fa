/** Exit statuses of every command; `check` has its own (see `command/check.ts`). */
export const EXIT = {
  held: 0,
  contradicted: 1,
  wrongInput: 2,
  unresolved: 3,
  bug: 70,
  outputLost: 74,
  interrupted: 130,
  closedPipe: 141,
} as const;

/** git bisect takes 1 to 127 for an answer about the commit, and stops at what is above. */
const STOP_GIT = 128;

/**
 * The status for a mistake of the person's, and for one of ours. Imports nothing: `bin.ts` asks before it knows whether
 * anything else can be loaded.
 */
export function failureStatus(argv: readonly string[], whose: "theirs" | "ours"): number {
  if (isCheck(argv)) return STOP_GIT;
  return whose === "theirs" ? EXIT.wrongInput : EXIT.bug;
}

/** Also where a wrong option stands before the command: what its value is nobody can tell. */
function isCheck(argv: readonly string[]): boolean {
  const [first = ""] = argv;
  return first === "check" || (first.startsWith("-") && argv.includes("check"));
}
