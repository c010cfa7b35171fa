import type * as v from "valibot";
import { nearest } from "./nearest.ts";
import { didYouMean, type Path, type ProblemKind } from "./problem.ts";
import { isTable } from "./schema/value.ts";

type Issue = v.BaseIssue<unknown>;

/** One mismatch between a document and the schema: where, and all that would have fitted there. */
export interface Mismatch {
  readonly path: Path;
  readonly issues: readonly Issue[];
}

interface Described {
  readonly kind: ProblemKind;
  readonly message: string;
  readonly hint: string | null;
  readonly atKey: boolean;
  /** The known key that an unknown one is probably meant to be. */
  readonly meant: string | null;
}

/**
 * Unions report one issue with those of every option below it. Where an option went further than the others (it
 * took the table for a table), what it found inside is what is meant.
 */
export function flattenIssues(issues: readonly Issue[], base: Path = []): Mismatch[] {
  const found = new Map<string, Mismatch>();
  const add = (mismatch: Mismatch) => {
    const id = JSON.stringify(mismatch.path);
    const known = found.get(id);
    found.set(id, { path: mismatch.path, issues: [...(known?.issues ?? []), ...mismatch.issues] });
  };
  for (const issue of issues) {
    const path = [...base, ...(issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)))];
    if (issue.issues === undefined) {
      add({ path, issues: [issue] });
      continue;
    }
    const below = flattenIssues(issue.issues, path);
    const inside = below.filter((mismatch) => mismatch.path.length > path.length);
    for (const mismatch of inside.length > 0 ? inside : below) add(mismatch);
  }
  return [...found.values()];
}

/** Says what is wrong. `known` gives the keys that a table at a path may have. */
export function describeMismatch({ path, issues }: Mismatch, value: unknown, known: (table: Path) => string[]): Described {
  const name = String(path.at(-1));
  const first = issues[0];
  if (first?.type === "strict_object" && first.expected === "never") {
    const keys = known(path.slice(0, -1));
    const alias = keys.find((key) => key === ALIASES[name]) ?? null;
    const hint = alias === null ? (ELSEWHERE[name] ?? didYouMean(name, keys)) : `did you mean \`${alias}\`?`;
    return {
      kind: "unknown-key",
      message: `unknown key \`${name}\``,
      hint: hint ?? "docs/scenario.md lists the keys that may stand here",
      atKey: true,
      meant: alias ?? nearest(name, keys),
    };
  }
  if (first?.type === "strict_object" && first.received === "undefined") {
    return { kind: "missing-key", message: `\`${name}\` is missing`, hint: missingHint(name), atKey: true, meant: null };
  }
  const wanted = [...new Set(issues.flatMap(expectation))].join(" or ");
  if (issues.some((issue) => issue.kind === "validation")) {
    return { kind: "wrong-value", message: `must be ${wanted}, not ${shown(value)}`, hint: null, atKey: false, meant: null };
  }
  const choices = issues.flatMap(wordsOf);
  if (typeof value === "string" && choices.length > 0) {
    return {
      kind: "wrong-value",
      message: `must be ${wanted}, not ${shown(value)}`,
      hint: didYouMean(value, choices),
      atKey: false,
      meant: null,
    };
  }
  if (issues.some((issue) => issue.type === "literal" || issue.type === "picklist") && typeof value !== "object") {
    const form = name === "exit" ? formHint(path) : didYouMean("", choices);
    const hint = name === "schema" ? "this version of uv-mre reads schema 1" : form;
    return { kind: "wrong-value", message: `must be ${wanted}, not ${shown(value)}`, hint, atKey: false, meant: null };
  }
  return {
    kind: "wrong-type",
    message: `must be ${wanted}, not ${kindOf(value)}`,
    hint: pathHint(path, value) ?? quotesHint(issues, value) ?? formHint(path),
    atKey: false,
    meant: null,
  };
}

function expectation(issue: Issue): string[] {
  switch (issue.type) {
    case "string":
      return ["a text"];
    case "number":
      return ["a number"];
    case "boolean":
      return ["`true` or `false`"];
    case "array":
      return ["a list"];
    case "strict_object":
    case "object_with_rest":
    case "record":
      return ["a table"];
    case "picklist":
    case "literal":
      return [(issue.expected ?? "").replace(/^\((.*)\)$/, "$1").replaceAll(" | ", ", ")];
    case "integer":
      return ["a whole number"];
    case "min_value":
      return [`at least ${String(issue.requirement)}`];
    case "max_value":
      return [`at most ${String(issue.requirement)}`];
    case "gt_value":
      return [`more than ${String(issue.requirement)}`];
    default:
      return [issue.expected ?? issue.type];
  }
}

