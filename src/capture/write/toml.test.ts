import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { projectToml, scenarioToml } from "./toml.ts";

const SCENARIO = {
  schema: 1,
  title: 'a "title"',
  index: {
    "private.one": { url: "https://a.test/" },
    default: { packages: [{ name: "x", requires: ["y>=1"] }], faults: [{ kind: "drop" }] },
  },
  files: { "pyproject.toml": '[project]\nname = "a"\n', plain: "no end\nof line'" },
  step: [
    { run: "uv sync", env: { A: "\u0007 b" } },
    { run: ["uv", "a b"], reproduced: { exit: 0 } },
  ],
  vary: { repair: { "as it was": {}, healed: { step: { 1: { venv: "inactive" } } } } },
};

it("writes what reads as the same, with a head for each part and the rest on one line", () => {
  expect(parse(scenarioToml(SCENARIO))).toEqual(SCENARIO);
  expect(scenarioToml(SCENARIO)).toContain(
    '[index.default]\npackages = [{ name = "x", requires = ["y>=1"] }]\nfaults = [{ kind = "drop" }]\n',
  );
});

it("writes a pyproject.toml with uv's own tables", () => {
  const project = {
    project: { name: "a", dependencies: ["b"] },
    tool: { uv: { "keyring-provider": "subprocess", index: [{ name: "i", url: "https://a.test/" }], sources: { b: { index: "i" } } } },
  };
  expect(parse(projectToml(project))).toEqual(project);
  expect(projectToml(project)).toContain('[[tool.uv.index]]\nname = "i"');
});
