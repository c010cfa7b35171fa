import { EXIT } from "../../report/exit-status.ts";
import type { RunResult } from "../../report/model.ts";
import { rerunText } from "../../report/rerun-text.ts";
import { runKey } from "../../report/run-key.ts";
import type { LoadedScenario } from "../../run/load-scenarios.ts";
import { UserError } from "../../scenario/error.ts";
import { watchFiles } from "../file-watch.ts";
import { note } from "../output-streams.ts";
import { paintFor } from "../render/paint.ts";
import { readScenarios } from "../scenario-files.ts";
import type { Session } from "../session.ts";
import { checkWithoutProxy, runOnce, type Plan } from "./run-once.ts";

/** `run --watch`: runs again what changed, and says what that changed in verdict and journal, until Ctrl-C. */
export async function watchRuns(session: Session, scenarios: readonly LoadedScenario[], plan: Plan): Promise<number> {
  const paint = paintFor(process.stdout, process.env);
  using watch = watchFiles(plan.files);
  const texts = new Map<string, string>();
  const last = new Map<string, RunResult>();
  let next: readonly LoadedScenario[] = scenarios;
  for (;;) {
    for (const { file, text } of next) texts.set(file, text);
    const others = [...last.values()].filter(({ scenario }) => next.every(({ file }) => file !== scenario));
    const results = await complained(() => (next.length === 0 ? Promise.resolve([]) : runOnce(session, next, plan, others)));
    if (session.interrupted()) return EXIT.interrupted;
    const pairs = (results ?? []).flatMap((now) => {
      const then = last.get(runKey(now));
      return then === undefined ? [] : [[then, now] as const];
    });
    if (pairs.length > 0) console.log(`\n${rerunText(pairs, paint)}`);
    for (const result of results ?? []) last.set(runKey(result), result);
    note(`\nwatching ${plan.files.join(", ")}; Ctrl-C ends it`);
    // What changed beside may be no part of a scenario: a report that was written.
    for (let isWaiting = true; isWaiting;) {
      if (!(await watch.changed(session.signal))) return EXIT.interrupted;
      const read = await complained(() => readAgain(plan));
      next = (read ?? []).filter(({ file, text }) => texts.get(file) !== text);
      isWaiting = read !== null && next.length === 0;
    }
  }

  /** What is wrong with a file that is being written is said, and the next change is waited for. */
  async function complained<Answer>(work: () => Promise<Answer>): Promise<Answer | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      note(`error: ${error.message}`);
      return null;
    }
  }
}

async function readAgain({ files, options }: Plan): Promise<LoadedScenario[]> {
  const scenarios = await readScenarios(files, options);
  checkWithoutProxy(scenarios, options);
  return scenarios;
}
