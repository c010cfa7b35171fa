import { runText } from "../../../test/run-text.ts";
import { expect, test } from "vitest";
import { timelineText } from "../../report/timeline-text.ts";

const scenarioText = (tools: string): string => `schema = 1
title = "pip beside uv"
as-of = "2026-11-01"
${tools}

[index.private]
url = "https://pypi.example.com/simple/"
user = "alice"
packages = [{ name = "acme-tools" }]

[venv]
state = "created"

[[step]]
venv = "active"
run = "pip install --disable-pip-version-check --index-url {{login.private}} acme-tools"

[[step]]
run = "uv pip install --reinstall --index-url {{url.private}} acme-tools"
reproduced = { exit = "nonzero", final.any = { index = "private", status = 401 } }
healthy = { exit = 0 }
`;

test("the real pip stands on PATH, works on the active venv, and what only one of both sent is told", async () => {
  const result = await runText(scenarioText('tools = ["pip==25.3"]'));
  expect(result.reasons).toEqual([]);
  const page = "https://pypi.example.com/simple/acme-tools/";
  expect(result.observation.requests.filter(({ url }) => url === page).map(({ step, status, secret }) => [step, status, secret])).toEqual([
    [0, 200, "private.alice"],
    [1, 401, null],
  ]);
  expect(result.environment.added.find(({ name }) => name === "PIP_CERT")?.value).toBe("$WORK/etc/ca.pem");
  const text = timelineText(result, { width: Infinity });
  expect(
    text
      .slice(text.indexOf("beside uv:"))
      .split("\n")
      .slice(2)
      .map((line) => line.trim()),
  ).toEqual([
    `both: GET ${page}: pip 200, good (private.alice), uv 401, none`,
    `only pip: GET ${page}acme_tools-1.0.0-py3-none-any.whl.metadata: 200, good (private.alice)`,
    `only pip: GET ${page}acme_tools-1.0.0-py3-none-any.whl: 200, good (private.alice)`,
  ]);
});

test("a pip that nobody put there is no verdict, and the reason says how it would be there", async () => {
  const result = await runText(scenarioText(""));
  expect(result.verdict).toBe("unresolved");
  expect(result.reasons[0]?.seen).toBe('`pip` is not on the step\'s PATH; `tools = ["pip"]` puts it there');
});
