import { parse } from "smol-toml";
import { isTable, tableIn } from "../schema/value.ts";

/** uv's keys; git and pip have one that is `proxy` alone. */
const KEY = /^(?:no|http|https|all)[-_]proxy$/i;
const WAYS = /^https?-proxy$/;
const LINE = /^[ \t]*(?:#[ \t]*)?["']?(?:[\w-]+\.)*["']?((?:no|http|https|all)-proxy)["']?[ \t]*=/im;
const OTHERS = [
  { file: /(?:^|\/)pip\.(?:conf|ini)$/, line: /^[ \t]*(proxy)[ \t]*[=:]/im },
  { file: /(?:^|\/)(?:\.gitconfig|git\/config|\.git\/config)$/, line: /^[ \t]*(proxy)[ \t]*=/im },
];

const WAY_TO_PROXY = /^\{\{\s*(?:url|login|raw-login)\.proxy(?:\.[^{}]*)?\s*\}\}$/;

/** Whether a value leads to the scenario's own proxy, and nowhere else. */
export function leadsToProxy(value: unknown): boolean {
  return typeof value === "string" && WAY_TO_PROXY.test(value);
}

/**
 * The setting in a file's text by which uv, pip or git would go another way than to the gateway; `null` if there is none.
 *
 * @param hasProxy the scenario has a proxy of its own, and uv's settings may be the way to it.
 */
export function proxySetting(name: string, text: string, hasProxy: boolean = false): string | null {
  for (const { file, line } of OTHERS) {
    const found = file.test(name) ? line.exec(text)?.[1] : undefined;
    if (found !== undefined) return found;
  }
  // Escapes may hide a key from a look at the text, but not a table's end.
  if (!/proxy|\\[uU]/i.test(text)) return null;
  // Whatever is no TOML here may be some to uv: the head of a script, a file that a release reads less strictly.
  const byLine = LINE.exec(text)?.[1] ?? null;
  if (!name.endsWith(".toml") && byLine !== null) return byLine;
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    return byLine;
  }
  // In a pyproject.toml uv's own table alone is uv's.
  return keyIn(tableIn(document, "tool")["uv"], hasProxy) ?? (/(?:^|\/)pyproject\.toml$/.test(name) ? null : keyIn(document, hasProxy));
}

function keyIn(node: unknown, hasProxy: boolean): string | null {
  if (Array.isArray(node)) return node.map((each) => keyIn(each, hasProxy)).find((key) => key !== null) ?? null;
  if (!isTable(node)) return null;
  for (const [key, value] of Object.entries(node)) {
    if (hasProxy && WAYS.test(key) && leadsToProxy(value)) continue;
    const found = KEY.test(key) ? key : keyIn(value, hasProxy);
    if (found !== null) return found;
  }
  return null;
}
