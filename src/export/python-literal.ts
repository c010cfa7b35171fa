/** JSON-like data as a Python literal, a line an entry where it is long. */
export function pythonLiteral(value: unknown, indent = ""): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return pythonText(value, indent);
  const deeper = `${indent}    `;
  const [open, close, items] = Array.isArray(value)
    ? ["[", "]", value.map((item: unknown) => pythonLiteral(item, deeper))]
    : ["{", "}", Object.entries(value).map(([key, item]) => `${pythonLiteral(key)}: ${pythonLiteral(item, deeper)}`)];
  const line = `${open}${items.join(", ")}${close}`;
  if (indent.length + line.length < 110 && !line.includes("\n")) return line;
  return `${open}\n${items.map((item) => `${deeper}${item},\n`).join("")}${indent}${close}`;
}

/** Several lines are written one below the other. */
function pythonText(text: string, indent: string): string {
  const lines = text.split(/(?<=\n)/);
  if (lines.length < 2) return quoted(text);
  return `(\n${lines.map((line) => `${indent}    ${quoted(line)}\n`).join("")}${indent})`;
}

/** JSON's escapes are Python's, but for those outside the basic plane, which JSON leaves as they are. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
