import { nearest } from "./nearest.ts";
import { literalSecrets, standIns, withoutLiterals } from "./secret/literal-secret.ts";
import { maskTokens } from "./secret/pasted-token.ts";

/** What can be wrong with a scenario. */
export const PROBLEM_KINDS = [
  "syntax",
  "too-deep",
  "too-many",
  "reserved-key",
  "unknown-key",
  "missing-key",
  "wrong-type",
  "wrong-value",
  "conflict",
  "duplicate",
  "unknown-index",
  "unknown-user",
  "unknown-package",
  "unknown-placeholder",
  "bad-path",
  "bad-url",
  "bad-version",
  "bad-requirement",
  "bad-command",
  "bad-environment",
  "never-holds",
  "always-holds",
  "no-verdict",
  "pasted-token",
  "literal-secret",
  "suspicious",
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** One thing that is wrong, where it stands, and what may have been meant. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly message: string;
  readonly file: string | null;
  /** From 1, as is `column` (in UTF-16 units). */
  readonly line: number;
  readonly column: number;
  /** Dotted path, for example `step[1].healthy.exit`; empty for the file as a whole. */
  readonly key: string;
  /** What to write instead, as a whole sentence or question. */
  readonly hint: string | null;
  /** The source line, where it is not one of the scenario's own text (a file beside it). */
  readonly excerpt?: string;
}

/** Keys and positions from the top of the file. */
export type Path = readonly (string | number)[];

/** A problem before it is known where its path stands; the path is that of the text. */
export interface Draft {
  readonly kind: ProblemKind;
  readonly path: Path;
  readonly message: string;
  readonly hint: string | null;
  /** Whether the key itself is at fault, rather than its value. */
  readonly atKey: boolean;
  /** The part of the value's text that is at fault, */
  readonly find: string | null;
  /** and what of the value's text stands before it, where the same may stand there as well. */
  readonly after: string;
  readonly severity: "error" | "warning";
}

export interface DraftDetails {
  readonly hint?: string | null;
  readonly atKey?: boolean;
  readonly find?: string;
  readonly after?: string;
}

/** Collects what is wrong while a scenario is read, so that all of it is told at once. */
export interface ProblemList {
  error(kind: ProblemKind, path: Path, message: string, details?: DraftDetails): void;
  warning(kind: ProblemKind, path: Path, message: string, details?: DraftDetails): void;
  readonly drafts: readonly Draft[];
}

export function createProblemList(): ProblemList {
  const drafts: Draft[] = [];
  const add = (severity: Draft["severity"], kind: ProblemKind, path: Path, message: string, details: DraftDetails = {}) => {
    const { hint = null, atKey = false, find = null, after = "" } = details;
    drafts.push({ kind, path, message, hint, atKey, find, after, severity });
  };
  return { drafts, error: (...rest) => add("error", ...rest), warning: (...rest) => add("warning", ...rest) };
}

/** "did you mean …?" for the known word nearest to `word`; else the words there are, if they are few. */
export function didYouMean(word: string, known: Iterable<string>): string | null {
  const words = [...new Set(known)];
  const near = nearest(word, words);
  if (near !== null) return `did you mean \`${near}\`?`;
  if (words.length === 0 || words.length > 12) return null;
  return `known: ${words.map((known) => `\`${known}\``).join(", ")}`;
}

/** `["step", 1, "files", "a.toml"]` → `step[1].files."a.toml"`. */
export function formatPath(path: Path): string {
  let formatted = "";
  for (const part of path) {
    if (typeof part === "number") formatted += `[${part}]`;
    else formatted += `${formatted === "" ? "" : "."}${/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part)}`;
  }
  return formatted;
}

/**
 * Problems for people: `file:line:column: key: message (hint)`, the source line and a caret below.
 * `text` is the whole file that the lines count in. A token that somebody pasted is not shown, nor a literal password.
 */
export function formatProblems(problems: readonly Problem[], text: string): string {
  const masked = maskTokens(text);
  const literals = literalSecrets(masked);
  const values = standIns(literals);
  const lines = withoutLiterals(masked, values, literals).split(/\r\n|\r|\n/);
  const formatted = problems.map((problem) => formatProblem(problem, problem.excerpt ?? lines[problem.line - 1] ?? ""));
  return withoutLiterals(maskTokens(formatted.join("\n")), values);
}

function formatProblem(problem: Problem, source: string): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(":");
  const key = problem.key === "" ? "" : `${problem.key}: `;
  const hint = problem.hint === null ? "" : ` (${problem.hint})`;
  const head = `${place}: ${key}${problem.message}${hint}`;
  if (source.trim() === "") return head;
  const start = Math.max(0, problem.column - 100);
  // A binary file given by mistake must not drive the terminal.
  const excerpt = source.slice(start, start + 140).replaceAll(/(?!\t)\p{Cc}/gu, "·");
  // Tabs stay tabs below the line, so that the caret stands under its column.
  const indent = source.slice(start, problem.column - 1).replace(/[^\t]/g, " ");
  return `${head}\n  ${excerpt}\n  ${indent}^`;
}
