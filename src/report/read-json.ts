import * as v from "valibot";
import { UserError } from "../scenario/error.ts";
import { fromEntry, type Shard } from "./json.ts";
import { keptSchema } from "./kept-schema.ts";
import type { Reported, SearchReport } from "./reported.ts";
import { runKey } from "./run-key.ts";
import type { MergedJson, SearchJson } from "./search-json.ts";

/** What one kept file holds. */
export interface Kept extends Reported {
  readonly file: string;
  readonly shard: Shard | null;
}

/**
 * What `--json` of a command, or a report that ends in `.json`, kept: runs, or a search and its runs.
 *
 * @throws UserError naming the file and the first place where it is something else.
 */
export function readKept(file: string, text: string): Kept {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (file.endsWith(".toml"))
      throw new UserError(`${file}: a scenario, which has no results yet; uv-mre run ${file} --report report.html makes a report`);
    throw new UserError(`${file}: no valid JSON (${(error as Error).message}); keep runs with \`uv-mre run … --json\``);
  }
  const parsed = v.safeParse(keptSchema(value), value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? "the whole file";
    throw new UserError(
      `${file}: not runs that this version of uv-mre keeps (${place}: ${issue.message}); run the scenarios again with --json`,
    );
  }
  const kept = parsed.output as unknown as MergedJson | SearchJson;
  if (kept.kind !== undefined) return { file, shard: null, results: [], searches: [searchOf(kept)] };
  return { file, shard: kept.shard ?? null, results: kept.runs.map(fromEntry), searches: (kept.searches ?? []).map(searchOf) };
}

function searchOf(json: SearchJson): SearchReport {
  const { scenario } = json;
  if (json.kind === "explore") {
    const runs = json.explored.map(({ factors, run }) => ({ factors, run: fromEntry(run) }));
    return { kind: "explore", scenario, uv: json.uv, ...json.kept, runs };
  }
  const { command, notRun } = json.kept;
  const duration = json.durationMs === null ? {} : { durationMs: json.durationMs };
  const evidence = { scenario, command, notRun: new Map(notRun), runs: json.runs.map(fromEntry), ...duration };
  return json.kind === "bisect"
    ? { kind: "bisect", ...evidence, result: json.kept.result }
    : { kind: "map", ...evidence, result: json.kept.result };
}

/**
 * What several files hold as one. A run that stands in two of them is taken from the later one, and so is a search of the
 * same kind over the same scenario.
 *
 * @throws UserError where parts of a run split by `--shard` are missing: what is missing must not look green.
 */
export function mergeKept(parts: readonly Kept[]): Reported {
  checkParts(parts.filter(({ results, searches }) => results.length > 0 || searches.length === 0));
  return {
    results: laterOnes(
      parts.flatMap(({ results }) => results),
      runKey,
    ),
    searches: laterOnes(
      parts.flatMap(({ searches }) => searches),
      (search) => JSON.stringify([search.kind, search.scenario, search.kind === "explore" ? search.uv : ""]),
    ),
  };
}

function checkParts(parts: readonly Kept[]): void {
  const counts = new Set(parts.map(({ shard }) => shard?.count ?? 1));
  if (counts.size > 1)
    throw new UserError(`these files are parts of different runs: ${[...counts].map((count) => `one of ${count}`).join(", ")}`);
  const count = [...counts][0] ?? 1;
  if (count === 1) return;
  const there = new Set(parts.map(({ shard }) => shard?.index));
  const missing = Array.from({ length: count }, (_, position) => position + 1).filter((position) => !there.has(position));
  if (missing.length > 0)
    throw new UserError(`the parts ${missing.map((part) => `${part}/${count}`).join(", ")} are missing; name the JSON of every part`);
}

function laterOnes<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  const merged = new Map<string, Entry>();
  for (const entry of entries) {
    const key = keyOf(entry);
    merged.delete(key);
    merged.set(key, entry);
  }
  return [...merged.values()];
}
