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

/** What lies above an index's pages: the path without its last part, `simple/` or devpi's `+simple/`. */
export function rootOf({ path }: Pick<Mount, "path">): string {
  return path.replace(/\+?simple\/$/, "");
}
