import { runText } from "../../../test/run-text.ts";
import { expect, test } from "vitest";

const SCENARIO = `schema = 1
title = "four ways to tell git"

[index.gitlab]
flavour = "gitlab"
url = "https://gitlab.example.com/api/v4/projects/42/packages/pypi/simple"
user = "deploy"

[git.acme]
url = "https://gitlab.example.com/acme/"
users = ["deploy", { name = "old", state = "expired" }]
packages = [{ name = "dep", versions = ["1.0", "2.0"] }]

[[step]]
run = "git ls-remote https://any:{{secret.gitlab}}@gitlab.example.com/acme/dep"

[[step]]
run = "git ls-remote https://old:{{secret.acme.old}}@gitlab.example.com/acme/dep.git"
exit = "nonzero"

[[step]]
write = { "~/.netrc" = "machine gitlab.example.com login deploy password {{secret.acme.deploy}}" }
run = "git ls-remote https://gitlab.example.com/acme/dep"

[[step]]
delete = "~/.netrc"
env = { GIT_CONFIG_COUNT = "1", GIT_CONFIG_KEY_0 = "credential.helper", GIT_CONFIG_VALUE_0 = "store" }
write = { "~/.git-credentials" = "https://deploy:{{secret.acme.deploy}}@gitlab.example.com" }
run = "git ls-remote https://gitlab.example.com/acme/absent"
exit = "nonzero"

[[step]]
env = { GIT_CONFIG_COUNT = "1", GIT_CONFIG_KEY_0 = "url.{{login.acme.deploy}}.insteadOf", GIT_CONFIG_VALUE_0 = "{{url.acme}}" }
run = "uv pip install --target lib git+{{url.acme}}dep@v1.0"
reproduced = { exit = "nonzero" }
healthy = { exit = 0, stderr = "dep==1.0", final.any = { index = "acme", status = 200, authorization = "good" } }
`;

/** The repositories are those of the next run, too. */
const PUSHING = `schema = 1
title = "a push changes nothing"

[git.acme]
url = "https://git.example.com/acme/"
user = "deploy"
packages = [{ name = "dep" }]

[[step]]
run = "git init --quiet empty"

[[step]]
run = "git -C empty push https://deploy:{{secret.acme}}@git.example.com/acme/dep :refs/tags/v1.0.0"
exit = "nonzero"

[[step]]
run = "git ls-remote https://deploy:{{secret.acme}}@git.example.com/acme/dep"
reproduced = { exit = "nonzero" }
healthy = { stdout = "refs/tags/v1.0.0" }
`;

test("a push is refused, whoever sends it", async () => {
  const result = await runText(PUSHING);
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe("healthy");
});

test("git is asked for a token of the host, whoever brings it, and serves repositories of packages", async () => {
  const commits = [];
  for (let round = 0; round < 2; round++) {
    const result = await runText(SCENARIO);
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe("healthy");
    const { steps, requests } = result.observation;
    commits.push(steps[0]?.stdout);
    const answers = [0, 1, 2, 3].map((step) =>
      requests
        .filter((request) => request.step === step && request.method === "GET")
        .map(({ status, authorization }) => `${status} ${authorization}`),
    );
    expect(answers).toEqual([
      ["401 none", "200 good"],
      ["401 none", "401 stale"],
      ["401 none", "200 good"],
      ["401 none", "404 good"],
    ]);
  }
  expect(commits[0]).toMatch(
    /^[0-9a-f]{40}\tHEAD\n[0-9a-f]{40}\trefs\/heads\/main\n[0-9a-f]{40}\trefs\/tags\/v1.0\n[0-9a-f]{40}\trefs\/tags\/v2.0\n$/,
  );
  expect(commits[1]).toBe(commits[0]);
});
