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
  if (/[\u2018-\u201e]/.test(line) && (reason === "invalid value" || reason === "illegal character in key"))
    return { reason, hint: "a text stands between straight quotes, \" or '" };
  if (reason.includes("escape")) return { reason, hint: "in \"…\" a backslash is written \\\\; between '…' it stands as it is" };
  if (reason.includes("must be followed by an end-of-line"))
    return { reason: "more stands behind the value", hint: "a comment begins with #" };
  if (reason === "illegal character in key" && /^\s*\[/.test(line)) return { reason, hint: "the name of a table ends with ]" };
  if (reason === "illegal character in key" && /^\s*[\w-]+\s+[\w-]+\s*=/.test(line))
    return { reason, hint: "a key with a blank in it stands in quotes" };
  if (reason === "illegal character in key" && !line.includes("="))
    return { reason: "a key and its value belong here", hint: 'write `title = "…"`, a [table] or a # comment' };
  if (reason === "invalid value") return { reason, hint: valueHint(line.slice(line.indexOf("=") + 1).trim()) };
  return { reason, hint: null };
}

function valueHint(value: string): string {
  if (value.startsWith("=")) return "one `=` stands between key and value";
  if (/^(?:True|False)\b/.test(value)) return `write \`${value.startsWith("T")}\``;
  return /^(?:None|null|nil)\b/i.test(value) ? "TOML has no such value; leave the key out" : "a text stands in quotes";
}

function redefined(line: string): SyntaxWords {
  const key = /^\s*\[?\s*([\w."'-]+)/.exec(line)?.[1] ?? "";
  const quantifier = /(?:^|\.)(\w+\.(?:any|none|every))$/.exec(key)?.[1];
  const reason = `\`${key}\` stands above already`;
  if (quantifier !== undefined) return { reason, hint: `write both into one list: ${quantifier} = [{ … }, { … }]` };
  if (/^\s*\[\s*step\b/.test(line)) return { reason, hint: "each step begins with [[step]]" };
  return { reason, hint: /^\s*\[/.test(line) ? "put both into one table" : "keep one of the two" };
}
