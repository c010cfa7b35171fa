import type { Scenario, Tool } from "../model.ts";
import { didYouMean, type Path } from "../problem.ts";
import { normaliseProject, readRequirement } from "../requirement.ts";
import type { RawScenario } from "../schema/file.ts";
import { TOOL_NAMES } from "../tools.ts";
import type { ReadContext } from "./context.ts";

/** Reads the programs that stand on PATH beside uv. */
export function readTools(context: ReadContext, raw: RawScenario): Pick<Scenario, "tools"> {
  if (raw.tools === undefined) return {};
  const tools = raw.tools.flatMap((text, position) => readTool(context, text, ["tools", position]));
  tools.forEach(({ name }, position) => {
    if (tools.findIndex((tool) => tool.name === name) < position)
      context.problems.error("duplicate", ["tools", position], `\`${name}\` is there already`);
  });
  if (tools.length > 0 && raw["as-of"] === undefined) {
    const hint = 'add `as-of = "2026-11-01"`: it pins them and what they need, on every machine';
    context.absent([["as-of"]], "missing-key", ["tools", 0], "real programs need `as-of`", { hint });
  }
  return tools.length === 0 ? {} : { tools };
}

function readTool({ problems }: ReadContext, text: string, path: Path): Tool[] {
  const requirement = readRequirement(text);
  const plain = requirement !== null && !/[;@]/.test(text) && (requirement.pinned !== null || text.trim() === requirement.name);
  if (!plain) {
    problems.error("bad-requirement", path, `\`${text}\` is no program with a version`, { hint: 'write "pip", or "pip==25.3"' });
    return [];
  }
  const name = TOOL_NAMES.find((known) => known === normaliseProject(requirement.name));
  if (name !== undefined) return [{ name, requirement: text.trim() }];
  const others: Readonly<Record<string, string>> = {
    uv: 'another uv is `uv = "0.9.4"` on a step',
    keyring: "the keyring is `[keyring] tool = []`",
  };
  const hint = others[normaliseProject(requirement.name)] ?? didYouMean(requirement.name, TOOL_NAMES);
  problems.error("wrong-value", path, `\`${requirement.name}\` is none of the programs that can stand beside uv`, { hint });
  return [];
}
