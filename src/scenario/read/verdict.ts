import type { Condition, Scenario, Step } from "../model.ts";
import type { Path } from "../problem.ts";
import type { ReadContext } from "./context.ts";

/** Checks that a run of the scenario can come to either verdict, and that the two can be told apart. */
export function checkVerdicts(context: ReadContext, scenario: Scenario): void {
  const { steps } = scenario;
  if (steps.length === 0) {
    context.absent([["step"]], "missing-key", ["step"], "a scenario needs at least one step", {
      hint: 'write [[step]] and `run = "uv sync"`',
    });
    return;
  }
  for (const verdict of ["reproduced", "healthy"] as const) {
    if (steps.some((step) => step[verdict].length > 0)) continue;
    const message = `no step has \`${verdict}\` conditions: no run could come to that verdict`;
    const hint =
      verdict === "healthy"
        ? "a run that fails for another reason is not healthy: say what shows that it is, as `healthy = { exit = 0, final.any = { … } }`"
        : 'say what shows the bug, as `reproduced = { exit = "nonzero", final.any = { … } }`';
    context.absent([["step"]], "no-verdict", ["step", steps.length - 1], message, { atKey: true, hint });
  }
  checkDistinct(context, steps);
  warnOfMissingTool(context, scenario);
}

/** Where both verdicts ask for the same, every run is ambiguous. */
function checkDistinct(context: ReadContext, steps: readonly Step[]): void {
  const reproduced = facts(steps, "reproduced");
  const healthy = facts(steps, "healthy");
  if (reproduced === "" || reproduced !== healthy) return;
  const step = steps.findIndex((step) => step.healthy.length > 0);
  context.problems.error("no-verdict", ["step", step, "healthy"], "asks for the same as `reproduced`: a run can never be told apart", {
    atKey: true,
  });
}

function facts(steps: readonly Step[], verdict: "reproduced" | "healthy"): string {
  const all = steps.flatMap((step, position) =>
    step[verdict].map((condition) => `${position} ${JSON.stringify({ ...condition, path: "" })}`),
  );
  return all.sort().join("\n");
}

function warnOfMissingTool(context: ReadContext, scenario: Scenario): void {
  const installs = scenario.steps.some((step) => step.argv.includes("keyring") && step.argv.includes("install"));
  if (installs || (scenario.keyring !== null && scenario.keyring.tool !== null)) return;
  for (const [position, step] of scenario.steps.entries()) {
    for (const verdict of ["reproduced", "healthy"] as const) {
      if (!step[verdict].some(asksForTool)) continue;
      const path: Path = ["step", position, verdict, "keyring"];
      context.problems.warning("suspicious", path, 'asks for `from = "tool"`, but there is no keyring tool', {
        hint: '`[keyring]` with `tool = ["INDEX"]` installs one',
        atKey: true,
      });
    }
  }
}

function asksForTool(condition: Condition): boolean {
  return (
    condition.kind === "keyring" &&
    condition.quantifier !== "none" &&
    condition.match.from?.length === 1 &&
    condition.match.from[0] === "tool"
  );
}
