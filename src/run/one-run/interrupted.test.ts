import { expect, test } from "vitest";
import { runText } from "../../../test/run-text.ts";

test("a run that is interrupted while it is set up ends there", async () => {
  const text = `schema = 1
title = "a venv is made first"
[venv]
state = "created"
[[step]]
run = "uv --version"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`;
  const run = await runText(text, { signal: AbortSignal.abort() });
  expect([run.verdict, run.observation.steps, run.reasons.map(({ seen }) => seen)]).toEqual([
    "unresolved",
    [],
    ["the run was interrupted while its venv was made"],
  ]);
});
