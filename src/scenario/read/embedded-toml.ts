import { parse, TomlError } from "smol-toml";
import { syntaxWords } from "../syntax-words.ts";
import type { ReadContext } from "./context.ts";
import type { PlacedText } from "./raw-text.ts";

/** Warns of a file of uv's that is no TOML, at its line: a broken pyproject.toml may be the point of a scenario. */
export function warnOfBrokenToml(context: ReadContext, { path, text }: PlacedText): void {
  const name = path.at(-1);
  const isFile = path.some((part) => part === "files" || part === "home" || part === "write");
  if (!isFile || typeof name !== "string" || !/(^|\/)(pyproject|uv)\.toml$/.test(name)) return;
  try {
    parse(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "") : String(error);
    const lines = text.split("\n");
    // At the end of the text the parser may point past it.
    const line = Math.min(error instanceof TomlError ? error.line : 1, lines.length);
    const before = lines.slice(0, line - 1).map((each) => `${each}\n`);
    const words = syntaxWords(reason, lines[line - 1] ?? "");
    context.problems.warning("suspicious", path, `line ${line} of ${name} is not valid TOML: ${words.reason}`, {
      hint: words.hint,
      find: lines[line - 1] ?? "",
      after: before.join(""),
    });
  }
}
