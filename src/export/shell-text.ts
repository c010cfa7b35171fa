/**
 * Turns a scenario's texts into shell words and here-documents. Only a part that is `code` is read by the shell: it is
 * written by us, whole. What a scenario says is `text`, and quoted wherever it goes.
 */
export interface ShellPart {
  /** Shell code inside double quotes, as `$SECRET_private`; or plain text. */
  readonly kind: "code" | "text";
  readonly value: string;
}

/** What a placeholder's name becomes. */
export type ShellValues = (name: string) => readonly ShellPart[];

const PLACEHOLDER = /\{\{([^{}\r\n]*)\}\}/;
/** zsh reads `=ls` as the path of `ls`. */
const BARE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

function partsOf(text: string, values: ShellValues): ShellPart[] {
  const pieces = text.split(PLACEHOLDER);
  const parts = pieces.flatMap((piece, at): readonly ShellPart[] =>
    at % 2 === 0 ? [{ kind: "text", value: piece }] : values(piece.trim()),
  );
  return parts.filter((part) => part.value !== "");
}

/** One shell word. */
export function shellWord(text: string, values: ShellValues): string {
  const parts = partsOf(text, values);
  if (parts.some((part) => part.kind === "code")) {
    // Within double quotes a shell that is typed into reads `!x` as a command of its history.
    if (parts.some((part) => part.kind === "text" && part.value.includes("!")))
      return parts.map((part) => (part.kind === "code" ? `"${part.value}"` : plainWord(part.value))).join("");
    const inside = parts.map((part) => (part.kind === "code" ? part.value : part.value.replaceAll(/[\\"$`]/g, "\\$&")));
    return `"${inside.join("")}"`;
  }
  return plainWord(parts.map((part) => part.value).join(""));
}

/** One shell word from a text in which no placeholder is filled. */
export function plainWord(text: string): string {
  return BARE.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text for Python's `string.Template`, which fills in `$NAME` and `${NAME}` and makes `$` of `$$`. */
export function template(text: string, values: ShellValues): string {
  return partsOf(text, values)
    .map((part) => (part.kind === "code" ? part.value : part.value.replaceAll("$", "$$$$")))
    .join("");
}

/**
 * The text as a command's input: a here-document with its operator, as `<<'END'` and the lines. That always ends with a
 * newline, so a text that does not is printed.
 */
export function input(text: string, values: ShellValues): string {
  const parts = partsOf(text, values);
  const expands = parts.some((part) => part.kind === "code");
  const inside = parts.map((part) => (expands && part.kind === "text" ? part.value.replaceAll(/[\\$`]/g, "\\$&") : part.value)).join("");
  if (inside !== "" && !inside.endsWith("\n")) return `< <(printf %s ${shellWord(text, values)})`;
  const end = endMark(inside);
  return `<<${expands ? end : `'${end}'`}\n${inside}${end}`;
}

/** The same of a text in which nothing is filled in, and which ends with a newline. */
export function verbatimInput(text: string): string {
  const end = endMark(text);
  return `<<'${end}'\n${text}${end}`;
}

/** A word that is no line of the text. */
function endMark(body: string): string {
  const lines = new Set(body.split("\n"));
  let end = "END";
  while (lines.has(end)) end += "_";
  return end;
}

/** A text as comments. Only a newline ends a comment, and what else moves a terminal's cursor is spelled out by the caller. */
export function commentLines(text: string): string[] {
  return text.split("\n").map((line) => `# ${line}`.trimEnd());
}
