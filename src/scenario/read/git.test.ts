import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";

const told = (top: string, run = "uv sync", more = ""): string[] => {
  const step = `[[step]]\nrun = "${run}"\n${more}reproduced = { exit = 1 }\nhealthy = { exit = 0 }\n`;
  const result = parseScenario(`schema = 1\ntitle = "x"\n${top}\n${step}`);
  const problems = result.ok ? result.warnings : result.problems;
  return [result.ok ? "(ok)" : "(refused)", ...problems.map(({ line, key, message }) => `${line}: ${key}: ${message}`)];
};

test("a git server has a name of its own, an address, users, and packages that are built", () => {
  expect(told('[git.acme]\nuser = "u"\npackages = [{ name = "dep" }]', "git ls-remote {{login.acme}}dep")).toEqual(["(ok)"]);
  expect(told('[git.acme]\npackages = ["keyring==25.7.0"]', "uv sync", "")[0]).toBe("(refused)");
  expect(told('[index.acme]\n[git.acme]\nurl = "https://g.example.com/"\npackages = [{ name = "dep" }]')).toEqual([
    "(refused)",
    "4: git.acme: an index is named `acme` already",
  ]);
  expect(
    told('[git.acme]\npackages = [{ name = "dep" }]', "uv sync", 'set = { publish = { name = "dep", version = "2.0" }, index = "acme" }\n'),
  ).toEqual(["(refused)", "7: step[0].set: the repositories of `[git.acme]` stay as they are"]);
});

test("where git is sent to a host without a git server, its place is told", () => {
  const files = `[files]\n"pyproject.toml" = 'dependencies = ["dep @ git+https://u@git.example.com/acme/dep"]'`;
  expect(told(files)).toContain('4: files."pyproject.toml": no git server is at `git.example.com`');
  expect(told("", "git ls-remote https://u:p@gitlab.example.com/acme/dep")).toContain(
    "5: step[0].run: no git server is at `gitlab.example.com`",
  );
});
