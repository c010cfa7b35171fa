import { describe, expect, test } from "vitest";
import { runText } from "../../../test/run-text.ts";
import { namespacesWanted } from "../../../test/sandbox.ts";
import { removeTree } from "../../disk/remove-tree.ts";
import type { RunResult } from "../../report/model.ts";
import type { RunOptions } from "./options.ts";

const run = (steps: string, options: RunOptions): Promise<RunResult> =>
  runText(`schema = 1\ntitle = "where things are"\n${steps}`, options);

const CONDITIONS = `reproduced = { stdout = "never" }\nhealthy = { stdout = { lacks = "never" } }\n`;

test.skipIf(!namespacesWanted())("in a sandbox, project and home are at the same place in every run", async () => {
  const seen = await run(
    `[venv]
state = "created"
[files]
"place.txt" = "{{project}}"
[[step]]
run = ["sh", "-c", "printf %s $PWD$HOME{{venv}} | tr / :; grep -c /uv-mre-run/project/.venv .venv/bin/activate; tr / : < place.txt"]
${CONDITIONS}`,
    { sandbox: "bwrap" },
  );
  expect(seen.observation.steps[0]?.stdout).toBe(":uv-mre-run:project:uv-mre-run:home:uv-mre-run:project:.venv1\n:uv-mre-run:project");
});

// Absolute links are made inside, and followed by the harness outside.
const LINKED = `[files]
"real.sh" = "#!/bin/sh\\necho found"
[[step]]
run = ["sh", "-c", "mkdir -p $HOME/.local/bin && ln -s $PWD/real.sh $HOME/.local/bin/linked && ln -s $PWD/there d && mkdir there && echo text > there/f && ln -s /etc/passwd out && ln -s $PWD/loop loop && ln -s $PWD/nowhere dead"]
${["d/f", "there/written", "out", "loop", "dead"]
  .map(
    (file) => `[[step]]
run = "linked"
write = { "d/written" = "by a link" }
reproduced = { file.any = { path = "${file}", exists = true } }
healthy = { file.any = { path = "${file}", exists = false } }
`,
  )
  .join("")}`;

describe.each([
  ["bwrap", { sandbox: "bwrap" }],
  ["bwrap, kept", { sandbox: "bwrap", keep: true }],
  ["none", { sandbox: "none" }],
] as const)("sandbox: %s", (_, options) => {
  test.skipIf(options.sandbox === "bwrap" && !namespacesWanted())("links of a step's lead where they lead a step", async () => {
    const { observation, folder } = await run(LINKED, options);
    await using _kept = folder === null ? null : { [Symbol.asyncDispose]: () => removeTree(folder) };
    expect(observation.steps.slice(1).map(({ stdout }) => stdout)).toEqual(Array.from({ length: 5 }, () => "found\n"));
    expect(observation.files.map(({ path, content, unread }) => [path, content, unread])).toEqual([
      ["d/f", "text\n", undefined],
      ["there/written", "by a link", undefined],
      ["out", null, "is a link out of the run's folder"],
      ["loop", null, undefined],
      ["dead", null, undefined],
    ]);
  });
});
