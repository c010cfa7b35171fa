import fc from "fast-check";
import { expect, it } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import { leavings } from "./confined-scenario.ts";
import type { Scenario } from "./model.ts";
import { parseScenario } from "./parse.ts";

const HEAD = `schema = 1
title = "A run stays in its folder"
[index.private]
user = "alice"
packages = [{ name = "sandbox" }]
`;

/** `LINE:COLUMN KEY: MESSAGE` of the first error, else null. */
function faultOf(text: string): string | null {
  const parsed = parseScenario(HEAD + text);
  if (parsed.ok) return null;
  const { line, column, key, message } = parsed.problems[0] ?? { line: 0, column: 0, key: "", message: "" };
  return `${line}:${column} ${key}: ${message}`;
}

function step(run: string | readonly string[], more = ""): string {
  return `[[step]]\nrun = ${JSON.stringify(run)}\n${more}\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n`;
}

it.each([
  ["HOME", "/home/alice"],
  ["HOME", ""],
  ["HOME", "elsewhere"],
  ["TMPDIR", "/tmp"],
  ["XDG_CONFIG_HOME", "/home/alice/.config"],
  ["UV_CACHE_DIR", "/home/alice/.cache/uv"],
  ["UV_CACHE_DIR", "{{project}}/../../cache"],
  ["UV_TOOL_DIR", "../../../tools"],
  ["UV_PROJECT_ENVIRONMENT", "/opt/venv"],
  ["UV_CONFIG_FILE", "/etc/uv/uv.toml"],
  ["UV_FIND_LINKS", "https://packages.example.com/x /srv/wheels"],
  ["UV_DEFAULT_INDEX", "file:///srv/wheels"],
  ["PYTHONUSERBASE", "/home/alice/.local"],
  ["PYTHONPATH", "{{project}}:/home/alice/lib"],
  ["PATH", "/usr/bin:{{path}}"],
  ["VIRTUAL_ENV", "/usr"],
  ["NETRC", "~alice/.netrc"],
  ["UV_PYTHON", "{{python}}/../pip"],
  ["DBUS_SESSION_BUS_ADDRESS", "unix:abstract=/x"],
])("refuses %s = %j in a step's environment, with its place", (name, value) => {
  const text = step("uv sync", `env = { ${name} = ${JSON.stringify(value)} }`);
  expect(faultOf(text)).toMatch(new RegExp(`^8:\\d+ step\\[0\\]\\.env\\.${name}: `));
  expect(faultOf(`[env]\n${name} = ${JSON.stringify(value)}\n${step("uv sync")}`)).toMatch(new RegExp(`^7:\\d+ env\\.${name}: `));
});

it.each([
  ["HOME", "{{home}}/other"],
  ["TMPDIR", "{{project}}/tmp"],
  ["UV_CACHE_DIR", "{{project}}/cache/../other"],
  ["UV_CACHE_DIR", "cache"],
  ["UV_INDEX", "https://packages.example.com/a/../simple/ {{login.private}}"],
  ["UV_DEFAULT_INDEX", "{{url.private}}../../x"],
  ["UV_INDEX_PRIVATE_PASSWORD", "/with/slashes"],
  ["PATH", "{{venv}}/bin:{{path}}"],
  ["PIP_CONFIG_FILE", "/dev/null"],
  ["SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"],
  ["RUST_LOG", "uv=trace"],
])("takes %s = %j", (name, value) => {
  expect(faultOf(step("uv sync", `env = { ${name} = ${JSON.stringify(value)} }`))).toBeNull();
});

it.each([
  "uv --directory /srv sync",
  "uv --directory ../other sync",
  "uv pip install --target /opt/lib sandbox",
  "uv pip install --target=/opt/lib sandbox",
  "pip install -t/opt/lib sandbox",
  "uv sync --cache-dir {{cache}}/../../../x",
  "uv venv /opt/venv",
  "uv venv ../../venv",
  "uv pip install -r ~alice/requirements.txt",
  "uv pip install sandbox@file:///srv/sandbox.whl",
  "/usr/bin/uv sync",
  "cp /home/alice/.netrc netrc",
  "env HOME=/home/alice uv sync",
  "env -i uv sync",
  "env -u HOME uv sync",
])("refuses `%s`, with its place", (run) => {
  expect(faultOf(step(run))).toMatch(/^7:\d+ step\[0\]\.run: /);
  expect(faultOf(step(run.split(" ")))).toMatch(/^7:\d+ step\[0\]\.run\[\d+\]: /);
});

it.each([
  ["uv --directory app pip install ../lib", ""],
  ["uv pip install ../lib", 'cwd = "app"'],
  ["uv pip install --target elsewhere sandbox~=1.0", ""],
  ["uv venv --python {{python}} {{project}}/other", ""],
  ["uv pip install --index-url {{url.private}} sandbox", ""],
  ["uv pip install --config-file ~/uv.toml sandbox", ""],
  ["env -u UV_INDEX uv sync", ""],
])("takes `%s` %s", (run, more) => {
  expect(faultOf(step(run, more))).toBeNull();
});

it("leaves programs alone that are given as a word", () => {
  expect(faultOf(step(["sh", "-c", "cat /etc/hostname > ../x"]))).toBeNull();
});

