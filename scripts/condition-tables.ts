import type { Keys } from "../src/condition/key.ts";
import { LIST_KINDS } from "../src/condition/table.ts";
import { TEXT_KEYS } from "../src/condition/text.ts";

/** The tables of docs/conditions.md: every key of every kind, as its entry has it. */
export function conditionTables(): string {
  const { request, final: _, ...others } = LIST_KINDS;
  const kinds = { "`stdout`, `stderr`": { keys: TEXT_KEYS, note: "What the command printed." }, "`request`, `final`": request };
  const named = Object.entries(others).map(([name, kind]) => [`\`${name}\``, kind] as const);
  return [...Object.entries(kinds), ...named].map(([name, { keys, note }]) => `### ${name}\n\n${note}\n\n${tableOf(keys)}`).join("\n");
}

function tableOf(keys: Keys): string {
  const rows = Object.entries(keys).map(
    ([name, key]) => `| \`${key.name ?? name}\` | ${key.role === "selects" ? "selects" : "must hold"} | ${key.note} |\n`,
  );
  return `| key | | |\n| --- | --- | --- |\n${rows.join("")}`;
}
