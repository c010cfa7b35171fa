import { describe, expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

interface Parts {
  schema?: string;
  title?: string;
  /** Before the first table. */
  top?: string;
  /** In the table of index `a`, whose user is `alice`. */
  index?: string;
  /** In the step. */
  step?: string;
  run?: string;
  reproduced?: string;
  healthy?: string;
  /** At the end. */
  tail?: string;
}

function scenario(parts: Parts): string {
  const { top = "", index = 'user = "alice"\npackages = [{ name = "sandbox" }]', step = "", run = '"uv sync"', tail = "" } = parts;
  const { reproduced = 'exit = "nonzero"', healthy = "exit = 0" } = parts;
  return `schema = ${parts.schema ?? "1"}
title = "${parts.title ?? "x"}"
${top}
[index.a]
${index}
[[step]]
run = ${run}
${step}
[step.reproduced]
${reproduced}
[step.healthy]
${healthy}
${tail}
`;
}

/** Problems without their places; `(ok)` first if the scenario is taken all the same. */
function problems(parts: Parts): string[] {
  const result = parseScenario(scenario(parts));
  const list = result.ok ? result.warnings : result.problems;
  const lines = list.map(({ kind, key, message, hint }) => `${kind} ${key}: ${message}${hint === null ? "" : ` (${hint})`}`);
  return result.ok ? ["(ok)", ...lines] : lines;
}

function table(cases: Record<string, Parts>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(cases).map(([name, parts]) => [name, problems(parts)]));
}

test("the scenario that the others change is right", () => {
  expect(problems({})).toEqual(["(ok)"]);
});

test("top level", () => {
  expect(
    table({
      "empty title": { title: " " },
      "schema of the future": { schema: "2" },
      "schema as a text": { schema: '"1"' },
      "bad supported": { top: 'supported = "latest"' },
      "a version for a specifier": { top: 'supported = "0.9.5"' },
      "bad date": { top: 'as-of = "2026-02-30"' },
      "date and time": { top: "as-of = 2026-02-03T10:00:00Z" },
      "real package without date": { tail: '[index.default]\npackages = ["keyring==25.7.0"]' },
      "claim no specifier": { tail: '[claims]\n"0.9" = "healthy"' },
      "claim misspelt": { tail: '[claims]\n">=0.9" = "helthy"' },
      "claim outside supported": { top: 'supported = ">=0.9"', tail: '[claims]\n"<0.5" = "healthy"' },
      "claim outside, as said": { top: 'supported = ">=0.9"', tail: '[claims]\n"<0.5" = "unsupported"' },
      "claim partly inside": { top: 'supported = ">=0.6.6"', tail: '[claims]\n">=0.9,<0.10" = "healthy"\n"==0.7.*" = "healthy"' },
      "proxy variable": { top: 'env = { https_proxy = "", "A=B" = "", UV_MRE_RUN = "" }' },
    }),
  ).toMatchInlineSnapshot(`
    {
      "a version for a specifier": [
        "bad-version supported: \`0.9.5\` is no version specifier (PEP 440) (write \`==0.9.5\` or \`>=0.9.5\`)",
      ],
      "bad date": [
        "wrong-value as-of: \`2026-02-30\` is no date (write it as "2026-11-01")",
      ],
      "bad supported": [
        "bad-version supported: \`latest\` is no version specifier (PEP 440) (write a range of releases, as \`>=0.9,<0.10\`)",
      ],
      "claim misspelt": [
        "wrong-value claims.">=0.9": must be "reproduced", "healthy", "unresolved", "unsupported", not "helthy" (did you mean \`healthy\`?)",
      ],
      "claim no specifier": [
        "bad-version claims."0.9": \`0.9\` is no version specifier (PEP 440) (write \`==0.9\` or \`>=0.9\`)",
      ],
      "claim outside supported": [
        "(ok)",
        "suspicious claims."<0.5": is about releases outside \`supported\` (>=0.9), where nothing is run",
      ],
      "claim outside, as said": [
        "(ok)",
      ],
      "claim partly inside": [
        "(ok)",
      ],
      "date and time": [
        "wrong-value as-of: \`2026-02-03T10:00:00.000Z\` is no date (write it as "2026-11-01")",
      ],
      "empty title": [
        "wrong-value title: the title is empty (say what the scenario shows, in one line)",
      ],
      "proxy variable": [
        "bad-environment env.https_proxy: the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network (leave it out; a company's proxy is \`[proxy]\`, and then \`HTTPS_PROXY = "{{url.proxy}}"\` is it)",
        "bad-environment env."A=B": a variable's name is not empty and holds no \`=\`",
        "bad-environment env.UV_MRE_RUN: names that begin with \`UV_MRE_\` are uv-mre's own",
      ],
      "real package without date": [
        "missing-key index.default.packages[0]: real packages need \`as-of\` (add \`as-of = "2026-11-01"\`: it pins what they need, on every machine)",
      ],
      "schema as a text": [
        "wrong-value schema: must be 1, not "1" (this version of uv-mre reads schema 1)",
      ],
      "schema of the future": [
        "wrong-value schema: must be 1, not 2 (this version of uv-mre reads schema 1)",
      ],
    }
  `);
});

