export interface FencedScenario {
  /** The body of the fence, without the indentation that the fence itself has. */
  readonly text: string;
  /** Line of the Markdown, from 1, on which the body begins. */
  readonly line: number;
  /** Columns taken off the body's lines. */
  readonly indent: number;
}

interface Fence extends FencedScenario {
  readonly info: string;
}

/**
 * Finds the scenario in Markdown, such as an issue: the first fenced block that says `toml` (or nothing) and whose
 * body has `schema = …` or `[[step]]`. A quoted (`>`) fence is found too. `null` if there is none.
 */
export function extractScenario(markdown: string): FencedScenario | null {
  const fences = tomlFencesOf(markdown);
  const found = fences.find(saysSchema) ?? fences.find((fence) => /^[ \t]*\[\[[ \t]*step[ \t]*\]\]/m.test(fence.text));
  return found === undefined ? null : { text: found.text, line: found.line, indent: found.indent };
}

/** Line on which another scenario than the first begins; `null` if there is none. */
export function secondScenarioLine(markdown: string): number | null {
  const whole = tomlFencesOf(markdown).filter(saysSchema);
  return whole.find(({ text }) => text !== whole[0]?.text)?.line ?? null;
}

function tomlFencesOf(markdown: string): Fence[] {
  return fencesOf(markdown).filter(({ info }) => /^(toml)?(\s|$)/i.test(info));
}

function saysSchema({ text }: Fence): boolean {
  return /^[ \t]*schema[ \t]*=/m.test(text);
}

function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { prefix: string; mark: string; info: string; line: number; body: string[] } | null = null;
  const lines = markdown.split(/\r\n|\r|\n/);
  for (const [position, line] of lines.entries()) {
    if (open === null) {
      const match = /^((?:[ \t]|>|[-*+][ \t]|\d+[.)][ \t])*)(`{3,}|~{3,})[ \t]*([^`]*)$/.exec(line);
      const [, prefix = "", mark = "", info = ""] = match ?? [];
      if (match !== null) open = { prefix, mark, info: info.trim(), line: position + 2, body: [] };
      continue;
    }
    const body = withoutPrefix(line, open.prefix);
    if (isClosing(body, open.mark)) {
      fences.push(closed(open));
      open = null;
    } else open.body.push(body);
  }
  // A fence that nothing closes reaches to the end (CommonMark).
  if (open !== null) fences.push(closed(open));
  return fences;
}

function closed(open: { prefix: string; info: string; line: number; body: readonly string[] }): Fence {
  return { text: `${open.body.join("\n")}\n`, line: open.line, indent: open.prefix.length, info: open.info };
}

/** A closing fence is of the same character and at least as long. */
function isClosing(line: string, mark: string): boolean {
  const close = /^[ \t]{0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return close !== undefined && close[0] === mark[0] && close.length >= mark.length;
}

/** Takes off quote marks where the fence had them, and at most as many blanks as stood before the fence. */
function withoutPrefix(line: string, prefix: string): string {
  let rest = line;
  for (const char of prefix) {
    const quote = char === ">";
    if (quote ? rest.startsWith(">") : /^[ \t]/.test(rest)) rest = rest.slice(1);
    else if (quote) return line;
  }
  return rest;
}
