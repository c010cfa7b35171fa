import { parse } from "smol-toml";
import { isTable, toolUv } from "../../scenario/schema/value.ts";
import type { IndexSetting, Place } from "../model.ts";
import { addressOf } from "./address.ts";

type Table = Record<string, unknown>;

/** What uv's settings (a uv.toml, or `[tool.uv]`) say of indexes and of keyring. */
export interface Settings {
  readonly indexes: readonly IndexSetting[];
  readonly keyringProvider: string | null;
}

/** The settings of a file: a pyproject.toml's are below `[tool.uv]`. Throws where it is no TOML. */
export function readSettings(text: string, place: Place, kind: "pyproject" | "uv"): Settings {
  const document = parse(text);
  const own = kind === "uv" ? document : toolUv(document);
  const provider = own["keyring-provider"];
  return { indexes: indexesIn(own, place), keyringProvider: typeof provider === "string" ? provider : null };
}

/** Indexes of one table, in its order, older keys after it. */
function indexesIn(own: Table, place: Place): IndexSetting[] {
  const listed = Array.isArray(own["index"]) ? (own["index"] as unknown[]).filter(isTable) : [];
  const indexes = listed.flatMap((entry): IndexSetting[] => {
    const address = typeof entry["url"] === "string" ? addressOf(entry["url"]) : null;
    if (address === null) return [];
    const policy = entry["authenticate"];
    const told: IndexSetting = {
      ...address,
      name: typeof entry["name"] === "string" ? entry["name"] : null,
      explicit: entry["explicit"] === true,
      isDefault: entry["default"] === true,
      authenticate: policy === "always" || policy === "never" ? policy : "auto",
      place,
    };
    return [told];
  });
  const older = [own["extra-index-url"], own["index-url"]].flatMap((value, at) =>
    [value].flat().flatMap((url) => (typeof url === "string" ? indexFrom(url, place, at === 1) : [])),
  );
  return [...indexes, ...older];
}

/** An index that is known by its address alone, or by `NAME=URL`. */
export function indexFrom(text: string, place: Place, isDefault: boolean): IndexSetting[] {
  const [, name = null, url = text] = /^([\w.-]+)=(.+)$/su.exec(text) ?? [];
  const address = addressOf(url);
  return address === null ? [] : [{ ...address, name, explicit: false, isDefault, authenticate: "auto", place }];
}
