import * as v from "valibot";

// What a kept file must hold so that a report can be made of it; whatever else it has is kept as it is.

const text = v.string();
const texts = v.array(text);
const verdict = v.picklist(["reproduced", "healthy", "unresolved", "unsupported"]);
const step = v.looseObject({ argv: texts, reproduced: v.array(v.looseObject({})), healthy: v.array(v.looseObject({})) });
const index = v.looseObject({ name: text, users: v.array(v.looseObject({ name: text, state: text })) });
const record = v.looseObject({ step: v.number() });
const run = v.looseObject({
  scenario: text,
  title: text,
  uv: text,
  verdict,
  claim: v.picklist(["held", "contradicted", "none"]),
  durationMs: v.number(),
  scenarioText: text,
  environment: v.looseObject({ added: v.array(v.looseObject({ name: text, value: text, why: text })) }),
  definition: v.looseObject({ title: text, steps: v.array(step), indexes: v.array(index), files: v.record(text, text) }),
  reasons: v.array(v.looseObject({ kind: text, wanted: text, seen: text })),
  steps: v.array(v.looseObject({ argv: texts, stdout: text, stderr: text, startedAt: v.number() })),
  requests: v.array(v.looseObject({ ...record.entries, method: text, url: text, status: v.number(), at: v.number() })),
  keyring: v.array(v.looseObject({ ...record.entries, argv: texts, from: text, at: v.number() })),
  leaks: v.array(v.looseObject({ ...record.entries, where: text, secret: text })),
  files: v.array(v.looseObject({})),
  trouble: v.array(v.looseObject({})),
});

const probe = v.looseObject({ uv: text, verdict, verdicts: v.pipe(v.array(verdict), v.minLength(1)), flaky: v.boolean() });
const probes = v.array(probe);
const answered = { command: texts, notRun: v.array(v.tuple([text, text])) };
const search = { schema: v.literal(1), scenario: text };
const both = { lastBefore: text, firstChanged: text };
const agreed = v.picklist(["reproduced", "healthy"]);
const outcome = v.variant("kind", [
  v.looseObject({ kind: v.literal("found"), ...both }),
  v.looseObject({ kind: v.literal("range"), ...both, skipped: texts }),
  v.looseObject({ kind: v.literal("same-verdict"), verdict: agreed, oldest: text, newest: text }),
  v.looseObject({ kind: v.literal("first-supported"), verdict: agreed, ...both, skipped: texts, newest: text }),
  v.looseObject({ kind: v.literal("flaky"), flaky: texts }),
  v.looseObject({ kind: v.literal("unresolved-bound"), bounds: probes }),
  v.looseObject({ kind: v.literal("no-verdict") }),
]);
const coverage = v.looseObject({
  asked: v.number(),
  unasked: v.number(),
  beyondSupport: v.number(),
  longest: v.nullable(v.looseObject({ from: text, to: text, count: v.number() })),
});
const bisectResult = v.looseObject({
  outcome,
  given: v.looseObject({ good: v.nullable(probe), bad: v.nullable(probe) }),
  coverage,
  direction: v.nullable(v.picklist(["introduced", "fixed"])),
  probes,
  skipped: texts,
  contradictions: v.array(v.looseObject({ before: probe, after: probe })),
  advice: v.nullable(text),
});
const segment = v.looseObject({ from: text, to: text, verdict, probed: texts, inferred: texts });
const mapResult = v.looseObject({
  versions: texts,
  segments: v.array(segment),
  probes,
  exhaustive: v.boolean(),
  widestGap: v.number(),
});
const factors = v.array(v.looseObject({ axis: text, option: text }));
const sample = v.looseObject({ factors, verdict, signature: text, reason: v.nullish(text) });
const cause = v.looseObject({
  factors,
  necessary: v.array(v.looseObject({ factor: v.looseObject({ axis: text, option: text }), without: sample, proven: v.boolean() })),
  reduced: v.boolean(),
});
const exploration = v.looseObject({
  start: v.nullable(sample),
  causes: v.array(cause),
  samples: v.array(sample),
  depth: v.number(),
  stopped: v.boolean(),
  exhausted: v.boolean(),
  interrupted: v.boolean(),
  conflicting: v.number(),
  dropped: v.array(v.looseObject({ axis: text, reason: text })),
  unchanged: factors,
});

const searches = v.variant("kind", [
  v.looseObject({ ...search, kind: v.literal("bisect"), kept: v.looseObject({ ...answered, result: bisectResult }), runs: v.array(run) }),
  v.looseObject({ ...search, kind: v.literal("map"), kept: v.looseObject({ ...answered, result: mapResult }), runs: v.array(run) }),
  v.looseObject({
    ...search,
    kind: v.literal("explore"),
    uv: text,
    kept: v.looseObject({
      result: exploration,
      axes: v.array(v.looseObject({ name: text, options: texts })),
      written: v.array(v.looseObject({ text, file: v.nullable(text), uv: text })),
      flags: v.optional(texts),
      command: v.optional(texts),
    }),
    explored: v.array(v.looseObject({ factors, run })),
  }),
]);

const whole = v.pipe(v.number(), v.integer());
const runs = v.looseObject({
  schema: v.literal(1),
  shard: v.optional(v.looseObject({ index: whole, count: whole })),
  runs: v.array(run),
  searches: v.optional(v.array(searches)),
});

/** The shape of kept runs, or of a kept search. */
export function keptSchema(value: unknown): typeof searches | typeof runs {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  return kind === undefined ? runs : searches;
}