test("indexes", () => {
  expect(
    table({
      "user and users": { index: 'user = "a"\nusers = ["b"]' },
      "user twice": { index: 'users = ["b", { name = "b" }, ""]' },
      "user with a colon": { index: 'user = "a:b"' },
      "credentials in the URL": { index: 'url = "https://bob:pw@h.example.com/simple/"' },
      "empty credentials": { index: 'url = "https://@h.example.com/simple/"' },
      "relative URL": { index: 'url = "h.example.com/simple/"' },
      "other scheme": { index: 'url = "ftp://h.example.com/"' },
      query: { index: 'url = "https://h.example.com/simple/?x=1"' },
      "same URL": { index: "", tail: '[index.b]\nurl = "https://A.example.com:443/simple"' },
      "same URL by name": { index: "", tail: "[index.A]\n" },
      name: { tail: '[index."a b"]\n' },
      "option of another flavour": { index: 'flavour = "devpi"\nid = 3\nfeed-id = "x"' },
      "option of a misspelt flavour": { index: 'flavour = "gitlba"\nid = 3' },
      "option of the wrong shape": { index: 'flavour = "azure-devops"\nfeed-id = "x"' },
      "option against the URL": {
        index: 'flavour = "gitlab"\nurl = "https://g.example.com/api/v4/projects/7/packages/pypi/simple"\nid = 8\ngroup = true',
      },
      "option that the URL says too": {
        index: 'flavour = "gitlab"\nurl = "https://g.example.com/api/v4/groups/7/-/packages/pypi/simple"\nid = 7\ngroup = true',
      },
      "option that the URL leaves open": {
        index: 'flavour = "gitlab"\nurl = "https://g.example.com/api/v4/projects/a%2Fb/packages/pypi/simple"\nid = 7',
      },
      "key that default lacks": { tail: '[index.default]\nuser = "x"' },
      redirect: {
        index: 'redirect = { to = "b" }\nredirects = [{ to = "a" }, { to = "https://u@x.example.com/" }, { to = "default", status = 200 }]',
      },
      "redirect with credentials of nobody": { index: 'user = "alice"\nredirect = { to = "default", credentials = { user = "alicia" } }' },
      faults: {
        index: `faults = [{ kind = "drop", nth = 1, from = 2 }, { kind = "drop", seed = 1 }, { kind = "drop", rate = 0.5 }, { kind = "drop", status = 500 },
          { kind = "delay" }, { kind = "status", delay-ms = 3 }, { kind = "status", rate = 2, seed = 1 }, { kind = "status", nth = 0 }, { kind = "stats" }]`,
      },
    }),
  ).toMatchInlineSnapshot(`
    {
      "credentials in the URL": [
        "bad-url index.a.url: an index's address holds no credentials (write \`user = "bob"\` here, and the user into the URL of the project's own files)",
        "literal-secret : a literal password stands here (a URL): nothing shows it, and runs take another of its shape in its place (write \`{{secret.a}}\` for that of the index's user, or \`wrong-password\` for one that no index knows)",
      ],
      "empty credentials": [
        "bad-url index.a.url: an index's address holds no credentials (write \`user = "NAME"\` here, and the user into the URL of the project's own files)",
      ],
      "faults": [
        "conflict index.a.faults[0].from: \`nth\` and \`from\` exclude each other",
        "conflict index.a.faults[1].seed: \`seed\` goes with \`rate\`",
        "missing-key index.a.faults[2].rate: \`rate\` needs a \`seed\`, so that every run sees the same",
        "conflict index.a.faults[3].status: \`status\` means nothing for a fault of kind "drop"",
        "missing-key index.a.faults[4].kind: a fault of kind "delay" needs \`delay-ms\`",
        "conflict index.a.faults[5].delay-ms: \`delay-ms\` means nothing for a fault of kind "status"",
        "wrong-value index.a.faults[6].rate: must be at most 1, not 2",
        "wrong-value index.a.faults[7].nth: must be at least 1, not 0",
        "wrong-value index.a.faults[8].kind: must be "status", "delay", "drop", "truncate", "revoke", "no-such-host", "connection-refused", "connect-timeout", not "stats" (did you mean \`status\`?)",
      ],
      "key that default lacks": [
        "unknown-key index.default.user: unknown key \`user\` (known: \`packages\`, \`http\`, \`metadata\`, \`json\`, \`faults\`, \`cache-control\`, \`page-headers\`, \`file-headers\`)",
      ],
      "name": [
        "wrong-value index."a b": \`a b\` cannot be an index's name: uv allows letters, digits, \`_\`, \`.\` and \`-\`",
      ],
      "option against the URL": [
        "conflict index.a.id: the URL says otherwise: 7 (leave one of them out)",
        "conflict index.a.group: the URL says otherwise: false (leave one of them out)",
      ],
      "option of a misspelt flavour": [
        "wrong-value index.a.flavour: must be "simple", "gitlab", "azure-devops", "artifactory", "pypiserver", "devpi", "gitea", "google-artifact-registry", "codeartifact", "nexus", "cloudsmith", "pypicloud", not "gitlba" (did you mean \`gitlab\`?)",
      ],
      "option of another flavour": [
        "unknown-key index.a.id: flavour "devpi" has no key \`id\` (it belongs to gitlab)",
        "unknown-key index.a.feed-id: flavour "devpi" has no key \`feed-id\` (it belongs to azure-devops)",
      ],
      "option of the wrong shape": [
        "wrong-value index.a.feed-id: \`x\` has not the shape of a GUID",
      ],
      "option that the URL leaves open": [
        "(ok)",
      ],
      "option that the URL says too": [
        "(ok)",
      ],
      "other scheme": [
        "bad-url index.a.url: must be an absolute URL with http or https (write one such as \`https://packages.example.com/simple/\`)",
      ],
      "query": [
        "bad-url index.a.url: an index's address has no query or fragment",
      ],
      "redirect": [
        "unknown-index index.a.redirect.to: \`b\` is neither an index nor an absolute URL (known: \`default\`)",
        "conflict index.a.redirects: \`redirect\` and \`redirects\` exclude each other",
        "conflict index.a.redirects[0].to: an index that redirects to itself never answers",
        "bad-url index.a.redirects[1].to: the address holds no credentials (write \`credentials = "kept"\`, or \`{ user = … }\`)",
        "wrong-value index.a.redirects[2].status: must be 301, 302, 303, 307, 308, not 200",
      ],
      "redirect with credentials of nobody": [
        "unknown-user index.a.redirect.credentials.user: there is no user \`alicia\` (did you mean \`alice\`?)",
      ],
      "relative URL": [
        "bad-url index.a.url: must be an absolute URL with http or https (did you mean \`https://h.example.com/simple/\`?)",
      ],
      "same URL": [
        "duplicate index.b.url: indexes \`a\` and \`b\` have the same URL",
      ],
      "same URL by name": [
        "duplicate index.A: indexes \`a\` and \`A\` have the same URL",
      ],
      "user and users": [
        "conflict index.a.users: \`user\` and \`users\` exclude each other",
      ],
      "user twice": [
        "duplicate index.a.users[1].name: the index already has a user \`b\`",
        "wrong-value index.a.users[2]: a user's name is empty",
      ],
      "user with a colon": [
        "wrong-value index.a.user: a user's name cannot hold \`:\`, which ends it in Basic authentication",
      ],
    }
  `);
});