function wordsOf(issue: Issue): string[] {
  if (issue.type !== "picklist" && issue.type !== "literal") return [];
  return [...(issue.expected ?? "").matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return "a text";
  if (typeof value === "number" || typeof value === "bigint") return "a number";
  if (typeof value === "boolean") return `\`${value}\``;
  if (value instanceof Date) return "a date (without quotes)";
  return Array.isArray(value) ? "a list" : "a table";
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean" ? String(value) : kindOf(value);
}

/** Keys by the names that other tools give them. */
const ALIASES: Readonly<Record<string, string>> = {
  command: "run",
  cmd: "run",
  args: "run",
  script: "run",
  environment: "env",
  name: "title",
  dependencies: "packages",
  username: "user",
  type: "flavour",
  expect: "healthy",
  expected: "healthy",
  good: "healthy",
  ok: "healthy",
  pass: "healthy",
  bad: "reproduced",
  bug: "reproduced",
  fail: "reproduced",
};

const PYPROJECT = "it goes into the project's own file: below [files], \"pyproject.toml\" = '''…'''";
const SECRET = "every secret is made anew for a run, and `{{secret.INDEX}}` stands where it goes";

/** What people write as a key and is said elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "build-system": PYPROJECT,
  project: PYPROJECT,
  tool: PYPROJECT,
  netrc: "write it below [home]: \".netrc\" = '''…'''",
  password: SECRET,
  token: SECRET,
  python: "`run --python PATH` chooses the Python",
  uv: "`run --uv 0.9.5` chooses the release; `uv` in a [[step]] is that step's own",
};

const MISSING: Readonly<Record<string, string>> = {
  schema: "write `schema = 1` at the top",
  title: 'write `title = "…"`: what the scenario shows, in one line',
  run: 'write `run = "uv sync"`',
  step: 'write [[step]] and `run = "uv sync"`',
  name: 'write `name = "sandbox"`',
};

function missingHint(name: string): string | null {
  return MISSING[name] ?? null;
}

/** A number in quotes, or one without them. */
function quotesHint(issues: readonly Issue[], value: unknown): string | null {
  const takes = (type: string): boolean => issues.some((issue) => issue.type === type);
  if (typeof value === "string" && /^\d+$/.test(value) && takes("number")) return `write ${value}, without quotes`;
  return (typeof value === "number" || typeof value === "boolean") && takes("string") ? `write "${value}", in quotes` : null;
}

/** Keys that people write in another form than theirs, and how they are written. */
const FORMS: Readonly<Record<string, string>> = {
  exit: 'exit = 0, or exit = "nonzero"',
  index: "[index.NAME]",
  status: "status = 401, or a list: [401, 403]",
  timeout: "timeout = 60, in seconds",
  scripts: 'scripts = { NAME = "module:function" }',
  packages: 'packages = [{ name = "sandbox" }], or in [index.default] ["requests==2.32.5"]',
  requires: 'requires = ["NAME"]',
  versions: 'versions = ["1.0.0", "2.0.0"]',
  users: 'users = ["alice", { name = "bob", state = "expired" }]',
  step: "each step begins with [[step]]",
  env: 'env = { NAME = "value" }',
  claims: '">=0.9" = "reproduced" below [claims]',
  files: "\"pyproject.toml\" = '''…''' below [files]",
  home: '".netrc" = "…" below [home]',
  answers: 'answers = [{ service = "…", user = "…", password = "{{secret.INDEX}}" }]',
  any: 'any = { index = "NAME", status = 401 }',
  none: 'none = { index = "NAME", status = 401 }',
  every: 'every = { index = "NAME", status = 200 }',
  count: 'count = { index = "NAME", is = 2 }',
  reproduced: 'reproduced = { exit = "nonzero", final.any = { … } }',
  healthy: "healthy = { exit = 0, final.any = { … } }",
  tool: 'tool = ["INDEX"]',
  final: 'final.any = { index = "NAME", status = 401 }',
  request: 'request.any = { index = "NAME", status = 401 }',
};

function formHint(path: Path): string | null {
  const form = FORMS[String(path.findLast((part) => typeof part === "string"))];
  return form === undefined || typeof path.at(-1) === "number" ? null : `write it as ${form}`;
}

/** A dot in an unquoted path makes a table of it; `[index]` has no name. */
function pathHint(path: Path, value: unknown): string | null {
  if (path[0] === "index" && path.length === 2) return "an index has a name: [index.private]";
  const holdsPaths = path.length >= 2 && ["files", "home", "write"].includes(String(path.at(-2)));
  return holdsPaths && isTable(value) ? 'quote the whole path: "pyproject.toml" = …, "packages/a/pyproject.toml" = …' : null;
}
