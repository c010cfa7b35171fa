import type { ListLine } from "./difference-words.ts";
import { oneLine, visible } from "../observation/visible-text.ts";

// The one place where text from outside becomes Markdown. GitHub notifies people and links issues for `@name` and
// `#1` everywhere but in code, so whatever may hold such a token is written as code.

/** Text in a code fence that nothing inside can close. The text always stands on lines of its own. */
export function fence(text: string, language = ""): string {
  return fenceVerbatim(visible(text).replace(/\n+$/u, ""), language);
}

/** The same without spelling out control characters: for a scenario, which must run again as it was written. */
export function fenceVerbatim(text: string, language = ""): string {
  const marks = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${marks}${language}\n${text.endsWith("\n") || text === "" ? text : `${text}\n`}${marks}`;
}

/** Inline code: one line, at most `limit` characters, no mention or link comes alive in it. */
export function code(text: string, limit = 300): string {
  const line = oneLine(text, limit);
  if (line === "") return "";
  const marks = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${marks}${pad}${line}${pad}${marks}`;
}

/** Running text from outside: `…` stays code, other punctuation is escaped, words that GitHub would link or notify for are set as code. */
export function prose(text: string, limit = 500): string {
  return oneLine(text, limit)
    .split(/(?<!`)(`[^`]+`)(?!`)/u)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : escaped(part)))
    .reduce(joined, "");
}

/** Two code spans that touch would be one run of backticks, and neither would end. */
function joined(before: string, after: string): string {
  return before.endsWith("`") && after.startsWith("`") ? `${before} ${after}` : before + after;
}

function escaped(text: string): string {
  return text
    .split(" ")
    .map((word) => (ALIVE.test(word) ? code(word) : word.replace(PUNCTUATION, "\\$&")))
    .join(" ");
}

const ALIVE = /@|:\/\/|^www\.|#\d|\bGH-\d|^\W*[0-9a-f]{7,40}\W*$/iu;
// The pipe is the table's business; a hyphen, plus or number matters only where a list could begin.
const PUNCTUATION = /[!#$&*<>[\\\]_`~]|^[-+=:]|(?<=^\d+)[.)]/gu;

/** A table; cells are Markdown already. A pipe is escaped also inside code, where backslashes before it must pair. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(header), `|${header.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function cell(markdown: string): string {
  return markdown.replace(/(\\*)\|/gu, (_, slashes: string) => `${slashes.length % 2 === 0 ? slashes : `${slashes}\\`}\\|`);
}

/** A fold. The summary is plain text. GitHub reads the content as Markdown only between blank lines. */
export function details(summary: string, content: string): string {
  return `<details>\n<summary>${html(summary)}</summary>\n\n${content}\n\n</details>`;
}

function html(text: string): string {
  const escaped = oneLine(text, 300).replace(/[&<>"'@#`\\]/gu, (character) => `&#${character.charCodeAt(0)};`);
  return ALIVE.test(text) ? `<code>${escaped}</code>` : escaped;
}

/** The most lines that a reader on GitHub sees of a report without unfolding anything. */
const VISIBLE_LINES = 60;

/** A report's open part, then one block that is folded where it is too long for a screen, then the folds. */
export function fittedToScreen(open: string, last: { readonly summary: string; readonly content: string }, folds = ""): string {
  const whole = blocks(open, last.content, folds);
  return visibleLines(whole) <= VISIBLE_LINES ? whole : blocks(open, details(last.summary, last.content), folds);
}

/** Lines that a reader on GitHub sees without unfolding anything: a fold is as many as stand outside of it. */
export function visibleLines(markdown: string): number {
  let depth = 0;
  return markdown.split("\n").filter((line) => {
    const inside = depth > 0;
    depth += line === "<details>" ? 1 : line === "</details>" ? -1 : 0;
    return !inside;
  }).length;
}

export function foldedBeyond(lines: number, summary: string, content: string): string {
  return lineCount(content) > lines ? details(summary, content) : content;
}

export function lineCount(text: string): number {
  return text === "" ? 0 : text.trimEnd().split("\n").length;
}

/** Lines as a list with levels. */
export function markdownList(lines: readonly ListLine[]): string {
  return lines.map(({ depth, text }) => `${"  ".repeat(depth)}- ${text}`).join("\n");
}

/** Blocks one below the other, empty ones left out. */
export function blocks(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join("\n\n");
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/gu)) longest = Math.max(longest, run.length);
  return longest;
}
