import { expect, it } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import { pythonChanges } from "./python-change.ts";

const HEAD = `schema = 1
title = "x"
[index.private]
url = "https://packages.example.com/simple/"
packages = [{ name = "sandbox" }]
`;

function changesOf(run: string | readonly string[], { more = "", before = "" } = {}): string[] {
  const step = `[[step]]\nrun = ${JSON.stringify(run)}\n${more}\nreproduced = { exit = 0 }\nhealthy = { exit = 1 }\n`;
  const scenario = parsedScenario(`${HEAD}${before}${step}`);
  return pythonChanges(scenario).map(({ path, message }) => `${path.join(".")}: ${/`(.*)`/.exec(message)?.[1]}`);
}

it.each([
  ["uv pip install --system sandbox", "--system"],
  ["uv pip install --break-system-packages sandbox", "--break-system-packages"],
  ["uv pip install --python {{python}} sandbox", "{{python}}"],
  ["uv pip install -p 3.11 sandbox", "3.11"],
  ["uv pip sync --python=python3 requirements.txt", "--python=python3"],
  ["python -m pip install sandbox", "pip"],
  ["{{python}} -m pip uninstall -y sandbox", "pip"],
  ["pip install sandbox", "install"],
])("`%s` changes the chosen Python", (run, find) => {
  expect(changesOf(run)).toEqual([`step.0.run: ${find}`]);
  expect(changesOf(run.split(" "))).toEqual([`step.0.run: ${find}`]);
});

it.each([
  ["UV_SYSTEM_PYTHON=1 uv pip install sandbox", "UV_SYSTEM_PYTHON="],
  ["uv pip install sandbox --system", "--system"],
])("sh -c %j changes it", (code, find) => {
  expect(changesOf(["sh", "-c", code])).toEqual([`step.0.run: ${find}`]);
});

it.each([
  ["uv pip install --python {{python}} --target elsewhere sandbox", ""],
  ["uv pip install --python .venv sandbox", ""],
  ["uv pip install sandbox", 'env = { UV_SYSTEM_PYTHON = "0" }'],
  ["uv venv --system", ""],
  ["{{venv}}/bin/python -m pip install sandbox", ""],
  ["python -m pip install sandbox", 'venv = "active"'],
  ["pip install sandbox", 'venv = "active"'],
  ["pip install sandbox", 'env = { PATH = "{{venv}}/bin:{{path}}" }'],
  ["pip --version", ""],
  ["python -m pip --version", ""],
  ["uv run python -m pip install sandbox", ""],
])("`%s` leaves it alone (%s)", (run, more) => {
  expect(changesOf(run, { more })).toEqual([]);
});

it("an installing step is read with the environment of the whole scenario", () => {
  expect(changesOf("uv pip install sandbox", { before: '[env]\nUV_PYTHON = "{{python}}"\n' })).toEqual(["step.0.run: install"]);
});

it("a Python that uv's settings name by its version is changed", () => {
  const before = `[files]\n"uv.toml" = "pip = { python = '3.12' }"\n[home]\n".config/uv/uv.toml" = "pip = { python = 'python3' }"\n`;
  expect(changesOf("uv sync", { before })).toEqual(["files.uv.toml: 3.12", "home..config/uv/uv.toml: python3"]);
});

it("variables and settings change it, wherever they stand", () => {
  const before = `[env]
UV_SYSTEM_PYTHON = "1"
[files]
"pyproject.toml" = "[tool.uv.pip]\\nsystem = true"
"ci.env" = "export PIP_REQUIRE_VIRTUALENV='0'"
[home]
"pip.conf" = "[global]\\nbreak-system-packages = true"
`;
  const more = `env = { PIP_REQUIRE_VIRTUALENV = "0" }\nwrite = { "~/.config/uv/uv.toml" = "pip = { break-system-packages = true }" }`;
  expect(changesOf("uv sync", { before, more })).toEqual([
    "env.UV_SYSTEM_PYTHON: UV_SYSTEM_PYTHON",
    "files.pyproject.toml: system",
    "files.ci.env: PIP_REQUIRE_VIRTUALENV",
    "home.pip.conf: break-system-packages = true",
    "step.0.env.PIP_REQUIRE_VIRTUALENV: PIP_REQUIRE_VIRTUALENV",
    "step.0.write.~/.config/uv/uv.toml: break-system-packages",
  ]);
});