test("packages", () => {
  const packages = (list: string): Parts => ({ top: 'as-of = "2026-11-01"', index: `user = "alice"\npackages = [${list}]` });
  expect(
    table({
      "not pinned": packages('"keyring", "keyring>=25", "keyring==25.*", "keyring==25.7.0; python_version > \'3\'"'),
      "no requirement": packages('"key ring", "==1"'),
      "more than one line": packages('"keyring[a\\n-r x\\n]==25.7.0"'),
      "version and versions": packages('{ name = "p", version = "1", versions = ["2"] }'),
      "no version": packages('{ name = "p", version = "one" }, { name = "q", versions = [] }, { name = "r", versions = ["1", "two"] }'),
      twice: packages('{ name = "a_b" }, { name = "A-B", version = "1.0.0" }, "a.b==1.0.0"'),
      name: packages('{ name = "-x" }'),
      requires: packages(
        '{ name = "p", requires = ["a b", "x @ {{url.a}}", "ok>=1; sys_platform == \'win32\'", "y @"], extras = { e = ["?"] } }',
      ),
      "requires-python": packages('{ name = "p", requires-python = "3.11" }'),
      formats: packages('{ name = "p", formats = [] }, { name = "q", formats = "whele" }'),
      "scripts and files": packages('{ name = "p", scripts = { "a/b" = "x" }, files = { "../x" = "" } }'),
      "visible-to": packages('{ name = "p", visible-to = ["alise"] }'),
      "keyring-plugin": packages('{ name = "p", keyring-plugin = ["b", "a", "default"] }'),
    }),
  ).toMatchInlineSnapshot(`
    {
      "formats": [
        "wrong-value index.a.packages[0].formats: a package needs at least one format",
        "wrong-value index.a.packages[1].formats: must be "wheel", "sdist" or a list, not "whele" (did you mean \`wheel\`?)",
      ],
      "keyring-plugin": [
        "unknown-index index.a.packages[0].keyring-plugin[0]: there is no index \`b\` (known: \`a\`)",
        "unknown-index index.a.packages[0].keyring-plugin[2]: there is no index \`default\` (the default index cannot be named here)",
      ],
      "more than one line": [
        "bad-requirement index.a.packages[0]: \`keyring[a
    -r x
    ]==25.7.0\` is no requirement",
      ],
      "name": [
        "wrong-value index.a.packages[0].name: \`-x\` cannot be the name of a package (a name has letters, digits, \`-\`, \`_\` and \`.\`)",
      ],
      "no requirement": [
        "bad-requirement index.a.packages[0]: \`key ring\` is no requirement",
        "bad-requirement index.a.packages[1]: \`==1\` is no requirement",
      ],
      "no version": [
        "bad-version index.a.packages[0].version: \`one\` is no version (PEP 440) (write one such as "1.0.0")",
        "bad-version index.a.packages[2].versions[1]: \`two\` is no version (PEP 440) (write one such as "1.0.0")",
      ],
      "not pinned": [
        "bad-requirement index.a.packages[0]: a real package from PyPI must be pinned by \`==\` alone (write "keyring==VERSION", or { name = "keyring" } for one that is built)",
        "bad-requirement index.a.packages[1]: a real package from PyPI must be pinned by \`==\` alone (write "keyring==VERSION", or { name = "keyring" } for one that is built)",
        "bad-requirement index.a.packages[2]: a real package from PyPI must be pinned by \`==\` alone (write "keyring==VERSION", or { name = "keyring" } for one that is built)",
        "bad-requirement index.a.packages[3]: a real package from PyPI must be pinned by \`==\` alone (write "keyring==VERSION", or { name = "keyring" } for one that is built)",
      ],
      "requires": [
        "bad-requirement index.a.packages[0].requires[0]: \`a b\` is no requirement (PEP 508)",
        "bad-requirement index.a.packages[0].requires[1]: \`x @ {{url.a}}\` is no requirement (PEP 508) (placeholders are not filled here)",
        "bad-requirement index.a.packages[0].requires[3]: \`y @\` is no requirement (PEP 508)",
        "bad-requirement index.a.packages[0].extras.e[0]: \`?\` is no requirement (PEP 508)",
      ],
      "requires-python": [
        "bad-version index.a.packages[0].requires-python: \`3.11\` is no version specifier (PEP 440)",
      ],
      "scripts and files": [
        "wrong-value index.a.packages[0].scripts."a/b": \`a/b\` cannot be a script's name",
        "wrong-value index.a.packages[0].scripts."a/b": a script's target is written \`module:function\`",
        "bad-path index.a.packages[0].files."../x": the path leaves its folder by \`..\`",
      ],
      "twice": [
        "duplicate index.a.packages[1]: the index already has a-b 1.0.0",
        "duplicate index.a.packages[2]: the index already has a-b 1.0.0",
      ],
      "version and versions": [
        "conflict index.a.packages[0].versions: \`version\` and \`versions\` exclude each other",
      ],
      "visible-to": [
        "unknown-user index.a.packages[0].visible-to[0]: index \`a\` has no user \`alise\` (did you mean \`alice\`?)",
      ],
    }
  `);
});

