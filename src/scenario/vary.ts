import type { Path } from "./problem.ts";
import { isTable } from "./schema/value.ts";
import { merge, takeAway, unsetPaths } from "./vary-merge.ts";
import { writeToml } from "./write-toml.ts";

type Table = Record<string, unknown>;

/** One thing that may differ between a machine where it fails and one where it works. */
export interface Axis {
  readonly name: string;
  /** The first is the starting point. */
  readonly options: readonly string[];
}

/** One axis set to one of its options. */
export interface Factor {
  readonly axis: string;
  readonly option: string;
}

/** The axes of a scenario's `[vary]`, in file order; the first option of each is the starting point. */
export function axesOf({ vary: axes }: Table): Axis[] {
  if (!isTable(axes)) return [];
  return Object.entries(axes).map(([name, options]) => ({ name, options: isTable(options) ? Object.keys(options) : [] }));
}

/** A scenario's document with some options applied. */
export interface Varied {
  /** Without `[vary]`, and without claims, which were made of the scenario as it stands. */
  readonly document: Table;
  /** The release that an option asks for (`uv = "0.9.5"`), else `null`. */
  readonly uv: unknown;
  /** Where a path of the document may stand in the text, the likeliest first. */
  origins(path: Path): Path[];
}

/**
 * Applies options. Each is a piece of a scenario: tables are merged, everything else replaces what was there. `step` may be a
 * table by number, which changes those steps (`step.2.venv = "active"`); steps under `before` come ahead of the scenario's own;
 * `unset` takes away first.
 */
export function vary(document: Table, choices: readonly Factor[]): Varied {
  const { vary: _, claims: __, ...starting } = document;
  let varied: Table = starting;
  let uv: unknown = null;
  const before: { readonly choice: Factor; readonly steps: readonly unknown[] }[] = [];
  for (const choice of choices) {
    const { before: steps, uv: asked, unset, ...piece } = pieceOf(document, choice);
    const rest = takeAway(varied, unset);
    varied = merge(isTable(rest) ? rest : varied, piece);
    uv = asked ?? uv;
    if (Array.isArray(steps)) before.push({ choice, steps });
  }
  const ahead = before.flatMap(({ steps }) => steps);
  if (ahead.length > 0) varied = { ...varied, step: [...ahead, ...(Array.isArray(varied["step"]) ? varied["step"] : [])] };
  return { document: varied, uv, origins };

  function origins([first, position, ...rest]: Path): Path[] {
    if (first !== "step" || typeof position !== "number") {
      const path = [first, position, ...rest].filter((part) => part !== undefined);
      return [...within(path), path];
    }
    let own = position;
    for (const { choice, steps } of before) {
      if (own < steps.length) return [["vary", choice.axis, choice.option, "before", own, ...rest]];
      own -= steps.length;
    }
    return [...within(["step", String(own), ...rest]), ...within(["step", own, ...rest]), ["step", own, ...rest]];
  }

  function within(path: Path): Path[] {
    return choices.map(({ axis, option }) => ["vary", axis, option, ...path]).reverse();
  }
}

/** Whether two of the options set the same thing, so that one would override the other. */
export function isConflicting(document: Table, choices: readonly Factor[]): boolean {
  const seen: string[][] = [];
  for (const choice of choices) {
    const { before: _, unset, ...piece } = pieceOf(document, choice);
    const leaves = [...leavesOf(piece), ...unsetPaths(unset)];
    if (leaves.some((leaf) => seen.some((other) => isWithin(leaf, other) || isWithin(other, leaf)))) return true;
    seen.push(...leaves);
  }
  return false;
}

/** The scenario with some options applied, as one file whose title says what differs from the starting point. */
export function variedScenario(document: Table, choices: readonly Factor[], changed: readonly Factor[]): string {
  const varied = vary(document, choices).document;
  const words = changed.map(({ axis, option }) => `${axis} = ${option}`).join(", ");
  return writeToml(words === "" ? varied : { ...varied, title: `${String(document["title"])} (${words})` });
}

function pieceOf(document: Table, { axis, option }: Factor): Table {
  const axes = document["vary"];
  const options = isTable(axes) ? axes[axis] : undefined;
  const piece = isTable(options) ? options[option] : undefined;
  return isTable(piece) ? piece : {};
}

function leavesOf(node: unknown, path: readonly string[] = []): string[][] {
  if (!isTable(node) || Object.keys(node).length === 0) return path.length === 0 ? [] : [[...path]];
  return Object.entries(node).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

function isWithin(path: readonly string[], other: readonly string[]): boolean {
  return other.every((part, position) => path[position] === part);
}
