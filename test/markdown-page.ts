/** What a page of GitHub Markdown consists of, as far as these tests ask: read line by line as CommonMark says. */
export interface MarkdownPage {
  /** Contents of the fences, in order. */
  readonly fences: readonly { readonly language: string; readonly text: string }[];
  /** Lines outside fences. */
  readonly lines: readonly string[];
  /** Whether the last fence was closed. */
  readonly closed: boolean;
}

export function readMarkdown(text: string): MarkdownPage {
  const fences: { language: string; text: string }[] = [];
  const lines: string[] = [];
  let open: { marks: string; language: string; lines: string[] } | null = null;
  for (const line of text.split(/\r\n|\r|\n/u)) {
    const marks = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line);
    if (open === null) {
      const [, opening = "", info = ""] = marks ?? [];
      if (opening === "" || (opening.startsWith("`") && info.includes("`"))) lines.push(line);
      else open = { marks: opening, language: info.trim(), lines: [] };
    } else if (marks !== null && marks[1]!.startsWith(open.marks) && marks[2]!.trim() === "") {
      fences.push({ language: open.language, text: open.lines.join("\n") });
      open = null;
    } else open.lines.push(line);
  }
  return { fences, lines, closed: open === null };
}

/** A line without its code spans: a run of backticks up to the next run of the same length. */
export function withoutCode(line: string): string {
  let rest = line;
  let kept = "";
  for (;;) {
    const start = /(?<!\\)`+/u.exec(rest);
    if (start === null) return kept + rest;
    const marks = start[0];
    const after = rest.slice(start.index + marks.length);
    const end = [...after.matchAll(/`+/gu)].find(([run]) => run === marks);
    kept += rest.slice(0, start.index) + (end === undefined ? marks : "");
    rest = end === undefined ? after : after.slice(end.index + marks.length);
  }
}

/** Cells of a table's row, split as GitHub splits: at pipes that no backslash escapes, also inside code. */
export function cellsOf(row: string): string[] {
  const inner = row.replace(/^\s*\|/u, "").replace(/\|\s*$/u, "");
  return [...inner.matchAll(/(?:\\[\s\S]|[^\\|])+|(?<=\|)(?=\|)|^(?=\|)/gu)].map(([cell]) => cell.trim().replaceAll("\\|", "|"));
}
