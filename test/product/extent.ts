/** `npm run test:all` runs every combination; `npm test` a choice of them that fits into minutes. */
export const WHOLE: boolean = process.env["UV_MRE_TESTS"] === "all";
