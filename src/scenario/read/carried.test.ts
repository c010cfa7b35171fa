import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";

const EXCLUDING = 'env = { UV_EXCLUDE_NEWER = "1 week" }\n[index.private]\nuser = "u"';
const END = "reproduced = { exit = 1 }\nhealthy = { exit = 0 }\n";
const textOf = (top: string, steps: readonly string[]): string =>
  `schema = 1\ntitle = "x"\n${top}\n${steps.map((step) => `[[step]]\nrun = "uv sync"\n${step}\n`).join("")}${END}`;
const told = (top: string, ...steps: string[]): string[] => {
  const result = parseScenario(textOf(top, steps));
  return result.ok ? ["(ok)"] : result.problems.map(({ key, message }) => `${key}: ${message}`);
};

test("what a step exports stays for those after it, until one says otherwise; its `env` does not", () => {
  const steps = ['export = { A = "1", B = "1" }\nenv = { C = "1" }', 'env = { B = "2" }', 'export = { A = "3" }', ""];
  const result = parseScenario(textOf("", steps));
  expect(result.ok ? result.scenario.steps.map(({ env }) => env) : result.problems).toEqual([
    { A: "1", B: "1", C: "1" },
    { A: "1", B: "2" },
    { A: "3", B: "1" },
    { A: "3", B: "1" },
  ]);
});

test("a clock that was moved stays so", () => {
  const result = parseScenario(textOf(EXCLUDING, ["", 'clock = "2026-03-10"', "", 'clock = "2026-03-24T08:00:00Z"']));
  expect(result.ok ? result.scenario.steps.map(({ env }) => env["UV_TEST_CURRENT_TIMESTAMP"]) : result.problems).toEqual([
    undefined,
    "2026-03-10T00:00:00Z",
    "2026-03-10T00:00:00Z",
    "2026-03-24T08:00:00Z",
  ]);
});

test("what is exported is held to what an environment is held to, and a clock that nobody asks is an error", () => {
  expect(told("", 'export = { HOME = "/root" }')).toEqual([
    expect.stringContaining("step[0].export.HOME: `HOME` names no folder of the run"),
  ]);
  expect(told("", 'export = { TOKEN = "{{secret.privat}}" }')).toEqual([expect.stringContaining("step[0].export.TOKEN: ")]);
  expect(told("", 'export = { PIP_REQUIRE_VIRTUALENV = "0" }', "")).toHaveLength(1);
  expect(told(EXCLUDING, 'clock = "tomorrow"')).toEqual(["step[0].clock: `tomorrow` is no time"]);
  expect(told("", 'clock = "2026-03-10"')).toEqual([
    "step[0].clock: no clock can be moved but the one that uv asks about a relative `exclude-newer`",
  ]);
});
