import { stringify } from "smol-toml";

/** A document as TOML that people read: texts of several lines stand as such, where TOML can hold them literally. */
export function writeToml(document: Record<string, unknown>): string {
  return stringify(document).replaceAll(
    /^(?<key>.+ = )(?<text>"(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*")$/gmu,
    (line, key: string, text: string) => {
      const value: unknown = JSON.parse(text);
      return typeof value === "string" && isLiteral(value) ? `${key}'''\n${value}'''` : line;
    },
  );
}

/** Texts that TOML can hold literally, over several lines. */
export function isLiteral(text: string): boolean {
  return !text.includes("'''") && !text.endsWith("'") && !/[^\P{Cc}\n\t]/u.test(text);
}
