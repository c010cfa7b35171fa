import * as v from "valibot";
import { HASHES } from "../model.ts";
import { described, key, namedTable, oneOrMore, table, text, textTable, texts } from "./value.ts";

/** A package that is built on the fly. */
export const generatedPackage = table({
  name: described(text, "Project name."),
  version: key(text, 'Its version; "1.0.0" unless said.'),
  versions: key(texts, "Several versions, alike in everything else; `[]`: there is a page without files."),
  requires: key(texts, "Requirements (PEP 508)."),
  extras: key(namedTable(texts), "Extra → its requirements."),
  "requires-python": key(text, "PEP 440 specifiers of the Pythons it works with."),
  formats: key(oneOrMore(v.picklist(["wheel", "sdist"])), "A wheel unless said."),
  scripts: key(textTable, "Console scripts: name → `module:function`."),
  files: key(textTable, "Files inside the package: path → text."),
  yanked: key(v.union([v.boolean(), text]), "Yanked (PEP 592), or why."),
  tags: key(oneOrMore(text), 'Tags of its wheels, one wheel for each; "py3-none-any" unless said.'),
  filenames: key(oneOrMore(text), "Names of its files, where they are not as its name, version and tags would have them."),
  hashes: key(v.array(v.picklist(HASHES)), 'Hashes on pages, `[]` for none; `["sha256"]` unless said.'),
  hash: key(v.literal("wrong"), "The hashes on pages are those of another file."),
  "upload-time": key(text, "When it was uploaded, as JSON pages tell; they do not unless said."),
  "files-at": key(text, "Index where its files lie, on another host for example: pages link there."),
  "visible-to": key(texts, "Users of the index who see it; everyone unless said."),
  "keyring-plugin": key(texts, "A keyring backend is inside, which knows the users of these indexes."),
});

/** A text is the real package from PyPI, pinned; a table is built. */
export const packages = v.array(v.union([text, generatedPackage]));

export type RawPackage = v.InferOutput<typeof generatedPackage>;
export type RawPackages = v.InferOutput<typeof packages>;
