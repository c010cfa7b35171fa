import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { stringify } from "smol-toml";
import { afterAll, expect, test } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import { dockerFolder, gitFolder } from "./folder.ts";
import { NOTHING } from "../../test/export-material.ts";
import { exportScript } from "./script.ts";

const folder = mkdtempSync(path.join(tmpdir(), "export-words-"));
afterAll(() => rmSync(folder, { recursive: true }));
const marker = path.join(folder, "marker");
const record = path.join(folder, "record");
const stub = path.join(folder, "uv");
// Not the script's own python3, which a shell starts: shells drop variables with odd names.
const python = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).stdout.trim();
// Says what it was given: words, variables, input.
writeFileSync(
  stub,
  `#!${python}
import json, os, sys
if sys.argv[1:] == ["--version"]:
    print("uv 0.9.5")
else:
    files = {}
    for root, _, names in os.walk(".."):
        for name in names:
            with open(os.path.join(root, name), newline="") as file:
                files[os.path.join(root, name)] = file.read()
    with open(os.environ["UV_MRE_KEYRING"]) as file:
        answers = json.load(file)["answers"]
    seen = dict(answers=answers, argv=sys.argv[1:], env=dict(os.environ), stdin=sys.stdin.read(), cwd=os.getcwd(), files=files)
    with open(${JSON.stringify(record)}, "w") as file:
        json.dump(seen, file)
`,
);
chmodSync(stub, 0o755);

