import * as v from "valibot";
import { UserError } from "../scenario/error.ts";
import { fromEntry, type RunJson, type RunJsonEntry, type Shard } from "./json.ts";
import type { RunResult } from "./model.ts";

/** The runs of one kept file. */
export interface KeptRuns {
  readonly file: string;
  readonly shard: Shard | null;
  readonly results: readonly RunResult[];
}

const step = v.looseObject({ argv: v.array(v.string()), reproduced: v.array(v.looseObject({})), healthy: v.array(v.looseObject({})) });
const index = v.looseObject({ name: v.string(), users: v.array(v.looseObject({ name: v.string(), state: v.string() })) });
const record = v.looseObject({ step: v.number() });
// Enough that a report can be made of it; whatever else a run has is kept as it is.
const run = v.looseObject({
  scenario: v.string(),
  title: v.string(),
  uv: v.string(),
  verdict: v.picklist(["reproduced", "healthy", "unresolved", "unsupported"]),
  claim: v.picklist(["held", "contradicted", "none"]),
  durationMs: v.number(),
  scenarioText: v.string(),
  environment: v.looseObject({ added: v.array(v.looseObject({ name: v.string(), value: v.string(), why: v.string() })) }),
  definition: v.looseObject({ steps: v.array(step), indexes: v.array(index), files: v.record(v.string(), v.string()) }),
  reasons: v.array(v.looseObject({ kind: v.string(), wanted: v.string(), seen: v.string() })),
  steps: v.array(v.looseObject({ argv: v.array(v.string()), stdout: v.string(), stderr: v.string(), startedAt: v.number() })),
  requests: v.array(v.looseObject({ ...record.entries, method: v.string(), url: v.string(), status: v.number(), at: v.number() })),
  keyring: v.array(v.looseObject({ ...record.entries, argv: v.array(v.string()), from: v.string(), at: v.number() })),
  leaks: v.array(v.looseObject({ ...record.entries, where: v.string(), secret: v.string() })),
  files: v.array(v.looseObject({})),
  trouble: v.array(v.looseObject({})),
});
const kept = v.looseObject({
  schema: v.literal(1),
  shard: v.optional(v.looseObject({ index: v.pipe(v.number(), v.integer()), count: v.pipe(v.number(), v.integer()) })),
  runs: v.array(run),
});

/**
 * The runs that `run --json`, or a report that ends in `.json`, kept.
 *
 * @throws UserError naming the file and the first place where it is something else.
 */
export function readRunJson(file: string, text: string): KeptRuns {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file}: no valid JSON (${(error as Error).message}); keep runs with \`uv-mre run … --json\``);
  }
  const parsed = v.safeParse(kept, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? "the whole file";
    throw new UserError(
      `${file}: not runs that this version of uv-mre keeps (${place}: ${issue.message}); run the scenarios again with --json`,
    );
  }
  const { shard, runs } = parsed.output as unknown as RunJson;
  return { file, shard: shard ?? null, results: runs.map((entry: RunJsonEntry) => fromEntry(entry)) };
}

/**
 * The runs of several files as one list. A run that stands in two of them is taken from the later one.
 *
 * @throws UserError where parts of a run split by `--shard` are missing: what is missing must not look green.
 */
export function mergeRuns(parts: readonly KeptRuns[]): RunResult[] {
  const counts = new Set(parts.map(({ shard }) => shard?.count ?? 1));
  if (counts.size > 1)
    throw new UserError(`these files are parts of different runs: ${[...counts].map((count) => `one of ${count}`).join(", ")}`);
  const count = [...counts][0] ?? 1;
  if (count > 1) {
    const there = new Set(parts.map(({ shard }) => shard?.index));
    const missing = Array.from({ length: count }, (_, position) => position + 1).filter((position) => !there.has(position));
    if (missing.length > 0)
      throw new UserError(`the parts ${missing.map((part) => `${part}/${count}`).join(", ")} are missing; name the JSON of every part`);
  }
  const merged = new Map<string, RunResult>();
  for (const result of parts.flatMap(({ results }) => results)) {
    const key = JSON.stringify([result.scenario, result.uvBinary ?? result.uv]);
    merged.delete(key);
    merged.set(key, result);
  }
  return [...merged.values()];
}
