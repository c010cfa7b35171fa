import { stringify } from "smol-toml";

/** A document as TOML that people read: texts of several lines stand as such, where TOML can hold them literally. */
export function writeToml(document: Record<string, unknown>): string {
  return stringify(document).replaceAll(
    /^(?<key>.+ = )(?<text>"(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*")$/gmu,
    (line, key: string, text: string) => {
      const value: unknown = JSON.parse(text);
      const literal = typeof value === "string" && !value.includes("'''") && !value.endsWith("'") && !/[^\P{Cc}\n\t]/u.test(value);
      return literal ? `${key}'''\n${value}'''` : line;
    },
  );
}
