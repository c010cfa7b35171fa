import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";

const INDEXES = `
[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]

[index.open]
url = "https://open.example.com:8443/simple/"
http = "1.1"
packages = [{ name = "other" }]

[index.feed]
url = "https://feeds.example.com/acme/_packaging/main/pypi/simple/"
flavour = "azure-devops"
user = "bob"
packages = []

[index.gitlab]
flavour = "gitlab"
object-storage = true
packages = []
`;

function read(healthy: string, { indexes = INDEXES, more = "", tail = "" } = {}): ReturnType<typeof parseScenario> {
  return parseScenario(`schema = 1
title = "x"
${indexes}
[[step]]
run = "uv sync"
${more}
reproduced.exit = "nonzero"
[step.healthy]
exit = 0
${healthy}
${tail}
`);
}

function problems(...args: Parameters<typeof read>): string[] {
  const result = read(...args);
  const list = result.ok ? result.warnings : result.problems;
  return list.map(
    ({ kind, key, message, hint }) => `${kind} ${key.replace("step[0].healthy.", "")}: ${message}${hint === null ? "" : ` (${hint})`}`,
  );
}

test("a condition that no run can fulfil is an error with the reason", () => {
  expect(
    [
      "final.any = { status = 302 }",
      "final.every = { index = 'private', status = [301, 308] }",
      "final.count = { status = 307, at-least = 1 }",
      "final.any = { method = 'HEAD', status = [405, 501] }",
      "request.any = { index = 'private', host = 'pakages.example.com' }",
      "request.any = { index = ['private', 'open'], host = 'feeds.example.com' }",
      "request.any = { index = 'open', host = 'open.example.com:9443' }",
      "request.any = { host = '*.example.com' }",
      "request.any = { host = 'https://packages.example.com/simple/' }",
      "request.any = { index = 'private', url = 'https://open.example.com:8443/simple/' }",
      "request.any = { index = 'private', url = ['https://a.example.com/*', 'http://b.example.com/'] }",
      "request.any = { host = 'packages.example.com', url = 'https://open.example.com:8443/' }",
      "request.any = { url = '/simple/*' }",
      "request.any = { url = 'https://alice@packages.example.com/simple/' }",
      "request.any = { url = 'https://alice@packages.example.com/*' }",
      "request.any = { index = 'default', authorization = 'good' }",
      "request.any = { index = ['default', 'open'], authorization = ['good', 'stale'] }",
      "request.any = { index = 'gitlab', authorization = 'good' }",
      "request.any = { index = 'open', http-version = '2' }",
      "keyring.any = { finished = false, raised = 'nothing' }",
      "keyring.any = { operation = '--list-backends' }",
      "file.none = { path = 'uv.lock' }",
      "file.count = { path = ['a', 'b'], is = 1 }",
      "file.any = { path = 'uv.lock', exists = false, lacks = 'x' }",
      "stderr.matches = 'error: failed\\n  Caused by'",
      'stderr.matches = """\nerror:  two blanks"""',
      "request.none = { index = 'private' }\nfinal.any = { index = 'private', status = 200 }",
      "keyring.none = {}\nkeyring.every = { from = 'venv' }",
      "file.any = { path = 'a', lacks = ['x', 'y'] }\nfile.none = { path = ['a', 'b'], lacks = 'x' }",
    ].map((healthy) => [healthy, ...problems(healthy)]),
  ).toMatchInlineSnapshot(`
    [
      [
        "final.any = { status = 302 }",
        "never-holds final.any.status: a redirect, or a HEAD that is refused, is never final (\`request\` sees every answer)",
      ],
      [
        "final.every = { index = 'private', status = [301, 308] }",
        "never-holds final.every.status: a redirect, or a HEAD that is refused, is never final (\`request\` sees every answer)",
      ],
      [
        "final.count = { status = 307, at-least = 1 }",
        "never-holds final.count.status: a redirect, or a HEAD that is refused, is never final (\`request\` sees every answer)",
      ],
      [
        "final.any = { method = 'HEAD', status = [405, 501] }",
        "never-holds final.any.status: a redirect, or a HEAD that is refused, is never final (\`request\` sees every answer)",
      ],
      [
        "request.any = { index = 'private', host = 'pakages.example.com' }",
        "never-holds request.any.host: the index that is named is at no such host (did you mean \`packages.example.com\`?)",
      ],
      [
        "request.any = { index = ['private', 'open'], host = 'feeds.example.com' }",
        "never-holds request.any.host: the index that is named is at no such host (did you mean \`open.example.com\`?)",
      ],
      [
        "request.any = { index = 'open', host = 'open.example.com:9443' }",
        "never-holds request.any.host: the index that is named is at no such host (did you mean \`open.example.com:8443\`?)",
      ],
      [
        "request.any = { host = '*.example.com' }",
        "never-holds request.any.host: is no host name (a host is written whole, as \`packages.example.com\`; \`url\` takes parts and \`*\`)",
      ],
      [
        "request.any = { host = 'https://packages.example.com/simple/' }",
        "never-holds request.any.host: is no host name (a host is written whole, as \`packages.example.com\`; \`url\` takes parts and \`*\`)",
      ],
      [
        "request.any = { index = 'private', url = 'https://open.example.com:8443/simple/' }",
        "never-holds request.any.url: the index that is named is at no such host (known: \`packages.example.com\`)",
      ],
      [
        "request.any = { index = 'private', url = ['https://a.example.com/*', 'http://b.example.com/'] }",
        "never-holds request.any.url: the index that is named is at no such host (known: \`packages.example.com\`)",
      ],
      [
        "request.any = { host = 'packages.example.com', url = 'https://open.example.com:8443/' }",
        "never-holds request.any.url: \`host\` says otherwise",
      ],
      [
        "request.any = { url = '/simple/*' }",
        "never-holds request.any.url: with \`*\` it is the pattern of a whole URL, and begins as none does (write \`*/simple/*\`)",
      ],
      [
        "request.any = { url = 'https://alice@packages.example.com/simple/' }",
        "never-holds request.any.url: the URL of a request has no user in it (write \`user\` beside it)",
      ],
      [
        "request.any = { url = 'https://alice@packages.example.com/*' }",
        "never-holds request.any.url: the URL of a request has no user in it (write \`user\` beside it)",
      ],
      [
        "request.any = { index = 'default', authorization = 'good' }",
        "never-holds request.any.authorization: the index that is named has no users, so no credentials are its own (those of others are \`unknown\` to it)",
      ],
      [
        "request.any = { index = ['default', 'open'], authorization = ['good', 'stale'] }",
        "never-holds request.any.authorization: the index that is named has no users, so no credentials are its own (those of others are \`unknown\` to it)",
      ],
      [
        "request.any = { index = 'gitlab', authorization = 'good' }",
        "never-holds request.any.authorization: the index that is named has no users, so no credentials are its own (those of others are \`unknown\` to it)",
      ],
      [
        "request.any = { index = 'open', http-version = '2' }",
        "never-holds request.any.http-version: the index that is named has \`http = "1.1"\`, and offers nothing else",
      ],
      [
        "keyring.any = { finished = false, raised = 'nothing' }",
        "never-holds keyring.any.raised: a call that did not finish has neither raised nor not raised",
      ],
      [
        "keyring.any = { operation = '--list-backends' }",
        "never-holds keyring.any.operation: an option is no operation (\`args\` sees every argument)",
      ],
      [
        "file.none = { path = 'uv.lock' }",
        "never-holds file.none: says which file is meant, but nothing of it (\`exists = true\` says that it is there)",
      ],
      [
        "file.count = { path = ['a', 'b'], is = 1 }",
        "never-holds file.count: says which file is meant, but nothing of it (\`exists = true\` says that it is there)",
      ],
      [
        "file.any = { path = 'uv.lock', exists = false, lacks = 'x' }",
        "never-holds file.any.lacks: a file that is not there has no text to lack something",
      ],
      [
        "stderr.matches = 'error: failed\\n  Caused by'",
        "never-holds stderr.matches: white space is made one blank before texts are compared: there are no lines, tabs or double blanks to match (write one blank, or \`\\s\`)",
      ],
      [
        "stderr.matches = """
    error:  two blanks"""",
        "never-holds stderr.matches: white space is made one blank before texts are compared: there are no lines, tabs or double blanks to match (write one blank, or \`\\s\`)",
      ],
      [
        "request.none = { index = 'private' }
    final.any = { index = 'private', status = 200 }",
        "never-holds request.none: rules out what \`step[0].healthy.final.any\` asks for",
      ],
      [
        "keyring.none = {}
    keyring.every = { from = 'venv' }",
        "never-holds keyring.none: rules out what \`step[0].healthy.keyring.every\` asks for",
      ],
      [
        "file.any = { path = 'a', lacks = ['x', 'y'] }
    file.none = { path = ['a', 'b'], lacks = 'x' }",
        "never-holds file.none: rules out what \`step[0].healthy.file.any\` asks for",
      ],
    ]
  `);
  expect(problems("leak.any = {}", { indexes: "[index.open]\npackages = []" })).toMatchInlineSnapshot(`
    [
      "never-holds leak.any: no index has users, so there is no secret that could leak",
    ]
  `);
  expect(problems("request.any = { authorization = ['good', 'stale'] }", { indexes: "" })).toMatchInlineSnapshot(`
    [
      "never-holds request.any.authorization: no index has users, so no credentials are its own (those of others are \`unknown\` to it)",
    ]
  `);
});

