import { spawnSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { exportScenario, loadScenarios, openHarness, planCells, verifyScript } from "../../src/index.ts";
import { WHOLE } from "./extent.ts";
import { withEveryKey } from "./features.ts";
import { partOf } from "./part.ts";

/** What a maintainer runs without us: every shipped scenario is a script, and the script shows what our run shows. */
export async function testExports(file: string): Promise<void> {
  const all = await loadScenarios(["scenarios"]);
  const verified = new Set(WHOLE ? all : withEveryKey(all));
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());

  it.concurrent.each(partOf(all, file).map((loaded) => ({ file: loaded.file, loaded })))("$file is a script", async ({ loaded }) => {
    const script = (await exportScenario(harness, loaded)).script(null);
    expect(script).not.toMatch(/umre-(good|stale)-[A-Za-z0-9]/);
    expect(complaintsOfPython(script)).toBe("");
    expect(SHELLCHECK ? complaintsOfShell(script) : "").toBe("");
    if (!verified.has(loaded)) return;
    const [cell] = await planCells(harness, [loaded], ["latest"]);
    const release = await harness.release(cell?.uv ?? "");
    expect(await verifyScript(harness, loaded, script, release)).toMatchObject({ uv: release.version, difference: [] });
  });

  it("shellcheck reads them all", (context) => {
    if (!SHELLCHECK) context.skip("shellcheck is not installed");
    expect(SHELLCHECK).toBe(true);
  });
}

const SHELLCHECK = spawnSync("shellcheck", ["--version"]).status === 0;

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

function complaintsOfPython(script: string): string {
  const parts = [...script.matchAll(/^(\w+)_py\(\) .*\n {2}cat <<'END_OF_PYTHON'\n([\s\S]*?)\nEND_OF_PYTHON$/gm)];
  const text = Object.fromEntries(parts.map(([, name = "", program = ""]) => [name, program]));
  const { expected = "", judge = "", probe: _probe, plugin: _plugin, ...others } = text;
  const programs = Object.entries({ ...others, judge: `${expected}\n${judge}` });
  const { stdout, stderr } = spawnSync("python3", ["-W", "error", "-c", CHECK], { input: JSON.stringify(programs), encoding: "utf8" });
  return stdout + stderr;
}

function complaintsOfShell(script: string): string {
  // The wheels behind the script's end are comments, megabytes of them.
  const [input] = script.split("\n# The real packages as PyPI has them");
  const { stdout, stderr, error } = spawnSync("shellcheck", ["-"], { input, encoding: "utf8" });
  return stdout + stderr + (error?.message ?? "");
}