test("files, keyring and venv", () => {
  const files = (lines: string): Parts => ({ tail: `[files]\n${lines}` });
  expect(
    table({
      "paths that leave": files(
        `"../x" = ""\n"/x" = ""\n"a/../../x" = ""\n'a\\b' = ""\n"C:/x" = ""\n"C:x" = ""\n"a\\u0000" = ""\n"~/x" = ""\n"" = ""`,
      ),
      "paths that are not plain": files('"./x" = ""\n"a//b" = ""\n"a/" = ""\n"{{venv}}/x" = ""'),
      home: { tail: '[home]\n"../.netrc" = ""\n"~/.netrc" = ""' },
      "a file that is a folder": files('"a" = ""\n"a/b/c" = ""'),
      "nested table": { tail: '[files.packages]\n"a.txt" = ""' },
      "broken pyproject.toml": files('"pyproject.toml" = "[project"'),
      placeholders: files(
        '"a" = "{{secret.a}} {{secret.b}} {{secret.a.bob}} {{stale.a}} {{url.default}} {{login.default}} {{secret}} {{file.a}} {{file.a.sandbxo}} {{file.a.Sandbox}} {{ homee }} {{home.x}} {{open}}{{ toJson(x) }}"',
      ),
      "a package that a real one may bring": {
        top: 'as-of = "2026-11-01"',
        tail: '[index.default]\npackages = ["keyring==25.7.0", { name = "p" }]\n[files]\na = "{{file.default.jaraco-classes}}"',
      },
      "a user among several": { index: 'users = ["u", "v"]', tail: '[files]\na = "{{secret.a}} {{secret.a.u}}"' },
      "a user of nobody": { index: "", tail: '[files]\na = "{{secret.a}}"' },
      "keyring says nothing": { tail: "[keyring]" },
      "keyring of an index that is not there": {
        tail: '[keyring]\ntool = ["aa"]\nanswers = [{ service = "{{url.x}}", user = "u", password = "p", pass = 1 }]',
      },
      "keyring of an index without users": { index: "", tail: '[keyring]\ntool = ["a"]' },
      venv: { tail: '[venv]\nstate = "absent"\npackages = ["a b"]\npath = "../v"' },
    }),
  ).toMatchInlineSnapshot(`
    {
      "a file that is a folder": [
        "conflict files."a/b/c": \`a\` is a file and cannot hold \`a/b/c\`",
      ],
      "a package that a real one may bring": [
        "(ok)",
      ],
      "a user among several": [
        "unknown-user files.a: index \`a\` has several users (write one of \`a.u\`, \`a.v\`)",
      ],
      "a user of nobody": [
        "unknown-user files.a: index \`a\` has no users (give it one: \`user = "alice"\`)",
      ],
      "broken pyproject.toml": [
        "(ok)",
        "suspicious files."pyproject.toml": line 1 of pyproject.toml is not valid TOML: incomplete key-value: cannot find end of key",
      ],
      "home": [
        "bad-path home."../.netrc": the path leaves its folder by \`..\` (a path is relative to the home folder, and stays in it)",
        "bad-path home."~/.netrc": the path begins with \`~\` (a path is relative to the home folder, and stays in it)",
      ],
      "keyring of an index that is not there": [
        "unknown-index keyring.tool[0]: there is no index \`aa\` (known: \`a\`)",
        "unknown-index keyring.answers[0].service: there is no index \`x\` (known: \`default\`, \`a\`)",
        "literal-secret : a literal password stands here (password): nothing shows it, and runs take another of its shape in its place (write \`{{secret.a}}\` for that of the index's user, or \`wrong-password\` for one that no index knows)",
        "unknown-key keyring.answers[0].pass: unknown key \`pass\` (known: \`service\`, \`match\`, \`user\`, \`gives\`, \`needs-user\`, \`password\`)",
      ],
      "keyring of an index without users": [
        "unknown-user keyring.tool[0]: index \`a\` has no users (give it one: \`user = "alice"\`)",
      ],
      "keyring says nothing": [
        "missing-key keyring: says nothing (\`tool = ["INDEX"]\` installs keyring with a plugin, \`tool = []\` without one)",
      ],
      "nested table": [
        "wrong-type files.packages: must be a text, not a table (quote the whole path: "pyproject.toml" = …, "packages/a/pyproject.toml" = …)",
      ],
      "paths that are not plain": [
        "bad-path files."./x": the path has an empty part or \`.\` in it (a path is relative to the project, and stays in it)",
        "bad-path files."a//b": the path has an empty part or \`.\` in it (a path is relative to the project, and stays in it)",
        "bad-path files."a/": the path has an empty part or \`.\` in it (a path is relative to the project, and stays in it)",
        "bad-path files."{{venv}}/x": placeholders are not filled in paths (a path is relative to the project, and stays in it)",
      ],
      "paths that leave": [
        "bad-path files."../x": the path leaves its folder by \`..\` (a path is relative to the project, and stays in it)",
        "bad-path files."/x": the path is absolute (a path is relative to the project, and stays in it)",
        "bad-path files."a/../../x": the path leaves its folder by \`..\` (a path is relative to the project, and stays in it)",
        "bad-path files."a\\\\b": the path holds a backslash; folders are separated by \`/\` (a path is relative to the project, and stays in it)",
        "bad-path files."C:/x": the path names a drive (a path is relative to the project, and stays in it)",
        "bad-path files."C:x": the path names a drive (a path is relative to the project, and stays in it)",
        "bad-path files."a\\u0000": the path holds a control character (a path is relative to the project, and stays in it)",
        "bad-path files."~/x": the path begins with \`~\` (files of the home folder stand in \`[home]\`)",
        "bad-path files."": the path is empty (a path is relative to the project, and stays in it)",
      ],
      "placeholders": [
        "unknown-index files.a: there is no index \`b\` (known: \`a\`)",
        "unknown-user files.a: index \`a\` has no user \`bob\` (known: \`alice\`)",
        "unknown-index files.a: there is no index \`default\` (the default index cannot be named here)",
        "unknown-placeholder files.a: \`{{secret}}\` stands for nothing (write \`{{secret.INDEX}}\`)",
        "unknown-placeholder files.a: \`{{file.a}}\` names no package (write \`{{file.a.PACKAGE}}\`)",
        "unknown-package files.a: index \`a\` has no package \`sandbxo\` (did you mean \`sandbox\`?)",
        "unknown-placeholder files.a: \`{{ homee }}\` stands for nothing (did you mean \`home\`?)",
        "unknown-placeholder files.a: \`{{home.x}}\` stands for nothing (did you mean \`home\`?)",
        "unknown-placeholder files.a: \`{{ toJson(x) }}\` stands for nothing (for \`{{\` itself write \`{{open}}\`)",
      ],
      "venv": [
        "conflict venv.packages: a venv that is absent holds no packages",
        "bad-requirement venv.packages[0]: \`a b\` is no requirement (PEP 508)",
        "bad-path venv.path: the path leaves its folder by \`..\`",
      ],
    }
  `);
});

