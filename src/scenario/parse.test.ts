import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parsedScenario as read } from "../../test/scenario-fixture.ts";
import { parseScenario, type ParseOptions } from "./parse.ts";
import { formatProblems } from "./problem.ts";

const SHADOWING = `schema = 1
title = "A venv's own keyring shadows the one that has the plugin"
issue = "astral-sh/uv#16402"
supported = ">=0.6.6"                  # outside: unsupported, nothing is run
as-of = "2026-11-01"

[index.private]
flavour = "azure-devops"
url = "https://feeds.example.com/acme/_packaging/main/pypi/simple/"
user = "VssSessionToken"               # its secret is fresh in every run
packages = [{ name = "transitive", requires = ["keyring"] }]

[index.default]                        # answers wherever uv's own default index is asked
packages = ["keyring==25.7.0"]         # the real one, with what it needs, fetched once

[keyring]
tool = ["private"]                     # uv tool install keyring --with a plugin that knows this index's user

[files]
"pyproject.toml" = '''
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["transitive"]

[tool.uv]
keyring-provider = "subprocess"

[[tool.uv.index]]
name = "private"
url = "https://VssSessionToken@feeds.example.com/acme/_packaging/main/pypi/simple/"
explicit = true

[tool.uv.sources]
transitive = { index = "private" }
'''

[[step]]
run = "uv sync"                        # split at white space, or a list; never a shell; without conditions it must exit 0

[[step]]
run = "uv sync --no-cache --upgrade"
venv = "active"
reproduced = { exit = "nonzero", keyring.any = { from = "venv", raised = "NoKeyringError" }, final.any = { index = "private", status = [401, 403] } }
healthy = { exit = 0, keyring.every = { from = "tool" }, final.every = { index = "private", status = 200 } }

[claims]
">=0.6.6" = "reproduced"
`;

/** Every problem as people see it, without the source line. */
function problemsOf(text: string, options?: ParseOptions): string {
  const result = parseScenario(text, options);
  const problems = result.ok ? result.warnings : result.problems;
  const lines = problems.map((problem) => {
    const hint = problem.hint === null ? "" : ` (${problem.hint})`;
    return `${problem.line}:${problem.column} ${problem.kind} ${problem.key}: ${problem.message}${hint}`;
  });
  return [result.ok ? "ok" : "refused", ...lines].join("\n");
}

