import type { Scenario, Step } from "../model.ts";
import { declaredIndexes, type RawScenario } from "../schema/file.ts";
import { listed } from "../schema/value.ts";
import { carriedUntil, readCarried } from "./carried.ts";
import { readClaims } from "./claim.ts";
import type { World } from "./condition-reach.ts";
import { refuseLeavingCommands } from "./confined-command.ts";
import type { ReadContext } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { readIndexes } from "./index-table.ts";
import { readKeyring, readVenv } from "./keyring.ts";
import { warnOfBrokenToml } from "./embedded-toml.ts";
import { refuseChangesOfGit, warnOfAbsentGit } from "./git-host.ts";
import { warnOfMissingPackages } from "./missing-package.ts";
import { warnOfNearHosts } from "./near-host.ts";
import { readNeeds } from "./needs.ts";
import { readFiles } from "./path.ts";
import { textsOf } from "./raw-text.ts";
import { readStep } from "./step.ts";
import { readTools } from "./tools.ts";
import { refuseUnreachableAddresses } from "./unreachable.ts";
import { checkVerdicts } from "./verdict.ts";

/** Reads what has the right shape: fills in defaults, resolves shorthands, checks what values mean. */
export function readScenario(context: ReadContext, raw: RawScenario, { isVaried }: { readonly isVaried: boolean }): Scenario {
  if (raw.title.trim() === "")
    context.absent([["title"]], "wrong-value", ["title"], "the title is empty", { hint: "say what the scenario shows, in one line" });
  const claims = readClaims(context, raw);
  const asOf = readDate(context, raw);
  const indexes = readIndexes(context, raw);
  // What is wrong with an index is told there alone, and an option of `[vary]` may make another of it.
  const isSure =
    !isVaried && !context.problems.drafts.some(({ path, severity }) => (path[0] === "index" || path[0] === "git") && severity === "error");
  const world = isSure ? worldOf(raw, indexes) : null;
  const venv = readVenv(context, raw.venv);
  const steps = raw.step.map((step, position): Step => {
    readCarried(context, step, ["step", position]);
    return readStep(context, world, step, ["step", position], { venv: venv.path, carried: carriedUntil(raw.step, position) });
  });
  const scenario: Scenario = {
    title: raw.title,
    description: raw.description ?? null,
    issue: raw.issue ?? null,
    ...claims,
    ...readNeeds(raw),
    asOf,
    ...indexes,
    keyring: readKeyring(context, raw.keyring),
    ...readTools(context, raw),
    files: readFiles(context, raw.files, ["files"], "project"),
    home: readFiles(context, raw.home, ["home"], "home"),
    env: readEnvironment(context, raw.env, ["env"]),
    venv,
    steps,
  };
  refuseLeavingCommands(context, raw);
  checkVerdicts(context, scenario);
  for (const placed of textsOf(raw)) warnOfBrokenToml(context, placed);
  refuseChangesOfGit(context, steps, indexes.indexes);
  refuseUnreachableAddresses(context, steps, indexes.indexes);
  warnOfAbsentGit(context, raw, indexes.indexes);
  if (world !== null) {
    warnOfNearHosts(context, raw, indexes.indexes);
    warnOfMissingPackages(context, raw);
  }
  return scenario;
}

function worldOf(raw: RawScenario, { indexes, defaultIndex }: Pick<Scenario, "indexes" | "defaultIndex">): World {
  const changed = raw.step.flatMap((step) => listed(step.set)).flatMap((change) => change.faults ?? []);
  const own = [...indexes, defaultIndex].flatMap(({ faults, options }) => [
    ...faults.map((fault) => (fault.kind === "status" ? fault.status : null)),
    ...Object.values(options),
  ]);
  const statuses = [...own, ...changed.map((fault) => fault.status)].filter((status) => typeof status === "number");
  return { indexes, bareStatuses: new Set(statuses) };
}

function readDate(context: ReadContext, raw: RawScenario): string | null {
  const text = raw["as-of"];
  if (text === undefined) {
    const tables = [...declaredIndexes(raw), ["default", raw.index?.default ?? {}] as const];
    for (const [name, index] of tables) {
      const position = (index.packages ?? []).findIndex((entry) => typeof entry === "string");
      if (position < 0) continue;
      const hint = 'add `as-of = "2026-11-01"`: it pins what they need, on every machine';
      context.absent([["as-of"]], "missing-key", ["index", name, "packages", position], "real packages need `as-of`", { hint });
      break;
    }
    return null;
  }
  const day = /^(\d{4}-\d{2}-\d{2})$/.exec(text)?.[1];
  const midnight = new Date(`${day ?? ""}T00:00:00Z`);
  const real = day !== undefined && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  if (!real) context.problems.error("wrong-value", ["as-of"], `\`${text}\` is no date`, { hint: 'write it as "2026-11-01"' });
  return text;
}