test("one that always holds is an error, too", () => {
  expect(
    [
      "request.none = { index = 'default', authorization = 'good' }",
      "final.none = { status = 302 }",
      "request.count = { index = 'open', http-version = '2', at-most = 3 }",
      "file.any = { path = 'uv.lock' }",
      "file.count = { path = ['a', 'b'], is = 2 }",
    ].map((healthy) => [healthy, ...problems(healthy)]),
  ).toMatchInlineSnapshot(`
    [
      [
        "request.none = { index = 'default', authorization = 'good' }",
        "always-holds request.none.authorization: the index that is named has no users, so no credentials are its own: this always holds (those of others are \`unknown\` to it)",
      ],
      [
        "final.none = { status = 302 }",
        "always-holds final.none.status: a redirect, or a HEAD that is refused, is never final: this always holds (\`request\` sees every answer)",
      ],
      [
        "request.count = { index = 'open', http-version = '2', at-most = 3 }",
        "always-holds request.count.http-version: the index that is named has \`http = "1.1"\`, and offers nothing else: this always holds",
      ],
      [
        "file.any = { path = 'uv.lock' }",
        "always-holds file.any: says which file is meant, but nothing of it (\`exists = true\` says that it is there)",
      ],
      [
        "file.count = { path = ['a', 'b'], is = 2 }",
        "always-holds file.count: says which file is meant, but nothing of it (\`exists = true\` says that it is there)",
      ],
    ]
  `);
  expect(problems("leak.none = {}", { indexes: "" })).toMatchInlineSnapshot(`
    [
      "always-holds leak.none: no index has users, so there is no secret that could leak",
    ]
  `);
});

