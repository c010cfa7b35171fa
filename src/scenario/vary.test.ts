import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { parseScenario } from "./parse.ts";
import { axesOf, isConflicting, variedScenario, vary, type Factor } from "./vary.ts";

const SCENARIO = `schema = 1
title = "t"

[index.private]
user = "alice"
packages = [{ name = "sandbox" }]

[[step]]
run = "uv --version"
delete = ["a"]

[[step]]
run = "uv sync"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }

[claims]
">=0.5" = "healthy"

[vary.variable]
"not set" = {}
"set" = { env = { UV_INDEX = "{{url.private}}" } }
"wrong" = { env = { UV_INDEX = "{{url.pirvate}}" } }

[vary.venv]
"inactive" = {}
"active" = { step.1.venv = "active" }
"odd" = { step.1.venv = "actve" }

[vary.login]
"none" = {}
"once" = { before = [{ run = "uv auth login" }] }
"wrong" = { before = [{ run = "uv auth login", exti = 1 }] }

[vary.release]
"as asked" = {}
"older" = { uv = "0.9.5" }

[vary.files]
"none" = {}
"one" = { files = { "pyproject.toml" = "one" } }
"two" = { files = { "pyproject.toml" = "two", other = "" } }

[vary.more]
"none" = {}
"another" = { files = { "pyproject.toml" = "another" } }
"new index" = { index = { other = { packages = [{}] } } }
`;

const choice = (axis: string, option: string): Factor => ({ axis, option });
const document = parse(SCENARIO);

function problemsOf(...choices: Factor[]): string[] {
  const result = parseScenario(SCENARIO, { file: "bug.toml", choices });
  return result.ok ? [] : result.problems.map((each) => `${each.line}:${each.column} ${each.key}: ${each.message}`);
}

describe("an option of [vary]", () => {
  it("is merged into tables, and changes steps by their number", () => {
    const varied = vary(document, [choice("variable", "set"), choice("venv", "active")]);
    expect(varied.document).toMatchObject({
      env: { UV_INDEX: "{{url.private}}" },
      step: [{ run: "uv --version" }, { run: "uv sync", venv: "active", healthy: { exit: 0 } }],
    });
    expect(varied.document).not.toHaveProperty("claims");
    expect(varied.document).not.toHaveProperty("vary");
  });

  it("may put steps before the scenario's own, whose numbers stay what they were for other options", () => {
    const varied = vary(document, [choice("login", "once"), choice("venv", "active")]);
    expect(varied.document["step"]).toMatchObject([{ run: "uv auth login" }, { delete: ["a"] }, { venv: "active" }]);
  });

  it("may ask for a release, which is no part of the scenario", () => {
    const varied = vary(document, [choice("release", "older")]);
    expect([varied.uv, Object.keys(varied.document)]).toEqual(["0.9.5", ["schema", "title", "index", "step"]]);
  });

  it("is named with its own line where it is wrong", () => {
    expect(problemsOf(choice("variable", "wrong"))).toEqual(["23:33 vary.variable.wrong.env.UV_INDEX: there is no index `pirvate`"]);
    expect(problemsOf(choice("venv", "odd"))[0]).toMatch(/^28:25 vary\.venv\.odd\.step\.1\.venv: /);
    expect(problemsOf(choice("login", "wrong"), choice("venv", "odd")).map((each) => each.split(": ")[0])).toEqual([
      "28:25 vary.venv.odd.step.1.venv",
      "33:48 vary.login.wrong.before[0].exti",
    ]);
    expect(problemsOf(choice("more", "new index"))[0]).toMatch(/^47:\d+ vary\.more\."new index"\.index\.other\.packages\[0\]/);
  });

  it("conflicts with one that sets the same thing, and with no other", () => {
    const pair = (a: Factor, b: Factor) => isConflicting(document, [a, b]);
    expect(pair(choice("files", "two"), choice("more", "another"))).toBe(true);
    expect(pair(choice("files", "two"), choice("more", "new index"))).toBe(false);
    expect(pair(choice("variable", "set"), choice("venv", "active"))).toBe(false);
    expect(pair(choice("login", "once"), choice("login", "wrong"))).toBe(false);
  });
});

describe("a varied scenario", () => {
  it("is one file that parses, with texts of several lines as such and what was changed in its title", () => {
    const changed = [choice("variable", "set"), choice("login", "once")];
    const text = variedScenario(
      { ...document, files: { "a.txt": "one\ntwo \\ 'three'\n", "b.txt": "it's '''quoted'''\nsaid\n" } },
      changed,
      changed,
    );
    expect(parse(text)).toMatchObject({
      title: "t (variable = set, login = once)",
      files: { "a.txt": "one\ntwo \\ 'three'\n", "b.txt": "it's '''quoted'''\nsaid\n" },
    });
    expect(text).toContain(`"a.txt" = '''\none\ntwo \\ 'three'\n'''`);
    expect(parseScenario(text)).toMatchObject({ ok: true });
  });
});

it("axes come in file order", () => {
  expect(axesOf(document).map(({ name, options }) => `${name}: ${options.join(", ")}`)).toEqual([
    "variable: not set, set, wrong",
    "venv: inactive, active, odd",
    "login: none, once, wrong",
    "release: as asked, older",
    "files: none, one, two",
    "more: none, another, new index",
  ]);
});
