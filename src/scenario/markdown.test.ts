import { describe, expect, test } from "vitest";
import { extractScenario, secondScenarioLine } from "./markdown.ts";

const lines = (...rest: string[]) => rest.join("\n");

describe("finds", () => {
  test("the fence that holds a scenario, among others", () => {
    const text = lines(
      "# Bug",
      "```toml",
      "[project]",
      "```",
      "text",
      "```toml",
      "schema = 1",
      'title = "x"',
      "```",
      "```toml",
      "schema = 1",
      "```",
    );
    expect(extractScenario(text)).toEqual({ text: 'schema = 1\ntitle = "x"\n', line: 7, indent: 0 });
  });

  test("one without `schema`, by its steps", () => {
    expect(extractScenario(lines("```", "[[step]]", 'run = "uv"', "```"))).toEqual({ text: '[[step]]\nrun = "uv"\n', line: 2, indent: 0 });
  });

  test.each([
    ["tildes", lines("~~~toml", "schema = 1", "```", "~~~")],
    ["a longer fence", lines("````toml", "schema = 1", "```", "````")],
    ["a closing fence that is longer", lines("```toml", "schema = 1", "`````")],
    ["CRLF", lines("```toml\r", "schema = 1\r", "```\r")],
    ["capitals and attributes", lines("```TOML title=x", "schema = 1", "```")],
    ["a fence that nothing closes", lines("```toml", "schema = 1")],
  ])("%s", (_, text) => {
    expect(extractScenario(text)?.text.split("\n")[0]).toBe("schema = 1");
  });

  test("a fence inside a longer one is its text", () => {
    const text = lines("`````toml", "schema = 1", "d = '''", "```toml", "x", "```", "'''", "`````", "after");
    expect(extractScenario(text)?.text).toBe(lines("schema = 1", "d = '''", "```toml", "x", "```", "'''", ""));
  });

  test("in a list, without its indentation", () => {
    const text = lines("1. this:", "", "   ```toml", "   schema = 1", "", "   d = '''", "     x", "   '''", "   ```");
    expect(extractScenario(text)).toEqual({ text: lines("schema = 1", "", "d = '''", "  x", "'''", ""), line: 4, indent: 3 });
  });

  test("right behind a list's mark", () => {
    expect(extractScenario(lines("- ```toml", "  schema = 1", "  ```"))).toEqual({ text: "schema = 1\n", line: 2, indent: 2 });
  });

  test("in a quotation", () => {
    expect(extractScenario(lines("> ```toml", "> schema = 1", ">", "> x = 1", "> ```"))).toEqual({
      text: "schema = 1\n\nx = 1\n",
      line: 2,
      indent: 2,
    });
  });
});

test.each([
  ["nothing", ""],
  ["no fence", "schema = 1\n[[step]]\n"],
  ["another language", lines("```python", "schema = 1", "```")],
  ["TOML of another kind", lines("```toml", "[project]", "```")],
  ["inline code", "``` schema = 1 ```"],
])("%s is no scenario", (_, text) => {
  expect(extractScenario(text)).toBeNull();
});

test("another scenario is told by its line, the same one again is not", () => {
  const fence = (title: string): string[] => ["```toml", "schema = 1", `title = "${title}"`, "```", ""];
  expect(secondScenarioLine(lines(...fence("a"), ...fence("a"), ...fence("b")))).toBe(12);
  expect(secondScenarioLine(lines(...fence("a"), ...fence("a"), "```toml", "x = 1", "```"))).toBe(null);
});