test("what can hold passes, however unlikely", () => {
  const fine = [
    "final.any = { status = [302, 200] }",
    "request.any = { status = 302 }",
    "final.any = { status = 304 }",
    "final.any = { method = ['HEAD', 'GET'], status = 405 }",
    // Without the proxy every index is there.
    "request.any = { index = 'private', host = '127.0.0.1' }",
    "request.any = { index = 'private', url = 'http://127.0.0.1:' }",
    "request.any = { index = 'private', url = 'http://127.0.0.1:8080/private/simple/' }",
    "request.any = { index = 'private', host = ['elsewhere.example.com', 'PACKAGES.example.com'] }",
    "request.any = { index = 'open', host = 'open.example.com:8443' }",
    "request.any = { index = 'open', host = 'open.example.com' }",
    "request.any = { index = 'feed', host = 'blob.feeds.example.com' }",
    "request.any = { index = 'gitlab', host = 'storage.gitlab.example.com' }",
    // A path that a declared host does not have counts for the default index.
    "request.any = { index = 'default', host = 'packages.example.com' }",
    "request.any = { index = 'default', url = 'https://packages.example.com/other/' }",
    "request.any = { index = 'private', url = '*/sandbox/' }",
    "request.any = { index = 'private', url = 'h*.whl' }",
    "request.any = { index = 'private', url = ['/simple/*', 'sandbox'] }",
    "request.any = { host = 'never-mentioned.example.org' }",
    // A `*` may stand for what ends the host.
    "request.any = { url = 'https://packages.example.com*@team*' }",
    "request.any = { url = 'https://*@team/*' }",
    "request.none = { url = 'https://packages.example.com*@*' }",
    "request.any = { index = 'default', authorization = ['good', 'unknown'] }",
    "request.any = { index = 'gitlab', authorization = 'stale' }",
    "request.any = { index = ['open', 'private'], authorization = 'good' }",
    "request.any = { authorization = 'good' }",
    "request.any = { index = 'private', http-version = '2' }",
    "request.any = { index = ['open', 'default'], http-version = '2' }",
    "keyring.any = { from = ['venv', 'tool'], finished = false }",
    "keyring.any = { operation = ['get', '--x'] }",
    "keyring.none = { raised = 'NoKeyringError' }\nkeyring.any = { raised = 'nothing' }",
    "file.every = { path = 'uv.lock', exists = true }",
    "stderr.matches = 'a\\n?b'",
    "stderr.matches = 'a\\nb|c'",
    "stderr.matches = '(a\\nb)?c'",
    "stderr.matches = 'a[\\n ]b'",
    "stderr.matches = 'a  ?b'",
    "stderr.matches = '^a b$'",
    "request.any = { index = 'private' }\nrequest.none = { index = 'private', status = 401 }",
    "final.none = { index = 'private' }\nrequest.any = { index = 'private', status = 401 }",
    "file.any = { path = 'a', lacks = 'x' }\nfile.none = { path = 'a', lacks = ['x', 'y'] }",
    "leak.none = {}",
  ];
  expect(fine.flatMap((healthy) => problems(healthy).map((problem) => `${healthy}: ${problem}`))).toEqual([]);
});

