import { parse } from "smol-toml";
import { addFolderFiles, type ScenarioFolders } from "./folder-files.ts";
import type { Scenario } from "./model.ts";
import { inOrder, literalProblems, placeProblems, syntaxProblem, tokenProblems, type SourcePlace } from "./source-place.ts";
import { createProblemList, type Problem } from "./problem.ts";
import { createReadContext } from "./read/context.ts";
import { readScenario } from "./read/scenario.ts";
import { literalWords, safeSource } from "./secret/safe-source.ts";
import { shape } from "./shape.ts";
import { vary, type Factor, type Varied } from "./vary.ts";

export type { Problem } from "./problem.ts";

export interface ParseOptions extends SourcePlace, ScenarioFolders {
  /** Options of `[vary]` to apply; none: the scenario as it stands. */
  readonly choices?: readonly Factor[];
}

export type ParseResult =
  | {
      ok: true;
      scenario: Scenario;
      warnings: Problem[];
      /** What was read, without the literal passwords in it. */
      source: { toml: string; beside: ScenarioFolders };
    }
  | { ok: false; problems: Problem[] };

/**
 * Reads a scenario. Never throws: whatever is wrong comes back, all of it at once, in the order of the text, each
 * with the place where it stands. `problems` holds the warnings too.
 */
export function parseScenario(text: string, options: ParseOptions = {}): ParseResult {
  // An editor's byte order mark and a checkout's line ends must not make another scenario of it.
  const given = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const tokens = tokenProblems(given, options);
  const { toml, beside: folders, literals, besideLiterals } = safeSource(given, options);
  const warned = literalProblems(literals, toml, options);
  let document: Record<string, unknown>;
  try {
    document = parse(toml);
  } catch (error) {
    return { ok: false, problems: [syntaxProblem(error, toml, options), ...tokens, ...warned] };
  }
  const list = createProblemList();
  const beside = addFolderFiles(document, folders, list);
  for (const { path, before, literal } of besideLiterals) {
    const { message, hint } = literalWords(literal, toml);
    list.warning("literal-secret", path, message, { hint, after: before });
  }
  const { document: varied, origins } = options.choices === undefined ? asItStands(document) : vary(document, options.choices);
  const isVaried = options.choices !== undefined || document["vary"] !== undefined;
  const shaped = shape(varied, list);
  const scenario = shaped === null ? null : readScenario(createReadContext(shaped, list), shaped.raw, { isVaried });
  const problems = inOrder([...placeProblems(list.drafts, toml, options, beside, origins), ...tokens, ...warned]);
  if (scenario === null || tokens.length > 0 || list.drafts.some((draft) => draft.severity === "error")) return { ok: false, problems };
  return { ok: true, scenario, warnings: problems, source: { toml, beside: folders } };
}

function asItStands(document: Record<string, unknown>): Pick<Varied, "document" | "origins"> {
  return { document, origins: (path) => [path] };
}
