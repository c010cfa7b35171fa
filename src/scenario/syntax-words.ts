/** What a TOML parser says of a text, in words that name what to do. */
export interface SyntaxWords {
  readonly reason: string;
  readonly hint: string | null;
}

/** `line` is the source line that the parser points at. */
export function syntaxWords(reason: string, line: string): SyntaxWords {
  const quote = /"""|'''|["']/.exec(line.slice(line.indexOf("=") + 1))?.[0] ?? '"';
  if (reason === "control characters are not allowed in strings") {
    const hint = `end it with ${quote}, or begin and end it with ${quote.charAt(0).repeat(3)} for a text of several lines`;
    return { reason: `the text that begins with ${quote} does not end on its line`, hint };
  }
  if (reason === "unfinished string")
    return {
      reason: `the text that begins with ${quote} here never ends`,
      hint: quote.length === 3 ? `end it with ${quote} on a line of its own` : `end it with ${quote}`,
    };
  if (reason.startsWith("trying to redefine")) return redefined(line);
  if (reason === "unfinished array") return { reason: "the list that begins here never ends", hint: "end it with ]" };
  if (reason === "unfinished table") return { reason: "the table that begins here never ends", hint: "end it with }, on the same line" };
  if (reason === "expected comma or end of structure")
    return {
      reason: "a comma is missing here, or the end of a list or table",
      hint: "a list ends with ]; a table in { } stands on one line",
    };
  if (reason === "illegal character in key" && /^\s*[\w.-]+\s*:/.test(line))
    return { reason, hint: "TOML has `=` between key and value, no `:`" };
  if (reason === "illegal character in key" && !line.includes("="))
    return { reason: "a key and its value belong here", hint: 'write `title = "…"`, a [table] or a # comment' };
  if (reason === "invalid value") return { reason, hint: "a text stands in quotes" };
  return { reason, hint: null };
}

function redefined(line: string): SyntaxWords {
  const key = /^\s*\[?\s*([\w."'-]+)/.exec(line)?.[1] ?? "";
  const quantifier = /(?:^|\.)(\w+\.(?:any|none|every))$/.exec(key)?.[1];
  const reason = `\`${key}\` stands above already`;
  if (quantifier !== undefined) return { reason, hint: `write both into one list: ${quantifier} = [{ … }, { … }]` };
  if (/^\s*\[\s*step\b/.test(line)) return { reason, hint: "each step begins with [[step]]" };
  return { reason, hint: /^\s*\[/.test(line) ? "put both into one table" : "keep one of the two" };
}
