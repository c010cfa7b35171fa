import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { openWorkspaceFixture } from "../../test/workspace-fixture.ts";
import { createRunProcess } from "../process/run-process.ts";
import { type InterpreterAnswers, prepareVenv } from "./venv.ts";

test("uv asks a Python once for all the venvs that it makes of it, and again where the answer cannot be read", async () => {
  await using fixture = await openWorkspaceFixture();
  const { workspace, python, uv } = fixture;
  const run = createRunProcess({ tag: "venv-test" });
  const make = async (name: string, interpreters: InterpreterAnswers): Promise<{ config: string; asks: boolean }> => {
    let said = "";
    await prepareVenv({
      workspace,
      path: name,
      packages: [],
      distributions: [],
      bootstrapUv: uv,
      python,
      async run(request) {
        const result = await run({ ...request, args: [...request.args.filter((arg) => arg !== "--quiet"), "-vv"] });
        said += result.stderr;
        return result;
      },
      interpreters,
    });
    const config = await readFile(path.join(workspace.paths.project, name, "pyvenv.cfg"), "utf8");
    return { config: config.replaceAll(name, "NAME"), asks: said.includes("Querying interpreter executable") };
  };
  const interpreters: InterpreterAnswers = new Map();
  const first = await make("first", interpreters);
  expect(first.asks).toBe(true);
  expect(await make("second", interpreters)).toEqual({ ...first, asks: false });

  const outdated = [...interpreters].map(([asked, files]) => {
    return [asked, new Map([...files].map(([name, content]) => [name, content.slice(0, -1)]))] as const;
  });
  expect(await make("third", new Map(outdated))).toEqual(first);
});