describe("a scenario that is right", () => {
  test("the example of the design", () => {
    const { files, ...rest } = read(SHADOWING);
    expect(Object.keys(files)).toEqual(["pyproject.toml"]);
    expect(rest).toMatchInlineSnapshot(`
      {
        "asOf": "2026-11-01",
        "claims": [
          {
            "releases": ">=0.6.6",
            "verdict": "reproduced",
          },
        ],
        "defaultIndex": {
          "backend": "embedded",
          "cacheControl": null,
          "certificate": "good",
          "faults": [],
          "flavour": "simple",
          "http": "auto",
          "json": true,
          "linksAs": null,
          "metadata": true,
          "name": "default",
          "options": {},
          "packages": [
            {
              "kind": "real",
              "requirement": "keyring==25.7.0",
            },
          ],
          "public": true,
          "redirects": [],
          "url": "https://default.example.com/simple/",
          "users": [],
        },
        "description": null,
        "env": {},
        "home": {},
        "indexes": [
          {
            "backend": "embedded",
            "cacheControl": null,
            "certificate": "good",
            "faults": [],
            "flavour": "azure-devops",
            "http": "auto",
            "json": false,
            "linksAs": null,
            "metadata": false,
            "name": "private",
            "options": {},
            "packages": [
              {
                "extras": {},
                "files": {},
                "formats": [
                  "wheel",
                ],
                "keyringPlugin": null,
                "kind": "generated",
                "name": "transitive",
                "requires": [
                  "keyring",
                ],
                "requiresPython": null,
                "scripts": {},
                "version": "1.0.0",
                "visibleTo": null,
                "yanked": false,
              },
            ],
            "public": false,
            "redirects": [],
            "url": "https://feeds.example.com/acme/_packaging/main/pypi/simple/",
            "users": [
              {
                "name": "VssSessionToken",
                "state": "good",
              },
            ],
          },
        ],
        "issue": "astral-sh/uv#16402",
        "keyring": {
          "answers": null,
          "tool": [
            "private",
          ],
        },
        "steps": [
          {
            "argv": [
              "uv",
              "sync",
            ],
            "cwd": "",
            "delete": [],
            "env": {},
            "exit": [
              0,
            ],
            "healthy": [],
            "reproduced": [],
            "set": [],
            "stdin": null,
            "timeoutSeconds": 60,
            "tls": "file",
            "venv": "inactive",
            "write": {},
          },
          {
            "argv": [
              "uv",
              "sync",
              "--no-cache",
              "--upgrade",
            ],
            "cwd": "",
            "delete": [],
            "env": {},
            "exit": "any",
            "healthy": [
              {
                "exit": [
                  0,
                ],
                "kind": "exit",
                "path": "step[1].healthy.exit",
              },
              {
                "kind": "final",
                "match": {
                  "index": [
                    "private",
                  ],
                  "status": [
                    200,
                  ],
                },
                "path": "step[1].healthy.final.every",
                "quantifier": "every",
              },
              {
                "kind": "keyring",
                "match": {
                  "from": [
                    "tool",
                  ],
                },
                "path": "step[1].healthy.keyring.every",
                "quantifier": "every",
              },
            ],
            "reproduced": [
              {
                "exit": "nonzero",
                "kind": "exit",
                "path": "step[1].reproduced.exit",
              },
              {
                "kind": "final",
                "match": {
                  "index": [
                    "private",
                  ],
                  "status": [
                    401,
                    403,
                  ],
                },
                "path": "step[1].reproduced.final.any",
                "quantifier": "any",
              },
              {
                "kind": "keyring",
                "match": {
                  "from": [
                    "venv",
                  ],
                  "raised": [
                    "NoKeyringError",
                  ],
                },
                "path": "step[1].reproduced.keyring.any",
                "quantifier": "any",
              },
            ],
            "set": [],
            "stdin": null,
            "timeoutSeconds": 60,
            "tls": "file",
            "venv": "active",
            "write": {},
          },
        ],
        "supported": ">=0.6.6",
        "title": "A venv's own keyring shadows the one that has the plugin",
        "venv": {
          "packages": [],
          "path": ".venv",
          "state": "absent",
        },
      }
    `);
  });

  test("a date without quotes, a byte order mark and CRLF change nothing", () => {
    const other = `\uFEFF${SHADOWING.replace('"2026-11-01"', "2026-11-01").replaceAll("\n", "\r\n")}`;
    expect(read(other)).toEqual(read(SHADOWING));
  });

  test("shorthands and lists mean the same as what they stand for", () => {
    const short = `schema = 1
title = "x"
[index.a]
user = "u"
redirect = { to = "https://elsewhere.example.com/" }
packages = [{ name = "p", versions = ["1.0", "2.0"], formats = "sdist", yanked = true }]
[[step]]
run = "uv  sync\\t--frozen"
delete = ".venv"
set = { user = "a", state = "revoked" }
reproduced = { exit = "nonzero", stderr = "x", request.any = { status = 401, http-version = "2" } }
healthy = { exit = 0, leak.none = { secret = "a" } }
`;
    const long = `schema = 1
title = "x"
[index.a]
flavour = "simple"
url = "https://a.example.com/simple/"
users = [{ name = "u", state = "good", secret-in = "password", secret = "shared" }]
redirects = [{ to = "https://elsewhere.example.com/", status = 302, for = "both", credentials = "none" }]
packages = [{ name = "p", version = "1.0", formats = ["sdist"], yanked = "" }, { name = "p", version = "2.0", formats = ["sdist"], yanked = "" }]
[[step]]
run = ["uv", "sync", "--frozen"]
cwd = "."
delete = [".venv/"]
set = [{ user = "a.u", state = "revoked" }]
timeout = 60
[step.reproduced]
exit = "nonzero"
stderr = { contains = ["x"] }
request = { any = { status = [401], http-version = ["2.0"] } }
[step.healthy]
exit = [0]
leak.none = { secret = ["a.u"] }
`;
    expect(read(short)).toEqual(read(long));
  });

  test("an index's URL ends in a slash, and is known to lack it where it was written so", () => {
    const of = (table: string): string =>
      `schema = 1\ntitle = "x"\n${table}\n[[step]]\nrun = "uv sync"\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n`;
    const [bare, full] = ["simple", "simple/"].map((path) => read(of(`[index.a]\nurl = "https://a.example.com/${path}"`)).indexes[0]);
    expect([bare?.url, bare?.withoutSlash, full?.url, full?.withoutSlash]).toEqual([
      "https://a.example.com/simple/",
      true,
      "https://a.example.com/simple/",
      undefined,
    ]);
  });

  test.each([
    ["artifactory", "https://wheels.corp.example/release/xpu/"],
    ["azure-devops", "https://pkgs.dev.azure.com/acme/_packaging/main/simple/"],
    ["codeartifact", "https://acme.example.com/pypi/simple/"],
    ["cloudsmith", "https://dl.cloudsmith.io/acme/main/simple/"],
    ["gitea", "https://git.example.com/acme/pypi/simple/"],
    ["gitlab", "https://gitlab.example.com/acme/pypi/simple/"],
    ["google-artifact-registry", "https://python.pkg.dev/acme/main/"],
    ["nexus", "https://nexus.example.com/repository/main/"],
  ])("an index of flavour %s at %s is refused, with its place: links would lead nowhere", (flavour, url) => {
    const text = `schema = 1\ntitle = "x"\n[index.a]\nflavour = "${flavour}"\nurl = "${url}"\n[[step]]\nrun = "uv sync"\nhealthy = { exit = 0 }\n`;
    expect(() => read(text)).toThrow(`flavour "${flavour}" has no index at such a path`);
  });

  test("flavours, backends, users, faults, changes and all kinds of conditions", () => {
    const scenario = read(`schema = 1
title = "x"
env = { UV_INDEX_B_PASSWORD = "{{secret.b.me}}" }
[index.b]
flavour = "gitlab"
id = 42
group = true
users = ["me", { name = "you", state = "expired" }]
public = true
packages = [{ name = "p", formats = ["sdist", "wheel", "sdist"], visible-to = ["me"], keyring-plugin = ["b"], extras = { e = ["q>=1"] }, scripts = { s = "p:main" }, files = { "p/d.txt" = "{{x}}" } }]
faults = [{ kind = "status", nth = 2, retry-after = 1 }, { kind = "delay", delay-ms = 5, rate = 0.5, seed = 7 }, { kind = "drop", from = 3, for = "files" }, { kind = "truncate", always = true }]
[index."c.d"]
flavour = "devpi"
backend = "pypiserver"
http = "1.1"
certificate = "expired"
links-as = "http"
[keyring]
answers = [{ service = "{{url.b}}", user = "me", password = "{{stale.b.me}}" }]
[home]
".netrc" = "machine b.example.com login me password {{secret.b.me}}"
[venv]
packages = ["p"]
[[step]]
run = ["uv", "pip", "install", "{{file.b.p}}", "{{login.b.me}}", "{{url.b.me}}", "{{ cache }} {{open}}"]
env = { A = "{{path}}{{python}}{{venv}}{{home}}{{project}}" }
stdin = ""
exit = [1, 2]
tls = "none"
write = { "pkg/a.txt" = "1" }
delete = ["~/.netrc", "{{cache}}/x", "{{cache}}"]
set = [{ publish = { name = "q" }, index = "c.d" }, { yank = "p==1.0.0", index = "b" }, { faults = [], index = "default" }]
[[step]]
run = "uv sync"
[step.reproduced]
exit = [1, 2]
stdout = ["a", "b"]
stderr = { contains = "a", lacks = ["b"], matches = "^x$" }
final.count = [{ index = "default", at-least = 1 }, { index = "c.d", is = 0 }]
file.any = { path = "~/.netrc", exists = true }
[step.healthy]
exit = 0
keyring.none = {}
leak.none = { in = "stdout" }
`);
    expect({ indexes: scenario.indexes, keyring: scenario.keyring, venv: scenario.venv, steps: scenario.steps }).toMatchInlineSnapshot(`
      {
        "indexes": [
          {
            "backend": "embedded",
            "cacheControl": null,
            "certificate": "good",
            "faults": [
              {
                "for": "any",
                "kind": "status",
                "retryAfterSeconds": 1,
                "status": 503,
                "when": {
                  "nth": 2,
                },
              },
              {
                "delayMs": 5,
                "for": "any",
                "kind": "delay",
                "when": {
                  "rate": 0.5,
                  "seed": 7,
                },
              },
              {
                "for": "files",
                "kind": "drop",
                "when": {
                  "from": 3,
                },
              },
              {
                "for": "any",
                "kind": "truncate",
                "when": "always",
              },
            ],
            "flavour": "gitlab",
            "http": "auto",
            "json": false,
            "linksAs": null,
            "metadata": false,
            "name": "b",
            "options": {
              "group": true,
              "id": 42,
            },
            "packages": [
              {
                "extras": {
                  "e": [
                    "q>=1",
                  ],
                },
                "files": {
                  "p/d.txt": "{{x}}",
                },
                "formats": [
                  "sdist",
                  "wheel",
                ],
                "keyringPlugin": [
                  "b",
                ],
                "kind": "generated",
                "name": "p",
                "requires": [],
                "requiresPython": null,
                "scripts": {
                  "s": "p:main",
                },
                "version": "1.0.0",
                "visibleTo": [
                  "me",
                ],
                "yanked": false,
              },
            ],
            "public": true,
            "redirects": [],
            "url": "https://b.example.com/api/v4/groups/42/-/packages/pypi/simple/",
            "users": [
              {
                "name": "me",
                "state": "good",
              },
              {
                "name": "you",
                "state": "expired",
              },
            ],
          },
          {
            "backend": "pypiserver",
            "cacheControl": null,
            "certificate": "expired",
            "faults": [],
            "flavour": "devpi",
            "http": "1.1",
            "json": true,
            "linksAs": "http",
            "metadata": false,
            "name": "c.d",
            "options": {},
            "packages": [],
            "public": false,
            "redirects": [],
            "url": "https://c-d.example.com/root/main/+simple/",
            "users": [],
          },
        ],
        "keyring": {
          "answers": [
            {
              "gives": "me",
              "match": "exact",
              "needsUser": false,
              "password": "{{stale.b.me}}",
              "service": "{{url.b}}",
              "user": "me",
            },
          ],
          "tool": null,
        },
        "steps": [
          {
            "argv": [
              "uv",
              "pip",
              "install",
              "{{file.b.p}}",
              "{{login.b.me}}",
              "{{url.b.me}}",
              "{{ cache }} {{open}}",
            ],
            "cwd": "",
            "delete": [
              "~/.netrc",
              "{{cache}}/x",
              "{{cache}}",
            ],
            "env": {
              "A": "{{path}}{{python}}{{venv}}{{home}}{{project}}",
            },
            "exit": [
              1,
              2,
            ],
            "healthy": [],
            "reproduced": [],
            "set": [
              {
                "index": "c.d",
                "kind": "publish",
                "package": {
                  "extras": {},
                  "files": {},
                  "formats": [
                    "wheel",
                  ],
                  "keyringPlugin": null,
                  "kind": "generated",
                  "name": "q",
                  "requires": [],
                  "requiresPython": null,
                  "scripts": {},
                  "version": "1.0.0",
                  "visibleTo": null,
                  "yanked": false,
                },
              },
              {
                "index": "b",
                "kind": "yank",
                "package": "p",
                "version": "1.0.0",
              },
              {
                "faults": [],
                "index": "default",
                "kind": "faults",
              },
            ],
            "stdin": "",
            "timeoutSeconds": 60,
            "tls": "none",
            "venv": "inactive",
            "write": {
              "pkg/a.txt": "1",
            },
          },
          {
            "argv": [
              "uv",
              "sync",
            ],
            "cwd": "",
            "delete": [],
            "env": {},
            "exit": "any",
            "healthy": [
              {
                "exit": [
                  0,
                ],
                "kind": "exit",
                "path": "step[1].healthy.exit",
              },
              {
                "kind": "keyring",
                "match": {},
                "path": "step[1].healthy.keyring.none",
                "quantifier": "none",
              },
              {
                "kind": "leak",
                "match": {
                  "where": [
                    "stdout",
                  ],
                },
                "path": "step[1].healthy.leak.none",
                "quantifier": "none",
              },
            ],
            "reproduced": [
              {
                "exit": [
                  1,
                  2,
                ],
                "kind": "exit",
                "path": "step[1].reproduced.exit",
              },
              {
                "kind": "stdout",
                "path": "step[1].reproduced.stdout",
                "text": {
                  "contains": [
                    "a",
                    "b",
                  ],
                },
              },
              {
                "kind": "stderr",
                "path": "step[1].reproduced.stderr",
                "text": {
                  "contains": [
                    "a",
                  ],
                  "lacks": [
                    "b",
                  ],
                  "matches": "^x$",
                },
              },
              {
                "count": {
                  "max": 9007199254740991,
                  "min": 1,
                },
                "kind": "final",
                "match": {
                  "index": [
                    "default",
                  ],
                },
                "path": "step[1].reproduced.final.count[0]",
                "quantifier": "count",
              },
              {
                "count": {
                  "max": 0,
                  "min": 0,
                },
                "kind": "final",
                "match": {
                  "index": [
                    "c.d",
                  ],
                },
                "path": "step[1].reproduced.final.count[1]",
                "quantifier": "count",
              },
              {
                "kind": "file",
                "match": {
                  "exists": true,
                  "path": [
                    "~/.netrc",
                  ],
                },
                "path": "step[1].reproduced.file.any",
                "quantifier": "any",
              },
            ],
            "set": [],
            "stdin": null,
            "timeoutSeconds": 60,
            "tls": "file",
            "venv": "inactive",
            "write": {},
          },
        ],
        "venv": {
          "packages": [
            "p",
          ],
          "path": ".venv",
          "state": "created",
        },
      }
    `);
  });

  test("an address from the name, where none is said", () => {
    const urls = ["simple", "gitlab", "azure-devops", "artifactory", "devpi", "gitea", "nexus"].map((flavour) => {
      const text = SHADOWING.replace(/flavour = .*\nurl = .*\n/, `flavour = "${flavour}"\n`).replace("index.private]", "index.My_Feed]");
      return read(text.replace('tool = ["private"]', "tool = []").replaceAll('index = "private"', 'index = "My_Feed"')).indexes[0]?.url;
    });
    expect(urls).toMatchInlineSnapshot(`
      [
        "https://my-feed.example.com/simple/",
        "https://my-feed.example.com/api/v4/projects/1/packages/pypi/simple/",
        "https://my-feed.example.com/acme/_packaging/main/pypi/simple/",
        "https://my-feed.example.com/artifactory/api/pypi/main/simple/",
        "https://my-feed.example.com/root/main/+simple/",
        "https://my-feed.example.com/api/packages/acme/pypi/simple/",
        "https://my-feed.example.com/repository/main/simple/",
      ]
    `);
  });

  test("files beside the scenario count as if they were in it", () => {
    const text = SHADOWING.replace(/\[files\]\n[^]*?'''\n[^]*?'''\n/, "");
    const scenario = read(text, { files: { "pyproject.toml": "x = 1", "a/b.txt": "{{url.private}}" }, home: { ".netrc": "n" } });
    expect([scenario.files, scenario.home]).toEqual([{ "pyproject.toml": "x = 1", "a/b.txt": "{{url.private}}" }, { ".netrc": "n" }]);
  });

  const folder = new URL("../../scenarios/", import.meta.url);
  const shipped = readdirSync(folder).filter((file) => file.endsWith(".toml"));
  test.each(shipped)("shipped: %s", (file) => {
    expect(problemsOf(readFileSync(new URL(file, folder), "utf8"))).toBe("ok");
  });
});

