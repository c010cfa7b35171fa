import type { TestContext } from "vitest";

/** `npm run test:all` runs every combination; `npm test` a choice of them that fits into minutes. */
export const WHOLE: boolean = process.env["UV_MRE_TESTS"] === "all";

/** Why `npm test` leaves a test out. */
export const AT_NIGHT = "npm run test:all runs it";

/** For the title of what `npm test` leaves out. */
export const wholeNote = WHOLE ? "" : ` (skipped: ${AT_NIGHT})`;

/** Leaves a test out of `npm test`. */
export function wholeOnly({ skip }: TestContext): void {
  skip(!WHOLE, AT_NIGHT);
}