test("steps", () => {
  expect(
    table({
      empty: { run: '""' },
      "empty list": { run: "[]" },
      "empty first word": { run: '["", "x"]' },
      "shell operator": { run: '"uv sync; uv lock"' },
      assignment: { run: `"UV_INDEX=https://me:hunter2@host/simple uv sync"` },
      quotes: { run: `"uv run python -c 'print(1)'"` },
      "quotes in a list": { run: `["python", "-c", "print('a') && $HOME"]` },
      variable: { run: '"uv sync --project $HOME"' },
      placeholder: { run: '"uv pip install {{ file.a.sandbx }}"' },
      "exit beside conditions": { step: "exit = 1" },
      timeout: { step: "timeout = 0" },
      "cwd, write and delete": { step: 'cwd = "../x"\nwrite = { "/x" = "" }\ndelete = ["..", "~/../x", "~", "{{home}}/x", "", "."]' },
      "set nothing": { step: "set = {}" },
      "set two": { step: 'set = { user = "a", state = "good", yank = "x==1" }' },
      "set without": {
        step: 'set = [{ user = "a" }, { faults = [] }, { yank = "sandbox", index = "a" }, { yank = "sndbox==1", index = "a" }]',
      },
      "set wrong": {
        step: 'set = [{ user = "b.alice", state = "good" }, { user = "a.bob", state = "god" }, { publish = { name = "x" }, index = "b", state = "good" }]',
      },
      "published later": {
        step: 'set = [{ publish = { name = "later" }, index = "a" }, { yank = "later==1.0.0", index = "a" }]',
        run: '"uv pip install {{file.a.later}}"',
      },
      environment: { step: 'env = { no_proxy = "*", A = "{{nothing}}" }' },
    }),
  ).toMatchInlineSnapshot(`
    {
      "assignment": [
        "bad-command step[0].run: no shell reads this: \`UV_INDEX=…\` would be the command (\`env = { UV_INDEX = "…" }\` in the step)",
        "literal-secret : a literal password stands here (a URL): nothing shows it, and runs take another of its shape in its place (write \`{{secret.a}}\` for that of the index's user, or \`wrong-password\` for one that no index knows)",
      ],
      "cwd, write and delete": [
        "bad-path step[0].cwd: the path leaves its folder by \`..\`",
        "bad-path step[0].write."/x": the path is absolute (a path is relative to the project, and stays in it)",
        "bad-path step[0].delete[0]: the path leaves its folder by \`..\`",
        "bad-path step[0].delete[1]: the path leaves its folder by \`..\`",
        "bad-path step[0].delete[2]: the path begins with \`~\`",
        "bad-path step[0].delete[3]: placeholders are not filled in paths",
        "bad-path step[0].delete[4]: the path is empty",
        "bad-path step[0].delete[5]: the path has an empty part or \`.\` in it",
      ],
      "empty": [
        "bad-command step[0].run: the command is empty (write \`run = "uv sync"\`)",
      ],
      "empty first word": [
        "bad-command step[0].run: the command is empty (write \`run = "uv sync"\`)",
      ],
      "empty list": [
        "bad-command step[0].run: the command is empty (write \`run = "uv sync"\`)",
      ],
      "environment": [
        "bad-environment step[0].env.no_proxy: the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network (leave it out; a company's proxy is \`[proxy]\`, and then \`HTTPS_PROXY = "{{url.proxy}}"\` is it)",
        "unknown-placeholder step[0].env.A: \`{{nothing}}\` stands for nothing (for \`{{\` itself write \`{{open}}\`)",
      ],
      "exit beside conditions": [
        "conflict step[0].exit: \`exit\` is for steps without conditions (say it in \`reproduced\` and \`healthy\`)",
      ],
      "placeholder": [
        "unknown-package step[0].run: index \`a\` has no package \`sandbx\` (did you mean \`sandbox\`?)",
      ],
      "published later": [
        "(ok)",
      ],
      "quotes": [
        "bad-command step[0].run: no shell reads this: the quote ' would be passed to the command (write a list: run = ["uv", "sync"])",
      ],
      "quotes in a list": [
        "(ok)",
      ],
      "set nothing": [
        "missing-key step[0].set: says nothing that changes (one of \`user\`, \`publish\`, \`yank\`, \`faults\`)",
      ],
      "set two": [
        "conflict step[0].set.yank: \`user\` and \`yank\` exclude each other",
      ],
      "set without": [
        "missing-key step[0].set[0].state: \`user\` needs the new \`state\`",
        "missing-key step[0].set[1].index: \`faults\` needs the \`index\` that changes",
        "bad-requirement step[0].set[2].yank: what is yanked is written \`NAME==VERSION\`",
        "unknown-package step[0].set[3].yank: index \`a\` has no package \`sndbox\` (did you mean \`sandbox\`?)",
      ],
      "set wrong": [
        "unknown-index step[0].set[0].user: there is no index \`b\` (known: \`a\`)",
        "unknown-user step[0].set[1].user: index \`a\` has no user \`bob\` (known: \`alice\`)",
        "wrong-value step[0].set[1].state: must be "good", "expired", "revoked", "guest", "no-access", not "god" (did you mean \`good\`?)",
        "unknown-index step[0].set[2].index: there is no index \`b\` (known: \`default\`, \`a\`)",
        "conflict step[0].set[2].state: \`state\` goes with \`user\`",
      ],
      "shell operator": [
        "bad-command step[0].run: no shell reads this: \`sync;\` would be passed to the command (one step for each command)",
      ],
      "timeout": [
        "wrong-value step[0].timeout: must be more than 0, not 0",
      ],
      "variable": [
        "(ok)",
        "suspicious step[0].run: no shell reads this: \`$HOME\` is passed on as it is (placeholders such as \`{{home}}\` are filled)",
      ],
    }
  `);
});