describe("where a problem stands", () => {
  test("all of them at once, in the order of the text, each with its place", () => {
    const text = `#:schema x
schema = 1
titel = "x"
supported = "0.9"

[index.private]
flavour = "gitlb"
users = ["b", { name = "c", stat = "god" }]
packages = ["keyring", 3, { name = "sandbox", visible_to = ["b"], version = "one" }]

[files]
"pyproject.toml" = '''
x = "{{secrt.private}}"
y = "{{secret.privat}}"
'''
pyproject.toml = "x"

[[step]]
run = "uv sync && uv lock"
venv = "activ"
[step.reproduced]
final.any = { index = "pivate", status = [401, 999] }
[step.env]
HTTPS_PROXY = ""
`;
    const result = parseScenario(text, { file: "a.toml" });
    expect(result.ok ? "" : formatProblems(result.problems, text)).toMatchInlineSnapshot(`
      "a.toml:3:1: titel: unknown key \`titel\` (did you mean \`title\`?)
        titel = "x"
        ^
      a.toml:4:13: supported: \`0.9\` is no version specifier (PEP 440) (write \`==0.9\` or \`>=0.9\`)
        supported = "0.9"
                    ^
      a.toml:7:11: index.private.flavour: must be "simple", "gitlab", "azure-devops", "artifactory", "pypiserver", "devpi", "gitea", "google-artifact-registry", "codeartifact", "nexus", "cloudsmith", "pypicloud", not "gitlb" (did you mean \`gitlab\`?)
        flavour = "gitlb"
                  ^
      a.toml:8:29: index.private.users[1].stat: unknown key \`stat\` (did you mean \`state\`?)
        users = ["b", { name = "c", stat = "god" }]
                                    ^
      a.toml:9:13: index.private.packages[0]: real packages need \`as-of\` (add \`as-of = "2026-11-01"\`: it pins what they need, on every machine)
        packages = ["keyring", 3, { name = "sandbox", visible_to = ["b"], version = "one" }]
                    ^
      a.toml:9:13: index.private.packages[0]: a real package from PyPI must be pinned by \`==\` alone (write "keyring==VERSION", or { name = "keyring" } for one that is built)
        packages = ["keyring", 3, { name = "sandbox", visible_to = ["b"], version = "one" }]
                    ^
      a.toml:9:24: index.private.packages[1]: must be a text or a table, not a number (write "3", in quotes)
        packages = ["keyring", 3, { name = "sandbox", visible_to = ["b"], version = "one" }]
                               ^
      a.toml:9:47: index.private.packages[2].visible_to: unknown key \`visible_to\` (did you mean \`visible-to\`?)
        packages = ["keyring", 3, { name = "sandbox", visible_to = ["b"], version = "one" }]
                                                      ^
      a.toml:9:77: index.private.packages[2].version: \`one\` is no version (PEP 440) (write one such as "1.0.0")
        packages = ["keyring", 3, { name = "sandbox", visible_to = ["b"], version = "one" }]
                                                                                    ^
      a.toml:13:6: files."pyproject.toml": \`{{secrt.private}}\` stands for nothing (did you mean \`secret\`?)
        x = "{{secrt.private}}"
             ^
      a.toml:14:6: files."pyproject.toml": there is no index \`privat\` (did you mean \`private\`?)
        y = "{{secret.privat}}"
             ^
      a.toml:16:1: files.pyproject: must be a text, not a table (quote the whole path: "pyproject.toml" = …, "packages/a/pyproject.toml" = …)
        pyproject.toml = "x"
        ^
      a.toml:19:16: step[0].run: no shell reads this: \`&&\` would be passed to the command (one step for each command)
        run = "uv sync && uv lock"
                       ^
      a.toml:20:8: step[0].venv: must be "active", "inactive", not "activ" (did you mean \`active\`?)
        venv = "activ"
               ^
      a.toml:22:24: step[0].reproduced.final.any.index: there is no index \`pivate\` (did you mean \`private\`?)
        final.any = { index = "pivate", status = [401, 999] }
                               ^
      a.toml:22:48: step[0].reproduced.final.any.status[1]: no HTTP status is 999 (they run from 100 to 599; 0 is for a request that got no answer)
        final.any = { index = "pivate", status = [401, 999] }
                                                       ^
      a.toml:24:1: step[0].env.HTTPS_PROXY: the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network (leave it out; a company's proxy is \`[proxy]\`, and then \`HTTPS_PROXY = "{{url.proxy}}"\` is it)
        HTTPS_PROXY = ""
        ^"
    `);
  });

  test("a text that is no TOML", () => {
    expect(problemsOf("schema = 1\ntitle = \n")).toMatchInlineSnapshot(`
      "refused
      2:9 syntax : not valid TOML: invalid value (a text stands in quotes)"
    `);
    expect(problemsOf('title = "')).toMatchInlineSnapshot(`
      "refused
      1:9 syntax : not valid TOML: the text that begins with " here never ends (end it with ")"
    `);
  });

  test("lines and columns are those of the Markdown around it", () => {
    expect(problemsOf("schema = 2\n", { lineOffset: 10, columnOffset: 2 })).toMatch(/^11:12 wrong-value schema:/m);
  });

  test("in a file beside the scenario", () => {
    const text = SHADOWING.replace(/\[files\]\n[^]*?'''\n[^]*?'''\n/, "");
    const result = parseScenario(text, { files: { "a.txt": "one\n\ttwo {{url.privat}}\n", "../b": "" } });
    expect(result.ok ? "" : formatProblems(result.problems, text)).toMatchInlineSnapshot(`
      "project/../b:1:1: files."../b": the path leaves its folder by \`..\` (a path is relative to the project, and stays in it)
      project/a.txt:2:6: files."a.txt": there is no index \`privat\` (did you mean \`private\`?)
        	two {{url.privat}}
        	    ^"
    `);
  });

  test("a file that is both in the scenario and beside it", () => {
    expect(problemsOf(SHADOWING, { files: { "pyproject.toml": "" } })).toMatchInlineSnapshot(`
      "refused
      20:1 duplicate files."pyproject.toml": \`pyproject.toml\` stands both here and in the folder \`project\` beside"
    `);
  });

  test("what hangs on something misspelt is not called missing as well", () => {
    const text = SHADOWING.replace("user = ", "usr = ").replace('"uv sync" ', '"uv sync {{secret.private}}" ');
    expect(problemsOf(text)).toMatchInlineSnapshot(`
      "refused
      10:1 unknown-key index.private.usr: unknown key \`usr\` (did you mean \`user\`?)"
    `);
    expect(problemsOf(SHADOWING.replace("[index.private]", "[indx.private]"))).toMatchInlineSnapshot(`
      "refused
      1:1 unknown-key indx: unknown key \`indx\` (did you mean \`index\`?)"
    `);
    expect(problemsOf(SHADOWING.replaceAll("[[step]]", "[[stpe]]"))).toMatchInlineSnapshot(`
      "refused
      39:3 unknown-key stpe: unknown key \`stpe\` (did you mean \`step\`?)"
    `);
  });

  test("too much is not looked at", () => {
    const many = Array.from({ length: 300 }, (_, i) => `k${i} = 1`).join("\n");
    expect(problemsOf(`${many}\n`).split("\n")).toHaveLength(102);
    expect(problemsOf(`x = ${"[".repeat(500)}${"]".repeat(500)}\n`)).toMatchInlineSnapshot(`
      "refused
      1:5 too-deep x: is nested more than 32 deep"
    `);
    expect(problemsOf(`${"a.".repeat(5000)}b = 1\n`).split("\n")).toHaveLength(2);
    expect(problemsOf(`x = ${"[".repeat(50_000)}\n`)).toMatchInlineSnapshot(`
      "refused
      1:1005 syntax : not valid TOML: document contains excessively nested structures. aborting."
    `);
  });

  test("names that objects have of themselves", () => {
    expect(problemsOf(SHADOWING.replace("[claims]", "[env]\n__proto__ = 'x'\nconstructor = 'y'\n[claims]"))).toMatchInlineSnapshot(`
      "refused
      49:1 reserved-key env.__proto__: \`__proto__\` cannot be a name here
      50:1 reserved-key env.constructor: \`constructor\` cannot be a name here"
    `);
  });
});
