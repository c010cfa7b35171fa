import type { Verdict } from "../observation/model.ts";

/** One character for each verdict, where colour alone would tell too little. */
export const SIGNS = { reproduced: "R", healthy: "H", unresolved: "?", unsupported: "–" } as const satisfies Record<Verdict, string>;
