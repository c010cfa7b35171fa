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

/** What of a line a page may act upon: all but code spans (a run of backticks up to the next as long) and escaped punctuation. */
export function aliveText(line: string): string {
  let alive = "";
  for (let rest = line; rest !== "";) {
    const marks = /^`+/u.exec(rest)?.[0];
    if (marks !== undefined) {
      const after = rest.slice(marks.length);
      const end = [...after.matchAll(/`+/gu)].find(([run]) => run === marks);
      alive += end === undefined ? marks : "";
      rest = end === undefined ? after : after.slice(end.index + marks.length);
    } else if (/^\\[!-/:-@[-`{-~]/u.test(rest)) rest = rest.slice(2);
    else {
      alive += rest.charAt(0);
      rest = rest.slice(1);
    }
  }
  return alive;
}

/** Cells of a table's row, split as GitHub splits: at pipes that no backslash escapes, also inside code. */
export function cellsOf(row: string): string[] {
  const inner = row.replace(/^\s*\|/u, "").replace(/\|\s*$/u, "");
  return [...inner.matchAll(/(?:\\[\s\S]|[^\\|])+|(?<=\|)(?=\|)|^(?=\|)/gu)].map(([cell]) => cell.trim().replaceAll("\\|", "|"));
}
