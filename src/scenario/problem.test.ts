import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";
import { didYouMean, formatPath, formatProblems, PROBLEM_KINDS, type Problem } from "./problem.ts";

const problem: Problem = { kind: "wrong-value", message: "is wrong", file: "a.toml", line: 2, column: 3, key: "a.b", hint: null };

test("place, key, message, hint; the line and a caret below its column", () => {
  expect(formatProblems([problem, { ...problem, hint: "did you mean `c`?" }], "one\n\t\ttwo\nthree")).toBe(
    "a.toml:2:3: a.b: is wrong\n  \t\ttwo\n  \t\t^\na.toml:2:3: a.b: is wrong (did you mean `c`?)\n  \t\ttwo\n  \t\t^",
  );
});

test("without file, key or line", () => {
  expect(formatProblems([{ ...problem, file: null, key: "" }], "one\n   ")).toBe("2:3: is wrong");
});

test("of a long line, what is around the column", () => {
  const text = `${"a".repeat(300)}HERE${"b".repeat(300)}`;
  const [, excerpt = "", caret = ""] = formatProblems([{ ...problem, line: 1, column: 301 }], text).split("\n");
  expect([excerpt.length < 150, excerpt.slice(caret.indexOf("^"), caret.indexOf("^") + 4)]).toEqual([true, "HERE"]);
});

test("a line of its own wins over the text", () => {
  expect(formatProblems([{ ...problem, excerpt: "  xy" }], "one\ntwo")).toContain("\n    xy\n    ^");
});

test("keys that are no bare words are quoted", () => {
  expect(formatPath(["step", 1, "write", 'a "b".toml', ""])).toBe('step[1].write."a \\"b\\".toml".""');
});

test("the nearest word; or all, if they are few", () => {
  expect([
    didYouMean("helthy", ["healthy", "other"]),
    didYouMean("zzz", ["a", "a", "b"]),
    didYouMean("zzz", []),
    didYouMean("zzz", "abcdefghijklm"),
  ]).toEqual(["did you mean `healthy`?", "known: `a`, `b`", null, null]);
});

test("there is no kind of problem that nothing has", () => {
  const head = 'schema = 1\ntitle = "x"\n';
  const step = '[[step]]\nrun = "uv sync"\nreproduced.exit = 1\nhealthy.exit = 0\n';
  const right = `${head}${step}`;
  const texts = [
    "x = ",
    `x = ${"[".repeat(40)}${"]".repeat(40)}`,
    Array.from({ length: 120 }, (_, i) => `k${i} = 1`).join("\n"),
    `constructor = 1\n${right}`,
    "title = 1\nx = 1\n",
    right.replace("healthy.exit = 0", 'healthy.exit = "x"'),
    `${right}[index.a]\nuser = "a"\nusers = ["b", "b"]\nurl = "x"\npackages = [{ name = "p", version = "x", requires = ["a b"] }]\n`,
    `${right}[files]\n"../x" = ""\na = "{{secret.b}} {{x}}"\n[keyring]\ntool = ["a"]\n[index.a]\n`,
    `${right}[files]\na = "{{file.default.x}}"\n"pyproject.toml" = "["\n[env]\nNO_PROXY = ""\n`,
    right.replace("uv sync", "").replace("healthy.exit = 0", "healthy.stdout = ''\nhealthy.final.any = { status = 1 }"),
    right.replace("healthy.exit = 0", ""),
    `${right}# glpat-${"aB3".repeat(4)}xyzWQ-15\n[env]\nX_TOKEN = "Winter-9"\n`,
  ];
  const seen = texts.flatMap((text) => {
    const result = parseScenario(text);
    return (result.ok ? result.warnings : result.problems).map((problem) => problem.kind);
  });
  expect([...new Set(seen)].sort()).toEqual([...PROBLEM_KINDS].sort());
});