test("a pattern that may never end is an error, with what to write instead", () => {
  expect(problems("stdout.matches = '(?!a)b'")).toEqual([
    "wrong-value stdout.matches: is no regular expression: invalid or unsupported Perl syntax: `(?!` (lookahead, lookbehind and back-references may never end, and are not known: `lacks` says what is not there)",
  ]);
});

test("texts of files are normalised before they are compared, as those of outputs are", () => {
  expect(
    ["file.any = { path = 'a', contains = ' ' }", "file.any = { path = 'a', contains = 'x', lacks = 'x ' }"].flatMap((healthy) =>
      problems(healthy),
    ),
  ).toEqual([
    "always-holds file.any.contains: every text contains the empty text",
    "never-holds file.any.lacks: whatever contains the one contains the other",
  ]);
});

test("what a fault, an option or [vary] may bring about passes", () => {
  const redirect = "final.any = { status = 302 }";
  expect(problems(redirect, { more: 'set = { index = "private", faults = [{ kind = "status", status = 302, always = true }] }' })).toEqual(
    [],
  );
  const artifactory = '[index.a]\nflavour = "artifactory"\nmissing-status = 302\npackages = []';
  expect(problems(redirect, { indexes: artifactory })).toEqual([]);
  const axis = '[vary.user."none"]\n[vary.user.some.index.open]\nuser = "alice"';
  const good = "request.any = { index = 'open', authorization = 'good' }";
  expect(problems(good)).toHaveLength(1);
  expect(problems(good, { tail: axis })).toEqual([]);
  // An address within another may be asked for as it stands.
  const url = "request.any = { index = 'private', url = 'https://open.example.org/' }";
  expect(problems(url)).toHaveLength(1);
  expect(problems(url, { more: 'env.THROUGH = "https://packages.example.com/simple/https://open.example.org/x"' })).toEqual([]);
});

test("what is wrong with an index is told once, there", () => {
  const wrong = '[index.private]\nurl = "https://packages.example.com/simple/"\nusers = "alice"\npackages = []';
  const address = '[index.private]\nurl = "packages.example.com"\npackages = []';
  expect(problems("request.any = { index = 'private', host = 'packages.example.com' }", { indexes: address })).toHaveLength(1);
  expect(problems("request.any = { index = 'private', authorization = 'good' }", { indexes: wrong })).toMatchInlineSnapshot(`
    [
      "wrong-type index.private.users: must be a list, not a text (write it as users = ["alice", { name = "bob", state = "expired" }])",
    ]
  `);
});

test("each stands at its key, with the line", () => {
  const result = read("request.any = { index = 'private', host = 'pakages.example.com' }");
  expect(result.ok ? [] : result.problems.map(({ line, column, key }) => `${line}:${column} ${key}`)).toEqual([
    "31:43 step[0].healthy.request.any.host",
  ]);
});
