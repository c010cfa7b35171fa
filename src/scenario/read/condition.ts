import type { Condition, FileMatcher, KeyringMatcher, LeakMatcher, Quantified, RequestMatcher } from "../model.ts";
import { placeholdersIn } from "../placeholder.ts";
import { formatPath, type Path } from "../problem.ts";
import type { RawConditions } from "../schema/condition.ts";
import { listed } from "../schema/value.ts";
import { checkFileMatcher, checkKeyringMatcher, checkLeakMatcher, checkRequestMatcher } from "./condition-sense.ts";
import {
  checkContradictions,
  checkFileReach,
  checkKeyringReach,
  checkLeakReach,
  checkRequestReach,
  type PlacedCondition,
  type World,
} from "./condition-reach.ts";
import { readTextMatcher } from "./condition-text.ts";
import type { ReadContext } from "./context.ts";
import { readExit } from "./exit.ts";

type RawQuantified<K extends "request" | "keyring" | "file" | "leak"> = NonNullable<RawConditions[K]>;
type RawMatcher<K extends "request" | "keyring" | "file" | "leak"> = Exclude<RawQuantified<K>["any"], undefined | readonly unknown[]>;

/** The keys of `count` that are not the matcher's. */
interface Bounds {
  readonly is?: number | undefined;
  readonly "at-least"?: number | undefined;
  readonly "at-most"?: number | undefined;
}

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
  for (const kind of ["request", "final"] as const) {
    for (const { match, quantified, path: here } of readQuantified(context, raw[kind], [...path, kind], requestMatcher)) {
      checkRequestMatcher(context, match, quantified, here);
      checkRequestReach(context, world, kind, match, quantified, here);
      add(here, { kind, match, ...quantified });
    }
  }
  for (const { match, quantified, path: here } of readQuantified(context, raw.keyring, [...path, "keyring"], keyringMatcher)) {
    checkKeyringMatcher(context, match, quantified, here);
    checkKeyringReach(context, match, quantified, here);
    add(here, { kind: "keyring", match, ...quantified });
  }
  for (const { match, quantified, path: here } of readQuantified(context, raw.file, [...path, "file"], fileMatcher)) {
    checkFileMatcher(context, match, quantified, here);
    checkFileReach(context, match, quantified, here);
    add(here, { kind: "file", match, ...quantified });
  }
  for (const { match, quantified, path: here } of readQuantified(context, raw.leak, [...path, "leak"], leakMatcher)) {
    checkLeakReach(context, world, quantified, here);
    add(here, { kind: "leak", match: checkLeakMatcher(context, match, here), ...quantified });
  }
  if (placed.length === 0) {
    context.absent([path], "always-holds", path, "holds no condition, and so holds always", { hint: "leave it out" });
  }
  checkContradictions(context, placed);
  return placed.map(({ condition }) => condition);
}

/** `Omit` of a union forgets which keys go together. */
type Unplaced = Condition extends infer C ? (C extends Condition ? Omit<C, "path"> : never) : never;

interface Found<M> {
  readonly path: Path;
  readonly match: M;
  readonly quantified: Quantified;
}

type RawGroup<R> = { readonly [Q in "any" | "none" | "every" | "count"]?: R | readonly R[] | undefined };

function readQuantified<R extends object, M>(
  context: ReadContext,
  raw: RawGroup<R> | undefined,
  path: Path,
  matcher: (raw: R) => M,
): Found<M>[] {
  if (raw === undefined) return [];
  const found: Found<M>[] = [];
  for (const quantifier of ["any", "none", "every", "count"] as const) {
    const given = raw[quantifier];
    if (given === undefined) continue;
    const here = [...path, quantifier];
    if (listed(given).length === 0) {
      context.absent([here], "always-holds", here, "an empty list of matchers always holds", { hint: "leave it out" });
    }
    for (const [position, one] of listed(given).entries()) {
      const place = Array.isArray(given) ? [...here, position] : here;
      checkLists(context, one, place);
      const quantified: Quantified = quantifier === "count" ? { quantifier, count: readBounds(context, one, place) } : { quantifier };
      found.push({ path: place, match: matcher(one), quantified });
    }
  }
  return found;
}

function checkLists(context: ReadContext, raw: object, path: Path): void {
  for (const [key, value] of Object.entries(raw)) {
    if (!Array.isArray(value) || value.length > 0) continue;
    context.absent([[...path, key]], "never-holds", [...path, key], "an empty list of alternatives never holds");
  }
}

function readBounds(context: ReadContext, raw: Bounds, path: Path): { min: number; max: number } {
  const { problems } = context;
  const { is, "at-least": least, "at-most": most } = raw;
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

function requestMatcher(raw: RawMatcher<"request">): RequestMatcher {
  return {
    ...(raw.index !== undefined && { index: listed(raw.index) }),
    ...(raw.method !== undefined && { method: listed(raw.method) }),
    ...(raw.url !== undefined && { url: listed(raw.url) }),
    ...(raw.host !== undefined && { host: listed(raw.host) }),
    ...(raw.range !== undefined && { range: raw.range }),
    ...(raw.status !== undefined && { status: listed(raw.status) }),
    ...(raw.user !== undefined && { user: listed(raw.user) }),
    ...(raw.authorization !== undefined && { authorization: listed(raw.authorization) }),
    // The journal writes HTTP/2 as `2.0`.
    ...(raw["http-version"] !== undefined && {
      httpVersion: listed(raw["http-version"]).map((version) => (version === "2" ? "2.0" : version)),
    }),
  };
}

function keyringMatcher(raw: RawMatcher<"keyring">): KeyringMatcher {
  return {
    ...(raw.from !== undefined && { from: listed(raw.from) }),
    ...(raw.operation !== undefined && { operation: listed(raw.operation) }),
    ...(raw.service !== undefined && { service: listed(raw.service) }),
    ...(raw.user !== undefined && { user: listed(raw.user) }),
    ...(raw.args !== undefined && { args: listed(raw.args) }),
    ...(raw.raised !== undefined && { raised: listed(raw.raised) }),
    ...(raw.finished !== undefined && { finished: raw.finished }),
    ...(raw.exit !== undefined && { exit: listed(raw.exit) }),
  };
}

function fileMatcher(raw: RawMatcher<"file">): FileMatcher {
  return {
    path: listed(raw.path),
    ...(raw.exists !== undefined && { exists: raw.exists }),
    ...(raw.contains !== undefined && { contains: listed(raw.contains) }),
    ...(raw.lacks !== undefined && { lacks: listed(raw.lacks) }),
  };
}

function leakMatcher(raw: RawMatcher<"leak">): LeakMatcher {
  return {
    ...(raw.in !== undefined && { where: listed(raw.in) }),
    ...(raw.secret !== undefined && { secret: listed(raw.secret) }),
  };
}
