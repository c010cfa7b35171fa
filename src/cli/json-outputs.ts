import type { BisectJson } from "../report/bisect-json.ts";
import type { ExploreJson } from "../report/explore.ts";
import type { RunJson } from "../report/json.ts";
import type { MapJson } from "../report/map-json.ts";
import type { CacheContents } from "../run/cache/cache.ts";
import type { MachineCheck } from "../run/harness/doctor.ts";

/** What `versions --json` prints. */
export interface VersionsJson {
  readonly schema: 1;
  /** Oldest first. */
  readonly versions: readonly { readonly version: string; readonly installed: boolean }[];
}

/** What `doctor --json` prints. */
export interface DoctorJson {
  readonly schema: 1;
  readonly findings: readonly MachineCheck[];
}

/** What `cache --json` prints. */
export interface CacheJson extends CacheContents {
  readonly schema: 1;
}

/** What each command prints with `--json`; `schema/NAME-json-1.schema.json` is made of it by a script. Fields are only ever added within `schema: 1`. @public */
export interface JsonOutputs {
  readonly run: RunJson;
  readonly bisect: BisectJson;
  readonly map: MapJson;
  readonly explore: ExploreJson;
  readonly versions: VersionsJson;
  readonly doctor: DoctorJson;
  readonly cache: CacheJson;
}
