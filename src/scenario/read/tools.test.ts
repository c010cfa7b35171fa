import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";

const told = (top: string): string[] => {
  const step = '[[step]]\nrun = "uv sync"\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n';
  const result = parseScenario(`schema = 1\ntitle = "x"\n${top}\n${step}`);
  if (result.ok) return [`(ok) ${JSON.stringify(result.scenario.tools ?? null)}`];
  return result.problems.map(({ line, column, key, message, hint }) => `${line}:${column}: ${key}: ${message} (${hint})`);
};

test("programs beside uv are named, or pinned, once, with a date", () => {
  expect(told('as-of = "2026-11-01"\ntools = ["pip", "Twine==6.2.0"]')).toEqual([
    '(ok) [{"name":"pip","requirement":"pip"},{"name":"twine","requirement":"Twine==6.2.0"}]',
  ]);
  expect(told("tools = []")).toEqual(["(ok) null"]);
  expect(told('tools = ["pip"]')).toEqual([
    '3:10: tools[0]: real programs need `as-of` (add `as-of = "2026-11-01"`: it pins them and what they need, on every machine)',
  ]);
  expect(told('as-of = "2026-11-01"\ntools = ["pip", "pip==25.3", "pip>=25", "pipp", "uv", "keyring"]')).toEqual([
    "4:17: tools[1]: `pip` is there already (null)",
    '4:30: tools[2]: `pip>=25` is no program with a version (write "pip", or "pip==25.3")',
    "4:41: tools[3]: `pipp` is none of the programs that can stand beside uv (did you mean `pip`?)",
    '4:49: tools[4]: `uv` is none of the programs that can stand beside uv (another uv is `uv = "0.9.4"` on a step)',
    "4:55: tools[5]: `keyring` is none of the programs that can stand beside uv (the keyring is `[keyring] tool = []`)",
  ]);
});
