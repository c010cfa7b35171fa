import { spawnSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { exportScenario, loadScenarios, openHarness, planCells, verifyScript } from "../src/index.ts";

// What a maintainer runs without us: every shipped scenario is a script, and the script shows what our run shows.
const scenarios = await loadScenarios(["scenarios"]);
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const scripts = new Map<string, string>();

it.concurrent.each(scenarios.map((loaded) => ({ file: loaded.file, loaded })))("$file is a script, which verifies", async ({ loaded }) => {
  const [cell] = await planCells(harness, [loaded], ["latest"]);
  const release = await harness.release(cell?.uv ?? "");
  const script = (await exportScenario(harness, loaded)).script(null);
  scripts.set(loaded.file, script);
  expect(script).not.toMatch(/umre-(good|stale)-[A-Za-z0-9]/);
  expect(await verifyScript(harness, loaded, script, release)).toMatchObject({ uv: release.version, difference: [] });
});

// Every name is defined, everything is used: what a script's parts are put together from can miss neither.
const CHECK = `
import ast, builtins, json, sys
for title, program in json.load(sys.stdin):
    tree = ast.parse(program, title)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    loaded = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    known = {node.id for node in names if not isinstance(node.ctx, ast.Load)} | set(dir(builtins)) | {"__file__"}
    defined = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            known.add(node.name)
        if isinstance(node, ast.arg):
            known.add(node.arg)
        if isinstance(node, ast.ExceptHandler):
            known.add(node.name)
        if isinstance(node, ast.alias):
            known.add(node.name.split(".")[0])
            defined.add(node.name.split(".")[0])
    defined |= {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    defined |= {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)}
    for name in sorted(loaded - known):
        print(title + ": " + name + " is not defined")
    for name in sorted(defined - loaded):
        print(title + ": " + name + " is not used")
`;

it("the Python in every script is whole, and nothing in it is unused", () => {
  expect(scripts.size).toBe(scenarios.length);
  const programs = [...scripts].flatMap(([file, script]) => {
    const parts = [...script.matchAll(/^(\w+)_py\(\) .*\n {2}cat <<'END_OF_PYTHON'\n([\s\S]*?)\nEND_OF_PYTHON$/gm)];
    const text = Object.fromEntries(parts.map(([, name = "", program = ""]) => [name, program]));
    const { expected = "", judge = "", probe: _probe, plugin: _plugin, ...others } = text;
    return Object.entries({ ...others, judge: `${expected}\n${judge}` }).map(([name, program]) => [`${file} ${name}`, program]);
  });
  const { stdout, stderr } = spawnSync("python3", ["-W", "error", "-c", CHECK], { input: JSON.stringify(programs), encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["", ""]);
});

const isThere = spawnSync("shellcheck", ["--version"]).status === 0;
it.skipIf(!isThere)(isThere ? "shellcheck has nothing to say" : "shellcheck has nothing to say (skipped: it is not installed)", () => {
  expect(scripts.size).toBe(scenarios.length);
  for (const [file, script] of scripts) {
    // The wheels behind the script's end are comments, megabytes of them.
    const { stdout, error } = spawnSync("shellcheck", ["-"], {
      input: script.split("\n# The real packages as PyPI has them")[0],
      encoding: "utf8",
    });
    expect([file, stdout, error]).toEqual([file, "", undefined]);
  }
});
