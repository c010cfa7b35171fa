import { expect, test } from "vitest";
import { runText } from "../../../test/run-text.ts";

test.each(["auto", "none"] as const)("a command is found from the folder where its step runs; sandbox: %s", async (sandbox) => {
  const text = `schema = 1
title = "scripts of the project"
[files]
"say.sh" = "#!/bin/sh\\necho in the project"
"sub/say.sh" = "#!/bin/sh\\necho in sub"
[[step]]
run = "./say.sh"
[[step]]
run = "./say.sh"
cwd = "sub"
[[step]]
run = "say.sh"
cwd = "sub"
env = { PATH = ".:{{path}}" }
reproduced = { stdout = "in sub" }
healthy = { stdout = { lacks = "in sub" } }
`;
  const run = await runText(text, { sandbox });
  expect([run.verdict, run.observation.steps.map(({ stdout }) => stdout)]).toEqual([
    "reproduced",
    ["in the project\n", "in sub\n", "in sub\n"],
  ]);
});
