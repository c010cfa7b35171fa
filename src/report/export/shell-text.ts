/** Turns a scenario's texts into shell words and here-documents; `value` says what a placeholder's name becomes there. */
export interface ShellValue {
  /** Shell code inside double quotes, as `$SECRET_private`; or plain text. */
  readonly kind: "code" | "text";
  readonly value: string;
}

export type ShellValues = (name: string) => ShellValue;

const PLACEHOLDER = /\{\{([^{}\r\n]*)\}\}/;
const BARE = /^[A-Za-z0-9_@%+=:,./-]+$/;

interface Part {
  readonly kind: "code" | "text";
  readonly value: string;
}

function partsOf(text: string, values: ShellValues): Part[] {
  const pieces = text.split(PLACEHOLDER);
  const parts = pieces.map((piece, at): Part => (at % 2 === 0 ? { kind: "text", value: piece } : values(piece.trim())));
  return parts.filter((part) => part.value !== "");
}

/** One shell word. */
export function shellWord(text: string, values: ShellValues): string {
  const parts = partsOf(text, values);
  if (parts.some((part) => part.kind === "code")) {
    const inside = parts.map((part) => (part.kind === "code" ? part.value : part.value.replaceAll(/[\\"$`]/g, "\\$&")));
    return `"${inside.join("")}"`;
  }
  const plain = parts.map((part) => part.value).join("");
  return BARE.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}

/** A text in which `$NAME` and `${NAME}` stand for variables, as Python's `os.path.expandvars` fills them in. */
export function expandable(text: string, values: ShellValues): string {
  return partsOf(text, values)
    .map((part) => part.value)
    .join("");
}

/** A here-document with its operator, as `<<'END'` and the lines; the text ends with a newline whether it did or not. */
export function hereDocument(text: string, values: ShellValues): string {
  const parts = partsOf(text, values);
  const expands = parts.some((part) => part.kind === "code");
  const inside = parts.map((part) => (expands && part.kind === "text" ? part.value.replaceAll(/[\\$`]/g, "\\$&") : part.value)).join("");
  const body = inside === "" || inside.endsWith("\n") ? inside : `${inside}\n`;
  const end = endMark(body);
  return `<<${expands ? end : `'${end}'`}\n${body}${end}`;
}

/** A word that is no line of the text. */
function endMark(body: string): string {
  const lines = new Set(body.split("\n"));
  let end = "END";
  while (lines.has(end)) end += "_";
  return end;
}
