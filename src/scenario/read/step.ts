import { PREVIOUS, type Step } from "../model.ts";
import type { GeneratedPackage } from "../model.ts";
import type { Path } from "../problem.ts";
import type { RawStep } from "../schema/step.ts";
import { listed } from "../schema/value.ts";
import { isVersion } from "../version.ts";
import { readChange } from "./change.ts";
import { readCommand } from "./command.ts";
import { readConditions } from "./condition.ts";
import type { World } from "./condition-reach.ts";
import type { ReadContext } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { readExit } from "./exit.ts";
import { readGenerated } from "./package.ts";
import { readAnyPath, readFiles, readProjectPath } from "./path.ts";
import { readText } from "./text.ts";

/** What a step has from the scenario around it. */
interface Surroundings {
  /** Where the venv is. */
  readonly venv: string;
  /** Environment that it and the steps before it leave. */
  readonly carried: Readonly<Record<string, string>>;
}

export function readStep(context: ReadContext, world: World | null, raw: RawStep, path: Path, { venv, carried }: Surroundings): Step {
  const decides = raw.reproduced !== undefined || raw.healthy !== undefined;
  if (decides && raw.exit !== undefined) {
    context.problems.error("conflict", [...path, "exit"], "`exit` is for steps without conditions", {
      hint: "say it in `reproduced` and `healthy`",
      atKey: true,
    });
  }
  return {
    argv: readCommand(context, raw.run, [...path, "run"]),
    ...readRelease(context, raw.uv, [...path, "uv"]),
    env: { ...carried, ...readEnvironment(context, raw.env, [...path, "env"]) },
    cwd: raw.cwd === undefined ? "" : readProjectPath(context, raw.cwd, [...path, "cwd"], { self: true }),
    stdin: raw.stdin === undefined ? null : readText(context, raw.stdin, [...path, "stdin"]),
    venv: raw.venv ?? "inactive",
    write: readFiles(context, raw.write, [...path, "write"], "either"),
    ...(raw.dist === undefined ? {} : { dist: readDist(context, raw.dist, [...path, "dist"]) }),
    delete: [...(raw.fresh === true ? [venv] : []), ...readDeleted(context, raw.delete, [...path, "delete"])],
    tls: raw.tls ?? "file",
    set: readSet(context, raw.set, [...path, "set"]),
    timeoutSeconds: raw.timeout ?? 60,
    exit: decides ? "any" : readExit(context, raw.exit ?? 0, [...path, "exit"]),
    reproduced: readConditions(context, world, raw.reproduced, [...path, "reproduced"]),
    healthy: readConditions(context, world, raw.healthy, [...path, "healthy"]),
  };
}

/** Whether there is such a release, only the list of releases tells, when the scenario is run. */
function readRelease(context: ReadContext, raw: string | undefined, path: Path): Pick<Step, "uv"> {
  if (raw === undefined) return {};
  const uv = raw.trim().replace(/^v/i, "");
  if (uv !== PREVIOUS && !isVersion(uv)) {
    const hint = 'write an exact release, as `uv = "0.9.4"`, or `uv = "previous"` for the one before the release under test';
    context.problems.error("wrong-value", path, `\`${raw}\` is no release of uv`, { hint });
  }
  return { uv };
}

function readDeleted(context: ReadContext, raw: RawStep["delete"], path: Path): string[] {
  return listed(raw).map((text, position) => readAnyPath(context, text, Array.isArray(raw) ? [...path, position] : path, { cache: true }));
}

function readSet(context: ReadContext, raw: RawStep["set"], path: Path): Step["set"] {
  return listed(raw).flatMap((change, position) => readChange(context, change, Array.isArray(raw) ? [...path, position] : path));
}

function readDist(context: ReadContext, raw: NonNullable<RawStep["dist"]>, path: Path): GeneratedPackage[] {
  return listed(raw).flatMap((entry, position) =>
    readGenerated(context, entry, Array.isArray(raw) ? [...path, position] : path, "default"),
  );
}
