import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/parse.ts";
import { MISTAKES } from "../mistakes.ts";

test("ninety typical mistakes: each is told at its place, with what to do", () => {
  const told = Object.entries(MISTAKES).map(([name, text]) => {
    const result = parseScenario(text, { file: "a.toml" });
    const problems = result.ok ? result.warnings : result.problems;
    const [first] = problems;
    expect({ name, told: first !== undefined, hints: problems.map(({ hint }) => hint) }).toEqual({
      name,
      told: true,
      hints: problems.map(() => expect.any(String)),
    });
    const key = first?.key === "" ? "" : `${first?.key}: `;
    return `${name}\n  ${first?.line}:${first?.column} ${key}${first?.message}\n  → ${first?.hint}`;
  });
  expect(told.length).toBeGreaterThanOrEqual(90);
  expect(`\n${told.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    schema forgotten
      1:1 schema: \`schema\` is missing
      → write \`schema = 1\` at the top
    schema of tomorrow
      1:10 schema: must be 1, not 2
      → this version of uv-mre reads schema 1
    schema as a text
      1:10 schema: must be 1, not "1"
      → this version of uv-mre reads schema 1
    title forgotten
      1:1 title: \`title\` is missing
      → write \`title = "…"\`: what the scenario shows, in one line
    title left empty
      2:9 title: the title is empty
      → say what the scenario shows, in one line
    a key misspelt
      2:1 titel: unknown key \`titel\`
      → did you mean \`title\`?
    a table misspelt
      9:2 file: unknown key \`file\`
      → did you mean \`files\`?
    steps for step
      24:3 steps: unknown key \`steps\`
      → did you mean \`step\`?
    one bracket for a step
      21:2 step: must be a list, not a table
      → write it as each step begins with [[step]]
    a text not closed
      2:33 not valid TOML: the text that begins with " does not end on its line
      → end it with ", or begin and end it with """ for a text of several lines
    a text of several lines not closed
      10:20 not valid TOML: the text that begins with ''' here never ends
      → end it with ''' on a line of its own
    no quotes
      6:8 not valid TOML: invalid value
      → a text stands in quotes
    a list not closed
      9:1 not valid TOML: a comma is missing here, or the end of a list or table
      → a list ends with ]; a table in { } stands on one line
    a table over two lines without a comma
      7:32 not valid TOML: a comma is missing here, or the end of a list or table
      → a list ends with ]; a table in { } stands on one line
    the same key twice
      7:1 not valid TOML: \`user\` stands above already
      → keep one of the two
    the same table twice
      9:2 not valid TOML: \`index.private\` stands above already
      → put both into one table
    a second request.any
      27:1 not valid TOML: \`healthy.request.any\` stands above already
      → write both into one list: request.any = [{ … }, { … }]
    a colon for an equals sign
      6:5 not valid TOML: illegal character in key
      → TOML has \`=\` between key and value, no \`:\`
    a file's dot without quotes
      10:1 files.pyproject: must be a text, not a table
      → quote the whole path: "pyproject.toml" = …, "packages/a/pyproject.toml" = …
    an index's name misspelt
      26:57 step[1].reproduced.final.any.index: there is no index \`privat\`
      → did you mean \`private\`?
    an index that is not there, in a placeholder
      22:71 step[0].run: there is no index \`acme\`
      → known: \`private\`
    a placeholder misspelt
      22:71 step[0].run: \`{{secrets.private}}\` stands for nothing
      → did you mean \`secret\`?
    a placeholder without an index
      22:71 step[0].run: \`{{secret}}\` stands for nothing
      → write \`{{secret.INDEX}}\`
    a user that the index has not
      22:71 step[0].run: index \`private\` has no user \`bob\`
      → known: \`alice\`
    a secret of an index without users
      21:71 step[0].run: index \`private\` has no users
      → give it one: \`user = "alice"\`
    credentials in the index's URL
      5:7 index.private.url: an index's address holds no credentials
      → write \`user = "alice"\` here, and the user into the URL of the project's own files
    a URL without a scheme
      5:7 index.private.url: must be an absolute URL with http or https
      → did you mean \`https://packages.example.com/simple/\`?
    a flavour misspelt
      7:11 index.private.flavour: must be "simple", "gitlab", "azure-devops", "artifactory", "pypiserver", "devpi", "gitea", "google-artifact-registry", "codeartifact", "nexus", "cloudsmith", "pypicloud", not "artifactori"
      → did you mean \`artifactory\`?
    a flavour by its product's name
      7:11 index.private.flavour: must be "simple", "gitlab", "azure-devops", "artifactory", "pypiserver", "devpi", "gitea", "google-artifact-registry", "codeartifact", "nexus", "cloudsmith", "pypicloud", not "Azure DevOps"
      → did you mean \`azure-devops\`?
    a status as a text
      27:65 step[1].healthy.final.any.status: must be a number or a list, not a text
      → write 200, without quotes
    a status that does not exist
      27:65 step[1].healthy.final.any.status: no HTTP status is 2000
      → they run from 100 to 599; 0 is for a request that got no answer
    an authorization misspelt
      27:86 step[1].healthy.final.any.authorization: must be "none", "user-only", "good", "stale", "unknown", "bearer" or a list, not "valid"
      → known: \`none\`, \`user-only\`, \`good\`, \`stale\`, \`unknown\`, \`bearer\`
    exit as a word
      27:20 step[1].healthy.exit: must be a number or "any", "nonzero" or a list, not "zero"
      → known: \`any\`, \`nonzero\`
    no healthy condition
      24:3 step[1]: no step has \`healthy\` conditions: no run could come to that verdict
      → a run that fails for another reason is not healthy: say what shows that it is, as \`healthy = { exit = 0, final.any = { … } }\`
    no reproduced condition
      24:3 step[1]: no step has \`reproduced\` conditions: no run could come to that verdict
      → say what shows the bug, as \`reproduced = { exit = "nonzero", final.any = { … } }\`
    no conditions at all
      24:3 step[1]: no step has \`reproduced\` conditions: no run could come to that verdict
      → say what shows the bug, as \`reproduced = { exit = "nonzero", final.any = { … } }\`
    a shell's and
      25:16 step[1].run: no shell reads this: \`&&\` would be passed to the command
      → one step for each command
    a shell's pipe
      25:16 step[1].run: no shell reads this: \`|\` would be passed to the command
      → one step for each command
    a shell's variable in front
      25:8 step[1].run: no shell reads this: \`UV_INDEX=…\` would be the command
      → \`env = { UV_INDEX = "…" }\` in the step
    a shell's quotes
      25:23 step[1].run: no shell reads this: the quote " would be passed to the command
      → write a list: run = ["uv", "sync"]
    a shell's variable
      25:28 step[1].run: no shell reads this: \`$HOME\` is passed on as it is
      → placeholders such as \`{{home}}\` are filled
    an empty command
      25:7 step[1].run: the command is empty
      → write \`run = "uv sync"\`
    command for run
      25:1 step[1].command: unknown key \`command\`
      → did you mean \`run\`?
    run forgotten
      24:3 step[1].run: \`run\` is missing
      → write \`run = "uv sync"\`
    a proxy in env
      26:9 step[1].env.HTTPS_PROXY: the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network
      → leave it out; a company's proxy is \`[proxy]\`, and then \`HTTPS_PROXY = "{{url.proxy}}"\` is it
    env as a list
      26:7 step[1].env: must be a table, not a list
      → write it as env = { NAME = "value" }
    a number in env
      26:27 step[1].env.UV_HTTP_TIMEOUT: must be a text, not a number
      → write "5", in quotes
    an absolute path
      25:26 step[1].run: \`/home/me/app\` is absolute: a run stays in its folder
      → begin with \`{{project}}\`, \`{{home}}\`, \`{{venv}}\` or \`{{cache}}\`, or name a path relative to the project
    a path that leaves the project
      10:1 files."../pyproject.toml": the path leaves its folder by \`..\`
      → a path is relative to the project, and stays in it
    an absolute file
      10:1 files."/tmp/pyproject.toml": the path is absolute
      → a path is relative to the project, and stays in it
    a package of PyPI without a version
      7:35 index.private.packages[1]: real packages need \`as-of\`
      → add \`as-of = "2026-11-01"\`: it pins what they need, on every machine
    a package of PyPI without a date
      7:35 index.private.packages[1]: real packages need \`as-of\`
      → add \`as-of = "2026-11-01"\`: it pins what they need, on every machine
    packages as a text
      7:12 index.private.packages: must be a list, not a text
      → write it as packages = [{ name = "sandbox" }], or in [index.default] ["requests==2.32.5"]
    scripts as a list
      7:43 index.private.packages[0].scripts: must be a table, not a list
      → write it as scripts = { NAME = "module:function" }
    a version that is none
      7:43 index.private.packages[0].version: \`one\` is no version (PEP 440)
      → write one such as "1.0.0"
    dependencies of PyPI in an unchanged pyproject.toml
      14:29 files."pyproject.toml": no index has \`requests\`
      → if PyPI has it: below \`[index.default]\` write \`packages = [{ name = "requests", version = "2.31" }]\`, or the real one, \`"requests==2.31"\`
    broken TOML in pyproject.toml
      16:1 files."pyproject.toml": line 6 of pyproject.toml is not valid TOML: a comma is missing here, or the end of a list or table
      → a list ends with ]; a table in { } stands on one line
    a host misspelt in pyproject.toml
      18:16 files."pyproject.toml": no index is at \`pakages.example.com\`
      → did you mean \`packages.example.com\`?
    a venv's package that no index has
      22:13 venv.packages[0]: no index has \`requests\`
      → a venv is filled from the scenario's indexes: add \`packages = [{ name = "requests" }]\` to \`[index.default]\`, or the real \`"requests==VERSION"\`
    a literal password
      22:71 a literal password stands here (--password): nothing shows it, and runs take another of its shape in its place
      → write \`{{secret.private}}\` for that of the index's user, or \`wrong-password\` for one that no index knows
    a claim that is no specifier
      29:1 claims."0.9.5": \`0.9.5\` is no version specifier (PEP 440)
      → write \`==0.9.5\` or \`>=0.9.5\`
    a claim of an unknown verdict
      29:11 claims.">=0.9": must be "reproduced", "healthy", "unresolved", "unsupported", not "fixed"
      → known: \`reproduced\`, \`healthy\`, \`unresolved\`, \`unsupported\`
    supported that is no specifier
      2:13 supported: \`0.9\` is no version specifier (PEP 440)
      → write \`==0.9\` or \`>=0.9\`
    a date that is none
      2:9 as-of: \`November 2026\` is no date
      → write it as "2026-11-01"
    a keyring for an index that is not there
      22:10 keyring.tool[0]: there is no index \`acme\`
      → known: \`private\`
    quotes of a word processor
      2:9 not valid TOML: invalid value
      → a text stands between straight quotes, " or '
    a path of Windows
      26:29 not valid TOML: invalid non-hex character in unicode escape
      → in "…" a backslash is written \\\\; between '…' it stands as it is
    Python's True
      7:10 not valid TOML: invalid value
      → write \`true\`
    Python's None
      6:8 not valid TOML: invalid value
      → TOML has no such value; leave the key out
    a comment of another language
      6:16 not valid TOML: more stands behind the value
      → a comment begins with #
    two equals signs
      6:7 not valid TOML: invalid value
      → one \`=\` stands between key and value
    a key of two words
      6:6 not valid TOML: illegal character in key
      → a key with a blank in it stands in quotes
    the name of a table not closed
      9:7 not valid TOML: illegal character in key
      → the name of a table ends with ]
    an index without a name
      5:7 index.url: must be a table, not a text
      → an index has a name: [index.private]
    indexes as a list
      4:3 index: must be a table, not a list
      → write it as [index.NAME]
    uv's own table
      1:1 tool: unknown key \`tool\`
      → it goes into the project's own file: below [files], "pyproject.toml" = '''…'''
    a password for the user
      7:1 index.private.password: unknown key \`password\`
      → every secret is made anew for a run, and \`{{secret.INDEX}}\` stands where it goes
    a package's name with its version
      7:22 index.private.packages[0].name: \`sandbox==1.0\` cannot be the name of a package
      → write { name = "sandbox", version = "1.0" }
    several commands in a text
      25:7 step[1].run: several commands in one step
      → one step for each command
    several commands in a list
      25:7 step[1].run: \`uv lock\` would be the name of one command
      → a list has the words of one command, as ["uv", "sync"]; each command is a step
    a command within a command
      25:15 step[1].run: no shell reads this: the backquote is passed on as it is
      → placeholders such as \`{{home}}\` are filled
    a change of folder
      25:7 step[1].run: no shell reads this: \`cd\` is a word of the shell's own
      → say \`cwd = "FOLDER"\` in the step that shall run there
    a shell's export
      25:7 step[1].run: no shell reads this: \`export\` is a word of the shell's own
      → say \`env = { NAME = "value" }\` in the steps that need it
    exit as true
      27:20 step[1].healthy.exit: must be a number or "any", "nonzero" or a list, not true
      → write it as exit = 0, or exit = "nonzero"
    statuses by their first digit
      26:76 step[1].reproduced.final.any.status: must be a number or a list, not a text
      → write it as status = 401, or a list: [401, 403]
    expected for healthy
      27:1 step[1].expected: unknown key \`expected\`
      → did you mean \`healthy\`?
    one brace for two
      22:71 step[0].run: \`{secret.private}\` stands as it is
      → did you mean \`{{secret.private}}\`?
    password for secret
      22:71 step[0].run: \`{{password.private}}\` stands for nothing
      → did you mean \`secret\`?
    a claim of the newest release
      29:1 claims.latest: \`latest\` is no version specifier (PEP 440)
      → write a range of releases, as \`>=0.9,<0.10\`
    a claim that is true
      29:11 claims.">=0.9": must be "reproduced", "healthy", "unresolved", "unsupported", not true
      → known: \`reproduced\`, \`healthy\`, \`unresolved\`, \`unsupported\`
    the release in the scenario
      2:1 uv: unknown key \`uv\`
      → \`run --uv 0.9.5\` chooses the release; \`uv\` in a [[step]] is that step's own
    netrc as a table
      21:2 netrc: unknown key \`netrc\`
      → write it below [home]: ".netrc" = '''…'''
    a time with its unit
      26:11 step[1].timeout: must be a number, not a text
      → write it as timeout = 60, in seconds
    a URL of another scheme
      5:7 index.private.url: must be an absolute URL with http or https
      → write one such as \`https://packages.example.com/simple/\`
    "
  `);
});
