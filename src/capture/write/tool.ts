import { firstName, uvCommand } from "../../judge/uv-command.ts";
import { parse } from "smol-toml";
import { isTable, tableIn } from "../../scenario/schema/value.ts";
import { indexFrom } from "../look/settings.ts";
import type { IndexSetting, Looked } from "../model.ts";
import { goodNetrc, type Material } from "./material.ts";

type Table = Record<string, unknown>;

/** The indexes that the receipts of tools name: `uv tool upgrade` asks these. */
export function indexesInReceipts({ tools }: Pick<Looked, "tools">, argv: readonly string[]): IndexSetting[] {
  return tools.filter(({ name }) => argv.includes(name) || argv.includes("--all")).flatMap(({ text }) => receiptIndexes(text));
}

function receiptIndexes(text: string): IndexSetting[] {
  const options = tableIn(tableIn(documentOf(text), "tool"), "options");
  const listed = Array.isArray(options["index"]) ? (options["index"] as unknown[]).filter(isTable) : [];
  const indexes = listed.flatMap((entry) =>
    typeof entry["url"] === "string" ? indexFrom(entry["url"], "the tool's receipt", entry["default"] === true) : [],
  );
  const older = typeof options["index-url"] === "string" ? indexFrom(options["index-url"], "the tool's receipt", true) : [];
  return [...indexes, ...older];
}

/** Installs the tool as its receipt says, with a login that is good. */
export function toolSteps(material: Material, words: readonly string[]): Table[] {
  const { looked, renamer } = material;
  if (firstName(uvCommand(words).path[1] ?? "") !== "upgrade") return [];
  return looked.tools
    .filter(({ name }) => words.includes(renamer.name(name)))
    .map(({ name, text }) => {
      const [index] = receiptIndexes(text);
      const from = index === undefined ? "" : ` ${index.isDefault ? "--default-index" : "--index"} ${renamer.url(index.url)}`;
      return { run: `uv tool install${from} ${renamer.name(name)}`, ...goodNetrc(material) };
    });
}

function documentOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return {};
  }
}
