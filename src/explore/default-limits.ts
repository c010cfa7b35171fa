// In a file of its own, since `--help` shows them.

/** Axes that are changed at once, at most, unless said. */
export const DEPTH = 2;
/** Runs, at most, unless said. */
export const BUDGET = 400;
