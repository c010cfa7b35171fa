import * as v from "valibot";
import type { Path, ProblemList } from "./problem.ts";
import { scenarioFile, type RawScenario } from "./schema/file.ts";
import { describeMismatch, flattenIssues } from "./shape-issue.ts";
import { knownKeys } from "./shape-keys.ts";
import { createRepair } from "./shape-repair.ts";

/** Names that JavaScript objects have of themselves; the schema library drops them without a word. */
const RESERVED = new Set(["__proto__", "prototype", "constructor"]);
/** No scenario nests deeper than about ten. */
const MAX_DEPTH = 32;
const MAX_PROBLEMS = 100;
/** What stands in for a required key that is missing, so that what is beside it is checked all the same. */
const STAND_INS: Readonly<Record<string, unknown>> = { schema: 1, title: "-", step: [], run: ["uv"] };

export interface Shaped {
  readonly raw: RawScenario;
  /** Path in `raw` → path in the text. */
  original(path: Path): Path;
  /** Whether something was taken out at, above or below this path (as in the text): what hangs on it is not to be called missing. */
  isBroken(path: Path): boolean;
}

/**
 * Holds a TOML document to the schema. What does not fit is reported and taken out, until the rest fits, so that
 * the rest can be checked in the same go. `null` where nothing is left to check. Changes `document`.
 */
export function shape(document: Record<string, unknown>, problems: ProblemList): Shaped | null {
  const deep = tooDeep(document);
  if (deep !== null) {
    problems.error("too-deep", [deep], `is nested more than ${MAX_DEPTH} deep`);
    return null;
  }
  const repair = createRepair(document);
  const broken: Path[] = [];
  const reserved = reservedKeys(document, []);
  for (const path of reserved) problems.error("reserved-key", path, `\`${path.at(-1)}\` cannot be a name here`, { atKey: true });
  broken.push(...reserved);
  repair.takeOut(reserved);
  // A date without quotes is as good as one with.
  const asOf = document["as-of"];
  if (asOf instanceof Date) document["as-of"] = asOf.toISOString();

  const isBroken = (path: Path) => broken.some((other) => isPrefix(other, path) || isPrefix(path, other));
  while (problems.drafts.length < MAX_PROBLEMS) {
    const result = v.safeParse(scenarioFile, document);
    if (result.success) return { raw: result.output, original: (path) => repair.original(path), isBroken };
    const out: Path[] = [];
    const found = flattenIssues(result.issues).map((mismatch) => ({
      mismatch,
      path: repair.original(mismatch.path),
      described: describeMismatch(mismatch, repair.valueAt(mismatch.path), knownKeys),
    }));
    // A misspelt key stands for the one that was meant: that one is not to be called missing too.
    for (const { path, described } of found) if (described.meant !== null) broken.push([...path.slice(0, -1), described.meant]);
    for (const { mismatch, path, described } of found) {
      const missing = described.kind === "missing-key";
      // A key of the wrong type was taken out in an earlier round; it is not missing.
      if (!missing || !broken.some((other) => samePath(other, path))) problems.error(described.kind, path, described.message, described);
      broken.push(path);
      const name = String(path.at(-1));
      if (missing && Object.hasOwn(STAND_INS, name)) repair.put(mismatch.path, STAND_INS[name]);
      else out.push(missing ? mismatch.path.slice(0, -1) : mismatch.path);
    }
    for (const path of out) broken.push(repair.original(path));
    repair.takeOut(out);
  }
  problems.error("too-many", [], `more than ${MAX_PROBLEMS} problems: the rest of the file was not looked at`);
  return null;
}

/** The top-level key under which it is nested too deep. Not recursive: the nesting may be deeper than the stack. */
function tooDeep(document: Record<string, unknown>): string | null {
  for (const [name, value] of Object.entries(document)) {
    let level: unknown[] = [value];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > MAX_DEPTH) return name;
      level = level.flatMap((node) => (typeof node === "object" && node !== null ? Object.values(node) : []));
    }
  }
  return null;
}

function reservedKeys(node: unknown, path: Path): Path[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => {
    const here = [...path, Array.isArray(node) ? Number(name) : name];
    return RESERVED.has(name) ? [here] : reservedKeys(value, here);
  });
}

function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, position) => part === path[position]);
}

function samePath(one: Path, other: Path): boolean {
  return one.length === other.length && isPrefix(one, other);
}
