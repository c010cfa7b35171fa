/** Runs for what could not be seen, unless said. Imports nothing: `--help` says it. */
export const BUDGET = 8;
