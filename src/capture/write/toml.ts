import { isTable } from "../../scenario/schema/value.ts";
import { isLiteral } from "../../scenario/write-toml.ts";

type Table = Record<string, unknown>;

/** Which tables get a head of their own, by their path; all others stand on one line. */
type IsSection = (path: readonly string[]) => boolean;

/** A document as TOML with few lines: small tables stand on one line, texts of several lines as such. */
export function compactToml(document: Table, isSection: IsSection): string {
  return section(document, [], isSection)
    .join("\n")
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trim()
    .concat("\n");
}

/** A pyproject.toml or uv.toml. */
export function projectToml(document: Table): string {
  return compactToml(
    document,
    (path) => path.length < 3 || (path.length === 3 && ["index", "sources", "workspace"].includes(path[2] ?? "")),
  );
}

/** A scenario. */
export function scenarioToml(document: Table): string {
  return compactToml(document, ([first = "", ...rest]) => {
    if (first === "index" || first === "vary") return rest.length <= 1;
    return rest.length === 0;
  });
}

function section(table: Table, path: readonly string[], isSection: IsSection): string[] {
  const lines: string[] = [];
  const later: string[] = [];
  for (const [key, value] of Object.entries(table)) {
    const own = [...path, key];
    if (isTable(value) && isSection(own)) {
      const inner = section(value, own, isSection);
      const isHeadless = Object.entries(value).every(([name, each]) => (isTable(each) || isTables(each)) && isSection([...own, name]));
      if (Object.keys(value).length > 0) later.push("", ...(isHeadless ? [] : [`[${own.map(keyText).join(".")}]`]), ...inner);
    } else if (isTables(value) && isSection(own)) {
      for (const each of value) later.push("", `[[${own.map(keyText).join(".")}]]`, ...section(each, own, isSection));
    } else lines.push(`${keyText(key)} = ${valueText(value, true)}`);
  }
  return [...lines, ...later];
}

function isTables(value: unknown): value is Table[] {
  return Array.isArray(value) && value.length > 0 && (value as unknown[]).every(isTable);
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/u.test(key) ? key : JSON.stringify(key);
}

function valueText(value: unknown, alone: boolean): string {
  if (typeof value === "string") return alone && value.includes("\n") && isLiteral(value) ? `'''\n${value}'''` : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each: unknown) => valueText(each, false)).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const entries = Object.entries(value).map(([key, each]) => `${keyText(key)} = ${valueText(each, false)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