describe("conditions", () => {
  test("that can never hold", () => {
    expect(
      table({
        exit: { healthy: "exit = []", reproduced: "exit = [1, 256]" },
        status: { healthy: "final.any = { status = [99, 600, 0] }" },
        "no alternatives": {
          healthy: "final.any = { status = [] }\nstdout = []\nstderr.contains = []\nkeyring.any = { from = [] }\nfile.any = { path = [] }",
        },
        "a user without a password": { healthy: 'final.any = { user = "alice", authorization = ["none", "bearer"] }' },
        "a user of nobody": { healthy: 'final.any = { user = "alise" }\nkeyring.any = { user = "nobody-at-all" }' },
        "an index that is not there": { healthy: 'request.none = { index = ["a", "default", "b"] }' },
        count: { healthy: "final.count = [{ at-least = 3, at-most = 2 }, { is = 1, at-least = 1 }, { index = 'a' }]" },
        "lacks what it contains": { healthy: 'stdout = { contains = ["a b", "xab"], lacks = ["b"] }\nstderr.lacks = " "' },
        pattern: { healthy: 'stdout.matches = "(a"' },
        placeholder: { healthy: 'stdout = "{{secret.a}}"\nstderr.contains = ["{{url.a}}"]' },
        keyring: { healthy: 'keyring.any = { finished = false, exit = 1, raised = "" }' },
        file: {
          healthy:
            'file.any = [{ path = "../x" }, { path = "~/../x" }, { path = "x", exists = false, contains = "y" }, { contains = "y" }]',
        },
        leak: { healthy: 'leak.none = [{ secret = "b" }, { secret = ["a", "a.bob"] }]' },
        method: { healthy: 'final.any = { method = "get" }' },
      }),
    ).toMatchInlineSnapshot(`
      {
        "a user of nobody": [
          "unknown-user step[0].healthy.final.any.user: no index and no file knows a user \`alise\` (did you mean \`alice\`?)",
          "unknown-user step[0].healthy.keyring.any.user: no index and no file knows a user \`nobody-at-all\` (known: \`alice\`)",
        ],
        "a user without a password": [
          "never-holds step[0].healthy.final.any.user: a request without a password for a user has no user either",
        ],
        "an index that is not there": [
          "unknown-index step[0].healthy.request.none.index[2]: there is no index \`b\` (known: \`default\`, \`a\`)",
        ],
        "count": [
          "never-holds step[0].healthy.final.count[0].at-least: no number is at least 3 and at most 2",
          "conflict step[0].healthy.final.count[1].is: \`is\` and \`at-least\` or \`at-most\` exclude each other",
          "missing-key step[0].healthy.final.count[2]: \`count\` needs a number (one of \`is\`, \`at-least\`, \`at-most\`)",
        ],
        "exit": [
          "never-holds step[0].reproduced.exit: no exit status is 256",
          "never-holds step[0].healthy.exit: an empty list of alternatives never holds",
        ],
        "file": [
          "always-holds step[0].healthy.file.any[0]: says which file is meant, but nothing of it (\`exists = true\` says that it is there)",
          "bad-path step[0].healthy.file.any[0].path: the path leaves its folder by \`..\`",
          "always-holds step[0].healthy.file.any[1]: says which file is meant, but nothing of it (\`exists = true\` says that it is there)",
          "bad-path step[0].healthy.file.any[1].path: the path leaves its folder by \`..\`",
          "never-holds step[0].healthy.file.any[2].contains: a file that is not there contains nothing",
          "missing-key step[0].healthy.file.any[3].path: \`path\` is missing",
        ],
        "keyring": [
          "never-holds step[0].healthy.keyring.any.exit: a call that did not finish has no exit status",
          "never-holds step[0].healthy.keyring.any.raised: an exception's class has a name (for none write "nothing")",
        ],
        "lacks what it contains": [
          "never-holds step[0].healthy.stdout.lacks: whatever contains the one contains the other",
          "never-holds step[0].healthy.stderr.lacks: no text lacks the empty text",
        ],
        "leak": [
          "unknown-index step[0].healthy.leak.none[0].secret: there is no index \`b\` (known: \`a\`)",
          "unknown-user step[0].healthy.leak.none[1].secret[1]: index \`a\` has no user \`bob\` (known: \`alice\`)",
        ],
        "method": [
          "wrong-value step[0].healthy.final.any.method: must be "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or a list, not "get" (did you mean \`GET\`?)",
        ],
        "no alternatives": [
          "never-holds step[0].healthy.final.any.status: an empty list of alternatives never holds",
          "never-holds step[0].healthy.stdout: an empty list of alternatives never holds",
          "never-holds step[0].healthy.stderr.contains: an empty list of alternatives never holds",
          "never-holds step[0].healthy.keyring.any.from: an empty list of alternatives never holds",
          "never-holds step[0].healthy.file.any.path: an empty list of alternatives never holds",
        ],
        "pattern": [
          "wrong-value step[0].healthy.stdout.matches: is no regular expression: missing closing ): \`(a\`",
        ],
        "placeholder": [
          "never-holds step[0].healthy.stdout: \`{{secret.a}}\` is not filled in conditions (\`leak\` tells where a secret was written)",
          "never-holds step[0].healthy.stderr.contains[0]: \`{{url.a}}\` is not filled in conditions (name the index: \`index = "NAME"\`)",
        ],
        "status": [
          "never-holds step[0].healthy.final.any.status[0]: no HTTP status is 99 (they run from 100 to 599; 0 is for a request that got no answer)",
          "never-holds step[0].healthy.final.any.status[1]: no HTTP status is 600 (they run from 100 to 599; 0 is for a request that got no answer)",
        ],
      }
    `);
  });

  test("that always hold", () => {
    expect(
      table({
        nothing: { healthy: "", reproduced: "" },
        "any exit": { healthy: 'exit = "any"' },
        "empty text": { healthy: 'stdout = ["a", ""]\nstderr.contains = " "\nfile.any = { path = "x", contains = "" }' },
        "lacks nothing": { healthy: "stdout.lacks = []" },
        "says nothing of the text": { healthy: "stdout = {}" },
        pattern: { healthy: 'stdout.matches = "a*"\nstderr.matches = "^$"' },
        count: { healthy: "final.count = { at-least = 0 }" },
        "every without anything to hold": {
          healthy: 'final.every = { index = "a", range = true }\nkeyring.every = {}\nfile.every = { path = "x" }',
        },
        "no matcher": { healthy: "final.any = []" },
      }),
    ).toMatchInlineSnapshot(`
      {
        "any exit": [
          "always-holds step[0].healthy.exit: "any" always holds (leave it out)",
        ],
        "count": [
          "always-holds step[0].healthy.final.count.at-least: any number is at least 0",
        ],
        "empty text": [
          "always-holds step[0].healthy.stdout: every text contains the empty text",
          "always-holds step[0].healthy.stderr.contains: every text contains the empty text",
          "always-holds step[0].healthy.file.any.contains: every text contains the empty text",
        ],
        "every without anything to hold": [
          "always-holds step[0].healthy.final.every: says which are meant, but not what must hold for each (\`any\` says that there is one)",
          "always-holds step[0].healthy.keyring.every: says which are meant, but not what must hold for each",
          "always-holds step[0].healthy.file.every: says which are meant, but not what must hold for each (\`any\` says that there is one)",
        ],
        "lacks nothing": [
          "always-holds step[0].healthy.stdout.lacks: an empty list lacks nothing, and so holds always",
        ],
        "no matcher": [
          "no-verdict step[0]: no step has \`healthy\` conditions: no run could come to that verdict (a run that fails for another reason is not healthy: say what shows that it is, as \`healthy = { exit = 0, final.any = { … } }\`)",
          "always-holds step[0].healthy: holds no condition, and so holds always (leave it out)",
          "always-holds step[0].healthy.final.any: an empty list of matchers always holds (leave it out)",
        ],
        "nothing": [
          "no-verdict step[0]: no step has \`reproduced\` conditions: no run could come to that verdict (say what shows the bug, as \`reproduced = { exit = "nonzero", final.any = { … } }\`)",
          "no-verdict step[0]: no step has \`healthy\` conditions: no run could come to that verdict (a run that fails for another reason is not healthy: say what shows that it is, as \`healthy = { exit = 0, final.any = { … } }\`)",
          "always-holds step[0].reproduced: holds no condition, and so holds always (leave it out)",
          "always-holds step[0].healthy: holds no condition, and so holds always (leave it out)",
        ],
        "pattern": [
          "always-holds step[0].healthy.stdout.matches: the pattern matches any text",
        ],
        "says nothing of the text": [
          "always-holds step[0].healthy.stdout: says nothing of the text (one of \`contains\`, \`lacks\`, \`matches\`)",
        ],
      }
    `);
  });

  test("that leave a run without a verdict", () => {
    expect(
      table({
        "no healthy": { healthy: "", reproduced: "exit = 1", tail: "" },
        "the same": { healthy: "exit = [0]", reproduced: "exit = 0" },
        "no tool": { healthy: 'keyring.any = { from = "tool" }' },
        "a tool by a step": { run: '"uv tool install keyring"', healthy: 'keyring.any = { from = "tool" }' },
      }),
    ).toMatchInlineSnapshot(`
      {
        "a tool by a step": [
          "(ok)",
        ],
        "no healthy": [
          "no-verdict step[0]: no step has \`healthy\` conditions: no run could come to that verdict (a run that fails for another reason is not healthy: say what shows that it is, as \`healthy = { exit = 0, final.any = { … } }\`)",
          "always-holds step[0].healthy: holds no condition, and so holds always (leave it out)",
        ],
        "no tool": [
          "(ok)",
          "suspicious step[0].healthy.keyring: asks for \`from = "tool"\`, but there is no keyring tool (\`[keyring]\` with \`tool = ["INDEX"]\` installs one)",
        ],
        "the same": [
          "no-verdict step[0].healthy: asks for the same as \`reproduced\`: a run can never be told apart",
        ],
      }
    `);
    const parsed = (text: string) => {
      const result = parseScenario(text);
      return result.ok ? [] : result.problems.map(({ kind, line, key, message }) => `${line} ${kind} ${key}: ${message}`);
    };
    expect(parsed('schema = 1\ntitle = "x"\n')).toMatchInlineSnapshot(`
      [
        "1 missing-key step: \`step\` is missing",
      ]
    `);
    expect(parsed('schema = 1\ntitle = "x"\nstep = []\n')).toMatchInlineSnapshot(`
      [
        "3 missing-key step: a scenario needs at least one step",
      ]
    `);
    expect(parsed('schema = 1\ntitle = "x"\n[[step]]\nrun = "uv sync"\nreproduced.exit = 1\n')).toMatchInlineSnapshot(`
      [
        "3 no-verdict step[0]: no step has \`healthy\` conditions: no run could come to that verdict",
      ]
    `);
  });
});

