import type { Path } from "../problem.ts";
import type { RawScenario } from "../schema/file.ts";

/** A text of a scenario that a run gets to see, and where it stands. */
export interface PlacedText {
  readonly path: Path;
  readonly text: string;
}

/** Environment, files, commands and their input, in the order of the table. */
export function textsOf(raw: RawScenario): PlacedText[] {
  const { env, files, home } = raw;
  const steps = raw.step.flatMap(({ run, env, export: exported, write, stdin }, position) =>
    placed({ run, env, export: exported, write, stdin }, ["step", position]),
  );
  return [...placed({ env, files, home }, []), ...steps];
}

function placed(node: unknown, path: Path): PlacedText[] {
  if (typeof node === "string") return [{ path, text: node }];
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => placed(value, [...path, Array.isArray(node) ? Number(key) : key]));
}
