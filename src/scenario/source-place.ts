import { TomlError } from "smol-toml";
import type { FolderFile } from "./folder-files.ts";
import { createLocator, positionAt, type Locator } from "./position.ts";
import type { LiteralSecret } from "./secret/literal-secret.ts";
import { literalWords } from "./secret/safe-source.ts";
import { maskTokens, pastedTokens, TOKEN_HINT, tokenMessage } from "./secret/pasted-token.ts";
import { syntaxWords } from "./syntax-words.ts";
import { formatPath, type Draft, type Path, type Problem } from "./problem.ts";

/** Where a scenario's text stands. */
export interface SourcePlace {
  /** Named in problems. */
  readonly file?: string;
  /** Lines before the text in its file (a fence in Markdown), and columns before each of its lines. */
  readonly lineOffset?: number;
  readonly columnOffset?: number;
}

/** Gives problems their places. Reads the text once more, so only where there are some. */
export function placeProblems(
  drafts: readonly Draft[],
  toml: string,
  options: SourcePlace,
  beside: ReadonlyMap<string, FolderFile>,
  origins: (path: Path) => readonly Path[],
): Problem[] {
  if (drafts.length === 0) return [];
  const locator = createLocator(toml);
  return drafts.map((draft): Problem => {
    const path = originOf(draft.path, origins(draft.path), locator);
    const key = formatPath(path);
    const common = { kind: draft.kind, message: draft.message, key, hint: draft.hint };
    const file = beside.get(key);
    if (file === undefined) {
      const position = locator.locate(path, draft);
      return { ...common, file: options.file ?? null, ...shifted(position, options) };
    }
    const at = file.text.indexOf(draft.after + (draft.find ?? ""));
    const position = positionAt(file.text, at < 0 ? 0 : at + draft.after.length);
    return { ...common, file: file.file, ...position, excerpt: maskTokens(file.text.split(/\r?\n/)[position.line - 1] ?? "") };
  });
}

/** In the order of the text, then of the files beside it. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) => Number(a.excerpt !== undefined) - Number(b.excerpt !== undefined) || a.line - b.line || a.column - b.column,
  );
}

/** The place of which least is missing in the text; among equals the last, which is where it stands without `[vary]`. */
function originOf(path: Path, candidates: readonly Path[], locator: Locator): Path {
  let best = { path, missing: Infinity };
  for (const candidate of candidates) {
    const missing = candidate.length - locator.reach(candidate);
    if (missing <= best.missing) best = { path: candidate, missing };
  }
  return best.path;
}

/** A text that is no TOML at all: the parser tells one place and one reason. */
export function syntaxProblem(error: unknown, toml: string, options: SourcePlace): Problem {
  const message = error instanceof Error ? error.message : String(error);
  const reason = (message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
  const lines = toml.split(/\r\n|\n/);
  const known = error instanceof TomlError;
  // At the end of the text the parser may point past it.
  const line = known ? Math.min(Math.max(1, error.line), lines.length) : 1;
  const column = known && line === error.line ? Math.max(1, error.column) : (lines[line - 1]?.length ?? 0) + 1;
  const words = syntaxWords(reason, lines[line - 1] ?? "");
  return {
    kind: "syntax",
    message: `not valid TOML: ${words.reason}`,
    file: options.file ?? null,
    ...shifted({ line, column }, options),
    key: "",
    hint: words.hint,
  };
}

/** Tokens in the text, comments included: what stands in a scenario is read by others. */
export function tokenProblems(toml: string, options: SourcePlace): Problem[] {
  return pastedTokens(toml).map((token) => ({
    kind: "pasted-token",
    message: tokenMessage(token),
    file: options.file ?? null,
    ...shifted(positionAt(toml, token.index), options),
    key: "",
    hint: TOKEN_HINT,
  }));
}

/** Passwords in plain letters; `toml` is the text that holds them. */
export function literalProblems(literals: readonly LiteralSecret[], toml: string, options: SourcePlace): Problem[] {
  return literals.map((literal) => ({
    kind: "literal-secret",
    ...literalWords(literal, toml),
    file: options.file ?? null,
    ...shifted(positionAt(toml, literal.index), options),
    key: "",
  }));
}

function shifted(position: { line: number; column: number }, options: SourcePlace): { line: number; column: number } {
  return { line: position.line + (options.lineOffset ?? 0), column: position.column + (options.columnOffset ?? 0) };
}
