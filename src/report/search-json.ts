import { toBisectJson, type BisectJson } from "./bisect-json.ts";
import { toExploreJson, type ExploreJson } from "./explore.ts";
import { toRunJson, type RunJson, type Shard } from "./json.ts";
import { toMapJson, type MapJson } from "./map-json.ts";
import type { Reported, SearchReport } from "./reported.ts";

export type SearchJson = BisectJson | MapJson | ExploreJson;

/** Runs, with the searches that `report` merged with them. */
export interface MergedJson extends RunJson {
  readonly kind?: undefined;
  readonly searches?: readonly SearchJson[];
}

/** What `--json` of a search prints. */
export function toSearchJson(search: SearchReport): SearchJson {
  switch (search.kind) {
    case "bisect":
      return toBisectJson(search);
    case "map":
      return toMapJson(search);
    case "explore":
      return toExploreJson(search);
  }
}

/** What a report that ends in `.json` holds: one search as `--json` prints it, else runs, with `searches` where there are some. */
export function toReportJson({ results, searches }: Reported, shard?: Shard): MergedJson | SearchJson {
  const [search] = searches;
  if (search !== undefined && searches.length === 1 && results.length === 0) return toSearchJson(search);
  return { ...toRunJson(results, shard), ...(searches.length > 0 && { searches: searches.map(toSearchJson) }) };
}
