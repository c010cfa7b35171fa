import type { Target } from "./target.ts";

/** Where the scenario puts an index. */
export interface Mount {
  readonly name: string;
  /** `[index.default]`, which has no place of its own. */
  readonly isDefault: boolean;
  readonly origin: Omit<Target, "path">;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** As written: with a final `/` or without. */
  readonly declaredUrl: string;
}
