import type { ScenarioFolders } from "../folder-files.ts";
import type { Path } from "../problem.ts";
import { literalHint, literalMessage, literalSecrets, standIns, withoutLiterals, type LiteralSecret } from "./literal-secret.ts";

/** A scenario's texts without a literal password in them; every place in them is where it was. */
export interface SafeSource {
  readonly toml: string;
  readonly beside: ScenarioFolders;
  /** What was taken out of the scenario itself, in the order of its text. */
  readonly literals: readonly LiteralSecret[];
  /** The same of the files beside it. */
  readonly besideLiterals: readonly { readonly path: Path; readonly before: string; readonly literal: LiteralSecret }[];
}

/** Puts stand-ins for literal passwords, the same for the same throughout a scenario and the files beside it. */
export function safeSource(toml: string, { files, home }: ScenarioFolders): SafeSource {
  const literals = literalSecrets(toml);
  const folders = Object.entries({ files, home }).flatMap(([section, texts]) =>
    texts === undefined
      ? []
      : [{ section, read: Object.entries(texts).map(([name, text]) => ({ name, text, literals: literalSecrets(text) })) }],
  );
  const values = standIns([...literals, ...folders.flatMap(({ read }) => read.flatMap((each) => each.literals))]);
  const safe = folders.map(({ section, read }) => ({
    section,
    read: read.map((each) => ({ ...each, text: withoutLiterals(each.text, values, each.literals) })),
  }));
  return {
    toml: withoutLiterals(toml, values, literals),
    beside: Object.fromEntries(safe.map(({ section, read }) => [section, Object.fromEntries(read.map(({ name, text }) => [name, text]))])),
    literals,
    besideLiterals: safe.flatMap(({ section, read }) =>
      read.flatMap(({ name, text, literals: own }) =>
        own.map((literal) => ({ path: [section, name], before: text.slice(0, literal.index), literal })),
      ),
    ),
  };
}

/** What to say of one, and what to do. */
export function literalWords(literal: LiteralSecret, toml: string): { readonly message: string; readonly hint: string } {
  const indexes = new Set(
    [...toml.matchAll(/^[ \t]*\[index\.([\w-]+)\]/gm)].flatMap(([, name = ""]) => (name === "default" ? [] : [name])),
  );
  return { message: literalMessage(literal), hint: literalHint(indexes.size === 1 ? ([...indexes][0] ?? null) : null) };
}
