import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseScenario } from "../parse.ts";
import { formatProblems } from "../problem.ts";

const scenario = (text: string): string => `schema = 1
title = "x"
${text}
[index.private]
user = "alice"
[[step]]
run = "uv sync"
reproduced.exit = "nonzero"
healthy.exit = 0
`;

/** All that comes of a scenario, as text. */
function told(text: string, beside = {}): string {
  const result = parseScenario(text, { file: "a.toml", ...beside });
  const problems = result.ok ? result.warnings : result.problems;
  return `${JSON.stringify(result)}\n${formatProblems(problems, text)}`;
}

describe("a literal password is shown nowhere", () => {
  test.each([
    ["--password", `[[step]]\nrun = "uv auth login packages.example.com --username alice --password hunter2"`, "hunter2"],
    ["--password=", `[[step]]\nrun = ["uv", "auth", "login", "h", "--password=Winter-9"]`, "Winter-9"],
    ["--token in a list", `[[step]]\nrun = ["uv", "publish", "--token", "Winter-9"]`, "Winter-9"],
    ["netrc", `[home]\n".netrc" = "machine packages.example.com login alice password swordfish"`, "swordfish"],
    ["netrc, a line each", `[home]\n".netrc" = '''\nmachine h\nlogin alice\npassword sword9\n'''`, "sword9"],
    ["a URL", `[files]\n"uv.toml" = 'index-url = "https://alice:s3cr%40t@packages.example.com/simple/"'`, "s3cr%40t"],
    ["a variable", `[env]\nUV_INDEX_PRIVATE_PASSWORD = "with 2 blanks"`, "with 2 blanks"],
    ["a token's variable", `env = { UV_PUBLISH_TOKEN = 'Winter-9' }`, "Winter-9"],
    ["a file of variables", `[files]\n".env" = "UV_INDEX_PRIVATE_PASSWORD=Winter-9"`, "Winter-9"],
    ["keyring", `[keyring]\nanswers = [{ service = "h", user = "alice", password = "Winter-9" }]`, "Winter-9"],
    ["where it is broken", `titel = "x"\n[env]\nX_TOKEN = "Winter-9"`, "Winter-9"],
    ["where it is no TOML", `x = \n[env]\nX_TOKEN = "Winter-9"`, "Winter-9"],
    ["elsewhere, too", `description = "It was Winter-9."\n[env]\nX_TOKEN = "Winter-9"`, "Winter-9"],
  ])("%s", (_, text, secret) => {
    expect(told(scenario(text))).not.toContain(secret);
    expect(told(scenario(text))).toContain("literal password");
  });

  test("in a file beside the scenario", () => {
    const words = told(scenario(""), { home: { ".netrc": "machine h login alice password Winter-9\n" } });
    expect(words).not.toContain("Winter-9");
    expect(words).toContain("home/.netrc:1:32");
  });
});

test("the warning has the place, and says what to write", () => {
  const text = scenario(`env = { A = "b", UV_PUBLISH_TOKEN = "Winter-9" }`);
  const result = parseScenario(text, { file: "a.toml" });
  expect(formatProblems(result.ok ? result.warnings : [], text)).toMatchInlineSnapshot(`
    "a.toml:3:38: a literal password stands here (UV_PUBLISH_TOKEN): nothing shows it, and runs take another of its shape in its place (write \`{{secret.private}}\` for that of the index's user, or \`wrong-password\` for one that no index knows)
      env = { A = "b", UV_PUBLISH_TOKEN = "Standi-0" }
                                           ^"
  `);
});

test("its stand-in has its shape, the same for the same, another for another, and is none itself", () => {
  const text = scenario(`env = { A_TOKEN = "p@ss%40W0rd", B_TOKEN = "q@tt%40W0rd", C_TOKEN = "p@ss%40W0rd" }`);
  const result = parseScenario(text);
  if (!result.ok) throw new Error("not read");
  const { A_TOKEN = "", B_TOKEN = "", C_TOKEN } = result.scenario.env;
  expect(A_TOKEN).toMatch(/^[a-z]@[a-z]{2}%40[A-Z]\d[a-z]{2}$/);
  expect([B_TOKEN === A_TOKEN, C_TOKEN === A_TOKEN, B_TOKEN.length]).toEqual([false, true, A_TOKEN.length]);
  const again = parseScenario(result.source.toml);
  expect(again.ok && again.warnings).toEqual([]);
  expect(again.ok && again.scenario).toEqual(result.scenario);
});

test("placeholders, variables, and what says of itself that it is wrong stay as they are", () => {
  const text = scenario(`env = { A_TOKEN = "{{secret.private}}", B_TOKEN = "no-such-token", C_TOKEN = "$TOKEN", D_TOKEN = "wrong-password" }
[[step]]
run = "uv auth login h --username alice --password -"
# \`--token\` does the same.
`);
  const result = parseScenario(text);
  expect(result.ok && [result.warnings, result.source.toml]).toEqual([[], text]);
});

test("no shipped scenario, and no page of the docs, has one", () => {
  const files = ["scenarios", "docs"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)),
  );
  const scenarios = files.filter((file) => file.endsWith(".toml"));
  expect(scenarios.length).toBeGreaterThan(100);
  const warned = scenarios.filter((file) => {
    const result = parseScenario(readFileSync(file, "utf8"));
    return !result.ok || result.warnings.some(({ kind }) => kind === "literal-secret");
  });
  expect(warned).toEqual([]);
});
