/** A scenario that is right; each mistake is made in it. */
const RIGHT = `schema = 1
title = "uv sync finds the login"

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]

[files]
"pyproject.toml" = '''
[project]
name = "app"
version = "0.1.0"
dependencies = ["sandbox"]

[[tool.uv.index]]
name = "private"
url = "https://packages.example.com/simple/"
'''

[[step]]
run = "uv auth login packages.example.com --username alice --password {{secret.private}}"

[[step]]
run = "uv sync"
reproduced = { exit = "nonzero", final.any = { index = "private", status = [401, 403] } }
healthy = { exit = 0, final.any = { index = "private", status = 200, authorization = "good" } }
`;

function made(from: string, to: string): string {
  if (!RIGHT.includes(from)) throw new Error(`no ${from}`);
  return RIGHT.replace(from, () => to);
}

const step = (text: string): string => made('run = "uv sync"', text);
const index = (text: string): string => made('user = "alice"', text);

/** What people type. */
export const MISTAKES: Readonly<Record<string, string>> = {
  "schema forgotten": made("schema = 1\n", ""),
  "schema of tomorrow": made("schema = 1", "schema = 2"),
  "schema as a text": made("schema = 1", 'schema = "1"'),
  "title forgotten": made('title = "uv sync finds the login"\n', ""),
  "title left empty": made('title = "uv sync finds the login"', 'title = ""'),
  "a key misspelt": made("title =", "titel ="),
  "a table misspelt": made("[files]", "[file]"),
  "steps for step": made('[[step]]\nrun = "uv sync"', '[[steps]]\nrun = "uv sync"'),
  "one bracket for a step": made(
    '[[step]]\nrun = "uv auth login packages.example.com --username alice --password {{secret.private}}"\n\n[[step]]',
    "[step]",
  ),
  "a text not closed": made('title = "uv sync finds the login"', 'title = "uv sync finds the login'),
  "a text of several lines not closed": made("'''\n\n[[step]]", "\n\n[[step]]"),
  "no quotes": made('user = "alice"', "user = alice"),
  "a list not closed": made('packages = [{ name = "sandbox" }]', 'packages = [{ name = "sandbox" }'),
  "a table over two lines without a comma": made('{ name = "sandbox" }', '{ name = "sandbox" version = "1" }'),
  "the same key twice": index('user = "alice"\nuser = "bob"'),
  "the same table twice": made("[files]", "[index.private]\n[files]"),
  "a second request.any": step('run = "uv sync"\nhealthy.request.any = { status = 200 }\nhealthy.request.any = { status = 401 }').replace(
    /^healthy = .*\n/m,
    "",
  ),
  "a colon for an equals sign": made('user = "alice"', 'user: "alice"'),
  "a file's dot without quotes": made('"pyproject.toml" =', "pyproject.toml ="),
  "an index's name misspelt": made('final.any = { index = "private", status = [401', 'final.any = { index = "privat", status = [401'),
  "an index that is not there, in a placeholder": made("{{secret.private}}", "{{secret.acme}}"),
  "a placeholder misspelt": made("{{secret.private}}", "{{secrets.private}}"),
  "a placeholder without an index": made("{{secret.private}}", "{{secret}}"),
  "a user that the index has not": made("{{secret.private}}", "{{secret.private.bob}}"),
  "a secret of an index without users": made('user = "alice"\n', ""),
  "credentials in the index's URL": made(
    '"https://packages.example.com/simple/"\nuser',
    '"https://alice:pw1234@packages.example.com/simple/"\nuser',
  ),
  "a URL without a scheme": made('url = "https://packages.example.com/simple/"\nuser', 'url = "packages.example.com/simple/"\nuser'),
  "a flavour misspelt": index('user = "alice"\nflavour = "artifactori"'),
  "a flavour by its product's name": index('user = "alice"\nflavour = "Azure DevOps"'),
  "a status as a text": made("status = 200", 'status = "200"'),
  "a status that does not exist": made("status = 200", "status = 2000"),
  "an authorization misspelt": made('authorization = "good"', 'authorization = "valid"'),
  "exit as a word": made("exit = 0", 'exit = "zero"'),
  "no healthy condition": RIGHT.replace(/^healthy = .*\n/m, ""),
  "no reproduced condition": RIGHT.replace(/^reproduced = .*\n/m, ""),
  "no conditions at all": RIGHT.replace(/^(?:healthy|reproduced) = .*\n/gm, ""),
  "a shell's and": step('run = "uv lock && uv sync"'),
  "a shell's pipe": step('run = "uv sync | tee log"'),
  "a shell's variable in front": step('run = "UV_INDEX=x uv sync"'),
  "a shell's quotes": step(`run = 'uv pip install "sandbox>1"'`),
  "a shell's variable": step('run = "uv sync --cache-dir $HOME/cache"'),
  "an empty command": step('run = ""'),
  "command for run": step('command = "uv sync"'),
  "run forgotten": step('venv = "active"'),
  "a proxy in env": step('run = "uv sync"\nenv = { HTTPS_PROXY = "http://proxy.example.com" }'),
  "env as a list": step('run = "uv sync"\nenv = ["A=b"]'),
  "a number in env": step('run = "uv sync"\nenv = { UV_HTTP_TIMEOUT = 5 }'),
  "an absolute path": step('run = "uv sync --project /home/me/app"'),
  "a path that leaves the project": made('"pyproject.toml" =', '"../pyproject.toml" ='),
  "an absolute file": made('"pyproject.toml" =', '"/tmp/pyproject.toml" ='),
  "a package of PyPI without a version": made('packages = [{ name = "sandbox" }]', 'packages = [{ name = "sandbox" }, "requests"]'),
  "a package of PyPI without a date": made('packages = [{ name = "sandbox" }]', 'packages = [{ name = "sandbox" }, "requests==2.32.5"]'),
  "packages as a text": made('packages = [{ name = "sandbox" }]', 'packages = "sandbox"'),
  "scripts as a list": made('{ name = "sandbox" }', '{ name = "sandbox", scripts = ["sandbox"] }'),
  "a version that is none": made('{ name = "sandbox" }', '{ name = "sandbox", version = "one" }'),
  "dependencies of PyPI in an unchanged pyproject.toml": made('["sandbox"]', '["sandbox", "requests>=2.31"]'),
  "broken TOML in pyproject.toml": made('dependencies = ["sandbox"]', 'dependencies = ["sandbox"'),
  "a host misspelt in pyproject.toml": made(
    "url = \"https://packages.example.com/simple/\"\n'''",
    "url = \"https://pakages.example.com/simple/\"\n'''",
  ),
  "a venv's package that no index has": made("[[step]]", '[venv]\npackages = ["requests"]\n\n[[step]]'),
  "a literal password": made("{{secret.private}}", "hunter2"),
  "a claim that is no specifier": `${RIGHT}[claims]\n"0.9.5" = "healthy"\n`,
  "a claim of an unknown verdict": `${RIGHT}[claims]\n">=0.9" = "fixed"\n`,
  "supported that is no specifier": made("schema = 1", 'schema = 1\nsupported = "0.9"'),
  "a date that is none": made("schema = 1", 'schema = 1\nas-of = "November 2026"'),
  "a keyring for an index that is not there": made("[[step]]", '[keyring]\ntool = ["acme"]\n\n[[step]]'),
  "quotes of a word processor": made('title = "uv sync finds the login"', "title = “uv sync finds the login”"),
  "a path of Windows": step('run = "uv sync"\nenv = { UV_CACHE_DIR = "C:\\Users\\ada" }'),
  "Python's True": index('user = "alice"\npublic = True'),
  "Python's None": made('user = "alice"', "user = None"),
  "a comment of another language": index('user = "alice" // hers'),
  "two equals signs": made('user = "alice"', 'user == "alice"'),
  "a key of two words": made('user = "alice"', 'user name = "alice"'),
  "the name of a table not closed": made("[files]", "[files"),
  "an index without a name": made("[index.private]", "[index]"),
  "indexes as a list": made("[index.private]", '[[index]]\nname = "private"'),
  "uv's own table": `${RIGHT}\n[[tool.uv.index]]\nname = "x"\n`,
  "a password for the user": index('user = "alice"\npassword = "{{secret.private}}"'),
  "a package's name with its version": made('{ name = "sandbox" }', '{ name = "sandbox==1.0" }'),
  "several commands in a text": step('run = """\nuv lock\nuv sync\n"""'),
  "several commands in a list": step('run = ["uv lock", "uv sync"]'),
  "a command within a command": step('run = "uv run `which python`"'),
  "a change of folder": step('run = "cd sub"'),
  "a shell's export": step('run = "export UV_INDEX=x"'),
  "exit as true": made("exit = 0", "exit = true"),
  "statuses by their first digit": made("status = [401, 403]", 'status = "4xx"'),
  "expected for healthy": made("healthy =", "expected ="),
  "one brace for two": made("{{secret.private}}", "{secret.private}"),
  "password for secret": made("{{secret.private}}", "{{password.private}}"),
  "a claim of the newest release": `${RIGHT}[claims]\nlatest = "healthy"\n`,
  "a claim that is true": `${RIGHT}[claims]\n">=0.9" = true\n`,
  "the release in the scenario": made("schema = 1", 'schema = 1\nuv = "0.9.5"'),
  "netrc as a table": made("[[step]]", '[netrc]\nmachine = "x"\n\n[[step]]'),
  "a time with its unit": step('run = "uv sync"\ntimeout = "60s"'),
  "a URL of another scheme": made('url = "https://packages.example.com/simple/"\nuser', 'url = "ftp://packages.example.com/simple/"\nuser'),
};
