/** Levels that are laid out; what lies deeper stands in one line. */
const LEVELS = 4;
/** Characters that fit in a line. */
const WIDTH = 120;

/** JSON whose entries stand one below the other, down to those that are read as one: an answer, a row, a condition. */
export function jsonDocument(value: unknown, level = 0): string {
  const line = JSON.stringify(value) ?? "null";
  if (line.length <= WIDTH || level >= LEVELS || typeof value !== "object" || value === null || isTuple(value)) return line;
  const inner = " ".repeat(level + 1);
  const items = Array.isArray(value)
    ? value.map((item: unknown) => jsonDocument(item, level + 1))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${jsonDocument(item, level + 1)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.map((item) => inner + item).join(",\n")}\n${" ".repeat(level)}${close}`;
}

/** What begins with a plain value is read by places. */
function isTuple(value: object): boolean {
  return Array.isArray(value) && value.length > 0 && typeof value[0] !== "object";
}
