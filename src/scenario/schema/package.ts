import * as v from "valibot";
import { described, key, namedTable, oneOrMore, table, text, textTable, texts } from "./value.ts";

/** A package that is built on the fly. */
export const generatedPackage = table({
  name: described(text, "Project name."),
  version: key(text, 'Its version; "1.0.0" unless said.'),
  versions: key(texts, "Several versions, alike in everything else."),
  requires: key(texts, "Requirements (PEP 508)."),
  extras: key(namedTable(texts), "Extra → its requirements."),
  "requires-python": key(text, "PEP 440 specifiers of the Pythons it works with."),
  formats: key(oneOrMore(v.picklist(["wheel", "sdist"])), "A wheel unless said."),
  scripts: key(textTable, "Console scripts: name → `module:function`."),
  files: key(textTable, "Files inside the package: path → text."),
  yanked: key(v.union([v.boolean(), text]), "Yanked (PEP 592), or why."),
  "visible-to": key(texts, "Users of the index who see it; everyone unless said."),
  "keyring-plugin": key(texts, "A keyring backend is inside, which knows the users of these indexes."),
});

/** A text is the real package from PyPI, pinned; a table is built. */
export const packages = v.array(v.union([text, generatedPackage]));

export type RawPackage = v.InferOutput<typeof generatedPackage>;
export type RawPackages = v.InferOutput<typeof packages>;