it.each([
  "HOME=/home/alice uv sync",
  "export HOME='/home/alice'; uv sync",
  "cd app && UV_CACHE_DIR=/home/alice/.cache/uv uv sync",
  "HTTPS_PROXY= uv sync",
  "unset UV_INDEX HOME; uv sync",
  "env -i uv sync",
])("refuses the environment in sh -c %j", (code) => {
  expect(faultOf(step(["sh", "-c", code]))).toMatch(/^7:\d+ step\[0\]\.run\[2\]: /);
});

it.each([
  "HOME=$PWD/home uv sync",
  "HOME={{project}}/home uv sync",
  "PLACE=/opt uv sync",
  "unset UV_INDEX; env uv sync",
  "echo '# HOME' > x",
])("takes the environment in sh -c %j", (code) => {
  expect(faultOf(step(["sh", "-c", code]))).toBeNull();
});

it("holds a scenario that a program put together to the same", () => {
  const scenario = parsedScenario(HEAD + step("uv venv"));
  expect(leavings(scenario)).toEqual([]);
  const [first] = scenario.steps;
  if (first === undefined) throw new Error("it has no step");
  const leaving: Scenario = {
    ...scenario,
    env: { HOME: "/home/alice" },
    files: { "uv.toml": 'cache-dir = "/home/alice/.cache/uv"', "../x": "" },
    steps: [
      { ...first, argv: ["uv", "venv", "/opt/venv"], env: { UV_TOOL_DIR: "/opt" }, write: { "~/.config/uv/uv.toml": 'no-proxy = ["x"]' } },
    ],
  };
  expect(leavings(leaving).map((text) => text.split(": ")[0])).toEqual([
    "env.HOME",
    "files.uv.toml",
    "files.../x",
    "step[0].run",
    "step[0].env.UV_TOOL_DIR",
    "step[0].write.~/.config/uv/uv.toml",
  ]);
});

it("holds settings of the home folder to it in a scenario that a program put together", () => {
  const write = { "~/uv.toml": 'cache-dir = "../cache"' };
  expect(faultOf(step("uv venv", 'write = { "~/uv.toml" = \'cache-dir = "../cache"\' }'))).toMatch(
    /^8:\d+ step\[0\]\.write\."~\/uv\.toml": /,
  );
  const scenario = parsedScenario(HEAD + step("uv venv"));
  const steps = scenario.steps.map((each) => ({ ...each, write }));
  expect(leavings({ ...scenario, steps })).toEqual([
    "step[0].write.~/uv.toml: `../cache` leaves its folder by `..`: a run stays in its folder",
  ]);
});

it.each([
  ["files", "uv.toml", 'cache-dir = "/home/alice/.cache/uv"'],
  ["files", "pyproject.toml", '[tool.uv]\ncache-dir = "../../cache"'],
  ["files", "pyproject.toml", '[tool.uv.sources]\nlib = { path = "/home/alice/lib" }'],
  ["files", "pyproject.toml", '[project]\nname = "app"\nversion = "1"\ndependencies = ["lib @ file:///home/alice/lib"]'],
  ["files", "requirements.txt", "sandbox\n-e /home/alice/lib"],
  ["home", ".config/uv/uv.toml", '[pip]\ntarget = "/opt/lib"'],
  ["home", ".config/pip/pip.conf", "[install]\ntarget = /opt/lib"],
  ["files", ".env", "# where\nexport UV_CACHE_DIR='/home/alice/.cache/uv'"],
  ["files", "ci.env", "HOME=/home/alice"],
  ["files", "tool.py", '# /// script\n# dependencies = ["lib @ file:///home/alice/lib"]\n# ///\nimport lib\n'],
  [
    "files",
    "tool.py",
    '#!/usr/bin/env python\n# /// script\n# dependencies = []\n# [tool.uv.sources]\n# lib = { path = "/home/alice/lib" }\n# ///\n',
  ],
])("refuses a setting that leaves, in [%s] %s: %j", (table, name, text) => {
  const scenario = `[${table}]\n${JSON.stringify(name)} = ${JSON.stringify(text)}\n${step("uv sync")}`;
  expect(faultOf(scenario)).toMatch(/^7:\d+ (?:files|home)\./);
});

it.each([
  ["app/pyproject.toml", '[tool.uv.sources]\nlib = { path = "../lib" }'],
  ["pyproject.toml", '[project]\ndescription = "either/or /x"\ndependencies = ["sandbox~=1.0; python_version < \'4\'"]'],
  ["requirements.txt", "sandbox # not /that\n--index-url https://packages.example.com/simple/"],
  [".env", "PLACE=/opt/app\nUV_INDEX=https://packages.example.com/simple/\n# HOME=/home/alice"],
  ["tool.py", '# /// script\n# dependencies = ["sandbox"]\n# ///\nprint("/etc/passwd")\n'],
])("takes %s with %j", (name, text) => {
  expect(faultOf(`[files]\n${JSON.stringify(name)} = ${JSON.stringify(text)}\n${step("uv sync")}`)).toBeNull();
});

it("whatever stands before and after it, an absolute path in an argument is refused", () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.constantFrom("", "--x=", "--x=a,", "-t", "x=", "git+file://"), fc.array(name, { minLength: 1 }), (before, parts) => {
      expect(faultOf(step(["uv", "sync", `${before}/${parts.join("/")}`]))).not.toBeNull();
    }),
  );
});
