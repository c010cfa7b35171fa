import { readKeys, saidBy } from "../../condition/key.ts";
import type { ListKind } from "../../condition/kind.ts";
import type { RawConditions, RawGroup, RawMatcher } from "../../condition/schema.ts";
import { LIST_KINDS } from "../../condition/table.ts";
import type { Condition, Quantified } from "../model.ts";
import { placeholdersIn } from "../placeholder.ts";
import { formatPath, type Path } from "../problem.ts";
import { listed } from "../schema/value.ts";
import { checkContradictions, checkReach, type PlacedCondition, type Unplaced, type World } from "./condition-reach.ts";
import { checkMatcher, readSecrets } from "./condition-sense.ts";
import { readTextMatcher } from "./condition-text.ts";
import type { ReadContext } from "./context.ts";
import { readExit } from "./exit.ts";

/** Reads a table of conditions into a list, all of which must hold; reports those that can never hold or always do. */
export function readConditions(context: ReadContext, world: World | null, raw: RawConditions | undefined, path: Path): Condition[] {
  if (raw === undefined) return [];
  refusePlaceholders(context, raw, path);
  const placed: PlacedCondition[] = [];
  const add = (here: Path, condition: Unplaced): void => {
    placed.push({ path: here, condition: { path: formatPath(context.original(here)), ...condition } });
  };
  if (raw.exit !== undefined) {
    const here = [...path, "exit"];
    const exit = readExit(context, raw.exit, here);
    if (exit === "any") context.problems.error("always-holds", here, '"any" always holds', { hint: "leave it out" });
    add(here, { kind: "exit", exit });
  }
  for (const kind of ["stdout", "stderr"] as const) {
    const text = raw[kind];
    if (text !== undefined) add([...path, kind], { kind, text: readTextMatcher(context, text, [...path, kind]) });
  }
  for (const kind of LIST_KIND_NAMES) {
    for (const { match, quantified, path: here } of readQuantified(context, LIST_KINDS[kind], raw[kind], [...path, kind])) {
      checkMatcher(context, LIST_KINDS[kind], match, quantified, here);
      const condition = listCondition(kind, kind === "leak" ? readSecrets(context, match, here) : match, quantified);
      checkReach(context, world, condition, here);
      add(here, condition);
    }
  }
  if (placed.length === 0) {
    context.absent([path], "always-holds", path, "holds no condition, and so holds always", { hint: "leave it out" });
  }
  checkContradictions(context, placed);
  return placed.map(({ condition }) => condition);
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its own keys
const LIST_KIND_NAMES = Object.keys(LIST_KINDS) as (keyof typeof LIST_KINDS)[];

/** The table of a kind's keys gave the matcher: that it is one of that kind is beyond TypeScript. */
function listCondition(kind: keyof typeof LIST_KINDS, match: object, quantified: Quantified): Unplaced {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return { kind, match, ...quantified } as unknown as Unplaced;
}

interface Found {
  readonly path: Path;
  readonly match: object;
  readonly quantified: Quantified;
}

function readQuantified(context: ReadContext, { keys }: ListKind, raw: RawGroup | undefined, path: Path): Found[] {
  if (raw === undefined) return [];
  const found: Found[] = [];
  for (const quantifier of ["any", "none", "every", "count"] as const) {
    const given = raw[quantifier];
    if (given === undefined) continue;
    const here = [...path, quantifier];
    if (listed(given).length === 0) {
      context.absent([here], "always-holds", here, "an empty list of matchers always holds", { hint: "leave it out" });
    }
    for (const [position, one] of listed(given).entries()) {
      const place = Array.isArray(given) ? [...here, position] : here;
      const match = readKeys(keys, one);
      for (const { at, values } of saidBy(keys, match)) {
        const here = [...place, ...at];
        if (values.length === 0) context.absent([here], "never-holds", here, "an empty list of alternatives never holds");
      }
      const quantified: Quantified = quantifier === "count" ? { quantifier, count: readBounds(context, one, place) } : { quantifier };
      found.push({ path: place, match, quantified });
    }
  }
  return found;
}

function readBounds(context: ReadContext, raw: RawMatcher, path: Path): { min: number; max: number } {
  const { problems } = context;
  const bound = (name: string): number | undefined => (typeof raw[name] === "number" ? raw[name] : undefined);
  const [is, least, most] = [bound("is"), bound("at-least"), bound("at-most")];
  if (is === undefined && least === undefined && most === undefined) {
    const from: Path[] = [
      [...path, "is"],
      [...path, "at-least"],
      [...path, "at-most"],
    ];
    context.absent(from, "missing-key", path, "`count` needs a number", { hint: "one of `is`, `at-least`, `at-most`" });
  }
  if (is !== undefined && (least ?? most) !== undefined) {
    problems.error("conflict", [...path, "is"], "`is` and `at-least` or `at-most` exclude each other", { atKey: true });
  }
  const min = is ?? least ?? 0;
  const max = is ?? most ?? Number.MAX_SAFE_INTEGER;
  if (min > max) problems.error("never-holds", [...path, "at-least"], `no number is at least ${min} and at most ${max}`);
  if (least === 0 && most === undefined && is === undefined) {
    problems.error("always-holds", [...path, "at-least"], "any number is at least 0");
  }
  return { min, max };
}

/** Conditions meet the run's record, where secrets are replaced by their names and addresses are as declared. */
function refusePlaceholders(context: ReadContext, node: unknown, path: Path): void {
  if (typeof node === "string") {
    for (const { name, text } of placeholdersIn(node)) {
      const secret = /^(secret|stale|login)\b/.test(name);
      const hint = secret ? "`leak` tells where a secret was written" : 'name the index: `index = "NAME"`';
      context.problems.error("never-holds", path, `\`${text}\` is not filled in conditions`, { hint, find: text });
    }
  } else if (typeof node === "object" && node !== null) {
    for (const [key, value] of Object.entries(node)) refusePlaceholders(context, value, [...path, Array.isArray(node) ? Number(key) : key]);
  }
}
