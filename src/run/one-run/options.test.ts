import { expect, test } from "vitest";
import { parsedScenario } from "../../../test/scenario-fixture.ts";
import { checkLoopback, withBackend } from "./options.ts";

function scenarioOf(pyproject: string, index = "") {
  const text = `schema = 1
title = "t"
[index.private]
user = "alice"
packages = [{ name = "sandbox" }]
${index}
[files]
"pyproject.toml" = '''
${pyproject}
'''
[[step]]
run = "uv sync"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`;
  return { file: "bug.toml", text, scenario: parsedScenario(text) };
}

const PLACED = '[[tool.uv.index]]\nname = "private"\nurl = "{{url.private}}"\n';

test.each([
  { says: "has a default index of its own", pyproject: `${PLACED}default = true\n` },
  { says: "has a default index of its own", pyproject: '[tool.uv]\nindex-url = "{{url.private}}"\n' },
  { says: "nothing answers at private.example", pyproject: '[tool.uv]\nfind-links = ["https://private.example/simple/"]\n' },
])("without the proxy: $says", ({ says, pyproject }) => {
  const loaded = scenarioOf(pyproject, 'url = "https://private.example/simple/"');
  expect(() => checkLoopback(loaded)).toThrow(says);
});

test("without the proxy an index by its placeholder is fine", () => {
  const loaded = scenarioOf(PLACED, 'url = "https://private.example/simple/"');
  expect(() => checkLoopback(loaded)).not.toThrow();
});

test("a real pypiserver keeps what asks for credentials, and no other flavour's options", () => {
  const served = (index: string) => withBackend(scenarioOf(PLACED, index).scenario, "pypiserver").indexes[0];
  expect(served('flavour = "pypiserver"\nauthenticate = "update"')).toMatchObject({
    flavour: "pypiserver",
    options: { authenticate: "update" },
  });
  expect(served('flavour = "gitlab"\nobject-storage = true')).toMatchObject({ flavour: "pypiserver", options: {} });
});
