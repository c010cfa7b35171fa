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
  const values = standIns([toml, ...Object.values(files ?? {}), ...Object.values(home ?? {})]);
  if (values.size === 0) return { toml, beside: besideOf(files, home), literals: [], besideLiterals: [] };
  const safe = (texts: ScenarioFolders["files"]): ScenarioFolders["files"] =>
    texts && Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, withoutLiterals(text, values)]));
  const besideLiterals = Object.entries({ files, home }).flatMap(([section, texts]) =>
    Object.entries(texts ?? {}).flatMap(([name, text]) =>
      literalSecrets(text).map((literal) => {
        return { path: [section, name], before: withoutLiterals(text, values).slice(0, literal.index), literal };
      }),
    ),
  );
  const beside = besideOf(safe(files), safe(home));
  return { toml: withoutLiterals(toml, values), beside, literals: literalSecrets(toml), besideLiterals };
}

function besideOf(files: ScenarioFolders["files"], home: ScenarioFolders["home"]): ScenarioFolders {
  return { ...(files === undefined ? {} : { files }), ...(home === undefined ? {} : { home }) };
}

/** What to say of one, and what to do. */
export function literalWords(literal: LiteralSecret, toml: string): { readonly message: string; readonly hint: string } {
  const indexes = new Set(
    [...toml.matchAll(/^[ \t]*\[index\.([\w-]+)\]/gm)].flatMap(([, name = ""]) => (name === "default" ? [] : [name])),
  );
  return { message: literalMessage(literal), hint: literalHint(indexes.size === 1 ? ([...indexes][0] ?? null) : null) };
}
