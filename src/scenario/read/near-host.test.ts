import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";

const INDEXES = `
[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
[index.other]
url = "https://mirror1.example.org:8443/simple/"
redirect = { to = "https://files.example.net/x/" }
[index.feed]
flavour = "azure-devops"
url = "https://feeds.example.com/acme/_packaging/main/pypi/simple/"
`;

function warnings(text: string, step = ""): string[] {
  const result = parseScenario(`schema = 1
title = "x"
${INDEXES}
${text}
[[step]]
run = "uv sync"
${step}
reproduced.exit = "nonzero"
healthy.exit = 0
`);
  const list = result.ok ? result.warnings : result.problems;
  return list.map(({ kind, line, column, key, message, hint }) => `${kind} ${line}:${column} ${key}: ${message} (${hint})`);
}

test("a host that is nearly an index's, and an index's host at another port, is told where it stands", () => {
  expect([
    ...warnings('[env]\nUV_INDEX = "https://alice@pakages.example.com/simple/"'),
    ...warnings("[files]\n'pyproject.toml' = '''\n# one\n# url\nurl = \"https://packages.exmaple.com/simple/\"\n'''"),
    ...warnings('[home]\n".netrc" = "machine package.example.com login alice password x"'),
    ...warnings("", "env.UV_DEFAULT_INDEX = 'https://Packagesexample.com/simple/'"),
    ...warnings('[[step]]\nrun = ["uv", "auth", "login", "packages.example.con.", "packages.exampel.com"]'),
    ...warnings('[env]\nA = "https://packages.example.com:8443/simple/"\nB = "https://mirror1.example.org/simple/"'),
  ]).toMatchInlineSnapshot(`
    [
      "suspicious 15:27 env.UV_INDEX: no index is at \`pakages.example.com\` (did you mean \`packages.example.com\`?)",
      "suspicious 18:16 files."pyproject.toml": no index is at \`packages.exmaple.com\` (did you mean \`packages.example.com\`?)",
      "suspicious 15:21 home.".netrc": no index is at \`package.example.com\` (did you mean \`packages.example.com\`?)",
      "suspicious 17:33 step[0].env.UV_DEFAULT_INDEX: no index is at \`packagesexample.com\` (did you mean \`packages.example.com\`?)",
      "suspicious 15:57 step[0].run[4]: no index is at \`packages.exampel.com\` (did you mean \`packages.example.com\`?)",
      "suspicious 15:6 env.A: no index is at \`packages.example.com:8443\` (did you mean \`packages.example.com\`?)",
      "suspicious 16:6 env.B: no index is at \`mirror1.example.org\` (did you mean \`mirror1.example.org:8443\`?)",
    ]
  `);
});

test("it is told once", () => {
  expect(warnings('[env]\nA = "https://pakages.example.com/a"\nB = "https://pakages.example.com/b pakages.example.com"')).toHaveLength(1);
});

test("hosts that are somebody's, or nobody's on purpose, are not", () => {
  const texts = [
    "https://PACKAGES.example.com/simple/",
    "http://packages.example.com/simple/",
    "https://packages.example.com:443/simple/",
    "https://mirror1.example.org:8443/simple/",
    "https://mirror2.example.org:8443/simple/",
    "https://blob.feeds.example.com/x",
    "https://files.example.net/x",
    "https://files.example.net/x and https://unrelated.example.com/",
    "https://example.com/ https://a.example.com/ packages.example packages-1.0.whl",
    "{{url.private}}",
    // Two letters are another's name rather than a slip.
    "https://pakage.example.com/",
  ];
  expect(texts.flatMap((text) => warnings(`[env]\nA = "${text}"`))).toEqual([]);
  const lab = '[index.lab]\nurl = "https://gitlab.com/simple/"';
  expect(warnings(`${lab}\n[env]\nA = "https://github.com/astral-sh/uv/issues/1"`)).toEqual([]);
  // An option may declare the host.
  expect(warnings('[vary.a.none]\n[vary.a.typo.env]\nA = "https://pakages.example.com/"')).toEqual([]);
});

test("a file of uv's that is no TOML is told at its line", () => {
  const broken = '[project]\nname = "a"\n[project]\nx = [1';
  expect([
    ...warnings(`[files]\n"a/pyproject.toml" = '''\n${broken}\n'''`),
    ...warnings(`[home]\n".config/uv/uv.toml" = '''x = 1x'''`),
    ...warnings("", "write = { 'uv.toml' = \"a = 1\\nb = \" }"),
    ...warnings('[files]\n"README.md" = "[x"'),
  ]).toMatchInlineSnapshot(`
    [
      "suspicious 18:1 files."a/pyproject.toml": line 3 of a/pyproject.toml is not valid TOML: \`project\` stands above already (put both into one table)",
      "suspicious 15:27 home.".config/uv/uv.toml": line 1 of .config/uv/uv.toml is not valid TOML: illegal character in numeric literal (null)",
      "suspicious 17:23 step[0].write."uv.toml": line 2 of uv.toml is not valid TOML: invalid value (a text stands in quotes)",
    ]
  `);
});
