import type { Path } from "../problem.ts";
import type { RawStep } from "../schema/step.ts";
import type { ReadContext } from "./context.ts";
import { readEnvironment } from "./environment.ts";

/**
 * By it uv's own tests say what time it is for a relative `exclude-newer` (uv's crates/uv-static/src/env_vars.rs). Releases
 * have both or neither: 0.9.17 has, 0.9.15 has not.
 */
const CLOCK = "UV_TEST_CURRENT_TIMESTAMP";
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$/;

/** Checks what a step leaves to those after it, too. */
export function readCarried(context: ReadContext, { export: exported, clock }: RawStep, path: Path): void {
  readEnvironment(context, exported, [...path, "export"]);
  if (clock === undefined) return;
  const { problems, texts } = context;
  if (!TIME.test(clock) || Number.isNaN(Date.parse(clock)))
    problems.error("wrong-value", [...path, "clock"], `\`${clock}\` is no time`, { hint: 'as "2026-01-31T12:00:00Z", or "2026-01-31"' });
  if (/exclude[-_]newer/i.test(texts)) return;
  problems.error("conflict", [...path, "clock"], "no clock can be moved but the one that uv asks about a relative `exclude-newer`", {
    hint: 'a token that ran out is `set = { user = "INDEX.USER", state = "expired" }`, a page that was kept too long has `age` among its `page-headers`',
    atKey: true,
  });
}

/** What the steps up to this one leave in the environment. */
export function carriedUntil(steps: readonly RawStep[], position: number): Record<string, string> {
  const carried: Record<string, string> = {};
  for (const { export: exported, clock } of steps.slice(0, position + 1)) {
    if (clock !== undefined) carried[CLOCK] = clock.includes("T") ? clock : `${clock}T00:00:00Z`;
    Object.assign(carried, exported);
  }
  return carried;
}
