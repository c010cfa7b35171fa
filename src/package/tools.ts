import type { CacheOwner } from "../disk/staging.ts";
import type { PythonInfo } from "../observation/process.ts";
import type { Caller } from "../tool/call.ts";

/** What fetching needs of the outside. */
export interface Tools extends Caller, CacheOwner {
  /** A uv that is at hand; not the release under test. */
  readonly uv: string;
  readonly python: PythonInfo;
}

/** What a package's own code may do while it is fetched. */
export interface BuildRule {
  /** No sdist is asked for anything: its build code would run with the user's rights. */
  readonly wheelsOnly: boolean;
}