test("a file's setting that leads past the gateway is refused, where it stands", () => {
  const placed = (parts: Parts): string[] => {
    const result = parseScenario(scenario(parts));
    const text = scenario(parts).split("\n");
    return result.ok
      ? ["(ok)"]
      : result.problems.map(
          ({ kind, key, message, line, column }) => `${kind} ${key}: ${message.split(":")[0]} at ${text[line - 1]?.slice(column - 1)}`,
        );
  };
  const file = (table: string, name: string, text: string): Parts => ({ tail: `[${table}]\n"${name}" = '''\n${text}\n'''` });
  expect({
    "uv.toml at home": placed(file("home", ".config/uv/uv.toml", 'no-proxy = ["*"]')),
    "uv.toml of the project": placed(file("files", "packages/a/uv.toml", "http-proxy = 'http://x'")),
    "a settings file of another name": placed(file("files", "mine.toml", "https-proxy = 'http://x'")),
    "an escaped key": placed(file("files", "uv.toml", '"no\\u002dproxy" = ["*"]')),
    "[tool.uv]": placed(file("files", "pyproject.toml", "[tool.uv]\nhttps-proxy = 'http://x'")),
    "text that is no TOML": placed(file("files", "pyproject.toml", "name = 1x\n[tool.uv]\nhttps-proxy = 'http://x'")),
    "the head of a script": placed(file("files", "a.py", "# /// script\n# [tool.uv]\n# no-proxy = ['*']\n# ///")),
    "a step's file": placed({ step: `write = { "uv.toml" = "no-proxy = ['*']" }` }),
    "pip.conf": placed(file("home", ".config/pip/pip.conf", "[global]\nproxy = http://x")),
    git: placed(file("home", ".gitconfig", "[http]\n  proxy = http://x")),
    "another tool's table": placed(file("files", "pyproject.toml", "[tool.other]\nhttp-proxy = 'x'\n# no-proxy")),
    "a package of that name": placed(file("files", "pyproject.toml", "[project]\nname = 'http-proxy'\ndependencies = ['no-proxy']")),
  }).toMatchInlineSnapshot(`
    {
      "[tool.uv]": [
        "bad-environment files."pyproject.toml": \`https-proxy\` at https-proxy = 'http://x'",
      ],
      "a package of that name": [
        "(ok)",
      ],
      "a settings file of another name": [
        "bad-environment files."mine.toml": \`https-proxy\` at https-proxy = 'http://x'",
      ],
      "a step's file": [
        "bad-environment step[0].write."uv.toml": \`no-proxy\` at no-proxy = ['*']" }",
      ],
      "an escaped key": [
        "bad-environment files."uv.toml": \`no-proxy\` at '''",
      ],
      "another tool's table": [
        "(ok)",
      ],
      "git": [
        "bad-environment home.".gitconfig": \`proxy\` at proxy = http://x",
      ],
      "pip.conf": [
        "bad-environment home.".config/pip/pip.conf": \`proxy\` at proxy = http://x",
      ],
      "text that is no TOML": [
        "suspicious files."pyproject.toml": line 1 of pyproject.toml is not valid TOML at name = 1x",
        "bad-environment files."pyproject.toml": \`https-proxy\` at https-proxy = 'http://x'",
      ],
      "the head of a script": [
        "bad-environment files."a.py": \`no-proxy\` at no-proxy = ['*']",
      ],
      "uv.toml at home": [
        "bad-environment home.".config/uv/uv.toml": \`no-proxy\` at no-proxy = ["*"]",
      ],
      "uv.toml of the project": [
        "bad-environment files."packages/a/uv.toml": \`http-proxy\` at http-proxy = 'http://x'",
      ],
    }
  `);
});

test("a delay has a bound: a longer one would be none", () => {
  const delay = (ms: number): Parts => ({ index: `user = "alice"\nfaults = [{ kind = "delay", delay-ms = ${ms} }]` });
  expect(problems(delay(3_600_000))).toEqual(["(ok)"]);
  expect(problems(delay(2 ** 31))).toEqual(["wrong-value index.a.faults[0].delay-ms: must be at most 3600000, not 2147483648"]);
});
