import { placeProblems } from "../../scenario/source-place.ts";
import { type Draft, formatProblems } from "../../scenario/problem.ts";
import type { LoadedScenario } from "../load-scenarios.ts";

const PLAIN = { hint: null, atKey: false, find: null, after: "", severity: "error" } as const;

/** What is found out of a scenario only when it is to be run, with where it stands in its text. */
export function complaint({ source }: LoadedScenario, said: Pick<Draft, "kind" | "path" | "message"> & Partial<Draft>): string {
  const problems = placeProblems([{ ...PLAIN, ...said }], source.toml, source.options, new Map(), (path) => [path]);
  return formatProblems(problems, source.whole);
}