const touch = `touch ${marker}`;
// The same by a command's name, for where a scenario may not hold an absolute path.
const commands = path.join(folder, "commands");
mkdirSync(commands);
writeFileSync(path.join(commands, "leave-marker"), `#!/bin/sh\nexec ${touch}\n`, { mode: 0o755 });
const hostile = fc
  .array(
    fc.constantFrom(
      `$(${touch})`,
      `\`${touch}\``,
      `\n${touch}\n`,
      `;${touch};`,
      `'${touch}`,
      `';${touch};'`,
      `";${touch};"`,
      `"; import os; os.system("${touch}"); "`,
      `\nEND\n${touch}\n`,
      `\nEND_\n${touch}\n`,
      `\nEND_OF_PYTHON\n${touch}\n`,
      `\\\n${touch}`,
      "\\",
      "$HOME",
      "$$",
      "${IFS}",
      "{{open}}",
      "{{home}}",
      "{{secret.private.alice}}",
      "%s",
      "é😀\u2028",
      "a",
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(""));
/** Without paths. */
const hostileWord = hostile.map((text) => text.replaceAll(touch, "leave-marker"));
/** A line without what a path may not hold. */
const hostilePath = hostile.map((text) => `p${text.replaceAll(/\p{Cc}|\\|\{\{[^}]*\}\}/gu, "").replaceAll(/\/+/g, "/")}p`);
const plain = hostile.map((text) => `u${text.replaceAll(/\p{Cc}|:|\{\{[^}]*\}\}/gu, "")}`);

const places = fc.record({
  title: hostile.map((text) => `t${text}`),
  description: hostile,
  issue: hostile,
  user: plain,
  variable: plain.map((text) => text.replaceAll("=", "")),
  value: hostileWord,
  word: hostileWord,
  stdin: hostile,
  file: hostilePath,
  text: hostile,
  venv: hostilePath.map((text) => text.replaceAll("/", "_")),
  cwd: hostilePath,
  gone: hostilePath,
  url: plain.map((text) => text.replaceAll(/[?#\\]/g, "")),
  answer: hostile,
  expected: hostile.map((text) => text.replaceAll(/\{\{[^}]*\}\}/g, "")),
  packaged: hostile,
});

type Places = typeof places extends fc.Arbitrary<infer Value> ? Value : never;

function scenarioOf(found: Places) {
  const text = stringify({
    schema: 1,
    title: found.title,
    description: found.description,
    issue: found.issue,
    index: {
      private: {
        url: `https://packages.example.com/${found.url}/simple/`,
        users: ["alice", found.user],
        packages: [{ name: "sandbox", files: { "sandbox/data": found.packaged } }],
      },
    },
    keyring: { answers: [{ service: found.answer, user: found.answer, password: found.answer }] },
    files: { [`files-${found.file}`]: found.text, addresses: `{{url.private}} {{login.private.alice}} {{venv}}${found.text}` },
    home: { [found.file]: found.text },
    env: { [found.variable]: found.value },
    venv: { path: found.venv },
    step: [
      {
        run: ["uv", "run", found.word, "{{url.private}}"],
        env: { [`step-${found.variable}`]: found.value },
        venv: "active",
        cwd: "in",
        stdin: `{{home}}${found.stdin}`,
        write: { [`in/${found.cwd}`]: found.text },
        delete: [found.gone, `~/gone-${found.gone}`],
        set: [{ user: `private.${found.user}`, state: "expired" }],
        reproduced: { stdout: `!${found.expected}`, exit: 1 },
        healthy: { exit: 0, stderr: { lacks: `!${found.expected}` }, request: { none: {} } },
      },
    ],
  });
  return parsedScenario(text);
}

const PATH = `${commands}${path.delimiter}${process.env["PATH"]}`;

test("whatever a scenario's texts hold, the script passes them on and runs none of it", { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(places, (found) => {
      const scenario = scenarioOf(found);
      const built = {
        "sandbox-1.0.0-py3-none-any.whl": { "sandbox/data": found.packaged, "sandbox-1.0.0.dist-info/METADATA": "Name: sandbox\n" },
      };
      const script = exportScript(scenario, { ...NOTHING, built }, { verified: null });
      const file = path.join(folder, "repro.sh");
      writeFileSync(file, script);
      expect(spawnSync("bash", ["-n", file], { encoding: "utf8" }).stderr).toBe("");
      rmSync(record, { force: true });
      const run = spawnSync("bash", [file], { encoding: "utf8", env: { ...process.env, PATH, UV: stub, TMPDIR: folder, IFS: " " } });
      expect(existsSync(marker), "something was run").toBe(false);
      expect([run.status, run.stderr]).toEqual([0, ""]);

      const seen = JSON.parse(readFileSync(record, "utf8"));
      const work = path.dirname(path.dirname(seen.cwd));
      const fill = (text: string): string =>
        text.replaceAll("{{open}}", "{{").replaceAll("{{home}}", `${work}/home`).replaceAll("{{secret.private.alice}}", "SECRET");
      const steady = (text: string): string => text.replaceAll(/umre-good-[0-9a-f]{32}/g, "SECRET");
      const { answers, argv, env, stdin, files } = JSON.parse(steady(JSON.stringify(seen)));
      // As it was read: a literal password has a stand-in, there and, if it is long, wherever else it stands.
      const [answer] = scenario.keyring?.answers ?? [];
      const [step] = scenario.steps;
      const text = fill(scenario.files[`files-${found.file}`] ?? "");
      const value = fill(scenario.env[found.variable] ?? "");
      expect(answers).toEqual([
        {
          index: null,
          service: fill(answer?.service ?? ""),
          match: "exact",
          user: fill(answer?.user ?? ""),
          gives: fill(answer?.gives ?? ""),
          needsUser: false,
          anyCredential: false,
          password: fill(answer?.password ?? ""),
        },
      ]);
      const url = scenario.indexes[0]?.url ?? "";
      expect(argv).toEqual(["run", fill(step?.argv[2] ?? ""), url]);
      expect([env[found.variable], env[`step-${found.variable}`]]).toEqual([value, value]);
      expect(env["VIRTUAL_ENV"]).toBe(`${work}/project/${scenario.venv.path}`);
      expect(stdin).toBe(fill(step?.stdin ?? ""));
      expect(files[`../in/${found.cwd}`]).toBe(text);
      expect(files[`../files-${found.file}`]).toBe(text);
      const login = url.replace("://", "://alice:SECRET@");
      expect(files["../addresses"]).toBe(`${url} ${login} ${work}/project/${scenario.venv.path}${text}`);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});

test("a title is no order to Docker, and a README is text", () => {
  const scenario = parsedScenario(`schema = 1
title = "syntax=evil/image\\nRUN touch x"
description = "<b>bold</b>\\n\\n# no heading"
issue = "x\\ny"
[[step]]
run = "uv --version"
reproduced = { exit = 1 }
healthy = { exit = 0 }
`);
  const options = { script: "", text: "", uv: "0.9.5", verified: null };
  expect(dockerFolder(scenario, options)["Dockerfile"]?.text.split("\n").slice(0, 3)).toEqual([
    "# “syntax=evil/image RUN touch x”",
    "# not verified",
    "#",
  ]);
  // Docker without BuildKit knows no --progress, and says only that.
  expect(dockerFolder(scenario, options)["Dockerfile"]?.text).toContain("# Without BuildKit (`unknown flag: --progress`) leave");
  expect(gitFolder(scenario, options)["README.md"]?.text.split("\n\n").slice(0, 4)).toMatchInlineSnapshot(`
    [
      "# syntax=evil/image RUN touch x",
      "\\<b\\>bold\\</b\\>",
      "\\# no heading",
      "See x y.",
    ]
  `);
  expect(exportScript(scenario, NOTHING, { verified: null }).split("\n").slice(0, 10)).toMatchInlineSnapshot(`
    [
      "#!/usr/bin/env bash",
      "# syntax=evil/image RUN touch x",
      "#",
      "# <b>bold</b>",
      "#",
      "# # no heading",
      "#",
      "# See x y.",
      "#",
      "# not verified",
    ]
  `);
});

test("what a shell script cannot hold is refused", () => {
  const scenario = parsedScenario(`schema = 1
title = "a NUL"
[index.private]
user = "a\\tb"
[files]
text = "EN\\u0000D\\ntouch x"
[[step]]
run = ["A=1", "uv"]
set = { user = "private", state = "expired" }
reproduced = { exit = 1 }
healthy = { exit = 0 }
`);
  expect(() => exportScript(scenario, NOTHING, { verified: null })).toThrowErrorMatchingInlineSnapshot(`
    [UserError: this scenario cannot be exported:
      text: the text holds a NUL, which no shell script can
      index.private: the name of the user "a\\tb" holds a control character
      step[0].run: the script would not take "A=1" for a command]
  `);
});
