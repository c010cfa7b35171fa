/** What `uv-mre init` writes: it runs as it is, and its comments are the first documentation people read. */
export const STARTER_SCENARIO = `#:schema https://raw.githubusercontent.com/uv-mre/uv-mre/main/schema/scenario-1.schema.json
# A scenario for uv-mre: an index with authentication, a project, the commands, and what counts as the bug.
# Run it: uv-mre run FILE --uv 0.9.5 --uv latest (before it \`uvx\` or \`npx\`, as you started it)
# Every key: https://github.com/uv-mre/uv-mre/blob/main/docs/keys.md
schema = 1
title = "uv sync finds the credentials that uv auth login stored"
# issue = "astral-sh/uv#16402"

# Releases outside are reported as unsupported and nothing is run. \`uv auth\` came with 0.8.15.
supported = ">=0.8.15"

# A private index. The address is virtual: a gateway on your own machine answers for it.
[index.private]
flavour = "simple"        # how a registry behaves on the wire: gitlab, azure-devops, artifactory, …
url = "https://packages.example.com/simple/"
user = "alice"            # her password is made anew for every run: {{secret.private}}
packages = [{ name = "sandbox", version = "1.0.0" }]

# Answers where uv would ask PyPI. Plain names are real packages: they need \`as-of = "2026-11-01"\` above.
# [index.default]
# packages = ["keyring==25.7.0"]

# The project's files, unchanged from yours as far as possible.
[files]
"pyproject.toml" = '''
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.8"
dependencies = ["sandbox"]

[[tool.uv.index]]
name = "private"
url = "https://packages.example.com/simple/"

[tool.uv.sources]
sandbox = { index = "private" }
'''

# Files in the home folder: netrc, uv.toml, pip.conf.
# [home]
# ".netrc" = "machine packages.example.com login alice password {{secret.private}}"

# Steps run in order, each without a shell. A step without conditions must exit with 0.
[[step]]
run = "uv auth login packages.example.com --username alice --password {{secret.private}}"

# The step that decides. "final" is the last answer to each request: a healthy run sees a 401 first, too.
# Say what was sent: an index that refuses good credentials shows the same message, and is another bug.
[[step]]
run = "uv sync"
reproduced = { exit = "nonzero", final.any = { index = "private", status = [401, 403], authorization = ["none", "user-only"] } }
healthy = { exit = 0, final.any = { index = "private", status = [200, 206], authorization = "good" } }

# What you say of which releases; a run that contradicts it makes the exit status 1.
# [claims]
# ">=0.8.15" = "healthy"
`;
