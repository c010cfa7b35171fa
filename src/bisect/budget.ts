/** Releases that a bisection asks, unless told otherwise, until two differ. Imports nothing: `--help` says it. */
export const BUDGET = 60;
