import { parse, stringify } from "smol-toml";
import type { Axis, Factor } from "../explore/axis.ts";
import { isTable } from "./schema/value.ts";

type Table = Record<string, unknown>;

/** The axes of a scenario's `[vary]`, in file order; the first option of each is the starting point. */
export function axesOf(toml: string): Axis[] {
  const vary = parse(toml)["vary"];
  if (!isTable(vary)) return [];
  return Object.entries(vary).map(([name, options]) => ({ name, options: isTable(options) ? Object.keys(options) : [] }));
}

/**
 * The scenario with one option of every axis applied, as TOML without `[vary]` and claims. An option is a piece of a scenario:
 * tables are merged, everything else replaces what was there; steps under `before` come ahead of the scenario's own.
 */
export function variedScenario(toml: string, assignment: Readonly<Record<string, string>>, factors: readonly Factor[]): string {
  const { vary, claims: _, ...document } = parse(toml) as Table;
  let varied: Table = document;
  for (const [axis, option] of Object.entries(assignment)) {
    const options = isTable(vary) ? vary[axis] : undefined;
    const piece = isTable(options) ? options[option] : undefined;
    if (isTable(piece)) varied = apply(varied, piece);
  }
  const changed = factors.map((factor) => `${factor.axis} = ${factor.option}`).join(", ");
  return stringify(changed === "" ? varied : { ...varied, title: `${String(document["title"])} (${changed})` });
}

function apply(document: Table, { before, ...piece }: Table): Table {
  const merged = merge(document, piece);
  if (!Array.isArray(before)) return merged;
  const steps: unknown[] = Array.isArray(merged["step"]) ? merged["step"] : [];
  return { ...merged, step: [...before, ...steps] };
}

function merge(base: Table, piece: Table): Table {
  const merged: Table = { ...base };
  for (const [key, value] of Object.entries(piece)) {
    const present = merged[key];
    merged[key] = isTable(present) && isTable(value) ? merge(present, value) : value;
  }
  return merged;
}
